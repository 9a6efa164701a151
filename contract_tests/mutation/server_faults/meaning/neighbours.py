"""Faults in tokens of Link and in the keys of webhooks."""

import json
from collections.abc import Callable
from functools import partial
from typing import Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call, Json
from mutation.server_faults.fault import fault
from mutation.server_faults.middleware import Handler, Tamper
from mutation.server_faults.tampering import answers, calls, crashing, only, recoded, refusing, successes
from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.signing import EXPIRED_KEY_ID, KEY_ID

_LINK: Final = "linkTokenCreate"
_KEY: Final = "webhookVerificationKeyGet"

_link_fault: Final = partial(fault, endpoint="/link/token/create")
_key_fault: Final = partial(fault, endpoint="/webhook_verification_key/get")


def _kept(of: Callable[[Call], Json]) -> Tamper:
    """Give the link_token that was given first to those who are alike."""

    def tamper(honest: Handler) -> Handler:
        first: dict[Json, str] = {}

        async def handle(call: Call) -> Answer:
            answer = await honest(call)
            if answer.status != 200:
                return answer
            token = first.setdefault(of(call), answer.json["link_token"])
            return answer.with_json({**answer.json, "link_token": token})

        return handle

    return tamper


def _expiring(expiration: str) -> Tamper:
    return successes(lambda body, _: {**body, "expiration": expiration})


def _with_key(change: Callable[[Json, Call], Json]) -> Tamper:
    return successes(lambda body, call: {**body, "key": change(body["key"], call)})


def _asked_for(change: Callable[[str], str]) -> Tamper:
    """Look up another key_id than the one given, where that is a text."""

    def changed(call: Call) -> Call:
        key_id = call.fields.get("key_id")
        return call.with_fields(key_id=change(key_id)) if isinstance(key_id, str) and key_id else call

    return calls(changed)


def _any_is_known(answer: Answer, call: Call) -> Answer:
    if b"INVALID_WEBHOOK_VERIFICATION_KEY_ID" not in answer.body:
        return answer
    key = {
        "alg": "ES256", "kid": str(call.fields.get("key_id")), "use": "sig", "kty": "EC", "crv": "P-256",
        "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY", "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
        "created_at": 1_790_000_000, "expired_at": None,
    }  # fmt: skip
    return answer.with_status(200).with_json({"key": key, "request_id": answer.json["request_id"]})


LINK: Final = (
    _link_fault(
        "link-token-constant",
        "Gives everyone the same link_token.",
        f"{_LINK}:link-token-unique",
        _kept(lambda _: None),
    ),
    _link_fault(
        "link-token-of-item",
        "Gives each Item one link_token for ever.",
        f"{_LINK}:link-token-unique",
        _kept(lambda call: call.token),
    ),
    _link_fault(
        "link-token-of-body",
        "Gives the same link_token to the same request.",
        f"{_LINK}:link-token-unique",
        _kept(lambda call: call.body),
    ),
    _link_fault(
        "link-token-expired",
        "Gives link_tokens whose time is over.",
        f"{_LINK}:link-token-expiration",
        _expiring("2020-01-01T00:00:00Z"),
    ),
    _link_fault(
        "link-token-for-ever",
        "Gives link_tokens that are good for a century.",
        f"{_LINK}:link-token-expiration",
        _expiring("2126-01-01T00:00:00Z"),
    ),
    _link_fault(
        "link-token-late-with-choice",
        "Gives link_tokens for a choice of accounts that are good for years.",
        f"{_LINK}:link-token-expiration",
        only(_expiring("2099-01-01T00:00:00Z"), lambda call: "update" in call.fields),
    ),
)

KEYS: Final = (
    _key_fault(
        "key-in-use-for-all",
        "Gives the key in use for any known id.",
        f"{_KEY}:verification-key-asked-for",
        only(_asked_for(lambda _: KEY_ID), lambda call: str(call.fields.get("key_id"))[14:15] == "4"),
    ),
    _key_fault(
        "kid-in-capital-letters",
        "Writes the kid in capital letters.",
        f"{_KEY}:verification-key-asked-for",
        _with_key(lambda key, _: {**key, "kid": key["kid"].upper()}),
    ),
    _key_fault(
        "unknown-key-made-up",
        "Gives a key for whatever id.",
        f"{_KEY}:verification-key-unknown",
        answers(_any_is_known),
    ),
    _key_fault(
        "key-id-trimmed",
        "Strips white space from a key_id.",
        f"{_KEY}:verification-key-unknown",
        _asked_for(str.strip),
    ),
    _key_fault(
        "unknown-key-misnamed",
        "Names an unknown key_id INVALID_ACCESS_TOKEN.",
        f"{_KEY}:verification-key-unknown",
        recoded("INVALID_WEBHOOK_VERIFICATION_KEY_ID", errors.INVALID_ACCESS_TOKEN),
    ),
    _key_fault(
        "key-coordinates-swapped",
        "Gives the coordinates of a key in each other's place.",
        f"{_KEY}:verification-key-on-curve",
        _with_key(lambda key, _: {**key, "x": key["y"], "y": key["x"]}),
    ),
    _key_fault(
        "key-coordinate-nought",
        "Gives a key whose y is nought.",
        f"{_KEY}:verification-key-on-curve",
        _with_key(lambda key, _: {**key, "y": "A" * 43}),
    ),
)


