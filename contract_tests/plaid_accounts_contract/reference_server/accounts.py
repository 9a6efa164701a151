"""Accounts and what they hold, with the rules that every account of a real Item keeps."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from plaid_accounts_contract.reference_server.records import ABSENT, AbsentType

AccountType: TypeAlias = Literal["depository", "credit", "loan", "investment", "brokerage", "other"]
HolderCategory: TypeAlias = Literal["business", "personal", "unrecognized"]
NumberFormat: TypeAlias = Literal["valid", "invalid", "unknown"]

LIMITED_PURPOSE_CHECKING = "limited purpose checking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Balances:
    """What an account holds or owes, in units of its currency.

    Raises:
        ValueError: both currency codes are given; Plaid documents that at most one is.
    """

    available: float | None = None
    current: float | None = None
    limit: float | None = None
    iso_currency_code: str | None = "USD"
    unofficial_currency_code: str | None = None
    last_updated_datetime: str | AbsentType | None = ABSENT

    def __post_init__(self) -> None:
        if self.iso_currency_code is not None and self.unofficial_currency_code is not None:
            raise ValueError("balances: give iso_currency_code or unofficial_currency_code, and None for the other")


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkStatus:
    """What Plaid's network knows of an account's numbers."""

    has_numbers_match: bool
    is_numbers_match_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousReturns:
    """Whether an earlier payment came back because of the account."""

    has_previous_administrative_return: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationInsights:
    """What a database check learnt; `name_match_score` runs from 0 to 100."""

    name_match_score: int | AbsentType | None = ABSENT
    network_status: NetworkStatus
    previous_returns: PreviousReturns | AbsentType = ABSENT
    account_number_format: NumberFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account as `/accounts/get` lists it. `apy` is in percent: 4.25 stands for 4.25 %.

    Raises:
        ValueError: a balance is null where it must not be, or shown where it never is. Plaid documents that `current`
            is null only where `available` is not, except that a limited purpose checking account shows neither.
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
    verification_insights: VerificationInsights | AbsentType = ABSENT
    persistent_account_id: str | AbsentType = ABSENT
    holder_category: HolderCategory | AbsentType | None = ABSENT
    apy: float | AbsentType | None = ABSENT

    def __post_init__(self) -> None:
        shown = [self.balances.available, self.balances.current] != [None, None]
        if self.subtype == LIMITED_PURPOSE_CHECKING and shown:
            raise ValueError(f"account {self.name!r}: {LIMITED_PURPOSE_CHECKING} shows no available and no current")
        if self.subtype != LIMITED_PURPOSE_CHECKING and not shown:
            raise ValueError(f"account {self.name!r}: give available or current")
