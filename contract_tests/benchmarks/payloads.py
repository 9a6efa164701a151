"""Bodies of a 200 for the measurements: the same in every run, with every field of the contract from 10 accounts on."""

import json
import random
import string
from typing import Any, Final

SIZES: Final = (1, 10, 100, 1000)
"""Accounts in a body."""

Json = dict[str, Any]
_INSIGHTS: Final[Json] = {
    "name_match_score": 92,
    "network_status": {"has_numbers_match": True, "is_numbers_match_verified": True},
    "previous_returns": {"has_previous_administrative_return": False},
    "account_number_format": "valid",
}
_VERIFIED: Final[Json] = {
    "verification_status": "database_insights_pass",
    "verification_name": "Rosa Lindqvist",
    "verification_insights": _INSIGHTS,
    "holder_category": "unrecognized",
}
# type, subtype, official_name, last_updated_datetime, and optional properties.
_KINDS: Final[tuple[tuple[str, str, str | None, str, Json], ...]] = (
    ("depository", "checking", "360 Checking Account", "", {"holder_category": "personal"}),
    ("depository", "savings", "360 Performance Savings", "", {"holder_category": "personal", "apy": 4.25}),
    ("credit", "credit card", "Venture Rewards Card", "2026-10-30T07:15:09Z", {}),
    ("loan", "auto", None, "", {}),
    ("investment", "401k", "Workplace Retirement Plan", "", {"holder_category": "personal"}),
    ("depository", "cd", None, "", {"holder_category": "personal", "apy": None}),
    ("credit", "credit card", "Quicksilver Cash Card", "2026-10-29T22:40:51.250-05:00", {}),
    ("depository", "money market", None, "", {"holder_category": "business", "persistent_account_id": "k5Yx" * 16}),
    ("loan", "mortgage", "Thirty Year Fixed Mortgage", "", {"holder_category": None}),
    ("depository", "checking", None, "", _VERIFIED),
)


def body(accounts: int) -> bytes:
    """Return the JSON text of a response with this many accounts."""
    return json.dumps(response(accounts), separators=(",", ":")).encode()


def response(accounts: int) -> Json:
    """Return a response with this many accounts."""
    chance = random.Random(46)  # noqa: S311 - made-up data
    item = {
        "item_id": _identifier(chance),
        "webhook": "https://service.example/plaid",
        "error": None,
        "available_products": ["balance", "identity", "investments"],
        "billed_products": ["auth", "transactions"],
        "products": ["auth", "transactions"],
        "consented_products": ["auth", "identity", "transactions"],
        "consent_expiration_time": "2031-03-01T00:00:00Z",
        "update_type": "background",
        # Of all institutions, only Capital One's accounts have last_updated_datetime.
        "institution_id": "ins_128026",
        "institution_name": "Capital One",
        "auth_method": "INSTANT_AUTH",
    }
    found = [_account(number, chance) for number in range(accounts)]
    return {"accounts": found, "item": item, "request_id": _identifier(chance, 15)}


def _account(number: int, chance: random.Random) -> Json:
    kind, subtype, official_name, updated, optional = _KINDS[number % len(_KINDS)]
    current, limit = round(chance.uniform(20, 20_000), 2), 25_000 if kind == "credit" else None
    balances = {
        "available": None if kind in ("loan", "investment") else round((limit or 40_000) - current, 2),
        "current": current,
        "limit": limit,
        "iso_currency_code": "USD",
        "unofficial_currency_code": None,
    }
    return {
        "account_id": _identifier(chance),
        "balances": balances | ({"last_updated_datetime": updated} if updated else {}),
        "mask": f"{chance.randrange(10_000):04}",
        "name": subtype.title(),
        "official_name": official_name,
        "type": kind,
        "subtype": subtype,
    } | optional


def _identifier(chance: random.Random, length: int = 37) -> str:
    return "".join(chance.choices(string.ascii_letters + string.digits, k=length))
