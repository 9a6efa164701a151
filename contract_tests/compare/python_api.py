"""What changes in the client for who writes code with it: griffe's comparison, and the annotations it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs
import griffe

from compare.clients import PACKAGE

GONE: Final = griffe.BreakageKind.OBJECT_REMOVED.value.lower()
"""What is said of a thing that is not there any more."""
# How the client works inside; nobody imports from here.
_INTERNAL: Final = frozenset({"configuration", "connections", "decode", "exchange"})
# Values, not what can be called and how.
_UNTOLD: Final = frozenset({griffe.BreakageKind.ATTRIBUTE_CHANGED_VALUE})


@attrs.frozen
class Break:
    """Something in the client's interface that code written for the old one may not survive."""

    path: str
    """The name within the package, such as `models.account.Account.name`."""
    said: str
    parameter: str = ""

    @property
    def words(self) -> frozenset[str]:
        """The parts of its name, as properties of the contract are spelt."""
        return frozenset(_spelt(part) for part in (*self.path.split("."), self.parameter) if part)


def breaks(old: Path, new: Path) -> list[Break]:
    """Return what the client in `new` breaks of the one in `old`; both are folders with the package."""
    before, after = (_load(folder) for folder in (old, new))
    found = list(dict.fromkeys([*_breakages(before, after), *_annotations(before, after)]))
    paths = [item.path for item in found]
    # A module that goes is told by what goes with it.
    return [item for item in found if not any(path.startswith(f"{item.path}.") for path in paths)]


def spelt(name: str) -> str:
    """Spell the name of a property or listed value as the words of a break are."""
    return _spelt(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name))


def _spelt(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.lower())


def _load(folder: Path) -> griffe.Module:
    loaded = griffe.load(PACKAGE, search_paths=[str(folder)], try_relative_path=False, allow_inspection=False)
    assert isinstance(loaded, griffe.Module)
    return loaded


def _breakages(before: griffe.Module, after: griffe.Module) -> Iterator[Break]:
    for breakage in griffe.find_breaking_changes(before, after):
        path = breakage.obj.canonical_path.removeprefix(f"{PACKAGE}.")
        if breakage.kind in _UNTOLD or path.split(".")[0] in _INTERNAL:
            continue
        value = breakage.new_value if breakage.old_value is None else breakage.old_value
        parameter = value.name if isinstance(value, griffe.Parameter) else ""
        yield Break(path, breakage.kind.value.lower() + (f": {parameter}" if parameter else ""), parameter)


def _annotations(before: griffe.Module, after: griffe.Module) -> Iterator[Break]:
    """Yield each attribute of a model that may hold what it could not, and each argument that takes less."""
    for path, old in _members(before, ""):
        if path.split(".")[0] in _INTERNAL:
            continue
        new = _at(after, path)
        if isinstance(old, griffe.Attribute) and isinstance(new, griffe.Attribute) and path.startswith("models."):
            was, now = _union(old.annotation), _union(new.annotation)
            if now - was:
                yield Break(path, f"is annotated {_text(new.annotation)}, was {_text(old.annotation)}")
        elif isinstance(old, griffe.Function) and isinstance(new, griffe.Function) and not old.name.startswith("_"):
            yield from _parameters(path, old, new)


def _parameters(path: str, old: griffe.Function, new: griffe.Function) -> Iterator[Break]:
    for parameter in old.parameters:
        now = next((entry for entry in new.parameters if entry.name == parameter.name), None)
        if now is not None and _union(parameter.annotation) - _union(now.annotation):
            said = f"takes {parameter.name}: {_text(now.annotation)}, took {_text(parameter.annotation)}"
            yield Break(path, said, parameter.name)


def _members(owner: griffe.Object | griffe.Alias, path: str) -> Iterator[tuple[str, griffe.Object]]:
    for name, member in owner.members.items():
        if member.is_alias or not isinstance(member, griffe.Object):
            continue
        inner = f"{path}.{name}".removeprefix(".")
        if member.is_module or member.is_class:
            yield from _members(member, inner)
        else:
            yield inner, member


def _at(owner: griffe.Module, path: str) -> griffe.Object | griffe.Alias | None:
    try:
        found: griffe.Object | griffe.Alias = owner[path]
    except KeyError:
        return None
    return found


def _union(annotation: object) -> frozenset[str]:
    return frozenset(part.strip() for part in _text(annotation).split(" | "))


def _text(annotation: object) -> str:
    return "" if annotation is None else str(annotation)
