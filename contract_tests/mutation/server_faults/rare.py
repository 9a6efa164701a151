"""Rare faults: ones that show themselves on some accounts, some requests or some answers only."""

import asyncio
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from mutation.server_faults.answer import Answer, encode
from mutation.server_faults.call import Call, Json, RawHeaders
from mutation.server_faults.fault import Fault
from mutation.server_faults.honest import answered
from mutation.server_faults.middleware import Handler, Tamper
from mutation.server_faults.tampering import only

_REQUEST_ID: Final = re.compile(rb'"request_id":"\w+"')


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a rare fault shows itself. `wrap` is given what the fault does, and the status of the answers that it changes."""

    id: str
    says: str
    wrap: Callable[[Tamper, int], Tamper] = field(repr=False)


def rare(fault: Fault, occasion: Occasion, status: int) -> Fault:
    """Give the fault, which changes answers with this status, as one that shows itself on that occasion only."""
    name = f"{fault.id}@{occasion.id}"
    return replace(
        fault,
        id=name,
        equivalent=_EQUIVALENT.get(name, ""),
        kind=f"rare/{occasion.says}",
        statement=f"{fault.statement[:-1]}, but {occasion.says}.",
        tamper=occasion.wrap(fault.tamper, status),
    )


def _on_numbers(rare_number: Callable[[int], bool]) -> Callable[[Tamper, int], Tamper]:
    """Tamper with answers by their number, from 1, among those that the fault would change."""

    def wrap(tamper: Tamper, status: int) -> Tamper:
        def restrained(honest: Handler) -> Handler:
            faulty, numbers = tamper(honest), itertools.count(1)

            async def handle(call: Call) -> Answer:
                answer = await honest(call)
                if answer.status != status:
                    return answer
                changed = await faulty(call)
                return changed if _differ(answer, changed) and rare_number(next(numbers)) else answer

            return handle

        return restrained

    return wrap


def _differ(answer: Answer, other: Answer) -> bool:
    """Whether two answers to one request differ in more than their request_ids."""
    bodies = {_REQUEST_ID.sub(b"", entry.body) for entry in (answer, other)}
    return len(bodies) > 1 or replace(answer, body=b"") != replace(other, body=b"", headers=_same_length(answer, other))


def _same_length(answer: Answer, other: Answer) -> RawHeaders:
    """Give the headers of `other`, with the length of `answer`."""
    length = tuple((name, value) for name, value in answer.headers if name == b"content-length")
    return tuple(length[0] if name == b"content-length" and length else (name, value) for name, value in other.headers)


def _on_calls(when: Callable[[Call], bool]) -> Callable[[Tamper, int], Tamper]:
    return lambda tamper, _: only(tamper, when)


def _on_accounts(select: Callable[[int, list[Json]], bool]) -> Callable[[Tamper, int], Tamper]:
    """Show what the fault does to some accounts of a list, and the others as they are."""

    def wrap(tamper: Tamper, status: int) -> Tamper:
        def restrained(honest: Handler) -> Handler:
            faulty = tamper(honest)

            async def handle(call: Call) -> Answer:
                answer = await honest(call)
                if answer.status != status:
                    return answer
                body, changed = answer.json, (await faulty(call)).json
                pairs = enumerate(zip(body["accounts"], changed["accounts"], strict=True))
                listed = [new if select(index, body["accounts"]) else old for index, (old, new) in pairs]
                return answer.with_json({**body, "accounts": listed})

            return handle

        return restrained

    return wrap


ACCOUNT_OCCASIONS: Final = (
    Occasion("second-account", "on the second account only", _on_accounts(lambda index, _: index == 1)),
    Occasion("last-account", "on the last account only", _on_accounts(lambda index, listed: index == len(listed) - 1)),
    Occasion("cards", "on credit accounts only", _on_accounts(lambda index, listed: listed[index]["type"] == "credit")),
)
CALL_OCCASIONS: Final = (
    Occasion("tenth", "the tenth time only", _on_numbers(lambda number: number == 10)),
    Occasion("twentieths", "every twentieth time only", _on_numbers(lambda number: number % 20 == 0)),
    Occasion("late", "from the thirtieth time on", _on_numbers(lambda number: number >= 30)),
    Occasion("filter", "with a filter only", _on_calls(lambda call: bool(call.wanted))),
    Occasion("body-mode", "with credentials in the body only", _on_calls(lambda call: call.in_body)),
    Occasion(
        "other-items",
        "for other Items than the first only",
        _on_calls(lambda call: call.item is not None and not call.item.closed_accounts),
    ),
)

# Faults of meaning that show on nearly every answer of a status, with that status.
_MEANING: Final = {
    "secret-in-success": 200,
    "client-id-in-header": 200,
    "account-of-another": 200,
    "item-of-another": 200,
    "billed-product-available": 200,
    "balance-billed": 200,
    "item-error-in-success": 200,
    "listing-five-at-most": 200,
    "filter-one-too-many": 200,
    "filter-first-only": 200,
    "first-account-twice": 200,
    "balances-dated-everywhere": 200,
    "type-other-for-all": 200,
    "limits-nought-late": 200,
    "request-id-lacking": 200,
    "byte-order-mark": 200,
    "name-twice": 200,
    "body-cut": 200,
    "compression-broken": 200,
    "empty-success": 200,
    "request-id-empty": 400,
    "request-id-number": 400,
    "request-in-errors": 400,
    "errors-with-200": 400,
    "errors-as-text": 400,
    "errors-of-another-format": 400,
    "error-code-in-lower-case": 400,
    "error-type-constant": 400,
    "latin-1": 200,
    "two-values": 400,
}
_EQUIVALENT: Final = {
    "listing-five-at-most@other-items": "which accounts further Items have is known from their first listing alone",
}
_STATUSES: Final = ("200", "400")


def rarities(meaning: Iterable[Fault], derived: Iterable[Fault]) -> Iterator[Fault]:
    """Yield a sample of the faults, each on every occasion on which it can show itself."""
    named = {fault.id: fault for fault in meaning}
    for name, status in _MEANING.items():
        yield from (rare(named[name], occasion, status) for occasion in CALL_OCCASIONS)
    for fault in _one_for_each_place(derived):
        status = int(fault.id[:3])
        yield from (rare(fault, occasion, status) for occasion in CALL_OCCASIONS)
        if fault.path is not None and fault.path.startswith("accounts[]"):
            limited = (rare(fault, occasion, status) for occasion in ACCOUNT_OCCASIONS)
            yield from (entry for entry in limited if any(asyncio.run(_changed(entry, 200))))


def _one_for_each_place(derived: Iterable[Fault]) -> Iterator[Fault]:
    """Yield a fault for each place of a 200 and of a 400: the first, then the second, and so on, for variety."""
    places: dict[tuple[str, str | None], list[Fault]] = {}
    for fault in derived:
        # Near misses show where one value stands only, and so are rare already.
        if fault.id[:3] in _STATUSES and fault.kind != "derived/near miss" and _shows_often(fault):
            places.setdefault((fault.id[:3], fault.path), []).append(fault)
    for number, faults in enumerate(places.values()):
        yield faults[number % len(faults)]


def _shows_often(fault: Fault) -> bool:
    """Whether a fault in errors changes each of them; one in listings need not, since every Item is asked for often."""
    status = int(fault.id[:3])
    return status == 200 or all(asyncio.run(_changed(fault, status)))


async def _changed(fault: Fault, status: int) -> list[bool]:
    """Say of every honest body of a status whether the fault changes it."""
    answers = [Answer(status, (), encode(body)) for body in answered(status)]
    call = Call("POST", (), b"", fault.world())
    return [_differ(answer, await fault.tamper(_saying(answer))(call)) for answer in answers]


def _saying(answer: Answer) -> Handler:
    async def handle(_: Call) -> Answer:
        return answer

    return handle
