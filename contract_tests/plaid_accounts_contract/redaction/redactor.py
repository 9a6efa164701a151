"""Keeps secrets and ids out of what is shown, by value, in whatever way an exchange writes them.

Found are, in any case of letters: a value as it stands; with any of its characters escaped as in JSON, a URL, HTML or
a string of C, several times over; with NULs between (UTF-16); in base64 at any offset; in hexadecimal. Of credentials,
a beginning of 8 characters and any other part of 12 are found as well, of ids a part of 16 and of half their length;
the environment at the beginning of a token (`access-sandbox-`) is no secret and does not count. A target that
enciphers a value, reverses it or spreads it out is beyond this.

A value that is words of the contract too (a client_id `client_id`, say) is found only where it stands alone, in its own
case and not as the name of a property, and a part of a value that is words of the contract is not found at all: there
is nothing to hide in a word that everybody knows.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import Final

import attrs

from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.redaction.placeholders import Mark, mark
from plaid_accounts_contract.redaction.secrets import Hidden, collect
from plaid_accounts_contract.redaction.unescaping import Reading, lower, readings
from plaid_accounts_contract.settings import Settings

_SEED: Final = 6
_HEAD: Final = 8
_PART: Final = 12
_ID_PART: Final = 16
_WORD: Final = re.compile(r"[A-Za-z_ -]+")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]")
_TOO_SHORT: Final = 4
_HEX: Final = "in hexadecimal"
_LONG: Final = 50_000
_REMEMBERED: Final = 4096


@attrs.frozen
class _Needle:
    """A value as it is searched for; `head` characters at its beginning are known to everybody."""

    hidden: Hidden
    text: str
    lowered: str
    head: int
    common: bool
    words: str

    @property
    def seeds(self) -> Iterator[tuple[int, str]]:
        """Yield pieces of the value with their offsets: one of them stands in every part that is long enough."""
        if self.common or len(self.text) < self.head + _SEED + 1:
            yield 0, self.lowered
            return
        last = len(self.text) - _SEED
        for offset in (*range(self.head, last, _SEED), last):
            yield offset, self.lowered[offset : offset + _SEED]

    def counts(self, begin: int, end: int) -> bool:
        """Whether the characters from `begin` to `end` say enough of the value."""
        if end - begin == len(self.text):
            return True
        if _is_word(self.text[begin:end], self.words):
            return False
        known = end - max(begin, self.head)
        if self.hidden.kind == "id":
            return known >= max(_ID_PART, len(self.text) // 2)
        return known >= (_HEAD if begin <= self.head else _PART)


@attrs.frozen
class _Hit:
    """Where in a text a part of a value stands: `starts[n]` to `starts[n + 1]` for its character `n`."""

    begin: int
    hidden: Hidden
    first: int
    starts: tuple[int, ...]
    form: str = ""

    @property
    def size(self) -> tuple[int, int]:
        return -(len(self.starts) - 1), self.begin


@attrs.frozen(slots=False)
class Redactor:
    """Finds the values of `hidden` in a text; `words` is the text that everybody may read: the contract."""

    hidden: tuple[Hidden, ...] = attrs.field(repr=False)
    words: str = attrs.field(default="", repr=False)
    _needles: tuple[_Needle, ...] = attrs.field(init=False, repr=False)
    _seeds: tuple[tuple[str, int, _Needle], ...] = attrs.field(init=False, repr=False)
    _encoded: tuple[tuple[str, str, Hidden], ...] = attrs.field(init=False, repr=False)
    _known: dict[str, tuple[str | Mark, ...]] = attrs.field(factory=dict, init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Prepare the search; a redactor is made once for a run."""
        words = _joined(self.words)
        needles = tuple(needle for hidden in self.hidden for needle in _needles(hidden, words))
        encoded = (
            (text, form, hidden)
            for hidden in self.hidden
            if not _is_common(hidden.value, words)
            for form, text in _encodings(hidden.value)
        )
        object.__setattr__(self, "_needles", needles)
        object.__setattr__(self, "_seeds", tuple((seed, at, needle) for needle in needles for at, seed in needle.seeds))
        object.__setattr__(self, "_encoded", tuple(encoded))

    @classmethod
    def of(cls, contract: Contract, settings: Settings, test_data: TestData | None = None) -> Redactor:
        """Return the redactor of a run; `subject` is None before the target was asked."""
        return cls(collect(settings, test_data), contract.path.read_text("utf-8"))

    def pieces(self, text: str) -> tuple[str | Mark, ...]:
        """Return `text` in pieces: text that may be shown, and marks for the parts of values that may not."""
        if len(text) > _REMEMBERED:
            return tuple(self._pieces(text))
        if text not in self._known:
            self._known[text] = tuple(self._pieces(text))
        return self._known[text]

    def _pieces(self, text: str) -> Iterator[str | Mark]:
        position = 0
        for hit in self._chosen(text):
            if hit.begin > position:
                yield text[position : hit.begin]
            yield mark(hit.hidden, hit.first, [text[a:b] for a, b in pairwise(hit.starts)], hit.form)
            position = hit.starts[-1]
        if position < len(text):
            yield text[position:]

    def text(self, text: str) -> str:
        """Return `text` with every value replaced by its name in angle brackets."""
        return "".join(piece if isinstance(piece, str) else piece.placeholder for piece in self.pieces(text))

    def bytes(self, data: bytes) -> bytes:
        """Return `data` with every value replaced; bytes that are no UTF-8 stay as they are."""
        return self.text(data.decode("latin-1")).encode("latin-1", "replace")

    def sealed(self, document: str) -> str:
        """Return a finished report, with every value that slipped into it replaced by `[hidden]`.

        Words of the contract are left: they stand there for themselves.
        """
        pieces = self._distinct.pieces(document)
        return "".join(piece if isinstance(piece, str) else "[hidden]" for piece in pieces)

    def leaks(self, document: str) -> list[str]:
        """Name the values that stand in a finished report, words of the contract left out."""
        return sorted({piece.hidden.name for piece in self._distinct.pieces(document) if not isinstance(piece, str)})

    @cached_property
    def _distinct(self) -> Redactor:
        common = {needle.hidden.name for needle in self._needles if needle.common}
        return Redactor(tuple(hidden for hidden in self.hidden if hidden.name not in common), self.words)

    def _chosen(self, text: str) -> list[_Hit]:
        """Return hits that do not overlap, in order: the longest first, of others what is left uncovered."""
        hits = sorted(self._hits(text), key=lambda hit: hit.size)
        covered = bytearray(len(text)) if hits else bytearray()
        chosen: list[_Hit] = []
        for hit in hits:
            for part in _uncovered(hit, covered):
                chosen.append(part)
                covered[part.begin : part.starts[-1]] = b"\1" * (part.starts[-1] - part.begin)
        return sorted(chosen, key=lambda hit: hit.begin)

    def _hits(self, text: str) -> Iterable[_Hit]:
        found: dict[_Hit, None] = {}
        for reading in readings(text):
            occurs = _occurring(reading)
            for seed in [seed for seed in self._seeds if occurs(seed[0])]:
                found.update(dict.fromkeys(_find(*seed, reading)))
            for encoded in [encoded for encoded in self._encoded if occurs(lower(encoded[0]))]:
                found.update(dict.fromkeys(_find_encoded(*encoded, reading)))
        return found


