"""Keeping secrets out of exceptions: out of their text, and out of the frames of their tracebacks."""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from json import dumps
from types import TracebackType
from typing import Any, Final, TypeVar, cast
from urllib.parse import unquote

import httpx

E = TypeVar("E", bound=BaseException)

REDACTED: Final = "[redacted]"

# Shorter strings occur by chance, so they are not looked for.
_SHORTEST = 8
# Beyond it, a text is searched without decoding it, which would take seconds for 20 MB.
_EXAMINED = 65_536
# What every access token begins with proves nothing.
_PUBLIC = re.compile(r"^[a-z]+-(?:sandbox|development|production)-")
_DIGIT = re.compile("[0-9]")
# A secret, encoded or not, is within one of these.
_RUN = re.compile(r"[^\s\"'<>,;(){}\[\]]{8,}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]?){8,}")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{11,}={0,2}")


class Secrets:
    """Strings that must not be seen: as they are, in another case, escaped, encoded in base64 or hex, or truncated."""

    __slots__ = ("_pieces", "_values")

    def __init__(self, values: Iterable[object]) -> None:
        long = (value for value in values if isinstance(value, str) and len(value) >= _SHORTEST)
        self._values = tuple(sorted(set(long), key=len, reverse=True))
        self._pieces: frozenset[str] | None = None

    def __repr__(self) -> str:
        return "Secrets()"

    def show_in(self, text: str) -> bool:
        """Whether a text contains one of them, or a part of one."""
        return bool(self.removed_from(text) != text)

    def removed_from(self, value: Any) -> Any:
        """Return a JSON value without them."""
        if isinstance(value, str):
            for secret in self._values:
                value = value.replace(secret, REDACTED).replace(dumps(secret)[1:-1], REDACTED)
            return self._without_encoded(value)
        if isinstance(value, list):
            items = cast("Iterable[Any]", value)
            return [self.removed_from(item) for item in items]
        if isinstance(value, dict):
            return {
                self.removed_from(name): self.removed_from(item) for name, item in cast("dict[str, Any]", value).items()
            }
        return value

    def _without_encoded(self, text: str) -> str:
        if self._pieces is None:
            self._pieces = frozenset(piece for value in self._values for piece in _pieces(value.lower()))
        rest = text[_EXAMINED:]
        return _RUN.sub(self._checked, text[:_EXAMINED]) + (REDACTED if self._has_piece(rest) else rest)

    def _checked(self, run: re.Match[str]) -> str:
        return REDACTED if any(map(self._has_piece, _decoded(run.group()))) else run.group()

    def _has_piece(self, text: str) -> bool:
        lowered = text.lower()
        return any(piece in lowered for piece in self._pieces or ())


def _pieces(secret: str) -> Iterator[str]:
    """Yield a secret, and every part of it that does not occur by chance: it is long enough, and more than words."""
    yield secret
    own = _PUBLIC.sub("", secret)
    parts = (own[start : start + _SHORTEST] for start in range(len(own) - _SHORTEST + 1))
    yield from (part for part in parts if _DIGIT.search(part))


def _decoded(run: str) -> Iterator[str]:
    """Yield a run of characters as it is, and by each encoding that it may be in."""
    yield run
    if "%" in run:
        yield unquote(run, "latin-1")
    if "\\u" in run:
        yield _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), run)
    for found in _HEX.finditer(run):
        digits = re.sub("[:-]", "", found.group())
        yield bytes.fromhex(digits).decode("latin-1")
    for found in _BASE64.finditer(run):
        text = found.group().rstrip("=").replace("-", "+").replace("_", "/")
        # A cut at the beginning shifts the groups of four characters.
        for start in range(4):
            whole = text[start : start + (len(text) - start) // 4 * 4]
            yield base64.b64decode(whole).decode("latin-1")


def printable(text: str, limit: int) -> str:
    """Return a text for one line of a log: control characters escaped, directional marks too, and no longer than `limit`."""
    cut = text[:limit]
    shown = "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()
        for character in cut
    )
    return shown if len(text) <= limit else f"{shown}... ({len(text)} characters)"


# Their frames hold requests, and so keys and tokens.
_INNER = frozenset(
    (
        __name__.partition(".")[0],
        *("anyio", "h11", "h2", "hpack", "httpcore", "httpx", "httpx_retries", "outcome", "socksio", "trio"),
    )
)
# So do the frames of what they call in Python's library, and of what attrs generates, which names no module.
_CALLED = sys.stdlib_module_names | {""}


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all that led to it, each once; what leads to one may be changed before the next."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [link.__cause__, link.__context__]
        if isinstance(link, BaseExceptionGroup):
            waiting += cast("BaseExceptionGroup[BaseException]", link).exceptions


def redact(error: BaseException, secrets: Secrets) -> None:
    """Remove secrets from the text of an exception and of all that led to it, where it can be changed."""
    for link in chain(error):
        with suppress(Exception):  # The class may be anybody's.
            if secrets.show_in(str(link)):
                link.args = (secrets.removed_from(str(link)),)


def without_inner_frames(error: E) -> E:
    """Remove the frames of this package and of httpx, and the request, from an exception and from all that led to it.

    Frames of the caller's code, such as an event hook or a transport, stay.
    """
    for link in chain(error):
        link.__traceback__ = _outer(link.__traceback__)
        if isinstance(link, httpx.HTTPError) and getattr(link, "_request", None) is not None:
            link.request = httpx.Request(link.request.method, link.request.url.copy_with(query=None))
        if isinstance(link, httpx.HTTPStatusError):
            link.response.request = link.request
    return error


def _outer(trace: TracebackType | None) -> TracebackType | None:
    kept: list[TracebackType] = []
    is_inner = True
    while trace is not None:
        package = str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
        is_inner = package in _INNER or (is_inner and package in _CALLED)
        if not is_inner:
            kept.append(trace)
        trace = trace.tb_next
    last: TracebackType | None = None
    for entry in reversed(kept):
        last = TracebackType(last, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return last
