"""How each keyword of a schema is broken: a name for the way, a sentence about it, and what becomes of a value."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mutation.server_faults.derived.places import MISSING, Json
from mutation.server_faults.derived.schemas import KINDS

Change = Callable[[Json], Json]

_SAMPLES: Final[Mapping[str, Json]] = {
    "null": None,
    "boolean": True,
    "integer": 1,
    "number": 1.5,
    "string": "XXX",
    "array": [],
    "object": {},
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to break a keyword. `says` completes a sentence that begins with the place."""

    name: str
    says: str
    change: Change = field(repr=False)


def of_another_type(allowed: set[str]) -> Iterator[Way]:
    """Yield a way for every JSON type that is not allowed."""
    for kind in KINDS:
        if kind not in allowed:
            name = "fraction" if kind == "number" and "integer" in allowed else kind
            yield Way(f"type-{name}", f"is of type {name}", _Conversion(kind))


@dataclass(frozen=True, slots=True)
class _Conversion:
    kind: str

    def __call__(self, value: Json) -> Json:
        known = value is not MISSING and value is not None
        if self.kind == "string" and known:
            return value if isinstance(value, str) else json.dumps(value)
        if self.kind == "integer" and isinstance(value, str) and value.isdecimal():
            return int(value)
        if self.kind == "array" and known:
            # An array of pairs stands for an object, a list of one for anything else.
            return list(value.items()) if isinstance(value, dict) else [value]
        if self.kind == "object" and known:
            return dict(enumerate(map(str, value))) if isinstance(value, list) else {"value": value}
        return _SAMPLES[self.kind]


def near_misses(value: str, own: list[str], siblings: list[str]) -> Iterator[Way]:
    """Yield ways in which a listed value is almost said: in another case, with a space, as a value of another list."""
    misses = {"case": value.swapcase(), "space": f"{value} "}
    foreign = [entry for entry in siblings if entry not in own]
    if foreign:
        misses["sibling"] = foreign[own.index(value) % len(foreign)]
    for name, miss in misses.items():
        if miss not in own:
            yield Way(f"{name}-{value}", f"is {miss!r} in place of {value!r}", _Replacement(value, miss))


@dataclass(frozen=True, slots=True)
class _Replacement:
    value: str
    by: str

    def __call__(self, value: Json) -> Json:
        return self.by if value == self.value else value


def always(way: Way, value: str) -> Way:
    """Give a way that puts in place of anything what `way` puts in place of `value`."""
    return Way(way.name, way.says, lambda _: way.change(value))


def against_pattern(pattern: str, texts: list[str]) -> Iterator[Way]:
    """Yield ways in which one of `texts`, which fit a pattern, is turned into one that does not."""
    changes: Mapping[str, Callable[[str], str]] = {
        "lower-case": str.lower,
        "upper-case": str.upper,
        "shorter": lambda text: text[:1],
        "longer": lambda text: text * 3,
        "space-after": lambda text: f"{text} ",
        "line-break-after": lambda text: f"{text}\n",
        "masked": lambda text: f"••{text[-2:]}",
        "empty": lambda _: "",
    }
    # `$` is the very end in ECMA 262, and comes before a line break too in Python.
    strict = re.compile(pattern.replace("$", r"\Z"))
    for name, change in changes.items():
        if any(strict.search(text) and not strict.search(change(text)) for text in texts):
            yield Way(f"pattern-{name}", f"is {name.replace('-', ' ')}", _Unfitting(strict, change))


@dataclass(frozen=True, slots=True)
class _Unfitting:
    pattern: re.Pattern[str]
    change: Callable[[str], str]

    def __call__(self, value: Json) -> Json:
        return self.change(value) if isinstance(value, str) and self.pattern.search(value) else value


def against_date_time() -> Iterator[Way]:
    """Yield ways in which a time is written that RFC 3339 does not allow."""
    changes: Mapping[str, Callable[[str], str]] = {
        "no-offset": lambda text: re.sub(r"(Z|[+-]\d\d:\d\d)$", "", text),
        "date-only": lambda text: text[:10],
        "space-for-T": lambda text: text.replace("T", " "),
        "offset-without-colon": lambda text: re.sub(r"(Z|[+-]\d\d:\d\d)$", "+0000", text),
        "no-seconds": lambda text: text[:16] + "Z",
        "month-13": lambda text: f"{text[:5]}13{text[7:]}",
        "hour-24": lambda text: f"{text[:11]}24{text[13:]}",
        "day-first": lambda text: f"{text[8:10]}/{text[5:7]}/{text[:4]}",
        "epoch": lambda _: "1793344509",
    }
    for name, change in changes.items():
        yield Way(f"date-time-{name}", f"is a time with {name.replace('-', ' ')}", _text(change))


def against_date() -> Iterator[Way]:
    """Yield ways in which a day is written that RFC 3339 does not allow."""
    changes: Mapping[str, Callable[[str], str]] = {
        "with-time": lambda text: f"{text}T00:00:00Z",
        "slashes": lambda text: text.replace("-", "/"),
        "month-13": lambda text: f"{text[:5]}13{text[7:]}",
        "day-first": lambda text: f"{text[8:10]}-{text[5:7]}-{text[:4]}",
    }
    for name, change in changes.items():
        yield Way(f"date-{name}", f"is a date with {name.replace('-', ' ')}", _text(change))


def below_length(length: int) -> Iterator[Way]:
    """Yield the way in which a text is one character too short."""
    yield Way("too-short", f"has {length - 1} characters", lambda _: "x" * (length - 1))


def above_length(length: int) -> Iterator[Way]:
    """Yield the way in which a text is one character too long."""
    yield Way("too-long", f"has {length + 1} characters", lambda _: "x" * (length + 1))


def below(minimum: float) -> Iterator[Way]:
    """Yield the way in which a number is too small by one."""
    yield Way(f"below-{minimum:g}", f"is {minimum - 1:g}", lambda _: minimum - 1)


def above(maximum: float) -> Iterator[Way]:
    """Yield the way in which a number is too large by one."""
    yield Way(f"above-{maximum:g}", f"is {maximum + 1:g}", lambda _: maximum + 1)


def satisfying(schema: Mapping[str, Any]) -> Iterator[Way]:
    """Yield the way in which a value fits a schema that it must not fit."""
    yield Way("forbidden", "is as it must not be", lambda value: _satisfy(schema, value))


def _satisfy(schema: Mapping[str, Any], value: Json) -> Json:
    if "const" in schema:
        return schema["const"]
    if "type" in schema and not _is(value, str(schema["type"])):
        value = _SAMPLES[str(schema["type"])]
    needed = [*schema.get("required", ()), *schema.get("properties", {})]
    if not needed or not isinstance(value, dict):
        return value
    inner = {name: _satisfy(schema.get("properties", {}).get(name, {}), value.get(name)) for name in needed}
    return {**value, **inner}


def _is(value: Json, kind: str) -> bool:
    if kind == "null":
        return value is None
    return isinstance(value, dict if kind == "object" else type(_SAMPLES[kind])) and value is not None


def _text(change: Callable[[str], str]) -> Change:
    return lambda value: change(value) if isinstance(value, str) else value
