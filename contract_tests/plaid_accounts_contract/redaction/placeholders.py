"""What stands in place of a hidden value: which part of it, and how it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

import attrs

from plaid_accounts_contract.redaction.secrets import Hidden
from plaid_accounts_contract.redaction.unescaping import lower

Case = Literal["same", "upper", "lower", "swapped"]
Form = Literal["plain", "json", "json upper", "percent", "percent upper", "backslash"]

_CASES: Final[tuple[Case, ...]] = ("same", "upper", "lower", "swapped")
_UPPER: Final = {small: small - 32 for small in range(ord("a"), ord("z") + 1)}
_SWAP: Final = {**_UPPER, **{big: big + 32 for big in range(ord("A"), ord("Z") + 1)}}


def recase(text: str, case: Case) -> str:
    """Return `text` with A to Z in another case, all else as it is."""
    if case == "same":
        return text
    return lower(text) if case == "lower" else text.translate(_UPPER if case == "upper" else _SWAP)


def write(text: str, form: Form) -> str:
    """Return `text` with each character escaped in one way."""
    return text if form == "plain" else "".join(_WRITERS[form].format(character, ord(character)) for character in text)


_WRITERS: Final[Mapping[Form, str]] = {
    "plain": "{0}",
    "json": "\\u{1:04x}",
    "json upper": "\\u{1:04X}",
    "percent": "%{1:02x}",
    "percent upper": "%{1:02X}",
    "backslash": "\\{0}",
}


@attrs.frozen
class Part:
    """Neighbouring characters of a value that were written in the same way; `start` and `stop` count from 0."""

    start: int
    stop: int
    case: Case = "same"
    form: Form = "plain"

    def of(self, value: str) -> str:
        """Write this part of `value`."""
        return write(recase(value[self.start : self.stop], self.case), self.form)


@attrs.frozen
class Mark:
    """A part of a hidden value, or the whole.

    `parts` write it again; they are empty where it was written in a way, named by `form`, that they have no word for.
    """

    hidden: Hidden
    start: int
    stop: int
    parts: tuple[Part, ...] = ()
    form: str = ""

    @property
    def placeholder(self) -> str:
        """The name of the value in angle brackets, with how it differs from the value."""
        return f"<{', '.join([self.hidden.name, *self._remarks()])}>"

    def _remarks(self) -> Iterator[str]:
        length = len(self.hidden.value)
        if (self.start, self.stop) != (0, length) and not self.form:
            yield f"characters {self.start + 1} to {self.stop} of {length}"
        cases = {part.case for part in self.parts}
        if cases - {"same"}:
            yield f"{cases.pop()} case" if len(cases) == 1 and "swapped" not in cases else "another case"
        if self.form:
            yield self.form
        elif any(part.form != "plain" for part in self.parts):
            yield "escaped"


def mark(hidden: Hidden, first: int, units: Sequence[str], form: str = "") -> Mark:
    """Return the mark for `units`: what stands in the text for each character of the value from `first` on."""
    stop = first + len(units)
    if form:
        return Mark(hidden, 0, len(hidden.value), form=form)
    plain = "".join(units) == hidden.value[first:stop]
    parts = (Part(first, stop),) if plain else tuple(_parts(hidden.value, first, units))
    written = "".join(part.of(hidden.value) for part in parts)
    return Mark(hidden, first, stop, parts) if written == "".join(units) else Mark(hidden, first, stop, form="encoded")


def _parts(value: str, first: int, units: Sequence[str]) -> Iterator[Part]:
    index = 0
    while index < len(units):
        ways = [_longest(value, first + index, units[index:], form) for form in _WRITERS]
        part = max(ways, key=lambda way: way.stop)
        if part.stop == part.start:
            return
        yield part
        index = part.stop - first


def _longest(value: str, start: int, units: Sequence[str], form: Form) -> Part:
    """Return the longest part from `start` on that is written in this form and in one case."""
    best = Part(start, start, form=form)
    for case in _CASES:
        stop = start
        for unit in units:
            if stop == len(value) or write(recase(value[stop], case), form) != unit:
                break
            stop += 1
        if stop > best.stop:
            best = Part(start, stop, case, form)
    return best