def _occurring(reading: Reading) -> Callable[[str], bool]:
    """Return what says whether a text may occur in a reading; for a long one, by its pieces of the size of a seed."""
    lowered = reading.lowered
    if len(lowered) < _LONG:
        return lambda text: text in lowered
    pieces = {lowered[at : at + _SEED] for at in range(len(lowered))}
    return lambda text: text[:_SEED] in pieces if len(text) >= _SEED else text in lowered


def _needles(hidden: Hidden, words: str) -> Iterator[_Needle]:
    common = _is_common(hidden.value, words)
    variants = {hidden.value: None}
    if not hidden.value.isascii():
        # Bytes are searched as Latin-1, and JSON writes a character beyond the BMP as two.
        variants[hidden.value.encode("utf-8", "surrogatepass").decode("latin-1")] = None
        units = hidden.value.encode("utf-16-le", "surrogatepass")
        variants["".join(chr(low + 256 * high) for low, high in zip(units[::2], units[1::2], strict=True))] = None
    for value in variants:
        yield _Needle(hidden, value, lower(value), hidden.head, common, words)


def _joined(words: str) -> str:
    """Return text in lower case with its words joined by hyphens, however they were joined."""
    return re.sub(r"[\s_-]+", "-", words.lower())


def _is_common(value: str, words: str) -> bool:
    return len(value) < _TOO_SHORT or _is_word(value, words)


