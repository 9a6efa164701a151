"""Reads a request without trusting it: its headers, and a body that is limited in size and time, and strictly JSON."""

import asyncio
import json
from email.message import Message
from typing import Final, NoReturn

import attrs
from starlette.requests import Request

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.records import JsonObject, JsonValue

API_VERSION: Final = "2020-09-14"
"""The only version of the API that this server supports."""

_CLOSE: Final = {"Connection": "close"}
# How much of an oversized body is still received (and discarded), as a multiple of the limit: most clients read no
# response before they have sent everything.
_DISCARDED_LIMITS: Final = 16


@attrs.frozen(kw_only=True)
class BodyLimit:
    """The largest body that is read, in bytes, and how long it may take to arrive, in seconds."""

    size: int = 2**20
    seconds: float = 10.0


def check_headers(request: Request) -> None:
    """Check that the headers describe a plain JSON body for this version of the API.

    Raises:
        ApiError: INVALID_HEADERS for a Content-Type that is missing, repeated or not application/json (a charset of
            UTF-8 is allowed), for a Content-Encoding, and for a Plaid-Version other than `API_VERSION`.
    """
    if not _is_json(request.headers.getlist("content-type")):
        raise ApiError(errors.INVALID_HEADERS)
    check_version(request)
    # Refusing encodings means that no body can grow while it is read.
    if any(coding.strip().lower() != "identity" for coding in request.headers.getlist("content-encoding")):
        raise ApiError(errors.INVALID_HEADERS.with_message("Content-Encoding is not supported"))


def check_version(request: Request) -> None:
    """Check that the headers ask for no other version of the API."""
    if any(version != API_VERSION for version in request.headers.getlist("plaid-version")):
        raise ApiError(errors.INVALID_HEADERS.with_message(f"Plaid-Version must be {API_VERSION}, or be left out"))


def _is_json(values: list[str]) -> bool:
    if len(values) != 1:
        return False
    message = Message()
    message["content-type"] = values[0]
    charset = message.get_param("charset", "utf-8")
    return message.get_content_type() == "application/json" and str(charset).lower() == "utf-8"


async def read(request: Request, limit: BodyLimit) -> bytes:
    """Return the complete body, whatever its Content-Length.

    Raises:
        ApiError: INVALID_BODY for one that is too large or does not arrive in time.
        starlette.requests.ClientDisconnect: the caller disconnected.
    """
    try:
        async with asyncio.timeout(limit.seconds):
            return await _read(request, limit)
    except TimeoutError:
        message = f"body did not arrive completely within {limit.seconds:g} seconds"
        raise ApiError(errors.INVALID_BODY.with_message(message), _CLOSE) from None


async def _read(request: Request, limit: BodyLimit) -> bytes:
    kept = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit.size:
            kept += chunk
        elif size > limit.size * _DISCARDED_LIMITS:
            break
    if size > limit.size:
        raise ApiError(errors.INVALID_BODY.with_message(f"body is larger than {limit.size} bytes"), _CLOSE)
    return bytes(kept)


def decode(data: bytes) -> JsonObject:
    """Return the JSON object of a body.

    Raises:
        ApiError: INVALID_BODY for bytes that are not UTF-8, a byte order mark, text that RFC 8259 does not allow (NaN
            and Infinity too), a duplicate name in an object, nesting too deep to read, or anything but an object.
    """
    try:
        value: JsonValue = json.loads(data.decode(), object_pairs_hook=_object, parse_constant=_reject_constant)
    # ValueError covers bad UTF-8, bad JSON and integers of thousands of digits.
    except (ValueError, RecursionError):
        raise ApiError(errors.INVALID_BODY) from None
    if not isinstance(value, dict):
        raise ApiError(errors.INVALID_BODY.with_message("body must be a JSON object"))
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate name")
    return members


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
