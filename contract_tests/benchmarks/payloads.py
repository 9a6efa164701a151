"""Bodies of a 200 made for the measurements: the same in every run, with every field of the contract from 10 accounts on."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Iterator
from typing import Any, Final

SIZES: Final = (1, 10, 100, 1000)
"""Accounts in a body."""

Json = dict[str, Any]
# Capital One, because only its accounts carry last_updated_datetime.
_INSTITUTION: Final = ("ins_128026", "Capital One")
_INSIGHTS: Final[Json] = {
    "name_match_score": 92,
    "network_status": {"has_numbers_match": True, "is_numbers_match_verified": True},
    "previous_returns": {"has_previous_administrative_return": False},
    "account_number_format": "valid",
}
# type, subtype, name, official_name, and what this kind of account has beyond the required properties.
_KINDS: Final[tuple[tuple[str, str | None, str, str | None, Json], ...]] = (
    ("depository", "checking", "360 Checking", "360 Checking Account", {"holder_category": "personal"}),
    ("depository", "savings", "360 Savings", "360 Performance Savings", {"holder_category": "personal", "apy": 4.25}),
    ("credit", "credit card", "Venture", "Venture Rewards Card", {"updated": "2026-10-30T07:15:09Z"}),
    ("loan", "auto", "Auto Loan", None, {}),
    ("investment", "401k", "Workplace 401(k)", "Workplace Retirement Plan", {"holder_category": "personal"}),
    ("depository", "cd", "Twelve Month CD", None, {"holder_category": "personal", "apy": None}),
    ("credit", "credit card", "Quicksilver", "Quicksilver Cash Card", {"updated": "2026-10-29T22:40:51.250-05:00"}),
    ("depository", "money market", "Money Market", None, {"persistent": True, "holder_category": "business"}),
    ("loan", "mortgage", "Home Loan", "Thirty Year Fixed Mortgage", {"holder_category": None}),
    (
        "depository",
        "checking",
        "Joint Checking",
        None,
        {
            "verification_status": "database_insights_pass",
            "verification_name": "Rosa Lindqvist",
            "verification_insights": _INSIGHTS,
            "holder_category": "unrecognized",
        },
    ),
)


def body(accounts: int) -> bytes:
    """Return the JSON text of an answer with this many accounts."""
    return json.dumps(response(accounts), separators=(",", ":")).encode()


def response(accounts: int) -> Json:
    """Return an answer with this many accounts."""
    chance = random.Random(46)  # noqa: S311 - made-up data
    return {
        "accounts": [_account(number, chance) for number in range(accounts)],
        "item": _item(chance),
        "request_id": _identifier(chance, 15),
    }


def _account(number: int, chance: random.Random) -> Json:
    kind, subtype, name, official_name, traits = _KINDS[number % len(_KINDS)]
    account = {
        "account_id": _identifier(chance),
        "balances": _balances(kind, traits, chance),
        "mask": f"{chance.randrange(10_000):04}",
        "name": name,
        "official_name": official_name,
        "type": kind,
        "subtype": subtype,
    }
    if "persistent" in traits:
        account["persistent_account_id"] = _identifier(chance, 64)
    return account | {key: value for key, value in traits.items() if key not in ("updated", "persistent")}


def _balances(kind: str, traits: Json, chance: random.Random) -> Json:
    current = round(chance.uniform(20, 20_000), 2)
    limit = 25_000 if kind == "credit" else None
    available = None if kind in ("loan", "investment") else round(limit - current if limit else current - 12.5, 2)
    balances: Json = {
        "available": available,
        "current": current,
        "limit": limit,
        "iso_currency_code": "USD",
        "unofficial_currency_code": None,
    }
    return balances | ({"last_updated_datetime": traits["updated"]} if "updated" in traits else {})


def _item(chance: random.Random) -> Json:
    identity, name = _INSTITUTION
    return {
        "item_id": _identifier(chance),
        "webhook": "https://service.example/plaid",
        "error": None,
        "available_products": ["balance", "identity", "investments"],
        "billed_products": ["auth", "transactions"],
        "products": ["auth", "transactions"],
        "consented_products": ["auth", "identity", "transactions"],
        "consent_expiration_time": "2031-03-01T00:00:00Z",
        "update_type": "background",
        "institution_id": identity,
        "institution_name": name,
        "auth_method": "INSTANT_AUTH",
    }


def _identifier(chance: random.Random, length: int = 37) -> str:
    return "".join(_letters(chance, length))


def _letters(chance: random.Random, length: int) -> Iterator[str]:
    for _ in range(length):
        yield chance.choice(string.ascii_letters + string.digits)
