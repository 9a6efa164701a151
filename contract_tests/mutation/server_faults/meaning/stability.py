"""Faults in which one exchange depends on another."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call, Json
from mutation.server_faults.fault import fault
from mutation.server_faults.middleware import Handler, Tamper
from mutation.server_faults.tampering import accounts, items, only


def _counted(change: Callable[[Json, int], Json]) -> Tamper:
    """Change the JSON object of a 200 by the number of those before it."""

    def tamper(honest: Handler) -> Handler:
        numbers = itertools.count()

        async def handle(call: Call) -> Answer:
            answer = await honest(call)
            return answer if answer.status != 200 else answer.with_json(change(answer.json, next(numbers)))

        return handle

    return tamper


def _drifting(body: Json, number: int) -> Json:
    first, *others = body["accounts"]
    current = first["balances"]["current"]
    if current is None:
        return body
    changed = {**first, "balances": {**first["balances"], "current": round(current + number / 100, 2)}}
    return {**body, "accounts": [changed, *others]}


def _renamed_late(body: Json, number: int) -> Json:
    if number < 100:
        return body
    return {**body, "accounts": [{**entry, "name": entry["name"].upper() + "!"} for entry in body["accounts"]]}


def _flipping(body: Json, number: int) -> Json:
    kinds = ("background", "user_present_required")
    return {**body, "item": {**body["item"], "update_type": kinds[number % 2]}}


def _hidden(entry: Json) -> Json:
    return {**entry, "balances": {**entry["balances"], "limit": None}}


def _mixing_up(honest: Handler) -> Handler:
    """Keep the request in hand where all exchanges share it."""
    shared: list[Call] = []

    async def handle(call: Call) -> Answer:
        shared[:] = [call]
        await asyncio.sleep(0.002)
        return await honest(shared[0])

    return handle


def _mixing_up_items(honest: Handler) -> Handler:
    """Take the accounts of an answer from whichever exchange finished last."""
    last: list[Json] = []

    async def handle(call: Call) -> Answer:
        answer = await honest(call)
        if answer.status != 200:
            return answer
        last[:] = [answer.json]
        await asyncio.sleep(0.002)
        return answer.with_json({**answer.json, "accounts": last[0]["accounts"]})

    return handle


def _caching(honest: Handler) -> Handler:
    """Answer what was answered to the token first, whatever is asked next."""
    kept: dict[str, dict[str, Json]] = {}

    async def handle(call: Call) -> Answer:
        answer = await honest(call)
        if answer.status != 200:
            return answer
        body = kept.setdefault(call.token, answer.json)
        return answer.with_json({**body, "request_id": answer.json["request_id"]})

    return handle


def _keeping_refusals(honest: Handler) -> Handler:
    """Answer the request after one with an unknown id with the same refusal."""
    kept: list[Answer] = []

    async def handle(call: Call) -> Answer:
        answer = await honest(call)
        if kept and answer.status == 200:
            return kept.pop()
        kept[:] = [answer] if b"INVALID_ACCOUNT_ID" in answer.body else []
        return answer

    return handle


def _without_limits(body: Json) -> Json:
    kept = [{**entry, "balances": {**entry["balances"], "limit": 0}} for entry in body["accounts"]]
    return {**body, "accounts": kept}


def _without_official_names(body: Json) -> Json:
    return {**body, "accounts": [{**entry, "official_name": None} for entry in body["accounts"]]}


FAULTS: Final = (
    fault("balance-drifts", "Changes a balance a little with each answer.", "stable-answer", _counted(_drifting)),
    fault(
        "names-change-late",
        "Changes the names of accounts after a hundred answers.",
        "stable-answer",
        _counted(_renamed_late),
    ),
    fault(
        "update-type-flips",
        "Changes the update_type of the item with each answer.",
        "stable-answer",
        _counted(_flipping),
    ),
    fault(
        "limits-hidden-with-filter",
        "Shows no limits where a filter is given.",
        "stable-answer",
        only(accounts(_hidden), lambda call: bool(call.wanted)),
    ),
    fault(
        "official-names-hidden-in-body-mode",
        "Shows no official names where the credentials stand in the body.",
        "stable-answer",
        only(accounts(lambda entry: {**entry, "official_name": None}), lambda call: call.in_body),
    ),
    fault(
        "institution-hidden-with-filter",
        "Leaves out the institution where a filter is given.",
        "stable-answer",
        only(items(lambda item, _: {**item, "institution_id": None}), lambda call: bool(call.wanted)),
    ),
    fault(
        "apy-left-out-with-filter",
        "Leaves out the apy where a filter is given.",
        "stable-answer",
        only(
            accounts(lambda entry: {name: value for name, value in entry.items() if name != "apy"}),
            lambda call: bool(call.wanted),
        ),
    ),
    fault("parallel-requests-mixed-up", "Mixes up requests that run at the same time.", "own-item-only", _mixing_up),
    fault(
        "parallel-accounts-mixed-up",
        "Mixes up accounts of answers that run at the same time.",
        "own-item-only",
        _mixing_up_items,
    ),
    fault(
        "answers-kept", "Answers a token as it did the first time, whatever the filter.", "account-ids-filter", _caching
    ),
    fault(
        "refusals-kept", "Refuses the request that follows a refused one.", "valid-requests-accepted", _keeping_refusals
    ),
    fault(
        "limits-nought-late",
        "Shows limits of 0 after fifty answers.",
        "stable-answer",
        _counted(lambda body, number: body if number < 50 else _without_limits(body)),
    ),
    fault(
        "official-names-by-turns",
        "Shows official names in every other answer.",
        "stable-answer",
        _counted(lambda body, number: body if number % 2 else _without_official_names(body)),
    ),
)
