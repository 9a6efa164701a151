"""Finds credentials in a response."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote

from plaid_accounts_contract.wire.exchange import MISSING, Exchange

# A shorter one may be a word that a conforming message uses, such as "secret".
_UNMISTAKABLE: Final = 12
# Parts of responses, each of a few dozen characters.
_REMEMBERED: Final = 2**16
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")


def find(exchange: Exchange, credentials: Iterable[str]) -> str:
    """Return the place in the response of `exchange` that contains one of `credentials`; empty if none does.

    Case, JSON escapes, percent-encoding and base64 make no difference. A credential of fewer than 12 characters counts
    only as a complete value.
    """
    known = {credential for credential in credentials if credential}
    long = [credential.lower() for credential in known if len(credential) >= _UNMISTAKABLE]
    short = {credential for credential in known if len(credential) < _UNMISTAKABLE}
    checked = frozenset(known)
    if checked in exchange.parsed.met:
        # All else was looked at before.
        body = str(exchange.json.get("request_id")) if isinstance(exchange.json, Mapping) else ""
        values = [body]
    else:
        body = exchange.response.body.decode("utf-8", "replace")
        # Without an escape, each string value appears in the body as it is.
        values = list(_values(exchange.json)) if short or "\\" in body else []
    if _contained(long, [body, *values]) or not short.isdisjoint(values):
        return "body"
    exchange.parsed.met[checked] = 1
    headers = exchange.response.headers
    # One search in all headers is faster than one in each, and nearly always finds nothing.
    if _contained(long, [f"{name}: {value}" for name, value in headers]) or not short.isdisjoint(sum(headers, ())):
        for name, value in headers:
            if _contained(long, [name]) or name in short:
                return "header name"
            if _contained(long, [value]) or value in short:
                return f"header {name}"
    return ""


def _contained(credentials: Iterable[str], texts: Iterable[str]) -> bool:
    wanted = frozenset(credentials)
    parts = {part for text in texts for part in text.split('"')}
    clean = _clean(wanted)
    # A response mostly repeats what the one before it had: the same accounts with the same ids.
    new = "\n".join(parts - clean) if '"' not in "".join(wanted) else "\n".join(texts)
    haystack = "\n".join((new, *_decoded(new))).lower()
    if any(credential in haystack for credential in wanted):
        return True
    clean.update(parts)
    if len(clean) > _REMEMBERED:
        clean.clear()
    return False


@lru_cache(maxsize=8)
def _clean(_credentials: frozenset[str]) -> set[str]:
    """Return the parts of texts that are known to contain none of these credentials; the caller adds to it."""
    return set()


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _values(inner)
    elif value is not None and value is not MISSING:
        yield str(value)


def _decoded(text: str) -> Iterator[str]:
    if "%" in text:
        yield unquote(text)
    for run in _BASE64.findall(text):
        plain = run.rstrip("=").replace("-", "+").replace("_", "/")
        # A credential may begin after one, two or three characters that belong to something else.
        for start in range(4):
            part = plain[start : len(plain) - ((len(plain) - start) % 4 == 1)]
            with suppress(binascii.Error):
                yield base64.b64decode(part + "=" * (-len(part) % 4)).decode("latin-1")
