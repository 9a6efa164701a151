"""How two schemas differ, place by place, and what a changelog calls each difference."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import attrs
import yaml

from compare.schemas import ANY, CONSTRAINTS, DEPRECATED, Schema
from plaid_accounts_contract.generation import bodies
from plaid_accounts_contract.generation.bodies import EACH

Kind = Literal[
    "added", "removed", "required", "optional", "nullable", "not-nullable", "type", "values-added", "values-removed",
    "opened", "closed", "others-allowed", "others-refused", "constraint", "deprecated", "undeprecated", "text",
]  # fmt: skip
Section = Literal["Added", "Changed", "Deprecated", "Removed"]
"""A section of the changelog."""

VARNAMES: Final = "x-enum-varnames"
IGNORED: Final = ("default", VARNAMES)
"""Keywords that restrict nothing."""
_OF_COMPONENT: Final = ("values-added", "values-removed", "opened", "closed", "others-allowed", "others-refused")
_CONSTRAINTS_OF_COMPONENT: Final = ("not", "if", "then", "else", VARNAMES, "x-deprecated-values")
KINDS: Final[dict[Kind, dict[str, str]]] = yaml.safe_load(Path(__file__).with_name("kinds.yaml").read_text("utf-8"))
"""What is said of each kind."""


@attrs.frozen(kw_only=True)
class Difference:
    """One difference between an old and a new schema."""

    kind: Kind
    place: bodies.Path
    old: Schema | None
    new: Schema | None
    parent: str | None = None
    """The component that has the property."""
    values: tuple[Any, ...] = ()
    """Members of an enum that were added, removed or deprecated."""
    keyword: str = ""
    """The constraint that changed."""
    required: bool = False
    """Whether a property that was added or removed is required."""

    @property
    def shown(self) -> Schema:
        """The schema to show: the new one, where there is one."""
        schema = self.new or self.old
        assert schema is not None
        return schema

    @property
    def of_component(self) -> bool:
        """Whether it is a difference of the component, not of the place where that is used."""
        return self.kind in _OF_COMPONENT or self.keyword in _CONSTRAINTS_OF_COMPONENT

    @property
    def pointer(self) -> tuple[str | int, ...]:
        """Where it was written."""
        return self.shown.origin if self.of_component else self.shown.pointer

    @property
    def narrows(self) -> bool:
        """Whether it can exclude a value that was allowed."""
        if self.kind != "constraint":
            return self.kind in ("required", "not-nullable", "values-removed", "type", "closed", "others-refused")
        before, after = (schema.constraints.get(self.keyword) if schema else None for schema in (self.old, self.new))
        if after is None or after is False or self.keyword in IGNORED:
            return False
        if before is None or not isinstance(after, (int, float)):
            return True
        return bool(after < before if "max" in self.keyword.lower() else after > before)

    @property
    def name(self) -> str:
        """The name as the client's documentation has it: `Account.name`."""
        if self.of_component and self.shown.name:
            return self.shown.name
        steps = [step for step in self.place if step != EACH]
        own = f"{steps[-1]}{EACH if self.place[-1] == EACH else ''}" if steps else ""
        return ".".join(part for part in (self.parent, own) if part) or "the body"

    @property
    def names(self) -> tuple[str, ...]:
        """Words of which a changelog entry has at least one."""
        steps = [step for step in self.place if step != EACH]
        return tuple(map(str, self.values)) or (*steps[-1:], *([] if steps else [self.name]))

    def sentence(self, *, request: bool) -> str:
        """Return the sentence for the changelog."""
        name, old, new = f"`{self.name}`", self.old, self.new
        if old is None or new is None:
            presence = "; it may be left out" if not self.required else "; it is required" if request else ""
            type_ = f", {described(new)}{presence}" if new else ""
            return f"{name}{' of requests' if request else ''}{type_}."
        if self.values:
            plural, end = len(self.values) > 1, "."
            if self.kind not in ("values-added", "values-removed"):
                end = f" {'are' if plural else 'is'} {'' if self.kind == 'deprecated' else 'no longer '}deprecated."
            return f"{name}: the {'values' if plural else 'value'} {listed(self.values)}{end}"
        if said := KINDS[self.kind].get("sentence"):
            return f"{name} {KINDS[self.kind].get('request', said) if request else said}."
        if self.kind == "type":
            return f"{name} is {described(new)}, no longer {described(old)}."
        return f"{name}{self._constraint(old, new)}."

    def _constraint(self, old: Schema, new: Schema) -> str:
        if self.keyword in _CONSTRAINTS_OF_COMPONENT:
            return f": another `{self.keyword}`"
        before, after = (_json(schema.constraints.get(self.keyword)) for schema in (old, new))
        if after is None:
            return f" no longer has a `{self.keyword}` (it was `{before}`)"
        return f" has the `{self.keyword}` `{after}`{'' if before is None else f' instead of `{before}`'}"


