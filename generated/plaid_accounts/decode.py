"""Decoding JSON: the checks behind every model's `from_dict`, and the parser behind every call.

A value is accepted by its exact JSON type: a boolean is not a number, and a date-time needs an offset. Numbers stay as the
json module parses them, `int` or `float`; type checkers accept an `int` where `float` is declared. Only for `integer` is
131.0 converted to 131, which is the same number in JSON Schema.
"""

from __future__ import annotations

import datetime
import json
import logging
import math
import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from importlib import import_module
from typing import Any, Final, TypeVar, cast

from .errors import DecodeError, MalformedResponseError
from .types import Deviation, OpenEnum, empty, invalid_properties, layout_of

T = TypeVar("T")
E = TypeVar("E", bound=OpenEnum)

new: Final = object.__new__
"""Creates an instance without calling `__init__`; as a global it is found faster than as an attribute of each class."""

WIDE: Final = 9e18
"""From here on a float of orjson may be an integer that it could not represent; then json parses the body again. The models
contain the number itself, which is faster."""

MAX_NESTING: Final = 100
"""Levels of arrays and objects allowed in a value that the contract leaves open."""

_DATE = r"\d{4}-\d\d-\d\d"
_DATE_TIME = re.compile(_DATE + r"[Tt](?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _orjson() -> Callable[[bytes], Any] | None:
    try:
        loads: Callable[[bytes], Any] = import_module("orjson").loads
    except ImportError:
        return None
    return loads


fast_loads = _orjson()
"""orjson's parser, if the extra `orjson` is installed."""


class _Wide:
    """Notes that a thread met a float from WIDE on, by a new object each time."""

    met = object()


class _Again(threading.local):
    """Whether this thread decodes a body again that it has reported on."""

    active = False


_again = _Again()


def read(content: bytes, decode: Callable[[Any], T]) -> T:
    """Parse JSON text and decode the value.

    Raises:
        MalformedResponseError: The text is not JSON in UTF-8, or is nested too deeply.
        DecodeError: The value has the wrong shape.
    """
    if fast_loads is not None:
        met = _Wide.met
        try:
            result = decode(fast_loads(content))
        except (ValueError, RecursionError, MalformedResponseError):
            pass  # The json module has the last word, so that both parsers give the same values and errors.
        else:
            if _Wide.met is met:
                return result
            _again.active = True
            try:
                return decode(_loads(content))
            finally:
                _again.active = False
    try:
        return decode(_loads(content))
    except RecursionError:
        pass
    raise MalformedResponseError(_TOO_DEEP)


_TOO_DEEP = "the JSON is nested too deeply"


def _loads(content: bytes) -> Any:
    try:
        return _DECODER.decode(content.decode())
    except UnicodeDecodeError as error:
        problem = f"the body is not UTF-8, from byte {error.start} on"
    except json.JSONDecodeError as error:
        problem = f"the body is not JSON, from character {error.pos} on: {error.msg}"
    except RecursionError:
        problem = _TOO_DEEP
    except ValueError as error:
        problem = f"the body is JSON that can't be parsed: {error}"
    # Outside of the handlers, because the errors there contain the whole body.
    raise MalformedResponseError(problem)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def wrong(value: object, expected: str, *path: str) -> DecodeError:
    """Return the error for a value of a type that the contract does not allow."""
    error = DecodeError(path, expected, _found(value))
    error.fatal = type(value) is float and not math.isfinite(value)
    return error


def deviating(
    model: Any,
    error: DecodeError,
    notes: list[DecodeError] | None,
    name: str,
    source: Mapping[str, Any],
    found: dict[str, Any] | None,
) -> dict[str, Any]:
    """Empty the slot of an optional property with an invalid value; return the value with the others `found`.

    Raises:
        DecodeError: The value is not tolerated.
    """
    if notes is None or error.fatal:
        raise error
    notes.append(error)
    empty(model, name)
    return {**(found or {}), name: kept(source[name], name)}


def deviations(value: object) -> list[Deviation]:
    """Return the invalid values of optional properties within a model, in the order of its attributes."""
    return [Deviation(error.path, error.expected, error.found) for error in _invalid(value)]


def _invalid(value: object) -> Iterator[DecodeError]:
    if isinstance(value, list):
        for index, item in enumerate(cast("list[object]", value)):
            yield from (error.within(index) for error in _invalid(item))
        return
    layout = layout_of(value)
    if layout is None:
        return
    for name, attribute in {**layout.needed, **layout.optional}.items():
        yield from (error.within(name) for error in _invalid(getattr(value, attribute)))
    names = invalid_properties(value, layout)
    if names:
        model: Any = value
        kind = cast("Any", type(value))
        source = model.to_dict()
        for name in names:
            # Decoded strictly, without any other optional property, it says what is wrong.
            try:
                kind.from_dict({key: source[key] for key in (*layout.needed, name)}, strict=True)
            except DecodeError as error:
                yield error


_LISTED = 5
"""How many deviations a log record lists."""


def report(name: str, model: object) -> None:
    """Log the deviations of a decoded model, without any value."""
    found = [] if _again.active else deviations(model)
    listed = "; ".join(f"{one.path}: expected {one.expected}, found {one.found}" for one in found[:_LISTED])
    more = f"; and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    if found:
        _LOGGER.warning("%s deviates from the contract, and the attributes are UNSET: %s%s", name, listed, more)


_LOGGER = logging.getLogger(__name__.partition(".")[0])


def missing(error: KeyError) -> DecodeError:
    """Return the error for a missing required property."""
    return DecodeError(error.args, "a value, because it is required", "nothing")


def no_extras(source: Mapping[str, Any], known: frozenset[str]) -> DecodeError:
    """Return the error for a property that a closed object does not define."""
    return DecodeError([next(key for key in source if key not in known)], "no property of this name", "one")


def extras(source: Mapping[str, Any], known: frozenset[str], left: int, found: dict[str, Any] | None) -> dict[str, Any]:
    """Return the properties that the contract does not define, of which `left` are in `source`, with those `found`."""
    found = found or {}
    given: Any = source
    # A single one is most likely new, and so the last.
    for key in reversed(given) if left == 1 else given:
        if key not in known:
            value = given[key]
            if value.__class__ not in _CLOSED:
                _walk(value, MAX_NESTING, (key,))
            found[key] = value
            left -= 1
            if not left:
                break
    return found


def as_object(value: object) -> dict[str, Any]:
    """Return a JSON object given as a mapping other than `dict`."""
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Any]", value))
    raise wrong(value, "an object")


