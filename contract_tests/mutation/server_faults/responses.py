"""Faults in how a response is written, in request_ids and errors, and in what changes from one response to the next."""

import asyncio
import hashlib
import itertools
from typing import Final

import attrs

from mutation.server_faults.exchange import Json, Request, Response, page
from mutation.server_faults.fault import (
    Handler,
    Inject,
    accounts,
    bodies,
    counted_bodies,
    failures,
    fault,
    in_body,
    instead,
    recode,
    responses,
    restatus,
    with_filter,
)


def _replaces(old: bytes, new: bytes) -> Inject:
    return responses(lambda response, _: response.with_body(response.body.replace(old, new)))


def _truncated(response: Response, _: Request) -> Response:
    # From 16 KiB on: an Item with few accounts doesn't show it.
    return attrs.evolve(response, body=response.body[: 2**14], announced=len(response.body))


def _same_while_running(conforming: Handler) -> Handler:
    """Use one request_id for all exchanges that run at the same time."""
    running: list[str] = []

    async def handle(request: Request) -> Response:
        response = await conforming(request)
        shared = running[0] if running else response.json["request_id"]
        running.append(shared)
        await asyncio.sleep(0.002)
        running.remove(shared)
        return response.with_json({**response.json, "request_id": shared})

    return handle


def _recycling(conforming: Handler) -> Handler:
    numbers = itertools.count()
    return bodies(lambda body, _: {**body, "request_id": f"request-{next(numbers) % 100:02d}"})(conforming)


def _coded(code: str, **changes: str) -> Inject:
    return failures(lambda body, _: {**body, **changes} if body.get("error_code") == code else body)


def _drifting(body: Json, number: int) -> Json:
    first, *others = body["accounts"] or [None]
    if first is None or first["balances"]["current"] is None:
        return body
    balances = {**first["balances"], "current": round(first["balances"]["current"] + number / 100, 2)}
    return {**body, "accounts": [{**first, "balances": balances}, *others]}


def _renamed_late(body: Json, number: int) -> Json:
    if number < 40:
        return body
    return {**body, "accounts": [{**entry, "name": entry["name"].upper() + "!"} for entry in body["accounts"]]}


def _without(body: Json, name: str) -> Json:
    return {key: value for key, value in body.items() if key != name}


FAULTS: Final = (
    fault("nan-for-null", _replaces(b'"limit":null', b'"limit":NaN')),
    fault("name-twice-in-balances", _replaces(b'"limit":null', b'"limit":null,"limit":null')),
    fault("lone-surrogate", _replaces(b'"name":"', b'"name":"\\ud83c')),
    fault("large-bodies-truncated", responses(_truncated)),
    fault("request-id-missing-in-errors", failures(lambda body, _: _without(body, "request_id"))),
    fault("request-id-empty", bodies(lambda body, _: {**body, "request_id": ""})),
    fault("request-id-constant-in-errors", failures(lambda body, _: {**body, "request_id": "m8MDnv9okwxFNBV"})),
    fault(
        "request-id-of-request", bodies(lambda body, r: {**body, "request_id": hashlib.sha256(r.body).hexdigest()[:15]})
    ),
    fault("request-id-recycled", _recycling),
    fault("parallel-request-ids-shared", _same_while_running),
    fault("error-code-misspelt", _coded("INSTITUTION_NOT_RESPONDING", error_code="INSTITUTION_NOT_RESPONDIG")),
    fault("error-type-of-missing-fields", _coded("MISSING_FIELDS", error_type="INVALID_INPUT")),
    fault(
        "rate-limit-400",
        responses(lambda response, _: response.with_status(400) if response.status == 429 else response),
    ),
    fault("sign-in-named-locked", recode("ITEM_LOGIN_REQUIRED", "ITEM_LOCKED")),
    fault("unknown-id-404", restatus("INVALID_ACCOUNT_ID", 404)),
    fault(
        "failing-items-page",
        instead(lambda _: page(502, "<h1>502 Bad Gateway</h1>")),
        lambda r: r.item is not None and r.item.failing,
    ),
    fault("balance-drifts", counted_bodies(_drifting)),
    fault("names-change-late", counted_bodies(_renamed_late)),
    fault("official-names-missing-in-body-mode", accounts(lambda entry: {**entry, "official_name": None}), in_body),
    fault("apy-left-out-with-filter", accounts(lambda entry: _without(entry, "apy")), with_filter),
)
