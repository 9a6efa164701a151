"""Faults in which accounts and which Item a 200 shows."""

import asyncio
import re
from collections.abc import Callable
from typing import Final

from mutation.server_faults.exchange import Item, Json, Request, Response
from mutation.server_faults.fault import (
    Handler,
    Inject,
    accounts,
    counted_bodies,
    fault,
    in_body,
    items,
    listings,
    requests,
    responses,
    with_filter,
)
from plaid_accounts_contract.wire.strict_json import encode

DATED: Final = "ins_128026"
"""The institution whose balances are dated, by the requirement last-updated-institution."""


def _other(request: Request) -> Item:
    """Return an Item with accounts that the token doesn't belong to."""
    return next(item for token, item in request.data.items.items() if token != request.token and item.accounts)


def _foreign(request: Request) -> list[str]:
    """Return the ids of the filter that belong to other Items."""
    foreign = {entry for item in request.data.items.values() if item is not request.item for entry in item.ids}
    return [entry for entry in request.wanted if entry in foreign]


def _open_owner(request: Request) -> Request:
    owners = (token for token, item in request.data.items.items() if request.wanted[0] in item.ids)
    return request.with_fields(access_token=next(owners, request.token))


def _drop(unwanted: Callable[[Request], list[str]]) -> Inject:
    """Drop ids from a filter, as long as one is left."""

    def change(request: Request) -> Request:
        dropped = {*unwanted(request)}
        kept = [entry for entry in request.wanted if entry not in dropped]
        return request.with_filter(kept) if kept and len(kept) < len(request.wanted) else request

    return requests(change)


def _unknown_between(request: Request) -> list[str]:
    known = request.item.ids if request.item else []
    checked = bool(request.wanted) and {request.wanted[0], request.wanted[-1]} <= set(known)
    return [entry for entry in request.wanted if entry not in known] if checked else []


def _accept_ids(matches: Callable[[str, str], bool]) -> Inject:
    """Take an unknown id that `matches` the id of an open account for it."""

    def change(request: Request) -> Request:
        known = request.item.ids if request.item else []
        if set(request.wanted) <= set(known):
            return request
        near = {one: next((id_ for id_ in known if one and matches(one, id_)), one) for one in request.wanted}
        return request.with_filter([near[entry] for entry in request.wanted])

    return requests(change)


def _like(pattern: str, known: str) -> bool:
    """Whether SQL's LIKE matches."""
    return re.fullmatch(re.escape(pattern).replace("%", ".*").replace("_", "."), known) is not None


def _with_null(response: Response, request: Request) -> Response:
    names = {"constructor", "__proto__", "toString", "hasOwnProperty"} & {*request.wanted}
    if not names or response.error_code != "INVALID_ACCOUNT_ID" or request.item is None:
        return response
    shown = {"accounts": [None] * len(names), "item": request.item.details}
    return response.with_status(200).with_json({**shown, "request_id": response.json["request_id"]})


def _split(request: Request) -> Request:
    if not any("," in entry for entry in request.wanted):
        return request
    return request.with_filter([part for entry in request.wanted for part in entry.split(",")])


def _sticky(conforming: Handler) -> Handler:
    """Keep the filter of a request for the next one of the same token without a filter."""
    last: dict[str, list[str]] = {}

    async def handle(request: Request) -> Response:
        if request.item is not None and request.wanted:
            last[request.token] = request.wanted
        elif request.item is not None and request.account_ids is None and request.token in last:
            request = request.with_filter(last[request.token])
        return await conforming(request)

    return handle


def _mixing_up(conforming: Handler) -> Handler:
    """Take the accounts of a response from whichever exchange finished last."""
    last: list[Json] = []

    async def handle(request: Request) -> Response:
        response = await conforming(request)
        if response.status != 200:
            return response
        last[:] = [response.json]
        await asyncio.sleep(0.002)
        return response.with_json({**response.json, "accounts": last[0]["accounts"]})

    return handle


def _repeated(listed: list[Json], request: Request) -> list[Json]:
    by_id = {account["account_id"]: account for account in listed}
    return [by_id[entry] for entry in request.wanted if entry in by_id]


def _with_closed(conforming: Handler) -> Handler:
    """List a closed account that the filter names."""

    async def handle(request: Request) -> Response:
        closed = [one for one in (request.item.closed if request.item else ()) if one["account_id"] in request.wanted]
        if not closed or request.item is None:
            return await conforming(request)
        others = [entry for entry in request.wanted if entry not in [one["account_id"] for one in closed]]
        response = await conforming(request.with_filter(others or None))
        if response.status != 200:
            return response
        listed = response.json["accounts"] if others else []
        return response.with_json({**response.json, "accounts": [*listed, *closed]})

    return handle


def _dated(account: Json) -> Json:
    return {**account, "balances": {**account["balances"], "last_updated_datetime": "2026-10-30T07:15:09Z"}}


