"""Items: a user's link to one institution, and the accounts that it gives access to."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

import attrs

from plaid_accounts_contract.reference_server.accounts import Account, Balances
from plaid_accounts_contract.reference_server.errors import ApiError, ErrorKind
from plaid_accounts_contract.reference_server.records import ABSENT, AbsentType

UpdateType: TypeAlias = Literal["background", "user_present_required"]


@attrs.frozen(kw_only=True)
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
    error: None = attrs.field(default=None, init=False)
    auth_method: str | AbsentType | None = ABSENT
    available_products: tuple[str, ...] = ()
    billed_products: tuple[str, ...] = ()
    products: tuple[str, ...] | AbsentType = ABSENT
    consented_products: tuple[str, ...] | AbsentType = ABSENT
    consent_expiration_time: str | None = None
    update_type: UpdateType = "background"

    def __attrs_post_init__(self) -> None:
        both = sorted(set(self.available_products) & set(self.billed_products))
        if both:
            raise ValueError(f"item {self.item_id!r}: {', '.join(both)} is both available and billed")
        if "balance" in self.billed_products:
            raise ValueError(f"item {self.item_id!r}: balance is never billed, list it as available")
        if self.products is not ABSENT and not set(self.billed_products) <= set(self.products):
            raise ValueError(f"item {self.item_id!r}: every billed product belongs in products too")


@attrs.frozen(kw_only=True)
class Item:
    """An Item as the server keeps it, including what it no longer lists or does not list yet.

    `failure` is the error that requests with the token get, for an Item that simulates one. `live` holds the balances in
    real time by account_id; those of other accounts equal the cached ones. `new_accounts` were opened since the user
    last selected accounts, and are not listed until the user shares them.
    """

    access_token: str = attrs.field(repr=False)
    title: str
    details: ItemDetails
    accounts: tuple[Account, ...] = ()
    closed_accounts: tuple[Account, ...] = ()
    failure: ErrorKind | None = None
    live: Mapping[str, Balances] = attrs.field(factory=lambda: MappingProxyType({}))
    new_accounts: tuple[Account, ...] = ()

    def account_ids(self) -> list[str]:
        """Return the ids of the open accounts, in the order in which they are listed."""
        return [account.account_id for account in self.accounts]

    def check_healthy(self, operation_id: str = "accountsGet") -> None:
        """Raise the error that this operation gets for the Item, if there is one."""
        if self.failure is not None and self.failure.concerns(operation_id):
            raise ApiError(self.failure)

    def in_real_time(self) -> tuple[Account, ...]:
        """Return the open accounts with the institution's balances in real time."""
        return tuple(
            attrs.evolve(account, balances=self.live.get(account.account_id, account.balances))
            for account in self.accounts
        )

    def with_new(self, account: Account) -> "Item":
        """Return the Item after an account was opened at the institution."""
        return attrs.evolve(self, new_accounts=(*self.new_accounts, account))

    def shared(self) -> "Item":
        """Return the Item after the user shared every new account."""
        return attrs.evolve(self, accounts=(*self.accounts, *self.new_accounts), new_accounts=())
