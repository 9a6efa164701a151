"""The coverage of the contract drawn as a tree: every response, its properties, and the values that were seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree import ElementTree as ET

import attrs

from plaid_accounts_contract.reports.coverage import Coverage, Property, Shape, Value
from plaid_accounts_contract.reports.markup import Child, element

_FEW: Final = 12


@attrs.define
class Tree:
    """Draws one coverage; what several places share is drawn once and named afterwards."""

    coverage: Coverage
    _drawn: dict[int, str] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        """Keep the body of a response for that response, also where another one refers to it before."""
        for status, shape in reversed(self.coverage.shapes.items()):
            self._drawn[id(shape)] = f"under {status}"

    def draw(self) -> ET.Element:
        """Return the whole tree."""
        return element(
            "ul", *(self._response(status, shape) for status, shape in self.coverage.shapes.items()), class_="tree"
        )

    def _response(self, status: str, shape: Shape) -> ET.Element:
        seen = self.coverage.statuses[status]
        told = element("span", f" {shape.name}, {_times(seen)}", class_="faint" if seen else "unseen")
        codes = [value for value in self.coverage.codes.values() if self._status(value) == status]
        place = f"under {status}"
        own = self._drawn[id(shape)] == place
        below = self._contents(shape, place) if own else [self._elsewhere(shape)]
        if codes:
            below = [*below, _values(codes, "error codes")]
        title = element("summary", element("code", status), told)
        return element("li", element("details", title, *below, open="open"), class_="" if seen else "missed")

    def _status(self, code: Value) -> str:
        return str(self.coverage.contract.error_codes[code.value].status)

    def _contents(self, shape: Shape, place: str) -> list[ET.Element]:
        """Return what stands below a shape: its values, and its properties, drawn here or named."""
        below: list[ET.Element] = []
        shapes = list(_flattened(shape))
        values = [value for one in shapes for value in one.values.values()]
        if values:
            below.append(_values(values, "values"))
        for held in shapes:
            if held is not shape and id(held) in self._drawn and held.properties:
                below.append(self._elsewhere(held))
            elif held.properties:
                self._drawn[id(held)] = place
                below.append(element("ul", *(self._property(one, place) for one in held.properties.values())))
        return below

    def _elsewhere(self, shape: Shape) -> ET.Element:
        return element(
            "span", f" (its properties: see {self._drawn[id(shape)].removeprefix('under ')})", class_="faint"
        )

    def _property(self, one: Property, place: str) -> ET.Element:
        name = element("code", one.name + ("[]" if _is_list(one.shape) else ""))
        below = self._contents(one.shape, f"{place}, {one.name}")
        style = "" if one.seen else "missed"
        if any(part.tag == "ul" for part in below):
            summary = element("summary", name, *_counts(one))
            return element("li", element("details", summary, *below, open="open"), class_=style)
        return element("li", name, *_counts(one), *below, class_=style)


def _flattened(shape: Shape) -> Iterator[Shape]:
    """Yield a shape with its alternatives and items, which all stand in the same line of the tree."""
    yield shape
    for one in (*shape.alternatives, *([shape.items] if shape.items else [])):
        yield from _flattened(one)


def _is_list(shape: Shape) -> bool:
    return shape.items is not None or any(_is_list(one) for one in shape.alternatives)


def _counts(one: Property) -> Iterator[Child]:
    """Say how often a property was seen in each way that the contract allows, and in which it never was."""
    ways = [
        (one.filled, "with a value", True),
        (one.null, "null", one.nullable),
        (one.absent, "left out", not one.required),
    ]
    for index, (number, way, _) in enumerate(way for way in ways if way[0] or way[2]):
        yield "," if index else None
        yield element("span", f" {number} {way}" if number else f" never {way}", class_="faint" if number else "unseen")


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