def _is_word(text: str, words: str) -> bool:
    return _WORD.fullmatch(text) is not None and _joined(text) in words


def _find(seed: str, offset: int, needle: _Needle, reading: Reading) -> Iterator[_Hit]:
    """Yield what of a value stands around each place where a piece of it, `offset` characters in, stands."""
    at = reading.lowered.find(seed)
    while at >= 0:
        begin, end = _extend(needle.lowered, reading.lowered, at, offset, len(seed))
        first = offset - (at - begin)
        if needle.counts(first, first + end - begin) and (
            not needle.common or _stands_alone(needle, reading, begin, end)
        ):
            yield _Hit(reading.span(begin, begin)[0], needle.hidden, first, reading.spans(begin, end))
        at = reading.lowered.find(seed, at + 1)


def _extend(value: str, text: str, at: int, offset: int, length: int) -> tuple[int, int]:
    begin, end = at, at + length
    while begin > 0 and offset > 0 and text[begin - 1] == value[offset - 1]:
        begin, offset = begin - 1, offset - 1
    offset += end - begin
    while end < len(text) and offset < len(value) and text[end] == value[offset]:
        end, offset = end + 1, offset + 1
    return begin, end


def _stands_alone(needle: _Needle, reading: Reading, begin: int, end: int) -> bool:
    """Whether words of the contract stand here as a value of their own, not within others and not as a name."""
    text = reading.text
    beside = text[begin - 1 : begin] + text[end : end + 1]
    is_part = any(character.isalnum() or character in "_-" for character in beside)
    is_name = text[begin - 1 : begin] == '"' and re.match(r'"\s*:', text[end : end + 20]) is not None
    return text[begin:end] == needle.text and not is_part and not is_name


def _find_encoded(encoded: str, form: str, hidden: Hidden, reading: Reading) -> Iterator[_Hit]:
    text = reading.lowered if form == _HEX else reading.text
    at = text.find(encoded)
    while at >= 0:
        # The characters beside it hold some bits of the value's first and last one.
        begin = at - 1 if _BASE64.fullmatch(text, at - 1, at) else at
        end = at + len(encoded)
        end += 1 if _BASE64.fullmatch(text, end, end + 1) else 0
        yield _Hit(reading.span(begin, begin)[0], hidden, 0, reading.span(begin, end), form)
        at = text.find(encoded, at + 1)


def _encodings(value: str) -> Iterator[tuple[str, str]]:
    """Yield what of the value stands in every base64 and hexadecimal text that has it, whatever stands around it."""
    data = value.encode("utf-8", "surrogatepass")
    yield _HEX, data.hex()
    for shift in range(3):
        padded = base64.b64encode(b"\0" * shift + data).decode("ascii")
        # Characters at the edges also depend on the neighbours.
        begin, end = (shift * 8 + 5) // 6, (shift + len(data)) * 8 // 6
        core = padded[begin:end]
        yield "in base64", core
        if "+" in core or "/" in core:
            yield "in base64", core.replace("+", "-").replace("/", "_")


def _uncovered(hit: _Hit, covered: bytearray) -> Iterator[_Hit]:
    """Yield the parts of `hit` where nothing is covered; an encoded value is one part."""
    run: list[int] = []
    for index, (begin, end) in enumerate(pairwise(hit.starts)):
        free = 1 not in covered[begin:end]
        if free:
            run = run or [index]
            run[1:] = [index + 1]
        if run and (not free or index == len(hit.starts) - 2):
            starts = hit.starts[run[0] : run[1] + 1]
            yield _Hit(starts[0], hit.hidden, hit.first + run[0], starts, hit.form)
            run = []
