"""Reads a request's body without trusting it: bounded in size and time, and strictly JSON."""

import asyncio
import json
from dataclasses import dataclass
from typing import Final, NoReturn

from starlette.requests import Request

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.records import JsonObject, JsonValue

_CLOSE: Final = {"Connection": "close"}
# So much of a body over the limit is still taken in (and thrown away), since most clients read no answer before they
# have sent everything.
_DISCARDED_LIMITS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimit:
    """The largest body that is read, in bytes, and how long it may take to arrive, in seconds."""

    size: int = 2**20
    seconds: float = 10.0


async def read(request: Request, limit: BodyLimit) -> bytes:
    """Give the whole body, whatever Content-Length says of it.

    Raises:
        ApiError: INVALID_BODY for one that is too large or does not arrive in time.
        starlette.requests.ClientDisconnect: the caller has gone.
    """
    try:
        async with asyncio.timeout(limit.seconds):
            return await _read(request, limit)
    except TimeoutError:
        kind = errors.INVALID_BODY.saying(f"body did not arrive whole within {limit.seconds:g} seconds")
        raise ApiError(kind, _CLOSE) from None


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
        raise ApiError(errors.INVALID_BODY.saying(f"body is larger than {limit.size} bytes"), _CLOSE)
    return bytes(kept)


def decode(data: bytes) -> JsonObject:
    """Give the one JSON object that a body is.

    Raises:
        ApiError: INVALID_BODY for bytes that are not UTF-8, a byte order mark, text that RFC 8259 does not allow (NaN
            and Infinity too), a name that occurs twice in one object, nesting too deep to read, or no object.
    """
    try:
        value: JsonValue = json.loads(data.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant)
    # ValueError covers bad UTF-8, bad JSON and integers of thousands of digits.
    except (ValueError, RecursionError):
        raise ApiError(errors.INVALID_BODY) from None
    if not isinstance(value, dict):
        raise ApiError(errors.INVALID_BODY.saying("body must be a JSON object"))
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name occurs twice")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
