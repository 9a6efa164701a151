"""Compares JSON by the contract, without the client's own code, and copies values in every way that Python has."""

import copy
import datetime
import pickle
import re
from collections.abc import Iterator
from typing import Any, Final, TypeVar

from plaid_accounts_contract.client import documents
from plaid_accounts_contract.client.documents import Node

_DATE_TIME: Final = re.compile(r"(.{10})[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))")
_BEGINNING: Final = datetime.datetime.min  # noqa: DTZ901 - offsets are added by hand, as a date-time of year 1 needs
_MICROSECOND: Final = datetime.timedelta(microseconds=1)


def check(name: str, sent: object, given: object) -> None:
    """Check that a model encodes to the JSON it was decoded from; raise AssertionError, naming the paths, if not."""
    found = differences(name, sent, given)
    assert not found, f"{name} is given back as another: {'; '.join(found[:5])}"


def differences(name: str, sent: object, given: object) -> list[str]:
    """Return the JSON paths at which the two differ in meaning, by the schema `name` of the contract."""
    return list(_differences([documents.schemas()[name]], sent, given, ""))


def _differences(schemas: list[Node], sent: object, given: object, path: str) -> Iterator[str]:
    here = [inner for schema in schemas for inner in documents.alternatives(schema)]
    if isinstance(sent, dict) and isinstance(given, dict):
        for name in sorted(sent.keys() | given.keys()):
            inner = [schema["properties"][name] for schema in here if name in schema.get("properties", {})]
            place = f"{path}.{name}".removeprefix(".")
            if name not in given or name not in sent:
                yield f"{place}: {'lost' if name in sent else 'added'}"
            else:
                yield from _differences(inner, sent[name], given[name], place)
    elif isinstance(sent, list) and isinstance(given, list) and len(sent) == len(given):
        items = [schema["items"] for schema in here if schema.get("items")]
        for index, pair in enumerate(zip(sent, given, strict=True)):
            yield from _differences(items, *pair, f"{path}[{index}]")
    elif not _same(here, sent, given):
        yield f"{path}: received {sent!r}, encoded as {given!r}"


def _same(schemas: list[Node], sent: Any, given: Any) -> bool:
    if any(schema.get("format") == "date-time" for schema in schemas) and isinstance(sent, str):
        return isinstance(given, str) and instant(sent) == instant(given)
    if any(schema.get("type") == "integer" for schema in schemas) and type(sent) is float:
        # 131.0 is an integer to JSON Schema, and an attribute annotated as int must be one.
        return type(given) is int and given == sent
    return type(sent) is type(given) and bool(sent == given)


def instant(text: str) -> int:
    """Return the microseconds of a date-time since the year 1; finer fractions are truncated, as in Python's datetime.

    Raises:
        ValueError: it is no date-time with offset.
    """
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"no date-time with offset: {text!r}")
    day, time, fraction, sign, hours, minutes = found.groups()
    local = datetime.datetime.fromisoformat(f"{day}T{time}") - _BEGINNING
    offset = datetime.timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    return (local - offset) // _MICROSECOND + int((fraction or "0")[:6].ljust(6, "0"))


T = TypeVar("T")

_PROTOCOLS: Final = range(2, pickle.HIGHEST_PROTOCOL + 1)


def copies(value: T) -> list[T]:
    """Return a copy, a deep copy, and one unpickled from each protocol; raise AssertionError if one can't be made."""
    try:
        unpickled = [pickle.loads(pickle.dumps(value, protocol)) for protocol in _PROTOCOLS]  # noqa: S301 - pickled here
        return [copy.copy(value), copy.deepcopy(value), *unpickled]
    except (AttributeError, TypeError, pickle.PicklingError) as error:
        msg = f"a {type(value).__name__} cannot be copied: {error}"
        raise AssertionError(msg) from error
