"""What the suite knows of the operations around the primary one: why their requests are refused, what answers must hold.

The objections to requests are registered with `expectations` by importing this module; `CHECKS` are those of answers.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from plaid_accounts_contract.checks import messages
from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.checks.context import CheckContext
from plaid_accounts_contract.checks.oracle import OPEN, RejectionReason, account_ids_of, examines, harmless, ordinary
from plaid_accounts_contract.checks.requirements import Check, Failed, Outcome
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.timestamps import instant, now

BALANCE: Final = "accountsBalanceGet"
LINK: Final = "linkTokenCreate"
KEY: Final = "webhookVerificationKeyGet"

DATED: Final = "ins_128026"
"""The institution whose balances are to be had in real time for accounts of type depository only."""
CLOCKS: Final = timedelta(minutes=5)
"""How far the clocks of suite and target may differ."""
LINK_TIME: Final = timedelta(minutes=30)
"""How long a link_token is good in update mode."""
KEYLESS: Final = tuple(str(uuid.uuid5(uuid.NAMESPACE_URL, str(number))) for number in range(3))
"""Made-up ids, which no key of any target has."""

_LANGUAGES: Final = (
    "da", "de", "en", "es", "et", "fr", "hi", "ht", "it", "lt", "lv", "nb", "nl", "pl", "pt", "ro", "sv", "vi"
)  # fmt: skip
_SELECTING: Final = {"US", "CA"}
_SHOWN: Final = 30
_PRIME: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B

harmless(BALANCE, "options.min_last_updated_datetime")
harmless(LINK, "client_name", "language", "country_codes", "user", "user.client_user_id", "update")
harmless(LINK, "update.account_selection_enabled")
harmless(KEY, "key_id")


@examines(BALANCE)
def _balance(body: Mapping[str, Any], item: ItemBaseline | None, _: TestData) -> Iterator[RejectionReason]:
    """Whether the request says how old a balance may be, where it must."""
    options = body.get("options")
    given = options.get("min_last_updated_datetime") if isinstance(options, Mapping) else None
    earliest = instant(given)
    if given is not None and earliest is None:
        yield OPEN
    elif item is None or not _dated(item):
        return
    elif earliest is None:
        yield RejectionReason("balance-age-needed", frozenset({"INVALID_FIELD"}))
    elif _asks_for_dated(body, item):
        if earliest > now() + CLOCKS:
            yield RejectionReason("balance-age-out-of-range", frozenset({"LAST_UPDATED_DATETIME_OUT_OF_RANGE"}))
        elif any(seen is None or seen < earliest for seen in map(_updated, _cached(item))):
            # Whether the balance was updated since nobody but the target knows.
            yield OPEN


def _dated(item: ItemBaseline) -> bool:
    return item.item.get("institution_id") == DATED and bool(_cached(item))


def _cached(item: ItemBaseline) -> list[Mapping[str, Any]]:
    """Return the accounts of an Item whose balances are not to be had in real time."""
    return [account for account in item.accounts.values() if account and account.get("type") != "depository"]


def _asks_for_dated(body: Mapping[str, Any], item: ItemBaseline) -> bool:
    wanted = account_ids_of(body)
    return wanted is None or any(account.get("account_id") in wanted for account in _cached(item))


def _updated(account: Mapping[str, Any]) -> Any:
    balances = account.get("balances")
    return instant(balances.get("last_updated_datetime")) if isinstance(balances, Mapping) else None


@examines(LINK)
def _link(body: Mapping[str, Any], _: ItemBaseline | None, _subject: TestData) -> Iterator[RejectionReason]:
    """Whether a name, a language or a country is one that a server may refuse."""
    codes, user = body.get("country_codes"), body.get("user")
    names = [body.get("client_name"), user.get("client_user_id") if isinstance(user, Mapping) else None]
    plain = all(
        isinstance(name, str) and name.isprintable() and len(name.strip()) in range(1, _SHOWN) for name in names
    )
    selecting = isinstance(codes, list) and {*map(str, codes)} <= _SELECTING and len(codes) == len({*map(str, codes)})
    if not plain or not selecting or body.get("language") not in _LANGUAGES:
        yield OPEN


@examines(KEY)
def _key(body: Mapping[str, Any], _: ItemBaseline | None, test_data: TestData) -> Iterator[RejectionReason]:
    """Whether a key has this id, as far as the run knows."""
    key_id = body.get("key_id")
    if not isinstance(key_id, str) or not key_id or key_id in test_data.key_ids:
        return
    if not test_data.key_ids and key_id not in KEYLESS:
        # That of the contract's example, for one, may be a key of the target.
        yield OPEN
    else:
        codes = {"INVALID_WEBHOOK_VERIFICATION_KEY_ID"} | (set() if ordinary(key_id) else {"INVALID_FIELD"})
        yield RejectionReason("verification-key-unknown", frozenset(codes))


def _balance_in_real_time(context: CheckContext) -> Iterator[Outcome]:
    item = context.expectation.item
    for path, account in context.accounts():
        account_id = str(account.get("account_id"))
        cached = None if item is None else item.accounts.get(account_id)
        if cached and account_id in context.test_data.moved:
            same = account.get("balances") == cached.get("balances")
            got, expected = "the balances of /accounts/get", "others: at the institution they have changed since"
            yield Failed(f"{path}.balances", got, expected) if same else None


def _balance_age_kept(context: CheckContext) -> Iterator[Outcome]:
    item = context.expectation.item
    options = _sent(context).get("options")
    earliest = instant(options.get("min_last_updated_datetime")) if isinstance(options, Mapping) else None
    if item is None or earliest is None or not _dated(item):
        return
    for path, account in context.accounts():
        if account.get("type") != "depository":
            updated = _updated(account)
            place = f"{path}.balances.last_updated_datetime"
            if updated is not None and updated >= earliest:
                yield None
            else:
                got = "no instant" if updated is None else updated.isoformat()
                yield Failed(place, got, f"{earliest.isoformat()} or later")


def _link_token_unique(context: CheckContext) -> Iterator[Outcome]:
    value = context.body.get("link_token") if context.accepted else None
    if isinstance(value, str) and value:
        first = context.history.link_tokens.setdefault(value, context.exchange.number)
        same = first == context.exchange.number
        yield None if same else Failed("link_token", f"the link_token of exchange {first}", "one never given before")


def _link_token_expiration(context: CheckContext) -> Iterator[Outcome]:
    until = instant(context.body.get("expiration")) if context.accepted else None
    if until is not None:
        ahead = until - now()
        right = -CLOCKS < ahead <= LINK_TIME + CLOCKS
        got = f"{round(ahead.total_seconds() / 60)} minutes from now"
        yield None if right else Failed("expiration", got, "an instant in the next 30 minutes")


def _verification_key_asked_for(context: CheckContext) -> Iterator[Outcome]:
    key, asked = _returned(context), _sent(context).get("key_id")
    if key is not None and isinstance(key.get("kid"), str) and isinstance(asked, str):
        right = key["kid"] == asked
        yield None if right else Failed("key.kid", messages.describe(key["kid"]), messages.describe(asked))


def _verification_key_on_curve(context: CheckContext) -> Iterator[Outcome]:
    key = _returned(context)
    x, y = (None, None) if key is None else (_coordinate(key.get("x")), _coordinate(key.get("y")))
    if x is not None and y is not None:
        right = x < _PRIME and y < _PRIME and (y * y - (x * x * x - 3 * x + _B)) % _PRIME == 0
        yield None if right else Failed("key", "coordinates of no point of the curve", "a point of P-256")


def _returned(context: CheckContext) -> Mapping[str, Any] | None:
    key = context.body.get("key") if context.accepted else None
    return key if isinstance(key, Mapping) else None


def _coordinate(text: Any) -> int | None:
    """Return the number that 32 bytes in base64url stand for; None for what the schema refuses by itself."""
    if not isinstance(text, str) or len(text) != 43:
        return None
    try:
        return int.from_bytes(base64.b64decode(text + "=", altchars=b"-_", validate=True), "big")
    except (binascii.Error, ValueError):
        return None


def _sent(context: CheckContext) -> Mapping[str, Any]:
    value = strict_json.parse(context.exchange.request.body).value
    return value if isinstance(value, Mapping) else {}


CHECKS: Final[Mapping[str, Check]] = {
    "balance-in-real-time": _balance_in_real_time,
    "balance-age-kept": _balance_age_kept,
    "link-token-unique": _link_token_unique,
    "link-token-expiration": _link_token_expiration,
    "verification-key-asked-for": _verification_key_asked_for,
    "verification-key-on-curve": _verification_key_on_curve,
}
"""The checks of these operations by the id of their requirement."""
