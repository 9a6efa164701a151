"""The data of a server: the credentials that it issued and its Items by access token."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import attrs

from plaid_accounts_contract.reference_server.credentials import Credentials
from plaid_accounts_contract.reference_server.items import Item


@attrs.frozen
class Dataset:
    """The data behind one server, made by `Dataset.of`. Immutable: a change returns another Dataset.

    `other_clients` have keys of their own and no Items.
    """

    credentials: Credentials
    items: Mapping[str, Item] = attrs.field(repr=False)
    other_clients: tuple[Credentials, ...] = ()

    @classmethod
    def of(
        cls, credentials: Credentials, items: Iterable[Item], other_clients: tuple[Credentials, ...] = ()
    ) -> "Dataset":
        """Combine credentials and Items; raise ValueError if two Items share a token or id, or two accounts an id."""
        listed = tuple(items)
        _check_distinct("access_token", [item.access_token for item in listed], secret=True)
        _check_distinct("item_id", [item.details.item_id for item in listed])
        accounts = [
            account for item in listed for account in (*item.accounts, *item.closed_accounts, *item.new_accounts)
        ]
        _check_distinct("account_id", [account.account_id for account in accounts])
        return cls(credentials, MappingProxyType({item.access_token: item for item in listed}), other_clients)

    def with_item(self, item: Item) -> "Dataset":
        """Return the Dataset in which this Item replaces the one with its token."""
        return Dataset.of(self.credentials, ({**self.items, item.access_token: item}).values(), self.other_clients)

    def with_webhook(self, url: str) -> "Dataset":
        """Return the Dataset in which every Item's webhooks go to one address."""
        items = (attrs.evolve(item, details=attrs.evolve(item.details, webhook=url)) for item in self.items.values())
        return Dataset.of(self.credentials, items, self.other_clients)

    def secrets(self) -> frozenset[str]:
        """Return every value that must appear in no response and no log."""
        clients = (self.credentials, *self.other_clients)
        return frozenset((*(key for one in clients for key in (one.client_id, one.secret)), *self.items))


def _check_distinct(name: str, values: list[str], *, secret: bool = False) -> None:
    repeated = [value for value, times in Counter(values).items() if times > 1]
    if repeated:
        which = "" if secret else f": {', '.join(repeated)}"
        raise ValueError(f"each {name} must be unique, {len(repeated)} occur more than once{which}")
