"""All that a server knows: the credentials that it issued and the Items by access token."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from plaid_accounts_contract.reference_server.credentials import Credentials
from plaid_accounts_contract.reference_server.items import Item


@dataclass(frozen=True, slots=True)
class World:
    """The data behind one server. Made by `World.of`; it never changes, a changed world is a new one."""

    credentials: Credentials
    items: Mapping[str, Item] = field(repr=False)

    @classmethod
    def of(cls, credentials: Credentials, items: Iterable[Item]) -> "World":
        """Put Items together.

        Raises:
            ValueError: two Items share a token or an id, or two accounts share an id.
        """
        listed = tuple(items)
        _check_distinct("access_token", [item.access_token for item in listed], shown=False)
        _check_distinct("item_id", [item.details.item_id for item in listed])
        accounts = [
            account for item in listed for account in (*item.accounts, *item.closed_accounts, *item.new_accounts)
        ]
        _check_distinct("account_id", [account.account_id for account in accounts])
        return cls(credentials, MappingProxyType({item.access_token: item for item in listed}))

    def item_of(self, access_token: str) -> Item | None:
        """Give the Item that the token opens, or None for a token that was never issued."""
        return self.items.get(access_token)

    def with_item(self, item: Item) -> "World":
        """Give the world in which this Item takes the place of the one with its token.

        Raises:
            ValueError: an id of it occurs twice now.
        """
        return World.of(self.credentials, ({**self.items, item.access_token: item}).values())

    def with_webhook(self, url: str) -> "World":
        """Give the world in which every Item's webhooks go to one address."""
        items = (replace(item, details=replace(item.details, webhook=url)) for item in self.items.values())
        return World.of(self.credentials, items)

    def confidential(self) -> frozenset[str]:
        """Give every value that no answer and no log may hold."""
        return frozenset((self.credentials.client_id, self.credentials.secret, *self.items))


def _check_distinct(name: str, values: list[str], *, shown: bool = True) -> None:
    repeated = [value for value, times in Counter(values).items() if times > 1]
    if repeated:
        which = f": {', '.join(repeated)}" if shown else ""
        raise ValueError(f"each {name} may occur once in a world, {len(repeated)} occur more often{which}")
