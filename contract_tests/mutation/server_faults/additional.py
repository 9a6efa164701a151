"""Faults of the operations beside `/accounts/get`: their own, and those of `/accounts/get` re-applied to them."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import attrs
import yaml

from mutation.server_faults import access, accounts, requests, responses
from mutation.server_faults.exchange import Json, Request, Response, error
from mutation.server_faults.fault import (
    ACCOUNTS_GET,
    CRASH,
    Fault,
    Handler,
    Inject,
    failures,
    fault,
    fault_of,
    in_body,
    listings,
    recode,
    reject,
    successes,
    with_filter,
)
from mutation.server_faults.fault import accounts as each_account
from mutation.server_faults.fault import requests as each_request
from mutation.server_faults.fault import responses as each_response
from plaid_accounts_contract.contract import Contract, Operation

_REAPPLIED: Final[dict[str, list[str]]] = yaml.safe_load(Path(__file__).with_name("reapplied.yaml").read_text("utf-8"))

_AGE: Final = "min_last_updated_datetime"
_LONG_AGO: Final = "1970-01-01T00:00:00Z"

# --- /accounts/balance/get


def _aged(request: Request, age: str = _LONG_AGO) -> Request:
    return request.with_fields(options={**request.options, _AGE: age})


def _cached(of: Callable[[Json], bool] = lambda _: True) -> Inject:
    """Respond with the balances that `/accounts/get` shows."""

    def change(listed: list[Json], request: Request) -> list[Json]:
        cached = {one["account_id"]: one["balances"] for one in (request.item.accounts if request.item else ())}
        return [{**one, "balances": cached[one["account_id"]]} if of(one) else one for one in listed]

    return listings(change)


def _updated(value: str | None) -> Inject:
    dated: Callable[[Json], Json] = lambda one: {**one, "balances": {**one["balances"], "last_updated_datetime": value}}  # noqa: E731
    return each_account(dated, _is_card)


def _is_card(account: Json) -> bool:
    return bool(account["type"] == "credit")


def _is_dated(request: Request) -> bool:
    return request.item is not None and request.item.details.get("institution_id") == accounts.DATED


def _only_depository(request: Request) -> bool:
    listed = request.item.accounts if request.item else ()
    kinds = {account["type"] for account in listed if account["account_id"] in request.wanted}
    return _is_dated(request) and kinds == {"depository"} and _AGE not in request.options


def _with_age(request: Request) -> bool:
    return isinstance(request.options.get(_AGE), str) and request.item is not None


# --- /link/token/create


def _first_for(of: Callable[[Request], Json]) -> Inject:
    """Return the first link_token again for requests that are the same by `of`."""

    def inject(conforming: Handler) -> Handler:
        first: dict[Json, str] = {}
        again = successes(lambda body, r: {**body, "link_token": first.setdefault(of(r), body["link_token"])})
        return again(conforming)

    return inject


def _expiring(expiration: str) -> Inject:
    return successes(lambda body, _: {**body, "expiration": expiration})


def _eased(name: str, change: Callable[[Json], Json]) -> Inject:
    """Read one property of the body leniently."""
    return each_request(lambda r: r.with_fields(**{name: change(r.fields[name])}) if name in r.fields else r)


def _truthy_selection(update: Json) -> Json:
    if not isinstance(update, dict) or "account_selection_enabled" not in update:
        return update
    return {**update, "account_selection_enabled": bool(update["account_selection_enabled"])}


# --- /webhook_verification_key/get


def _with_key(change: Callable[[Json], Json]) -> Inject:
    return successes(lambda body, _: {**body, "key": change(body["key"])})


def _made_up(response: Response, request: Request) -> Response:
    if response.error_code != "INVALID_WEBHOOK_VERIFICATION_KEY_ID":
        return response
    key = {
        "alg": "ES256", "kid": str(request.fields.get("key_id")), "use": "sig", "kty": "EC", "crv": "P-256",
        "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY", "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
        "created_at": 1_790_000_000, "expired_at": None,
    }  # fmt: skip
    return response.with_status(200).with_json({"key": key, "request_id": response.json["request_id"]})


def _in_use(request: Request) -> Request:
    return request.with_fields(key_id=request.data.key_ids[0])


def _key_id_of(request: Request) -> Json:
    return request.fields.get("key_id")


_OWN: Final = (
    fault("balances-of-cards-cached", _cached(_is_card)),
    fault("balances-cached-with-filter", _cached(), with_filter),
    fault("balances-cached-in-body-mode", _cached(), in_body),
    fault("age-not-needed", each_request(_aged), lambda r: _AGE not in r.options and "options" not in r.fields),
    fault("age-not-needed-for-depository", each_request(_aged), _only_depository),
    fault(
        "missing-age-misnamed",
        recode("INVALID_FIELD", "MISSING_FIELDS"),
        lambda r: _is_dated(r) and _AGE not in r.options,
    ),
    fault("age-ignored-with-filter", each_request(_aged), lambda r: _with_age(r) and with_filter(r)),
    fault("age-out-of-range-misnamed", recode("LAST_UPDATED_DATETIME_OUT_OF_RANGE", "INVALID_FIELD")),
    fault("balances-too-old", _updated(_LONG_AGO), _is_dated),
    fault("age-not-shown", _updated(None), _is_dated),
    fault(
        "exact-age-rejected",
        reject("LAST_UPDATED_DATETIME_OUT_OF_RANGE"),
        lambda r: _is_dated(r) and r.options.get(_AGE) == "2026-10-30T07:15:09Z",
    ),
    fault(
        "age-in-another-zone-rejected",
        reject("INVALID_FIELD"),
        lambda r: "+" in str(r.options.get(_AGE, "")) and r.item is not None,
    ),
    fault(
        "age-without-zone-accepted",
        each_request(lambda r: _aged(r, f"{r.options[_AGE]}Z")),
        lambda r: len(str(r.options.get(_AGE))) == 19,
    ),
    fault("link-token-constant", _first_for(lambda _: None)),
    fault("link-token-of-item", _first_for(lambda r: r.token)),
    fault("link-token-of-body", _first_for(lambda r: r.body)),
    fault("link-token-expired", _expiring("2020-01-01T00:00:00Z")),
    fault("link-token-for-years-with-update", _expiring("2099-01-01T00:00:00Z"), lambda r: "update" in r.fields),
    fault("country-codes-in-lower-case", _eased("country_codes", lambda codes: json.loads(json.dumps(codes).upper()))),
    fault("country-codes-empty", _eased("country_codes", lambda codes: codes or ["US"])),
    fault("selection-truthy", _eased("update", _truthy_selection)),
    fault(
        "empty-update-rejected", reject("INVALID_FIELD"), lambda r: r.item is not None and r.fields.get("update") == {}
    ),
    fault("crash-without-user", CRASH, lambda r: not isinstance(r.fields.get("user", {}), dict)),
    fault("key-in-use-for-all", each_request(_in_use), lambda r: _key_id_of(r) in r.data.key_ids),
    fault("kid-in-capitals", _with_key(lambda key: {**key, "kid": key["kid"].upper()})),
    fault("unknown-key-made-up", each_response(_made_up)),
    fault(
        "key-id-trimmed",
        each_request(lambda r: r.with_fields(key_id=_key_id_of(r).strip())),
        lambda r: isinstance(_key_id_of(r), str),
    ),
    fault("key-coordinates-swapped", _with_key(lambda key: {**key, "x": key["y"], "y": key["x"]})),
    fault("key-coordinate-zero", _with_key(lambda key: {**key, "y": "A" * 43})),
    fault(
        "key-id-of-any-type",
        each_request(_in_use),
        lambda r: "key_id" in r.fields and not isinstance(_key_id_of(r), str),
    ),
    fault("key-id-not-needed", each_request(_in_use), lambda r: bool(r.fields) and "key_id" not in r.fields),
    fault(
        "expired-key-rejected",
        reject("INVALID_WEBHOOK_VERIFICATION_KEY_ID"),
        lambda r: _key_id_of(r) in r.data.key_ids[1:],
    ),
    fault("crash-on-unknown-key", recode("INVALID_WEBHOOK_VERIFICATION_KEY_ID", "INTERNAL_SERVER_ERROR")),
)


def _rejected(response: Response, _: Request) -> Response:
    return error("INVALID_FIELD") if response.status == 200 else response


# What any operation may get wrong, in words that fit any.
_GENERAL: Final = (
    fault("missing-named-invalid", recode("MISSING_FIELDS", "INVALID_FIELD")),
    fault("missing-named-unknown", recode("MISSING_FIELDS", "UNKNOWN_FIELDS")),
    fault("invalid-named-institution", recode("INVALID_FIELD", "INSTITUTION_DOWN")),
    fault("crash-on-invalid", recode("INVALID_FIELD", "INTERNAL_SERVER_ERROR")),
    fault("rejected-by-length", each_response(_rejected), lambda r: len(r.body) % 2 == 0),
    fault("header-credentials-unchecked", each_request(Request.authenticated), lambda r: r.in_headers),
    fault("error-type-constant", failures(lambda body, _: {**body, "error_type": "API_ERROR"})),
    fault("truncated", each_response(lambda response, _: response.with_body(response.body[:-1]))),
)


def additional(contract: Contract) -> Iterator[Fault]:
    """Yield the faults of every operation but the primary one; re-applied ones may break what the contract doesn't ask."""
    primary = {fault.id: fault for module in (access, accounts, requests, responses) for fault in module.FAULTS}
    for operation in contract.operations:
        if operation.path == ACCOUNTS_GET:
            continue
        own = (one for one in _OWN if one.breaks.startswith(f"{operation.id}:"))
        yield from (attrs.evolve(one, kind="behaviour/own", endpoint=operation.path) for one in own)
        names = _applicable(contract, operation)
        again = (*(primary[name] for name in names), *_GENERAL)
        yield from (attrs.evolve(fault_of(operation, one), kind="behaviour/re-applied") for one in again)


def _applicable(contract: Contract, operation: Operation) -> Iterable[str]:
    yield from _REAPPLIED["any"]
    if "access_token" in contract.at(contract.request(operation)).get("properties", {}):
        yield from _REAPPLIED["with_token"]
    response = contract.response(operation, 200)
    schema = contract.follow((*(response or ()), "content", "application/json", "schema")) if response else ()
    if "accounts" in contract.at(schema).get("properties", {}):
        yield from _REAPPLIED["with_accounts"]
