"""Faults that follow from the contract: each clause of each response broken, its statuses and its media types."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final

from mutation.server_faults.exchange import Json, Response
from mutation.server_faults.fault import (
    ACCOUNTS_GET,
    Fault,
    Inject,
    bodies,
    fault_of,
    responses,
    second_account,
    twentieth,
)
from plaid_accounts_contract.contract import Contract, Operation, reference_to
from plaid_accounts_contract.generation.bodies import full, written
from plaid_accounts_contract.generation.breaks import Break, breaks

# The ways to break a clause that are tried: of its type in a 200, say, null, a number in quotes and an object.
_WAYS: Final = 3
# What a run against the reference server sees of an operation that it knows by its schemas alone.
_SEEN: Final = (200, 400)
_STATUSES: Final = (201, 302, 401, 422, 502)
_MEDIA_TYPES: Final = {"text": "text/plain; charset=utf-8", "problem": "application/problem+json", "none": None}


def schema_faults(contract: Contract) -> list[Fault]:
    """Return the faults of every response of every operation; a component that two of them share is broken once.

    The responses of `/accounts/get` come first. The errors of its further statuses have the schema of a 400, of which
    each clause is broken in one way more.
    """
    found: list[Fault] = []
    for operation in sorted(contract.operations, key=lambda one: one.path != ACCOUNTS_GET):
        primary = operation.path == ACCOUNTS_GET
        statuses = [int(status) for status in operation.definition["responses"]]
        for status in (status for status in statuses if primary or status in _SEEN):
            broken = {fault.breaks for fault in found}
            new = [*_of_schema(contract, operation, status, broken)]
            found += new if primary else [fault for fault in new if fault.breaks not in broken]
            found += _of_response(contract, operation, status, statuses)
    return found


def rare(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield a fault for each place of a 200 and of a 400 that shows rarely: the first of its place, the second, and so on."""
    places: dict[tuple[str, str | None], list[Fault]] = {}
    for fault in faults:
        # Where a condition applies is rare already.
        if fault.endpoint == ACCOUNTS_GET and fault.id[:3] in ("200", "400") and fault.path and "(" not in fault.id:
            places.setdefault((fault.id[:3], fault.path), []).append(fault)
    for number, ((status, path), listed) in enumerate(places.items()):
        fault = listed[number % len(listed)]
        yield twentieth(fault, int(status))
        if path is not None and path.startswith("accounts[]."):
            yield second_account(fault)


def _of_schema(contract: Contract, operation: Operation, status: int, broken: set[str]) -> Iterator[Fault]:
    by_clause = groupby(breaks(contract.document, _schema(contract, operation, status)), lambda one: one.clause)
    for index, (clause, group) in enumerate(by_clause):
        ways = [*group]
        number = min(len(ways), 1 if clause in broken else _WAYS)
        # Another clause, other ways: each is tried somewhere.
        for way in (ways[(index + step * len(ways) // number) % len(ways)] for step in range(number)):
            yield fault_of(operation, _fault(way, status))


def _fault(way: Break, status: int) -> Fault:
    path = written(way.path)
    branch = next((f"({word})" for word in ("then", "else") if f"/{word}/" in way.clause), "")
    keyword = "required" if "/required/" in way.clause else way.clause.rpartition("/")[2]
    return Fault(
        f"{status}:{path or 'body'}{branch}:{keyword}:{way.name}",
        way.clause,
        f"In a {status}, breaks {keyword} of {path or 'the body'}{branch}: {way.name}.",
        bodies(lambda body, _: way.apply(body), lambda one: one == status),
        kind=f"schema/{keyword}",
        path=path,
    )


def _of_response(contract: Contract, operation: Operation, status: int, documented: list[int]) -> Iterator[Fault]:
    def fault(kind: str, name: str, breaks: str, change: Callable[[Response], Response]) -> Fault:
        inject: Inject = responses(lambda one, _: change(one) if one.status == status else one)
        statement = f"Changes the {kind} of a {status}: {name}."
        return fault_of(operation, Fault(f"{status}:{kind}:{name}", breaks, statement, inject, kind=f"schema/{kind}"))

    for name, value in _MEDIA_TYPES.items():
        yield fault("media-type", name, "media-type", lambda one, value=value: one.with_header("content-type", value))  # type: ignore[misc]
    for other in _STATUSES:
        # A server may confuse statuses of the same class, or redirect what it doesn't accept.
        if other not in documented and (other // 100 == status // 100 or (other, status // 100) == (302, 4)):
            yield fault("status", str(other), "status-documented", lambda one, other=other: one.with_status(other))  # type: ignore[misc]
    if operation.path == ACCOUNTS_GET:
        yield fault("body", "empty", "response-encoding", lambda one: one.with_body(b""))
        another = _schema(contract, operation, 400 if status == 200 else 200)
        body = full(contract.document, another)
        place = contract.follow(_pointer(contract, operation, status))
        missing = next(name for name in contract.at(place)["required"] if name not in body)
        clause = reference_to((*place, "required", missing))
        yield fault(
            "body",
            "that-of-another-status",
            clause,
            lambda one: one.with_json({**body, "request_id": one.json["request_id"]}),
        )


def _pointer(contract: Contract, operation: Operation, status: int) -> tuple[str | int, ...]:
    response = contract.response(operation, status)
    assert response is not None, status
    return (*response, "content", "application/json", "schema")


def _schema(contract: Contract, operation: Operation, status: int) -> Json:
    return contract.at(_pointer(contract, operation, status))
