"""Replaces secrets and ids by placeholders, wherever an exchange contains one.

Redaction searches for complete values, and for the near misses that the suite sends: in any case; JSON-escaped,
percent-encoded or as HTML entities, several layers deep; in UTF-16; in base64 at any offset; in hex, also with a space,
colon or hyphen between bytes. It does not find part of a value, nor one that is encrypted, reversed or split.

A value that is also a word of the contract (a client_id `client_id`, say) or shorter than four characters is replaced
only where it is a word by itself, in its own case and not as the name of a property: such a word is public anyway.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final
from urllib.parse import quote

import attrs

from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.redaction.printable import printable
from plaid_accounts_contract.redaction.sensitive_values import SensitiveValue, collect, with_near_misses
from plaid_accounts_contract.settings import Settings

ESCAPES: Final[Mapping[str, Callable[[str], str]]] = {
    "": str,
    "JSON-escaped": lambda value: json.dumps(value)[1:-1],
    "percent-encoded": lambda value: quote(value, safe=""),
    "in UTF-8 bytes": lambda value: value.encode("utf-8", "surrogatepass").decode("latin-1"),
    "in UTF-16 bytes": lambda value: value.encode("utf-16-le", "surrogatepass").decode("latin-1"),
}
"""The forms that are searched for in any case; a byte is written as the character of its number."""

WRITABLE: Final[Mapping[str, Callable[[str], str]]] = {
    **ESCAPES,
    "in hex": lambda value: value.encode("utf-8", "surrogatepass").hex(),
    "in base64": lambda value: _base64(value.encode("utf-8", "surrogatepass")).rstrip("="),
}
"""The forms in which a request can be written again."""

# Percent-encoding within JSON within HTML.
_LAYERS: Final = 3
# The last line is what separates two bytes in hex. It begins with that character, since a search for known ones is fast.
_ESCAPE: Final = re.compile(
    r"""\\u[0-9a-f]{4} | \\x[0-9a-f]{2} | \\["\\/'] | %[0-9a-f]{2} | &(?:\#\d{1,7}|\#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos); | \0
    | \ (?<=\b[0-9a-f]{2}\ )(?=[0-9a-f]{2}\b) | :(?<=\b[0-9a-f]{2}:)(?=[0-9a-f]{2}\b) | -(?<=\b[0-9a-f]{2}-)(?=[0-9a-f]{2}\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_BASE64: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-")
_WORD: Final = re.compile(r"[A-Za-z_-]+")
_TOKEN: Final = re.compile(r"[\w-]+")
_PROPERTY_NAME: Final = re.compile(r'"\s*:')
_PART: Final = re.compile(r"[^\s\"'\\,<>{}\[\]()]{4,}")
# As many characters as the shortest value that is searched for within a text.
_GRAM: Final = 4
# An encoding of fewer characters would be found by chance among a thousand random ids.
_SHORTEST_ENCODED: Final = 6


@attrs.frozen
class Placeholder:
    """What is shown in place of a value; `form` is how the value was written, empty if as it is."""

    value: SensitiveValue
    form: str = ""

    def __str__(self) -> str:
        """Return the name of the value in angle brackets."""
        return f"<{self.value.name}, {self.form}>" if self.form else f"<{self.value.name}>"


@attrs.frozen(slots=False)
class Redactor:
    """Finds `values` and their near misses in a text; `public` is text in which no word is secret."""

    values: tuple[SensitiveValue, ...] = attrs.field(repr=False)
    public: str = attrs.field(default="", repr=False)

    @classmethod
    def of(cls, contract: Contract, settings: Settings, test_data: TestData | None = None) -> Redactor:
        """Return the redactor of a run; `test_data` is None before preflight."""
        return cls(collect(settings, test_data), contract.path.read_text("utf-8"))

    def pieces(self, text: str, *, words: bool = True) -> list[str | Placeholder]:
        """Return `text` in pieces: text that may be shown, and placeholders for what may not.

        With `words`, also replace values that are words of the contract.
        """
        pieces: list[str | Placeholder] = []
        position = 0
        for start, end, placeholder in sorted(
            self._matches(text, words=words), key=lambda match: (match[0], -match[1])
        ):
            if start > position:
                pieces.append(text[position:start])
            if end > position:
                # Of two values that overlap, the second is covered too, but cannot be written again.
                pieces.append(placeholder if start >= position else attrs.evolve(placeholder, form="overlapping"))
                position = end
        return [*pieces, text[position:]] if position < len(text) else pieces

    def text(self, text: str) -> str:
        """Return `text` with every value replaced by its name in angle brackets."""
        return "".join(str(piece) for piece in self.pieces(text))

    def safe(self, text: str) -> str:
        """Return `text` redacted and printable."""
        return printable(self.text(text))

    def sealed(self, document: str) -> str:
        """Return a finished report, with every value that slipped into it replaced by `[redacted]`."""
        # Words of the contract are left: a report uses them as words.
        pieces = self.pieces(document, words=False)
        return "".join(piece if isinstance(piece, str) else "[redacted]" for piece in pieces)

    def leaks(self, document: str) -> list[str]:
        """Name the values that a finished report contains, words of the contract left out."""
        return sorted(
            {piece.value.name for piece in self.pieces(document, words=False) if isinstance(piece, Placeholder)}
        )

    @cached_property
    def _index(self) -> _Index:
        return _Index.of(self.values, _hyphenated(self.public))

    def _matches(self, text: str, *, words: bool) -> Iterator[tuple[int, int, Placeholder]]:
        """Yield start, end and placeholder of each value in `text`; some may overlap."""
        seen: set[tuple[int, str]] = set()
        for reading, starts in _readings(text):
            for begin, end, found in self._index.find(reading, words=words):
                # What was found before is the same without an escape after it that represents nothing, such as NUL.
                if (starts[begin], found.value.name) not in seen:
                    seen.add((starts[begin], found.value.name))
                    is_escaped = starts[end] - starts[begin] > end - begin
                    form = {"": "escaped", "in hex": "within hex"}.get(found.form, found.form)
                    yield starts[begin], starts[end], attrs.evolve(found, form=form) if is_escaped else found


@attrs.frozen
class _Index:
    """What is searched for, by text, so that finding one of a thousand values takes no longer than finding one of ten.

    A text is split at quotes, spaces and brackets. A part that is a value is found at once; in any other, each position
    is looked at, once for all parts that are equal. `rare` are the values that would be split; they are searched for.
    """

    exact: dict[str, Placeholder] = attrs.field(factory=dict)
    lowered: dict[str, Placeholder] = attrs.field(factory=dict)
    words: dict[str, Placeholder] = attrs.field(factory=dict)
    lengths: dict[str, set[int]] = attrs.field(factory=lambda: defaultdict(set))
    """The lengths of the values that begin with these four characters."""
    rare: set[str] = attrs.field(factory=set)

    @classmethod
    def of(cls, values: Sequence[SensitiveValue], public: str) -> _Index:
        """Index `values`, their near misses and encodings; `public` is text with its words hyphenated."""
        index = cls()
        for value in with_near_misses(values):
            if len(value.value) < _GRAM or (_WORD.fullmatch(value.value) and _hyphenated(value.value) in public):
                if not value.is_near_miss:
                    index.words.setdefault(value.value, Placeholder(value))
                continue
            for form, text in _written(value):
                lowered = _lower(text)
                index.exact.setdefault(text, Placeholder(value, form))
                recased = "in another case" if form in ESCAPES else form.replace("in ", "within ")
                index.lowered.setdefault(lowered, Placeholder(value, recased))
                index.lengths[lowered[:_GRAM]].add(len(lowered))
                if not _PART.fullmatch(lowered):
                    index.rare.add(lowered)
        return index

    def find(self, text: str, *, words: bool) -> Iterator[tuple[int, int, Placeholder]]:
        """Yield begin, end and placeholder of each value in `text`."""
        lowered = _lower(text)
        known: dict[str, list[tuple[int, int]]] = {}
        spans = [found.span() for value in self.rare for found in re.finditer(re.escape(value), lowered)]
        for part in _PART.finditer(lowered):
            within = known.get(part.group())
            if within is None:
                within = known[part.group()] = list(self._within(part.group()))
            spans += [(part.start() + begin, part.start() + end) for begin, end in within] if within else ()
        for begin, end in spans:
            found = self.exact.get(text[begin:end]) or self.lowered[lowered[begin:end]]
            if not found.form.endswith("base64"):
                yield begin, end, found
                continue
            wide = _widened(text, begin, end)
            is_whole = wide[0] == begin and text[wide[1] : wide[1] + 1] not in _BASE64
            yield *wide, found if is_whole else attrs.evolve(found, form="within base64")
        for token in _TOKEN.finditer(text) if words and self.words else ():
            placeholder = self.words.get(token.group())
            if placeholder is not None and not _PROPERTY_NAME.match(text, token.end()):
                yield *token.span(), placeholder

    def _within(self, part: str) -> Iterator[tuple[int, int]]:
        if part in self.lowered:
            yield 0, len(part)
            return
        for at in [at for at in range(len(part) - _GRAM + 1) if part[at : at + _GRAM] in self.lengths]:
            ends = (at + length for length in self.lengths[part[at : at + _GRAM]])
            yield from ((at, end) for end in ends if end <= len(part) and part[at:end] in self.lowered)


def _written(value: SensitiveValue) -> Iterator[tuple[str, str]]:
    """Yield each form of a value that is searched for, with its text."""
    yield from ((form, write(value.value)) for form, write in ESCAPES.items())
    if len(value.value) < _SHORTEST_ENCODED or (value.is_near_miss and value.kind == "id"):
        return
    data = value.value.encode("utf-8", "surrogatepass")
    yield "in hex", data.hex()
    for shift in range(3):
        padded = _base64(b"\0" * shift + data)
        # The characters at either end also depend on the bytes beside the value.
        core = padded[(shift * 8 + 5) // 6 : (shift + len(data)) * 8 // 6]
        yield "within base64" if shift else "in base64", core
        yield "within base64", core.replace("+", "-").replace("/", "_")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _widened(text: str, begin: int, end: int) -> tuple[int, int]:
    """Include the base64 characters on either side, which hold some bits of the value's first and last character."""
    return begin - (begin > 0 and text[begin - 1] in _BASE64), end + (end < len(text) and text[end] in _BASE64)


def _readings(text: str) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield `text` as it is, then with a layer of escapes undone, and another; with where each character begins."""
    starts: Sequence[int] = range(len(text) + 1)
    yield text, starts
    for _ in range(_LAYERS):
        if _ESCAPE.search(text) is None:
            return
        text, starts = _unescaped(text, starts)
        yield text, starts


def _unescaped(text: str, starts: Sequence[int]) -> tuple[str, list[int]]:
    plain: list[str] = []
    begins: list[int] = []
    position = 0
    for escape in _ESCAPE.finditer(text):
        character = _character(escape.group())
        plain += text[position : escape.start()], character
        begins += starts[position : escape.start()]
        begins += starts[escape.start() : escape.start() + len(character)]
        position = escape.end()
    plain.append(text[position:])
    begins += starts[position:]
    return "".join(plain), begins


def _character(escape: str) -> str:
    """Return the character that an escape represents."""
    # NUL and what separates bytes in hex represent none, so that UTF-16 and spaced hex read like any other.
    if escape[0] == "&":
        return html.unescape(escape)[:1]
    if escape[0] == "%" or escape[1:2] in ("u", "U", "x", "X"):
        return chr(int(escape[1 if escape[0] == "%" else 2 :], 16)).replace("\0", "")
    return escape[1:]


def _lower(text: str) -> str:
    """Return `text` with A to Z in lower case and nothing else changed, so that no position moves."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def _hyphenated(words: str) -> str:
    """Return text in lower case with a hyphen between words, whatever was there."""
    return re.sub(r"[\s_-]+", "-", words.lower())
