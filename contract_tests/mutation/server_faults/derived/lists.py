"""Faults in what the contract lists beside its schemas: error codes with type and status, subtypes of each type."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call, Json
from mutation.server_faults.fault import Fault
from mutation.server_faults.tampering import accounts, answers

# A documented status that stands for something else.
_OTHER_STATUS = {400: 429, 429: 400, 500: 503, 503: 500}


def of_error_code(entry: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], *, of_items: bool) -> Iterator[Fault]:
    """Yield faults in how an error code is spelt, in its type, in its status and, for one of Items, in which code it is."""
    types = list(dict.fromkeys(other["type"] for other in entries))
    code, kind, status = entry["code"], entry["type"], entry["status"]
    another = next(other for other in types[types.index(kind) + 1 :] + types if other != kind)
    yield _of_code(code, "lower-case", "in lower case", lambda body: {**body, "error_code": body["error_code"].lower()})
    yield _of_code(code, "type", f"with the type {another}", _with(error_type=another))
    yield _of_status(code, _OTHER_STATUS[status])
    same = [other["code"] for other in entries if (other["type"], other["status"]) == (kind, status)]
    if of_items and len(same) > 1:
        sibling = same[(same.index(code) + 1) % len(same)]
        yield _of_code(code, "sibling", f"as {sibling}", _with(error_code=sibling), where=_of_failing_items)


def of_subtypes(listed: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    """Yield for each subtype of each type a fault that gives its accounts a type for which it is not listed."""
    for kind, subtypes in listed.items():
        for subtype in subtypes:
            wrong = next(other for other, its_own in listed.items() if subtype not in its_own)
            yield Fault(
                id=f"subtype:{kind}:{subtype}".replace(" ", "-"),
                kind="derived/subtype",
                statement=f"Gives accounts of type {kind} and subtype {subtype} the type {wrong}.",
                breaks="subtype-of-type",
                tamper=accounts(_retyped(wrong), of=_is(kind, subtype)),
            )


def _of_code(
    code: str,
    name: str,
    says: str,
    change: Callable[[Json], Json],
    *,
    where: Callable[[Call], bool] = lambda _: True,
) -> Fault:
    def changed(answer: Answer, call: Call) -> Answer:
        body = answer.json
        hit = isinstance(body, dict) and body.get("error_code") == code and where(call)
        return answer.with_json(change(body)) if hit else answer

    return Fault(
        id=f"error:{code}:{name}",
        kind="derived/error code",
        statement=f"Answers {code} {says}.",
        breaks="error-code-listed",
        tamper=answers(changed),
    )


def _of_status(code: str, status: int) -> Fault:
    def changed(answer: Answer, _: Call) -> Answer:
        body = answer.json
        return answer.with_status(status) if isinstance(body, dict) and body.get("error_code") == code else answer

    return Fault(
        id=f"error:{code}:status",
        kind="derived/error code",
        statement=f"Answers {code} with status {status}.",
        breaks="error-code-listed",
        tamper=answers(changed),
    )


def _of_failing_items(call: Call) -> bool:
    return call.item is not None and call.item.failure is not None


def _with(**changes: str) -> Callable[[Json], Json]:
    return lambda body: {**body, **changes}


def _retyped(kind: str) -> Callable[[Json], Json]:
    return lambda account: {**account, "type": kind}


def _is(kind: str, subtype: str) -> Callable[[Json], bool]:
    return lambda account: (account["type"], account["subtype"]) == (kind, subtype)
