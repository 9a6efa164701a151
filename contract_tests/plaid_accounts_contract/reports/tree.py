"""The coverage of the contract drawn as a tree: every response, its properties, and the values that were seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree import ElementTree as ET

import attrs

from plaid_accounts_contract.coverage import Coverage, Property, Shape, Value
from plaid_accounts_contract.reports.markup import element

_FEW: Final = 12


@attrs.define
class Tree:
    """Draws one coverage; what several places share is drawn once and named afterwards."""

    coverage: Coverage
    _drawn: dict[int, str] = attrs.field(factory=dict, init=False)

    def draw(self) -> ET.Element:
        """Return the whole tree."""
        return element(
            "ul", *(self._response(status, shape) for status, shape in self.coverage.shapes.items()), class_="tree"
        )

    def _response(self, status: str, shape: Shape) -> ET.Element:
        seen = self.coverage.statuses[status]
        told = element("span", f" {shape.name}, {_times(seen)}", class_="faint" if seen else "unseen")
        codes = [value for value in self.coverage.codes.values() if self._status(value) == status]
        below: list[ET.Element | str] = [*self._below(shape, f"under {status}")]
        if codes:
            below.append(_values(codes, "error codes"))
        title = element("summary", element("code", status), told)
        return element("li", element("details", title, *below, open="open"), class_="" if seen else "missed")

    def _status(self, code: Value) -> str:
        return str(self.coverage.contract.error_codes[code.value].status)

    def _below(self, shape: Shape, place: str) -> Iterator[ET.Element | str]:
        """Yield what stands below a shape: its values, its properties, those of its items and alternatives."""
        shapes = list(_flattened(shape))
        values = [value for one in shapes for value in one.values.values()]
        if values:
            yield _values(values, "values")
        properties = [(one, held) for held in shapes for one in held.properties.values()]
        known = next((self._drawn[id(held)] for _, held in properties if id(held) in self._drawn), None)
        if known is not None:
            yield element("span", f" properties as {known}", class_="faint")
            return
        self._drawn.update({id(held): place for _, held in properties})
        if properties:
            yield element("ul", *(self._property(one, place) for one, _ in properties))

    def _property(self, one: Property, place: str) -> ET.Element:
        name = element("code", one.name + ("[]" if _is_list(one.shape) else ""))
        told = element("span", f" {_counts(one)}", class_="faint" if one.seen else "unseen")
        below = list(self._below(one.shape, f"{place}, {one.name}"))
        style = "" if one.seen else "missed"
        if any(isinstance(part, ET.Element) and part.tag == "ul" for part in below):
            return element("li", element("details", element("summary", name, told), *below, open="open"), class_=style)
        return element("li", name, told, *below, class_=style)


def _flattened(shape: Shape) -> Iterator[Shape]:
    """Yield a shape with its alternatives and items, which all stand in the same line of the tree."""
    yield shape
    for one in (*shape.alternatives, *([shape.items] if shape.items else [])):
        yield from _flattened(one)


def _is_list(shape: Shape) -> bool:
    return shape.items is not None or any(_is_list(one) for one in shape.alternatives)


def _counts(one: Property) -> str:
    """Say how often a property was seen in each way that the contract allows."""
    ways = [f"with a value {one.filled}"]
    if one.nullable or one.null:
        ways.append(f"null {one.null}")
    if not one.required or one.absent:
        ways.append(f"left out {one.absent}")
    return ", ".join(ways) if one.seen or one.absent else "not seen"


def _values(values: Iterable[Value], what: str) -> ET.Element:
    listed = list(values)
    seen = sum(value.seen > 0 for value in listed)
    title = element("summary", element("span", f" {seen} of {len(listed)} {what}", class_="faint"))
    chips = (
        element("li", value.value or '""', title=_times(value.seen), class_="" if value.seen else "missed")
        for value in listed
    )
    some = {"open": "open"} if len(listed) <= _FEW else {}
    return element("details", title, element("ul", *chips, class_="values"), **some)


def _times(number: int) -> str:
    return "not seen" if not number else "seen once" if number == 1 else f"seen {number} times"
