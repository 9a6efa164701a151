"""Checks values against the annotations of their attributes, without the client's own code."""

import datetime
import enum
import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, Union

import attrs


def check(model: Any) -> None:
    """Raise AssertionError, naming the path, if an attribute of a model or of one in it contradicts its type hint."""
    found = [*contradictions(model)]
    assert not found, f"attributes contradict their annotations: {'; '.join(found[:5])}"


def contradictions(model: Any, path: str = "") -> Iterator[str]:
    """Yield every attribute of a model, and of the models in it, whose value contradicts its annotation."""
    cls: Any = type(model)
    for name, hint in _hints(cls).items():
        place = f"{path}.{name}".removeprefix(".")
        try:
            value = getattr(model, name)
        except AttributeError:
            yield f"{place}: annotated as {hint}, but not set"
            continue
        if not holds(value, hint):
            yield f"{place}: annotated as {hint}, is a {type(value).__name__}"
        yield from _inside(value, place)


def attribute(model: Any, path: tuple[str | int, ...]) -> Any:
    """Return the attribute for the JSON at `path`; a reserved name has a trailing underscore."""
    for step in path:
        if isinstance(step, int):
            model = model[step]
        else:
            model = getattr(model, step) if hasattr(model, step) else getattr(model, f"{step}_")
    return model


def holds(value: object, hint: Any) -> bool:
    """Return whether an annotation allows a value; an int is allowed for a float, as by type checkers."""
    origin = typing.get_origin(hint)
    if hint is Any:
        return True
    if origin in (Union, types.UnionType):
        return any(holds(value, member) for member in typing.get_args(hint))
    if origin is Literal:
        return any(type(value) is type(listed) and value == listed for listed in typing.get_args(hint))
    if origin in (list, dict):
        return _holds_each(value, origin, typing.get_args(hint))
    return _is_a(value, hint)


def _holds_each(value: object, origin: type, hints: tuple[Any, ...]) -> bool:
    if type(value) is not origin:
        return False
    if isinstance(value, dict):
        return all(holds(key, hints[0]) and holds(inner, hints[1]) for key, inner in value.items())
    assert isinstance(value, list)
    return all(holds(inner, hints[0]) for inner in value)


def _is_a(value: object, hint: Any) -> bool:
    if hint is None or hint is type(None):
        return value is None
    if hint is float:
        return type(value) in (int, float)
    if hint is datetime.datetime:
        # A date-time of the contract has an offset; a naive one would name no instant.
        return isinstance(value, datetime.datetime) and value.utcoffset() is not None
    if hint in (int, str, bool):
        return type(value) is hint
    if not isinstance(hint, type):
        return False
    # A member of the enum itself, not merely a string that equals one.
    return type(value) is hint if issubclass(hint, enum.Enum) else isinstance(value, hint)


def _inside(value: object, path: str) -> Iterator[str]:
    if attrs.has(type(value)):
        yield from contradictions(value, path)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _inside(inner, f"{path}[{index}]")


@cache
def _hints(cls: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    return {field.name: hints[field.name] for field in attrs.fields(cls)}
