"""Faults in the name that each exchange gets."""

import asyncio
import hashlib
import itertools
import time
from typing import Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call, Json
from mutation.server_faults.fault import fault
from mutation.server_faults.middleware import Handler
from mutation.server_faults.tampering import bodies, failures, successes


def _without(body: Json, *_: object) -> Json:
    return {name: value for name, value in body.items() if name != "request_id"}


def _hash(body: Json, call: Call) -> Json:
    return {**body, "request_id": hashlib.sha256(call.body).hexdigest()[:15]}


def _recycling(honest: Handler) -> Handler:
    """Number the exchanges from 0 to 99, again and again."""
    numbers = itertools.count()

    async def handle(call: Call) -> Answer:
        answer = await honest(call)
        return answer.with_json({**answer.json, "request_id": f"request-{next(numbers) % 100:02d}"})

    return handle


def _repeating(honest: Handler) -> Handler:
    """Give each request_id twice."""
    numbers = itertools.count()

    async def handle(call: Call) -> Answer:
        answer = await honest(call)
        return answer.with_json({**answer.json, "request_id": f"request-{next(numbers) // 2}"})

    return handle


def _shared(honest: Handler) -> Handler:
    """Give one request_id to all exchanges that are under way at the same time."""
    under_way: list[str] = []

    async def handle(call: Call) -> Answer:
        answer = await honest(call)
        shared = under_way[0] if under_way else answer.json["request_id"]
        under_way.append(shared)
        await asyncio.sleep(0.002)
        under_way.remove(shared)
        return answer.with_json({**answer.json, "request_id": shared})

    return handle


FAULTS: Final = (
    fault("request-id-lacking", "Gives no request_id.", "request-id-present", bodies(_without)),
    fault("request-id-lacking-in-errors", "Gives no request_id in errors.", "request-id-present", failures(_without)),
    fault(
        "request-id-empty",
        "Gives an empty request_id.",
        "request-id-present",
        bodies(lambda body, _: {**body, "request_id": ""}),
    ),
    fault(
        "request-id-null-in-errors",
        "Gives a request_id that is null in errors.",
        "request-id-present",
        failures(lambda body, _: {**body, "request_id": None}),
    ),
    fault(
        "request-id-number",
        "Gives a request_id that is a number.",
        "request-id-present",
        bodies(lambda body, _: {**body, "request_id": 4711}),
    ),
    fault(
        "request-id-renamed",
        "Gives the request_id under the name requestId.",
        "request-id-present",
        bodies(lambda body, _: {**_without(body), "requestId": body["request_id"]}),
    ),
    fault(
        "request-id-constant",
        "Gives the same request_id each time.",
        "request-id-unique",
        bodies(lambda body, _: {**body, "request_id": "m8MDnv9okwxFNBV"}),
    ),
    fault(
        "request-id-constant-in-errors",
        "Gives the same request_id in all errors.",
        "request-id-unique",
        failures(lambda body, _: {**body, "request_id": "m8MDnv9okwxFNBV"}),
    ),
    fault("request-id-of-request", "Makes the request_id of the request's body.", "request-id-unique", bodies(_hash)),
    fault(
        "request-id-of-item",
        "Gives the Item's id as request_id.",
        "request-id-unique",
        successes(lambda body, _: {**body, "request_id": body["item"]["item_id"]}),
    ),
    fault(
        "request-id-recycled", "Gives each request_id again after a hundred exchanges.", "request-id-unique", _recycling
    ),
    fault(
        "request-id-of-second",
        "Makes the request_id of the time in seconds.",
        "request-id-unique",
        bodies(lambda body, _: {**body, "request_id": f"req-{time.time():.0f}"}),
    ),
    fault(
        "parallel-request-ids-shared",
        "Gives one request_id to requests at the same time.",
        "request-id-unique",
        _shared,
    ),
    fault("request-id-twice", "Gives each request_id to two exchanges.", "request-id-unique", _repeating),
)
