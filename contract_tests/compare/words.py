"""Names and sentences for what differs between two contracts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from compare.differences import Difference, Kind
from compare.findings import Section
from compare.shapes import ANY, ITEM, Shape

_ARTICLES: Final = {"array": "an array", "integer": "an integer", "object": "an object"}
_SECTIONS: Final[dict[Kind, Section]] = {
    "added": "Added", "values-added": "Added", "removed": "Removed", "values-removed": "Removed",
}  # fmt: skip
# In answers, and in requests.
_SAID: Final[dict[Kind, tuple[str, str]]] = {
    "required": ("is always there", "has to be given"),
    "optional": ("may be left out", "may be left out"),
    "nullable": ("may be null", "may be null"),
    "not-nullable": ("is never null", "may not be null"),
    "opened": ("may be any string", "may be any string"),
    "closed": ("is one of a list", "has to be one of a list"),
    "others-allowed": ("may have further properties", "may have further properties"),
    "others-refused": ("has no further properties", "may have no further properties"),
}


def name(difference: Difference) -> str:
    """Name what differs as the client's documentation does: `Account.name`."""
    if difference.of_component and difference.subject.name:
        return difference.subject.name
    steps = [step for step in difference.place if step != ITEM]
    items = "[]" * (len(difference.place) - len(steps)) if difference.place[-1:] == (ITEM,) else ""
    own = f"{steps[-1]}{items[:2]}" if steps else ""
    return ".".join(part for part in (difference.parent, own) if part) or "the body"


def names(difference: Difference) -> tuple[str, ...]:
    """Return words of which a changelog's entry for this has one."""
    steps = [step for step in difference.place if step != ITEM]
    return tuple(dict.fromkeys([*map(str, difference.values), *steps[-1:], *([] if steps else [name(difference)])]))


def section(difference: Difference) -> Section:
    """Return the section of the changelog."""
    return _SECTIONS.get(difference.kind, "Changed")


def listed(values: Sequence[Any]) -> str:
    """List values as code."""
    shown = [f"`{value}`" if value != "" else "the empty string" for value in values]
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)


def counted(count: int, what: str) -> str:
    """Name a number of things."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def kind_of(shape: Shape) -> str:
    """Say what a shape allows, in few words."""
    if shape.types == ANY:
        return "anything"
    words = [_kind(shape, kind) for kind in sorted(shape.types - {"null"})] + ["null"] * shape.nullable
    return " or ".join(words) if words else "nothing"


def sentence(difference: Difference, *, request: bool) -> str:
    """Return the sentence for the changelog."""
    subject = f"`{name(difference)}`"
    old, new = difference.old, difference.new
    if difference.kind in ("added", "removed"):
        kind = f", {kind_of(new)}{_given(difference, request=request)}" if new is not None else ""
        return f"{subject}{' of requests' if request else ''}{kind}."
    if difference.values:
        return f"{subject}: the {'values' if len(difference.values) > 1 else 'value'} {listed(difference.values)}."
    said = _SAID.get(difference.kind)
    if said is not None:
        return f"{subject} {said[request]}."
    assert old is not None
    assert new is not None
    return _changed(difference, subject, old, new)


def _changed(difference: Difference, subject: str, old: Shape, new: Shape) -> str:
    if difference.kind == "type":
        return f"{subject} is {kind_of(new)}, no longer {kind_of(old)}."
    if difference.bound in ("not", "if", "then", "else", "x-enum-varnames"):
        return f"{subject}: another `{difference.bound}`."
    before, after = (shape.bounds.get(difference.bound) for shape in (old, new))
    if after is None:
        return f"{subject} has no `{difference.bound}` any more (it was `{_json(before)}`)."
    was = "" if before is None else f" instead of `{_json(before)}`"
    return f"{subject} has the `{difference.bound}` `{_json(after)}`{was}."


def _given(difference: Difference, *, request: bool) -> str:
    if difference.required:
        return "; it has to be given" if request else ""
    return "; it may be left out"


def _kind(shape: Shape, kind: str) -> str:
    if shape.values is not None and kind == "string":
        return f"one of the values of `{shape.name}`" if shape.name else "one of a list"
    if kind == "object" and shape.name:
        return f"`{shape.name}`"
    if kind == "array" and shape.items is not None:
        return f"an array, each item {kind_of(shape.items)}"
    if kind == "string" and shape.bounds.get("format") in ("date-time", "date", "uuid"):
        return f"a {shape.bounds['format']}"
    return _ARTICLES.get(kind, f"a {kind}")


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
