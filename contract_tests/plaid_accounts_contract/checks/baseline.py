"""The baseline: credentials and tokens of a run, and the Items and accounts that they open."""

from collections.abc import Mapping
from typing import Any

import attrs


@attrs.frozen
class ItemBaseline:
    """An Item as in the first response, to compare every later one with.

    `item` is empty if that response had no item_id. `accounts` maps the id of each open account to the account, or to
    None if only its id is known; `closed` lists the ids of accounts that must not be returned.
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
        """Ids of the open accounts, in the order of the first response."""
        return tuple(self.accounts)


@attrs.frozen
class TestData:
    """What the oracle and the checks know of the target.

    `items` begins with the Item of most requests; the others belong to other tokens of the same client_id. `failing` maps
    a token to the error code that the target returns for it. `other_keys` are a client_id and secret of another client.
    `key_ids` are the ids of keys that webhooks are signed with, `moved` those of accounts whose live balance differs from
    the cached one. `sensitive` are the names and values of secrets and ids in recordings.
    """

    # The name begins with Test, and pytest would collect it.
    __test__ = False

    client_id: str = attrs.field(repr=False)
    secret: str = attrs.field(repr=False)
    items: tuple[ItemBaseline, ...]
    failing: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    key_ids: tuple[str, ...] = ()
    moved: frozenset[str] = attrs.field(default=frozenset(), repr=False)
    other_keys: tuple[str, str] | None = attrs.field(default=None, repr=False)
    sensitive: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)

    @property
    def primary(self) -> ItemBaseline:
        """The Item of most requests."""
        return self.items[0]

    def item_of(self, access_token: object) -> ItemBaseline | None:
        """Return the Item of a token, or None if no such token was issued."""
        return next((item for item in self.items if item.access_token == access_token), None)
