"""Faults in how a response is written, in request_ids and errors, and in what changes from one response to the next."""

import asyncio
import hashlib
from typing import Final

import attrs

from mutation.server_faults.exchange import Json, Request, Response, page
from mutation.server_faults.fault import (
    Fault,
    Handler,
    Inject,
    accounts,
    bodies,
    counted_bodies,
    failures,
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
    numbers = iter(range(10**9))

    async def handle(request: Request) -> Response:
        response = await conforming(request)
        return response.with_json({**response.json, "request_id": f"request-{next(numbers) % 100:02d}"})

    return handle


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


def _hash(body: Json, request: Request) -> Json:
    return {**body, "request_id": hashlib.sha256(request.body).hexdigest()[:15]}


# fmt: off
FAULTS: Final = (
    Fault("nan-for-null", "response-encoding", "Writes NaN for a null limit.", _replaces(b'"limit":null', b'"limit":NaN')),
    Fault("name-twice-in-balances", "response-encoding", "Writes a limit twice within balances.",
          _replaces(b'"limit":null', b'"limit":null,"limit":null')),
    Fault("lone-surrogate", "response-encoding", "Cuts a character in two and writes one half.",
          _replaces(b'"name":"', b'"name":"\\ud83c')),
    Fault("large-bodies-truncated", "response-encoding", "Breaks off after 16 KiB.", responses(_truncated)),
    Fault("request-id-missing-in-errors", "request-id-present", "Leaves out the request_id of errors.",
          failures(lambda body, _: _without(body, "request_id"))),
    Fault("request-id-empty", "request-id-present", "Gives an empty request_id.",
          bodies(lambda body, _: {**body, "request_id": ""})),
    Fault("request-id-constant-in-errors", "request-id-unique", "Gives the same request_id in all errors.",
          failures(lambda body, _: {**body, "request_id": "m8MDnv9okwxFNBV"})),
    Fault("request-id-of-request", "request-id-unique", "Derives the request_id from the body of the request.", bodies(_hash)),
    Fault("request-id-recycled", "request-id-unique", "Repeats request_ids after a hundred exchanges.", _recycling),
    Fault("parallel-request-ids-shared", "request-id-unique", "Gives concurrent requests one request_id.",
          _same_while_running),
    Fault("error-code-misspelt", "error-code-listed", "Misspells one error code of failing Items.",
          _coded("INSTITUTION_NOT_RESPONDING", error_code="INSTITUTION_NOT_RESPONDIG")),
    Fault("error-type-of-missing-fields", "error-code-listed", "Gives MISSING_FIELDS the type INVALID_INPUT.",
          _coded("MISSING_FIELDS", error_type="INVALID_INPUT")),
    Fault("rate-limit-400", "error-code-listed", "Responds to a rate limit with status 400.",
          responses(lambda response, _: response.with_status(400) if response.status == 429 else response)),
    Fault("sign-in-named-locked", "error-code-listed", "Names an Item that needs a new sign-in ITEM_LOCKED.",
          recode("ITEM_LOGIN_REQUIRED", "ITEM_LOCKED")),
    Fault("unknown-id-404", "status-documented", "Rejects an unknown account id with status 404.",
          restatus("INVALID_ACCOUNT_ID", 404)),
    Fault("failing-items-page", "status-documented", "Responds for failing Items with the page of a gateway.",
          instead(lambda _: page(502, "<h1>502 Bad Gateway</h1>")), lambda r: r.item is not None and r.item.failing),
    Fault("balance-drifts", "stable-answer", "Changes a balance a little with each response.", counted_bodies(_drifting)),
    Fault("names-change-late", "stable-answer", "Changes the names of accounts after forty responses.",
          counted_bodies(_renamed_late)),
    Fault("official-names-missing-in-body-mode", "stable-answer", "Shows no official names if credentials are in the body.",
          accounts(lambda entry: {**entry, "official_name": None}), in_body),
    Fault("apy-left-out-with-filter", "stable-answer", "Leaves out the apy if there is a filter.",
          accounts(lambda entry: _without(entry, "apy")), with_filter),
)
# fmt: on
