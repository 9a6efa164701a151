"""Text with its escapes undone, layer by layer, each character knowing where in the original it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs

LAYERS: Final = 4
"""How many escapings inside one another are undone: percent-encoding within JSON within HTML, and one more."""

_UNIT: Final = re.compile(
    r"""\\u[0-9a-fA-F]{4} | \\x[0-9a-fA-F]{2} | \\[0-7]{3} | \\["\\/'] | %[0-9a-fA-F]{2}
    | &\#[0-9]{1,7};? | &\#[xX][0-9a-fA-F]{1,6};? | &(?:amp|lt|gt|quot|apos); | \x00""",
    re.VERBOSE,
)
_NAMED: Final = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def lower(text: str) -> str:
    """Return `text` with A to Z in lower case and nothing else changed, so that no position moves."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


@attrs.frozen
class Reading:
    """A text after some layers of unescaping.

    Character `n` stands in the original from `starts[n]` to `starts[n + 1]`; without `starts`, nothing was escaped.
    """

    text: str = attrs.field(repr=False)
    lowered: str = attrs.field(repr=False)
    starts: list[int] | None = attrs.field(default=None, repr=False)

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Return where in the original the characters from `begin` to `end` stand."""
        if self.starts is None:
            return begin, end
        return self.starts[begin], self.starts[end]

    def spans(self, begin: int, end: int) -> tuple[int, ...]:
        """Return where in the original each character from `begin` to `end` begins, and where the last one ends."""
        return tuple(range(begin, end + 1)) if self.starts is None else tuple(self.starts[begin : end + 1])


def readings(text: str) -> Iterator[Reading]:
    """Yield `text` as it stands, then with its escapes undone once, twice, and so on while there are any."""
    reading = Reading(text, lower(text))
    yield reading
    for _ in range(LAYERS):
        if _UNIT.search(reading.text) is None:
            return
        reading = _unescaped(reading)
        yield reading


def _unescaped(reading: Reading) -> Reading:
    written: list[str] = []
    starts: list[int] = []
    position = 0
    for unit in _UNIT.finditer(reading.text):
        written.append(reading.text[position : unit.start()])
        starts.extend(range(position, unit.start()))
        position = unit.end()
        meant = _meaning(unit.group())
        if meant:
            written.append(meant)
            starts.append(unit.start())
    written.append(reading.text[position:])
    starts.extend(range(position, len(reading.text) + 1))
    if reading.starts is not None:
        outer = reading.starts
        starts = [outer[start] for start in starts]
    text = "".join(written)
    return Reading(text, lower(text), starts)


def _meaning(unit: str) -> str:
    """Return the character that an escape stands for; a NUL stands for none, so that UTF-16 reads as its letters."""
    if unit[0] == "&" and unit[1] != "#":
        return _NAMED[unit]
    if unit[0] == "\\" and unit[1] in "\"\\/'":
        return unit[1]
    number = _number(unit)
    return chr(number) if 0 < number <= 0x10FFFF else ""


def _number(unit: str) -> int:
    if unit == "\0":
        return 0
    if unit[0] == "%":
        return int(unit[1:], 16)
    if unit[0] == "&":
        digits = unit[2:].rstrip(";")
        return int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return int(unit[2:], 16) if unit[1] in "ux" else int(unit[1:], 8)