def _without_balance(account: Json) -> Json:
    return {**account, "balances": {**account["balances"], "available": None, "current": None}}


def _elsewhere(item: Json, _: Request) -> Json:
    return {**item, "institution_id": "ins_56"} if item.get("institution_id") == DATED else item


def _sign_in_needed(item: Json, _: Request) -> Json:
    error = {"error_type": "ITEM_ERROR", "error_code": "ITEM_LOGIN_REQUIRED", "error_message": "sign in again"}
    return {**item, "error": {**error, "display_message": None}}


def _shown(*, with_error: bool) -> Inject:
    """Respond for a failing Item with its details."""

    def change(response: Response, request: Request) -> Response:
        if response.status != 400 or request.item is None or not request.item.failing:
            return response
        error = {name: value for name, value in response.json.items() if name != "request_id"}
        item = {**request.item.details, "error": error if with_error else None}
        return response.with_status(200).with_body(
            encode({"accounts": [], "item": item, "request_id": response.json["request_id"]})
        )

    return responses(change)


def _no_filter_in_options(request: Request) -> bool:
    return "options" in request.fields and request.account_ids is None


def _of(kind: str, subtype: str) -> Callable[[Json], bool]:
    return lambda account: (account["type"], account["subtype"]) == (kind, subtype)


def _also_billed(change: Callable[[Json], list[str]]) -> Inject:
    return items(lambda item, _: {**item, "billed_products": [*item["billed_products"], *change(item)]})


def _capital_by_turns(body: Json, number: int) -> Json:
    item = body["item"]
    return body if number % 2 else {**body, "item": {**item, "item_id": item["item_id"].upper()}}


FAULTS: Final = (
    fault("filter-sticks", _sticky),
    fault("filter-last-missing", listings(lambda listed, _: listed[:-1]), lambda r: len(r.wanted) > 1),
    fault(
        "filter-ignored-in-body-mode", requests(lambda r: r.with_filter(None)), lambda r: with_filter(r) and in_body(r)
    ),
    fault("empty-options-empty-listing", listings(lambda listed, _: listed[:0]), _no_filter_in_options),
    fault("repeated-id-repeats-account", listings(_repeated), with_filter),
    fault("last-account-twice-with-filter", listings(lambda listed, _: [*listed, *listed[-1:]]), with_filter),
    fault("unknown-id-in-the-middle-dropped", _drop(_unknown_between)),
    fault("foreign-id-dropped", _drop(_foreign)),
    fault("account-id-middle-ignored", _accept_ids(lambda one, known: (one[:8], one[-8:]) == (known[:8], known[-8:]))),
    fault("account-ids-in-one-string", requests(_split)),
    fault("account-id-is-pattern", _accept_ids(_like)),
    fault("account-id-is-property-name", responses(_with_null)),
    fault("account-id-caseless", _accept_ids(lambda one, known: one.lower() == known.lower())),
    fault(
        "closed-account-listed",
        listings(lambda listed, r: [*listed, *(r.item.closed if r.item else ())]),
        lambda r: not r.wanted,
    ),
    fault("closed-account-on-request", _with_closed),
    fault(
        "closed-account-with-empty-options",
        listings(lambda listed, r: [*listed, *(r.item.closed if r.item else ())]),
        _no_filter_in_options,
    ),
    fault(
        "subtype-of-another-type",
        accounts(lambda one: {**one, "subtype": "credit card"}, _of("depository", "limited purpose checking")),
    ),
    fault("type-of-another-subtype", accounts(lambda one: {**one, "type": "depository"}, _of("investment", "401k"))),
    fault("balances-of-savings-unknown", accounts(_without_balance, _of("depository", "savings"))),
    fault(
        "cards-dated-everywhere",
        accounts(_dated, lambda account: account["type"] == "credit" or "checking" in str(account["subtype"])),
    ),
    fault("dated-at-another-institution", items(_elsewhere)),
    fault("item-of-another-with-filter", items(lambda _, r: _other(r).details), with_filter),
    fault("filter-opens-other-items", requests(_open_owner), lambda r: bool(_foreign(r))),
    fault("parallel-accounts-mixed-up", _mixing_up),
    fault("item-id-by-turns", counted_bodies(_capital_by_turns)),
    fault(
        "billed-product-available",
        items(
            lambda item, _: {**item, "available_products": [*item["available_products"], *item["billed_products"][:1]]}
        ),
    ),
    fault("available-product-billed", _also_billed(lambda item: item["available_products"][-1:])),
    fault("balance-billed", _also_billed(lambda _: ["balance"])),
    fault(
        "balance-billed-where-available",
        _also_billed(lambda item: [one for one in item["available_products"] if one == "balance"]),
    ),
    fault("item-error-with-filter", items(_sign_in_needed), with_filter),
    fault("failing-item-shown-with-error", _shown(with_error=True)),
    fault("failing-item-shown-without-error", _shown(with_error=False)),
)