def _eased(name: str, change: Callable[[Json], Json]) -> Tamper:
    """Change one property of the body, where it is given."""
    return calls(lambda call: call.with_fields(**{name: change(call.fields[name])}) if name in call.fields else call)


def _choice_of_any_kind(update: Json) -> Json:
    """Take anything that is not false for a wish to choose."""
    if not isinstance(update, dict) or "account_selection_enabled" not in update:
        return update
    return {**update, "account_selection_enabled": bool(update["account_selection_enabled"])}


def _sent_in_order(call: Call) -> bool:
    return call.item is not None and isinstance(call.fields.get("country_codes"), list)


LINK_REQUESTS: Final = (
    _link_fault(
        "country-codes-in-small-letters",
        "Takes country codes in small letters.",
        f"{_LINK}:field-values-checked",
        _eased("country_codes", lambda codes: json.loads(json.dumps(codes).upper())),
    ),
    _link_fault(
        "country-codes-empty",
        "Takes an empty list of country codes for the United States.",
        f"{_LINK}:field-values-checked",
        _eased("country_codes", lambda codes: codes or ["US"]),
    ),
    _link_fault(
        "choice-of-accounts-of-any-kind",
        "Takes whatever stands as account_selection_enabled for true or false.",
        f"{_LINK}:field-values-checked",
        _eased("update", _choice_of_any_kind),
    ),
    _link_fault(
        "update-needed",
        "Refuses requests without update.",
        f"{_LINK}:valid-requests-accepted",
        refusing(errors.MISSING_FIELDS, lambda call: _sent_in_order(call) and "update" not in call.fields),
    ),
    _link_fault(
        "empty-update-refused",
        "Refuses an update that says nothing.",
        f"{_LINK}:valid-requests-accepted",
        refusing(errors.INVALID_FIELD, lambda call: _sent_in_order(call) and call.fields.get("update") == {}),
    ),
    _link_fault(
        "crash-without-user",
        "Fails on a request whose user is no object.",
        f"{_LINK}:no-server-error",
        crashing(lambda call: not isinstance(call.fields.get("user", {}), dict)),
    ),
    _link_fault(
        "crash-on-country-codes",
        "Fails on country codes that are no list.",
        f"{_LINK}:no-server-error",
        crashing(lambda call: not isinstance(call.fields.get("country_codes", []), list)),
    ),
)

KEY_REQUESTS: Final = (
    _key_fault(
        "key-id-of-any-type",
        "Gives the key in use where the key_id is no text.",
        f"{_KEY}:field-values-checked",
        _eased("key_id", lambda key_id: key_id if isinstance(key_id, str) else KEY_ID),
    ),
    _key_fault(
        "key-id-empty",
        "Gives the key in use for an empty key_id.",
        f"{_KEY}:field-values-checked",
        _eased("key_id", lambda key_id: key_id or KEY_ID),
    ),
    _key_fault(
        "key-id-not-needed",
        "Gives the key in use where no key_id is given.",
        f"{_KEY}:required-fields",
        calls(lambda call: call if "key_id" in call.fields or not call.fields else call.with_fields(key_id=KEY_ID)),
    ),
    _key_fault(
        "key-id-lacking-misnamed",
        "Names a lacking key_id INVALID_FIELD.",
        f"{_KEY}:required-fields",
        only(recoded("MISSING_FIELDS", errors.INVALID_FIELD), lambda call: "key_id" not in call.fields),
    ),
    _key_fault(
        "expired-key-refused",
        "Refuses the id of a key that is no longer in use.",
        f"{_KEY}:valid-requests-accepted",
        refusing(errors.INVALID_WEBHOOK_VERIFICATION_KEY_ID, lambda call: call.fields.get("key_id") == EXPIRED_KEY_ID),
    ),
    _key_fault(
        "key-id-refused-in-body-mode",
        "Refuses key_ids where the credentials stand in the body.",
        f"{_KEY}:valid-requests-accepted",
        refusing(errors.INVALID_FIELD, lambda call: call.in_body and call.fields.get("key_id") == KEY_ID),
    ),
    _key_fault(
        "crash-on-unknown-key",
        "Fails on a key_id that it does not know.",
        f"{_KEY}:no-server-error",
        recoded("INVALID_WEBHOOK_VERIFICATION_KEY_ID", errors.INTERNAL_SERVER_ERROR),
    ),
    _key_fault(
        "crash-on-key-id",
        "Fails on a key_id that is no text.",
        f"{_KEY}:no-server-error",
        crashing(lambda call: not isinstance(call.fields.get("key_id", ""), str)),
    ),
)

FAULTS: Final = (*LINK, *LINK_REQUESTS, *KEYS, *KEY_REQUESTS)
