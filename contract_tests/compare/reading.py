"""Lets a client read the answers of another contract, as it reads what comes over a wire."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import attrs
import httpx

from compare import cases
from compare.calling import Call, Event
from compare.cases import ABSENT, Case
from compare.shapes import ITEM, Place, Shape, written

# What is wrong in every answer hides the rest; so many things are put right, one after the other.
_REPAIRS: Final = 40


@attrs.frozen
class Refusal:
    """An answer that a client does not read, or reads as something else."""

    case: Case
    status: str
    place: Place
    said: str
    found: str = ""
    """The type that the client found in its place: null, nothing, a string …"""


def refusals(
    call: Call | Event, request: Any, status: str, bodies: Iterable[Case], own: Shape | None
) -> Iterator[Refusal]:
    """Yield the answers that the client refuses; `own` is the shape of the answer in the client's own contract."""
    reader = _Reader(call, request, status, own)
    for case in bodies:
        yield from reader.refusal(case) if case.place else reader.all_that_is_wrong(case)


@attrs.frozen
class _Reader:
    call: Call | Event
    request: Any
    status: str
    own: Shape | None
    repairs: dict[Place, Any] = attrs.field(factory=dict)
    """What puts right what the client refuses in every answer."""

    def refusal(self, case: Case) -> Iterator[Refusal]:
        refused = _read(self.call, self.request, self.status, _repaired(case, self.repairs))
        if refused is not None:
            yield refused

    def all_that_is_wrong(self, case: Case) -> Iterator[Refusal]:
        """Yield one thing after the other, and learn how each is put right."""
        for _ in range(_REPAIRS):
            refused = next(self.refusal(case), None)
            if refused is None:
                return
            yield refused
            if refused.place in self.repairs or not refused.place:
                return
            expected = self.own.at(refused.place) if self.own else None
            self.repairs[refused.place] = cases.base(expected) if expected else ABSENT


def _repaired(case: Case, repairs: dict[Place, Any]) -> Case:
    body = case.body
    for place, value in repairs.items():
        if not case.place or not (_within(place, case.place) or _within(case.place, place)):
            body = cases.repaired(body, place, value)
    return attrs.evolve(case, body=body)


def _within(place: Place, other: Place) -> bool:
    return place[: len(other)] == other


def _read(call: Call | Event, request: Any, status: str, case: Case) -> Refusal | None:
    try:
        model = call(lambda _: httpx.Response(int(status), json=case.body), request)
    except call.errors.ApiError as error:
        read, right = error.body.to_dict(), int(status) >= 400 and error.error_type == case.body.get("error_type")
    except call.errors.DecodeError as error:
        place = _place(error.path)
        said = f"{written(place) or 'the body'}: expected {error.expected}, found {error.found}"
        return Refusal(case, status, place, said, error.found)
    except call.errors.PlaidAccountsError as error:
        return Refusal(case, status, (), str(error))
    else:
        read, right = model.to_dict(), int(status) < 400
    differs = _difference(read, case.body, ()) if right else ()
    if differs is None:
        return None
    said = "reads another value than came" if right else f"does not tell status {status} apart"
    return Refusal(case, status, differs, f"{written(differs) or 'the body'}: {said}")


def _difference(read: Any, came: Any, place: Place) -> Place | None:
    """Return where two bodies differ, or None where they don't."""
    if isinstance(read, dict) and isinstance(came, dict):
        parts = [((*place, name), read.get(name, ABSENT), came.get(name, ABSENT)) for name in {**came, **read}]
    elif isinstance(read, list) and isinstance(came, list) and len(read) == len(came):
        parts = [((*place, ITEM), one, other) for one, other in zip(read, came, strict=True)]
    else:
        return None if read == came or _moment(read) == _moment(came) is not None else place
    return next((found for at, one, other in parts if (found := _difference(one, other, at)) is not None), None)


def _moment(value: Any) -> datetime | None:
    """Read a date-time as the client does, which cuts it beyond microseconds."""
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value).upper())
    except (TypeError, ValueError):
        return None


def _place(path: str) -> Place:
    return tuple(
        ITEM if index else name.replace('\\"', '"') if quoted else name
        for index, quoted, name in (
            (found["index"], found["quoted"] is not None, found["quoted"] or found["name"])
            for found in re.finditer(r'\[(?P<index>\d+)\]|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]|(?P<name>[^.\[\]]+)', path)
        )
    )
