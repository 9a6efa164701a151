"""Finding a credential in a response, however it is written there."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

import attrs

from plaid_accounts_contract.wire.exchange import MISSING, Exchange

# Shorter ones may be words that an honest message uses, such as "secret".
_UNMISTAKABLE: Final = 12
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")


@attrs.frozen
class Trace:
    """Where a credential stands: in the body, or in the header of that name."""

    header: str = ""


def find(exchange: Exchange, credentials: Iterable[str]) -> Trace | None:
    """Return where the response of `exchange` shows one of `credentials`.

    A credential counts in any case, escaped, percent-encoded or in Base64; one of fewer than 12 characters only as a
    whole value.
    """
    known = [credential for credential in credentials if credential]
    long = [credential.lower() for credential in known if len(credential) >= _UNMISTAKABLE]
    short = {credential for credential in known if len(credential) < _UNMISTAKABLE}
    headers = exchange.response.headers
    body = exchange.response.body.decode("utf-8", "replace")
    # Without an escape, every string of the body stands in its text as it is.
    values = list(_values(exchange.json)) if short or "\\" in body else []
    if _written(long, [body, *values]) or not short.isdisjoint(values):
        return Trace()
    if not _written(long, [f"{name}: {value}" for name, value in headers]):
        headers = tuple(pair for pair in headers if not short.isdisjoint(pair))
    for name, value in headers:
        if _written(long, [name]) or name in short:
            return Trace("whose name is one")
        if _written(long, [value]) or value in short:
            return Trace(name)
    return None


def _written(credentials: Iterable[str], texts: Iterable[str]) -> bool:
    text = "\n".join(texts)
    haystack = "\n".join((text, *_decoded(text))).lower()
    return any(credential in haystack for credential in credentials)


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner)
    elif value is not None and value is not MISSING:
        yield str(value)


def _decoded(text: str) -> Iterator[str]:
    if "%" in text:
        yield unquote(text)
    for run in _BASE64.findall(text):
        plain = run.rstrip("=").replace("-", "+").replace("_", "/")
        for start in range(4):
            yield _from_base64(plain[start:])


def _from_base64(text: str) -> str:
    whole = text[: len(text) - (len(text) % 4 == 1)]
    try:
        return base64.b64decode(whole + "=" * (-len(whole) % 4)).decode("latin-1")
    except binascii.Error:
        return ""
