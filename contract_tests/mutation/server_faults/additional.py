"""Faults of the operations beside `/accounts/get`: their own, and those of `/accounts/get` re-applied to them."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
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

_BALANCE: Final = "accountsBalanceGet:"
_LINK: Final = "linkTokenCreate:"
_KEY: Final = "webhookVerificationKeyGet:"
_balance: Final = partial(Fault, endpoint="/accounts/balance/get")
_link: Final = partial(Fault, endpoint="/link/token/create")
_key: Final = partial(Fault, endpoint="/webhook_verification_key/get")

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

        async def handle(request: Request) -> Response:
            response = await conforming(request)
            if response.status != 200:
                return response
            token = first.setdefault(of(request), response.json["link_token"])
            return response.with_json({**response.json, "link_token": token})

        return handle

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


# fmt: off
_OWN: Final = (
    _balance("balances-of-cards-cached", f"{_BALANCE}balance-in-real-time", "Returns cached balances of cards.",
             _cached(_is_card)),
    _balance("balances-cached-with-filter", f"{_BALANCE}balance-in-real-time", "Returns cached balances if there is a filter.",
             _cached(), with_filter),
    _balance("balances-cached-in-body-mode", f"{_BALANCE}balance-in-real-time", "Returns cached balances in body mode.",
             _cached(), in_body),
    _balance("age-not-needed", f"{_BALANCE}balance-age-needed", "Needs no min_last_updated_datetime.",
             each_request(_aged), lambda r: _AGE not in r.options and "options" not in r.fields),
    _balance("age-not-needed-for-depository", f"{_BALANCE}balance-age-needed", "Needs no minimum age for depository alone.",
             each_request(_aged), _only_depository),
    _balance("missing-age-misnamed", f"{_BALANCE}balance-age-needed", "Names a missing minimum age MISSING_FIELDS.",
             recode("INVALID_FIELD", "MISSING_FIELDS"), lambda r: _is_dated(r) and _AGE not in r.options),
    _balance("age-ignored-with-filter", f"{_BALANCE}balance-age-out-of-range", "Ignores the minimum age if there is a filter.",
             each_request(_aged), lambda r: _with_age(r) and with_filter(r)),
    _balance("age-out-of-range-misnamed", f"{_BALANCE}balance-age-out-of-range", "Names an age in the future INVALID_FIELD.",
             recode("LAST_UPDATED_DATETIME_OUT_OF_RANGE", "INVALID_FIELD")),
    _balance("balances-too-old", f"{_BALANCE}balance-age-kept", "Returns balances from long before the minimum age.",
             _updated(_LONG_AGO), _is_dated),
    _balance("age-not-shown", f"{_BALANCE}balance-age-kept", "Doesn't say when balances were updated.",
             _updated(None), _is_dated),
    _balance("exact-age-rejected", f"{_BALANCE}valid-requests-accepted", "Rejects a balance that is exactly as old as allowed.",
             reject("LAST_UPDATED_DATETIME_OUT_OF_RANGE"),
             lambda r: _is_dated(r) and r.options.get(_AGE) == "2026-10-30T07:15:09Z"),
    _balance("age-in-another-zone-rejected", f"{_BALANCE}valid-requests-accepted", "Takes a minimum age in UTC only.",
             reject("INVALID_FIELD"), lambda r: "+" in str(r.options.get(_AGE, "")) and r.item is not None),
    _balance("age-without-zone-accepted", f"{_BALANCE}field-values-checked", "Takes a minimum age without zone for UTC.",
             each_request(lambda r: _aged(r, f"{r.options[_AGE]}Z")), lambda r: len(str(r.options.get(_AGE))) == 19),
    _link("link-token-constant", f"{_LINK}link-token-unique", "Gives everyone the same link_token.", _first_for(lambda _: None)),
    _link("link-token-of-item", f"{_LINK}link-token-unique", "Gives each Item one link_token.", _first_for(lambda r: r.token)),
    _link("link-token-of-body", f"{_LINK}link-token-unique", "Gives equal requests the same link_token.",
          _first_for(lambda r: r.body)),
    _link("link-token-expired", f"{_LINK}link-token-expiration", "Gives expired link_tokens.",
          _expiring("2020-01-01T00:00:00Z")),
    _link("link-token-for-years-with-update", f"{_LINK}link-token-expiration", "Gives link_tokens for years with update.",
          _expiring("2099-01-01T00:00:00Z"), lambda r: "update" in r.fields),
    _link("country-codes-in-lower-case", f"{_LINK}field-values-checked", "Takes country codes in lower case.",
          _eased("country_codes", lambda codes: json.loads(json.dumps(codes).upper()))),
    _link("country-codes-empty", f"{_LINK}field-values-checked", "Takes no country codes for the United States.",
          _eased("country_codes", lambda codes: codes or ["US"])),
    _link("selection-truthy", f"{_LINK}field-values-checked", "Takes any account_selection_enabled for true or false.",
          _eased("update", _truthy_selection)),
    _link("empty-update-rejected", f"{_LINK}valid-requests-accepted", "Rejects an empty update.",
          reject("INVALID_FIELD"), lambda r: r.item is not None and r.fields.get("update") == {}),
    _link("crash-without-user", f"{_LINK}no-server-error", "Fails on a user that isn't an object.",
          CRASH, lambda r: not isinstance(r.fields.get("user", {}), dict)),
    _key("key-in-use-for-all", f"{_KEY}verification-key-asked-for", "Returns the key in use for every known id.",
         each_request(_in_use), lambda r: _key_id_of(r) in r.data.key_ids),
    _key("kid-in-capitals", f"{_KEY}verification-key-asked-for", "Writes the kid in capitals.",
         _with_key(lambda key: {**key, "kid": key["kid"].upper()})),
    _key("unknown-key-made-up", f"{_KEY}verification-key-unknown", "Returns a key for any id.", each_response(_made_up)),
    _key("key-id-trimmed", f"{_KEY}verification-key-unknown", "Strips white space from a key_id.",
         each_request(lambda r: r.with_fields(key_id=_key_id_of(r).strip())), lambda r: isinstance(_key_id_of(r), str)),
    _key("key-coordinates-swapped", f"{_KEY}verification-key-on-curve", "Swaps the coordinates of a key.",
         _with_key(lambda key: {**key, "x": key["y"], "y": key["x"]})),
    _key("key-coordinate-zero", f"{_KEY}verification-key-on-curve", "Returns a key whose y is 0.",
         _with_key(lambda key: {**key, "y": "A" * 43})),
    _key("key-id-of-any-type", f"{_KEY}field-values-checked", "Returns the key in use if the key_id isn't a string.",
         each_request(_in_use), lambda r: "key_id" in r.fields and not isinstance(_key_id_of(r), str)),
    _key("key-id-not-needed", f"{_KEY}required-fields", "Returns the key in use if there is no key_id.",
         each_request(_in_use), lambda r: bool(r.fields) and "key_id" not in r.fields),
    _key("expired-key-rejected", f"{_KEY}valid-requests-accepted", "Rejects the id of the expired key.",
         reject("INVALID_WEBHOOK_VERIFICATION_KEY_ID"), lambda r: _key_id_of(r) in r.data.key_ids[1:]),
    _key("crash-on-unknown-key", f"{_KEY}no-server-error", "Fails on an unknown key_id.",
         recode("INVALID_WEBHOOK_VERIFICATION_KEY_ID", "INTERNAL_SERVER_ERROR")),
)


def _rejected(response: Response, _: Request) -> Response:
    return error("INVALID_FIELD") if response.status == 200 else response


# What any operation may get wrong, in words that fit any.
_GENERAL: Final = (
    Fault("missing-named-invalid", "required-fields", "Names a missing property INVALID_FIELD.",
          recode("MISSING_FIELDS", "INVALID_FIELD")),
    Fault("missing-named-unknown", "required-fields", "Names a missing property UNKNOWN_FIELDS.",
          recode("MISSING_FIELDS", "UNKNOWN_FIELDS")),
    Fault("invalid-named-institution", "field-values-checked", "Names an invalid value INSTITUTION_DOWN.",
          recode("INVALID_FIELD", "INSTITUTION_DOWN")),
    Fault("crash-on-invalid", "no-server-error", "Fails with 500 on an invalid value.",
          recode("INVALID_FIELD", "INTERNAL_SERVER_ERROR")),
    Fault("rejected-by-length", "valid-requests-accepted", "Rejects valid requests whose body has an even length.",
          each_response(_rejected), lambda r: len(r.body) % 2 == 0),
    Fault("header-credentials-unchecked", "credentials-checked", "Checks no credentials in headers.",
          each_request(Request.authenticated), lambda r: r.in_headers),
    Fault("error-type-constant", "error-code-listed", "Gives every error the type API_ERROR.",
          failures(lambda body, _: {**body, "error_type": "API_ERROR"})),
    Fault("truncated", "response-encoding", "Leaves out the last character of each body.",
          each_response(lambda response, _: response.with_body(response.body[:-1]))),
)
# fmt: on


def additional(contract: Contract) -> Iterator[Fault]:
    """Yield the faults of every operation but the primary one; re-applied ones may break what the contract doesn't ask."""
    primary = {fault.id: fault for module in (access, accounts, requests, responses) for fault in module.FAULTS}
    for operation in contract.operations:
        if operation.path == ACCOUNTS_GET:
            continue
        yield from (attrs.evolve(fault, kind="behaviour/own") for fault in _OWN if fault.endpoint == operation.path)
        names = _applicable(contract, operation)
        yield from (reapplied(operation, fault) for fault in (*(primary[name] for name in names), *_GENERAL))


def reapplied(operation: Operation, fault: Fault) -> Fault:
    """Return a fault as one of another operation."""
    return attrs.evolve(
        fault,
        id=f"{operation.id}:{fault.id}",
        kind="behaviour/re-applied",
        statement=f"{operation.method} {operation.path}: {fault.statement}",
        breaks=f"{operation.id}:{fault.breaks}",
        endpoint=operation.path,
    )


def _applicable(contract: Contract, operation: Operation) -> Iterable[str]:
    yield from _REAPPLIED["any"]
    if "access_token" in contract.at(contract.request(operation)).get("properties", {}):
        yield from _REAPPLIED["with_token"]
    response = contract.response(operation, 200)
    schema = contract.follow((*(response or ()), "content", "application/json", "schema")) if response else ()
    if "accounts" in contract.at(schema).get("properties", {}):
        yield from _REAPPLIED["with_accounts"]
