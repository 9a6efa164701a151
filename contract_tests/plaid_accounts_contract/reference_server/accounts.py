"""Accounts and their balances, with the rules that every account of a real Item follows."""

import hashlib
import string
from typing import Final, Literal, TypeAlias

import attrs

from plaid_accounts_contract.reference_server.records import ABSENT, AbsentType, JsonObject

AccountType: TypeAlias = Literal["depository", "credit", "loan", "investment", "brokerage", "other"]
HolderCategory: TypeAlias = Literal["business", "personal", "unrecognized"]

LIMITED_PURPOSE_CHECKING: Final = "limited purpose checking"

_ALPHABET: Final = string.digits + string.ascii_letters
# As long as the account_ids in Plaid's documentation.
_LENGTH: Final = 37


def identifier(name: str) -> str:
    """Return 37 letters and digits, derived from the name alone, that look like one of Plaid's identifiers."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest(), "big")
    letters: list[str] = []
    for _ in range(_LENGTH):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return "".join(letters)


@attrs.frozen(kw_only=True)
class Balances:
    """Balances in units of a currency; raise ValueError for both currency codes: Plaid documents at most one."""

    available: float | None = None
    current: float | None = None
    limit: float | None = None
    iso_currency_code: str | None = "USD"
    unofficial_currency_code: str | None = None
    last_updated_datetime: str | AbsentType | None = ABSENT

    def __attrs_post_init__(self) -> None:
        if self.iso_currency_code is not None and self.unofficial_currency_code is not None:
            raise ValueError("balances: set iso_currency_code or unofficial_currency_code, and None for the other")


@attrs.frozen(kw_only=True)
class Account:
    """One account as `/accounts/get` lists it. `apy` is in percent: 4.25 means 4.25 %.

    Raises:
        ValueError: a limited purpose checking account has a balance, or an account of another type than depository has
            none. Plaid documents that `current` is null only where `available` is not, but was recorded to know neither
            for bank accounts that were manually linked.
    """

    account_id: str
    balances: Balances
    mask: str | None = None
    name: str
    official_name: str | None = None
    type: AccountType
    subtype: str | None = None
    verification_status: str | AbsentType | None = ABSENT
    verification_name: str | AbsentType = ABSENT
    verification_insights: JsonObject | AbsentType = ABSENT
    persistent_account_id: str | AbsentType = ABSENT
    holder_category: HolderCategory | AbsentType | None = ABSENT
    apy: float | AbsentType | None = ABSENT

    def __attrs_post_init__(self) -> None:
        has_balance = [self.balances.available, self.balances.current] != [None, None]
        if self.subtype == LIMITED_PURPOSE_CHECKING and has_balance:
            raise ValueError(f"account {self.name!r}: {LIMITED_PURPOSE_CHECKING} has no available and no current")
        if self.type != "depository" and not has_balance:
            raise ValueError(f"account {self.name!r}: set available or current")