def open_value(enum: type[E], value: object, expected: str, *path: str) -> E:
    """Return a member for a string that the enum does not list."""
    if type(value) is str:
        return enum(value)
    raise wrong(value, expected, *path) from None


def number(value: object, expected: str, *path: str) -> float:
    """Check a number that the models' own check does not accept: a very large float."""
    if type(value) is not float or not math.isfinite(value):
        raise wrong(value, expected, *path)
    _Wide.met = object()
    return value


def integer(value: object, expected: str, *path: str) -> int:
    """Return an integer, which may be written with a decimal point."""
    if type(value) is float and value.is_integer():
        return int(number(value, expected, *path))
    raise wrong(value, expected, *path)


def date_time(value: object, expected: str, *path: str) -> datetime.datetime:
    """Return a date-time of RFC 3339."""
    if type(value) is str:
        try:
            # The usual form needs no pattern: between these characters fromisoformat takes only digits, but 3.14 also hour 24.
            if len(value) == 20 and value[4::3] == "--T::Z" and value[11:13] < "24":
                return _from_iso_format(value)
            if _DATE_TIME.fullmatch(value):
                return _from_iso_format(value.upper())
        except ValueError:
            pass  # 30 February, a leap second, the year 0
    raise wrong(value, expected, *path)


_from_iso_format: Final = datetime.datetime.fromisoformat


def date_time_text(value: datetime.datetime) -> str:
    """Format a date-time by RFC 3339, UTC as Z.

    Raises:
        ValueError: The value has no offset.
    """
    if value.utcoffset() is None:
        raise ValueError("a date-time needs an offset, such as tzinfo=datetime.UTC")
    text = value.isoformat()
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def kept(value: Any, *path: str) -> Any:
    """Return a value that the contract leaves open, if it can be encoded as JSON again."""
    _walk(value, MAX_NESTING, path)
    return value


def _walk(value: Any, levels: int, path: tuple[str, ...]) -> None:
    inner: Collection[Any] = ()
    if value.__class__ is dict:
        inner = value.values()
    elif value.__class__ is list:
        inner = value
    elif value.__class__ is float and not -WIDE < value < WIDE:
        number(value, "a number", *path)
    if levels == 0 and inner:
        error = DecodeError(path, f"at most {MAX_NESTING} levels of arrays and objects", "more")
        error.fatal = True
        raise error
    for item in inner:
        if item.__class__ not in _CLOSED:
            _walk(item, levels - 1, path)


_CLOSED: Final = frozenset((str, int, bool, type(None)))
"""Types whose values contain nothing, and can always be encoded as JSON again."""


def _found(value: object) -> str:
    if type(value) is float and not math.isfinite(value):
        return "a number that is not finite"
    return _NAMES.get(type(value), f"a Python {type(value).__name__}")


_NAMES: Final[dict[type, str]] = {
    type(None): "null",
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}
