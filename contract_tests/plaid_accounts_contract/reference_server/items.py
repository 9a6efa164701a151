"""Items: a user's link to one institution, and the accounts that it opens."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .accounts import Account
from .errors import ApiError, ErrorKind
from .records import ABSENT, AbsentType

UpdateType: TypeAlias = Literal["background", "user_present_required"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDetails:
    """The object `item` of a 200.

    Raises:
        ValueError: the lists of products contradict each other. Plaid documents that none is both available and billed,
            that `balance`, paid by the call, is never billed, and that a billed one is (almost always) in `products`.
    """

    item_id: str
    institution_id: str | AbsentType | None = ABSENT
    institution_name: str | AbsentType | None = ABSENT
    webhook: str | None = None
    error: None = field(default=None, init=False)
    auth_method: str | AbsentType | None = ABSENT
    available_products: tuple[str, ...] = ()
    billed_products: tuple[str, ...] = ()
    products: tuple[str, ...] | AbsentType = ABSENT
    consented_products: tuple[str, ...] | AbsentType = ABSENT
    consent_expiration_time: str | None = None
    update_type: UpdateType = "background"

    def __post_init__(self) -> None:
        both = sorted(set(self.available_products) & set(self.billed_products))
        if both:
            raise ValueError(f"item {self.item_id!r}: {', '.join(both)} is both available and billed")
        if "balance" in self.billed_products:
            raise ValueError(f"item {self.item_id!r}: balance is never billed, list it as available")
        if self.products is not ABSENT and not set(self.billed_products) <= set(self.products):
            raise ValueError(f"item {self.item_id!r}: every billed product belongs in products too")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An Item as the server keeps it: what its token opens, and what it no longer lists.

    `failure` is the error that every call with the token ends in, for Items that stand for an error.
    """

    access_token: str = field(repr=False)
    title: str
    details: ItemDetails
    accounts: tuple[Account, ...] = ()
    closed_accounts: tuple[Account, ...] = ()
    failure: ErrorKind | None = None

    def account_ids(self) -> list[str]:
        """Give the ids of the open accounts, in the order in which they are listed."""
        return [account.account_id for account in self.accounts]

    def sound(self) -> "Item":
        """Give the Item itself, if it stands for no error.

        Raises:
            ApiError: the error that every call with the token ends in.
        """
        if self.failure is not None:
            raise ApiError(self.failure)
        return self