def compare(old: Schema, new: Schema, place: bodies.Path = (), parent: str | None = None) -> Iterator[Difference]:
    """Yield each difference between two schemas and those below; `parent` is the component around them."""
    owner = new.name or old.name or parent
    yield from _own(old, new, place, parent or owner)
    for name in [*old.properties, *(name for name in new.properties if name not in old.properties)]:
        yield from _property(name, old, new, (*place, name), owner)
    if old.items is not None and new.items is not None:
        yield from compare(old.items, new.items, (*place, EACH), owner)


def _property(name: str, old: Schema, new: Schema, place: bodies.Path, parent: str | None) -> Iterator[Difference]:
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


def _own(old: Schema, new: Schema, place: bodies.Path, parent: str | None) -> Iterator[Difference]:
    def found(kind: Kind, **rest: Any) -> Difference:
        return Difference(kind=kind, place=place, old=old, new=new, parent=parent, **rest)

    if old.nullable != new.nullable:
        yield found("nullable" if new.nullable else "not-nullable")
    if old.types - {"null"} != new.types - {"null"}:
        # Constraints on values of another type are not differences of their own.
        yield found("type")
    else:
        yield from _values(old, new, found)
        if old.additional != new.additional:
            yield found("others-allowed" if new.additional else "others-refused")
        for keyword in CONSTRAINTS:
            before, after = old.constraints.get(keyword), new.constraints.get(keyword)
            if before != after and keyword not in DEPRECATED:
                yield found("constraint", keyword=keyword)
            elif before != after:
                yield from _deprecations(before or (), after or (), partial(found, keyword=keyword))
    if old.texts != new.texts:
        yield found("text")


def _deprecations(before: Any, after: Any, found: Callable[..., Difference]) -> Iterator[Difference]:
    for kind, more, less in (("deprecated", after, before), ("undeprecated", before, after)):
        values = () if more is True else tuple(value for value in more if value not in less)
        if values or more is True:
            yield found(kind, values=values)


def _values(old: Schema, new: Schema, found: Callable[..., Difference]) -> Iterator[Difference]:
    before, after = old.values, new.values
    if before is None or after is None:
        if before is not after:
            yield found("opened" if after is None else "closed")
        return
    if added := tuple(value for value in after if value not in before):
        yield found("values-added", values=added)
    if removed := tuple(value for value in before if value not in after):
        yield found("values-removed", values=removed)


def described(schema: Schema) -> str:
    """Describe in few words what a schema allows: `a date or null`."""
    if schema.types == ANY:
        return "anything"
    types = [_described(schema, name) for name in sorted(schema.types - {"null"})] + ["null"] * schema.nullable
    return " or ".join(types) or "nothing"


def _described(schema: Schema, type_: str) -> str:
    if schema.values is not None and type_ == "string":
        return f"one of the values of `{schema.name}`" if schema.name else "one of a list"
    if schema.name and type_ == "object":
        return f"`{schema.name}`"
    if schema.items is not None and type_ == "array":
        return f"an array, each item {described(schema.items)}"
    form = schema.constraints.get("format")
    if type_ == "string" and form in ("date-time", "date", "uuid"):
        return f"a {form}"
    return f"{'an' if type_[0] in 'aio' else 'a'} {type_}"


def listed(values: Sequence[Any]) -> str:
    """List values as code."""
    shown = [f"`{value}`" if value != "" else "the empty string" for value in values]
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)


def _json(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)
