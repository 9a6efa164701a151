"""The checks of a request's headers, apart from credentials."""

from email.message import Message
from typing import Final

from starlette.requests import Request

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.errors import ApiError

API_VERSION: Final = "2020-09-14"
"""The one version of the API that this server speaks."""


def check(request: Request) -> None:
    """Let pass a request whose headers describe a plain JSON body for this version of the API.

    Raises:
        ApiError: INVALID_HEADERS for a Content-Type that is missing, given twice or not application/json (a charset of
            UTF-8 may be named), for a Content-Encoding, and for a Plaid-Version other than `API_VERSION`.
    """
    if not _is_json(request.headers.getlist("content-type")):
        raise ApiError(errors.INVALID_HEADERS)
    if any(coding.strip().lower() != "identity" for coding in request.headers.getlist("content-encoding")):
        raise ApiError(errors.INVALID_HEADERS.saying("Content-Encoding is not supported, send the body as it is"))
    if any(version != API_VERSION for version in request.headers.getlist("plaid-version")):
        raise ApiError(errors.INVALID_HEADERS.saying(f"Plaid-Version must be {API_VERSION}, or be left out"))


def _is_json(values: list[str]) -> bool:
    if len(values) != 1:
        return False
    message = Message()
    message["content-type"] = values[0]
    charset = message.get_param("charset", "utf-8")
    return message.get_content_type() == "application/json" and str(charset).lower() == "utf-8"
