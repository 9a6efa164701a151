"""The server's answers. Each gets a request_id of its own and one line in the log, without anything the caller sent."""

import logging
import secrets
import string
from collections.abc import Mapping
from typing import Final

from starlette.responses import JSONResponse

from plaid_accounts_contract.reference_server.errors import ErrorKind
from plaid_accounts_contract.reference_server.records import JsonObject

LOGGER: Final = logging.getLogger("plaid_accounts_contract.reference_server")
_ALPHABET: Final = string.ascii_letters + string.digits
_REQUEST_ID_LENGTH: Final = 15


def success(content: JsonObject) -> JSONResponse:
    """Give a 200 with the content and a request_id."""
    request_id = new_request_id()
    LOGGER.info("200 request_id=%s", request_id)
    return JSONResponse({**content, "request_id": request_id})


def failure(kind: ErrorKind, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Give the answer that says an error, with the error's own status."""
    request_id = new_request_id()
    LOGGER.info("%d request_id=%s %s", kind.status, request_id, kind.code)
    return JSONResponse(kind.body(request_id), kind.status, headers)


def new_request_id() -> str:
    """Give a new identifier of an exchange: letters and digits, in which case matters."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_REQUEST_ID_LENGTH))
