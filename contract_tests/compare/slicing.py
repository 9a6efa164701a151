"""Plaid's document without what is not asked for: five megabytes of YAML take half a minute to parse, a slice no time.

Lines that are not needed are emptied, so that every other line keeps its number.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

import attrs

_KEY: Final = re.compile(r"""^(?P<indent> *)(?P<quote>["']?)(?P<name>[^\s"'#-][^"'#]*?)(?P=quote) *:(?: |$)""")
_REFERENCE: Final = re.compile(r"#/components/(\w+)/([\w.-]+)")
_ALWAYS: Final = frozenset({"securitySchemes"})
Entry = tuple[str, ...]


@attrs.frozen
class _Block:
    start: int
    end: int
    indent: int


def sliced(text: str, paths: Collection[str], schemas: Collection[str] = ()) -> str:
    """Return the text with only these paths and schemas, and what they refer to; unchanged in another layout."""
    if text.lstrip().startswith("{"):
        return text
    lines = text.splitlines()
    entries = _entries(lines)
    wanted = {entry for entry in entries if entry[0] == "paths" and entry[1] in paths}
    if not wanted:
        return text
    wanted |= {entry for entry in entries if entry[0] == "components" and entry[1] in _ALWAYS}
    wanted |= {("components", "schemas", name) for name in schemas} & entries.keys()
    reached = _reached(lines, entries, wanted)
    dropped = [block for entry, block in entries.items() if entry not in reached]
    for block in dropped:
        lines[block.start : block.end] = [""] * (block.end - block.start)
    return "\n".join(lines) + "\n"


def _entries(lines: list[str]) -> dict[Entry, _Block]:
    """Return each path and each component with the lines that it takes."""
    found: dict[Entry, _Block] = {}
    whole = _Block(0, len(lines), -1)
    for name, block in _children(lines, whole).items():
        if name == "paths":
            found |= {("paths", path): inner for path, inner in _children(lines, block).items()}
        elif name == "components":
            for section, parts in _children(lines, block).items():
                found |= {("components", section, part): inner for part, inner in _children(lines, parts).items()}
    return found


def _children(lines: list[str], block: _Block) -> Mapping[str, _Block]:
    """Return the mapping's keys with their blocks; the first key sets the indent of all."""
    starts = [(found["name"], number, len(found["indent"])) for number, found in _keys(lines, block)]
    indent = next((depth for _, _, depth in starts), 0)
    own = [(name, number) for name, number, depth in starts if depth == indent]
    if not own:
        return {}
    ends = [*(number for _, number in own[1:]), block.end]
    return {name: _Block(number, end, indent) for (name, number), end in zip(own, ends, strict=True)}


def _keys(lines: list[str], block: _Block) -> Iterator[tuple[int, re.Match[str]]]:
    limit: int | None = None
    for number in range(block.start + (block.indent >= 0), block.end):
        line = lines[number]
        depth = len(line) - len(line.lstrip(" "))
        if limit is not None and depth > limit:
            continue
        found = _KEY.match(line)
        if found is not None and depth > block.indent:
            limit = depth
            yield number, found


def _reached(lines: list[str], entries: Mapping[Entry, _Block], wanted: set[Entry]) -> set[Entry]:
    reached: set[Entry] = set()
    waiting = list(wanted)
    while waiting:
        entry = waiting.pop()
        if entry in reached or entry not in entries:
            continue
        reached.add(entry)
        block = entries[entry]
        for line in lines[block.start : block.end]:
            waiting += [("components", section, name) for section, name in _REFERENCE.findall(line)]
    return reached
