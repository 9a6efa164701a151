"""How two shapes differ, place by place; what that means for anybody is said elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

import attrs

from compare.shapes import BOUNDS, ITEM, Place, Shape

Kind = Literal[
    "added", "removed", "required", "optional", "nullable", "not-nullable", "type", "values-added", "values-removed",
    "opened", "closed", "others-allowed", "others-refused", "bound", "text",
]  # fmt: skip


_OF_COMPONENT: Final = ("values-added", "values-removed", "opened", "closed", "others-allowed", "others-refused")
_BOUNDS_OF_COMPONENT: Final = ("not", "if", "then", "else", "x-enum-varnames")


@attrs.frozen(kw_only=True)
class Difference:
    """One thing that is not as it was."""

    kind: Kind
    place: Place
    old: Shape | None
    new: Shape | None
    parent: str | None = None
    """The component that has the property."""
    values: tuple[Any, ...] = ()
    """Listed values that came or went."""
    bound: str = ""
    """The keyword that changed."""
    required: bool = False
    """Whether a property that came or went is required."""

    @property
    def subject(self) -> Shape:
        """The shape to show: the new one, where there is one."""
        shape = self.new or self.old
        assert shape is not None
        return shape

    @property
    def of_component(self) -> bool:
        """Whether it stands in the component, not where that is used."""
        return self.kind in _OF_COMPONENT or self.bound in _BOUNDS_OF_COMPONENT

    @property
    def identity(self) -> tuple[Any, ...]:
        """What is the same wherever a component is used."""
        at = self.subject.origin if self.of_component else self.subject.pointer
        return (self.kind, at, self.values, self.bound)


def compare(old: Shape, new: Shape, place: Place = (), parent: str | None = None) -> Iterator[Difference]:
    """Yield each difference between two shapes and between those below them; `parent` is the component around them."""
    owner = new.name or old.name or parent
    yield from _own(old, new, place, parent or owner)
    for name in [*old.properties, *(name for name in new.properties if name not in old.properties)]:
        yield from _property(name, old, new, (*place, name), owner)
    if old.items is not None and new.items is not None:
        yield from compare(old.items, new.items, (*place, ITEM), owner)


def _property(name: str, old: Shape, new: Shape, place: Place, parent: str | None) -> Iterator[Difference]:
    before, after = old.properties.get(name), new.properties.get(name)
    if before is None or after is None:
        required = name in (old if after is None else new).required
        kind: Kind = "removed" if after is None else "added"
        yield Difference(kind=kind, place=place, old=before, new=after, parent=parent, required=required)
        return
    if (name in old.required) != (name in new.required):
        kind = "required" if name in new.required else "optional"
        yield Difference(kind=kind, place=place, old=before, new=after, parent=parent)
    yield from compare(before, after, place, parent)


def _own(old: Shape, new: Shape, place: Place, parent: str | None) -> Iterator[Difference]:
    def found(kind: Kind, **rest: Any) -> Difference:
        return Difference(kind=kind, place=place, old=old, new=new, parent=parent, **rest)

    if old.nullable != new.nullable:
        yield found("nullable" if new.nullable else "not-nullable")
    if old.types - {"null"} != new.types - {"null"}:
        # What restricts values of another type is no difference of its own.
        yield found("type")
    else:
        yield from _values(old, new, found)
        if old.others != new.others:
            yield found("others-allowed" if new.others else "others-refused")
        yield from (found("bound", bound=bound) for bound in BOUNDS if old.bounds.get(bound) != new.bounds.get(bound))
    if old.texts != new.texts:
        yield found("text")


def _values(old: Shape, new: Shape, found: Any) -> Iterator[Difference]:
    if old.values is None or new.values is None:
        if old.values is not new.values:
            yield found("opened" if new.values is None else "closed")
        return
    came = tuple(value for value in new.values if value not in old.values)
    went = tuple(value for value in old.values if value not in new.values)
    if came:
        yield found("values-added", values=came)
    if went:
        yield found("values-removed", values=went)
