"""What a run knows of its target: credentials, tokens, and the accounts and Items behind them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs


@attrs.frozen
class ItemBaseline:
    """An Item as the target first showed it: the yardstick for every later answer.

    `item` is empty where that answer named no item_id. `accounts` maps each open account's id to the account, or to
    None where the id is known from elsewhere; `closed` lists ids of accounts that must not be shown.
    """

    access_token: str = attrs.field(repr=False)
    item: Mapping[str, Any] = attrs.field(repr=False)
    accounts: Mapping[str, Any] = attrs.field(repr=False)
    closed: tuple[str, ...] = attrs.field(default=(), repr=False)

    @property
    def item_id(self) -> str | None:
        """The Item's id, if it is known."""
        item_id = self.item.get("item_id")
        return None if item_id is None else str(item_id)

    @property
    def account_ids(self) -> tuple[str, ...]:
        """Ids of the open accounts, in the order in which the target listed them."""
        return tuple(self.accounts)


@attrs.frozen
class TestData:
    """Everything needed to say what a right answer to a request is.

    `items` begins with the Item that most requests are about; further ones belong to other tokens of the same
    client_id. `failing` maps a token to the error code that the target answers for it. `key_ids` are the ids of keys
    that webhooks are signed with, `moved` those of accounts that hold another balance now than /accounts/get tells.
    """

    # The name begins with Test, and pytest would collect it.
    __test__ = False

    client_id: str = attrs.field(repr=False)
    secret: str = attrs.field(repr=False)
    items: tuple[ItemBaseline, ...]
    failing: Mapping[str, str] = attrs.field(factory=lambda: MappingProxyType({}), repr=False)
    key_ids: tuple[str, ...] = ()
    moved: frozenset[str] = attrs.field(default=frozenset(), repr=False)

    @property
    def primary(self) -> ItemBaseline:
        """The Item that most requests are about."""
        return self.items[0]

    def item_of(self, access_token: object) -> ItemBaseline | None:
        """Return the Item of a token, or None if no such token was issued."""
        return next((item for item in self.items if item.access_token == access_token), None)
