"""The pytest plugin: a reference server for tests of services that call the API.

A server's own tests use `plaid_accounts_contract.assert_conforms` and need no plugin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import attrs
import pytest

if TYPE_CHECKING:
    from plaid_accounts_contract.reference_server import World


@attrs.frozen
class ReferenceServer:
    """A running reference server, its credentials and its tokens.

    The values are valid nowhere else; they are absent from the repr all the same.
    """

    url: str
    world: World = attrs.field(repr=False)

    @property
    def client_id(self) -> str:
        """The client_id that it accepts."""
        return self.world.credentials.client_id

    @property
    def secret(self) -> str:
        """The secret of the client_id."""
        return self.world.credentials.secret

    @property
    def access_token(self) -> str:
        """A token of an ordinary Item: checking, savings, credit card, loan, retirement plans."""
        return next(iter(self.access_tokens))

    @property
    def access_tokens(self) -> Mapping[str, str]:
        """The tokens of healthy Items, each with a description of the Item."""
        return {token: item.title for token, item in self.world.items.items() if item.failure is None}

    @property
    def webhook_key_id(self) -> str:
        """The id of the key that it signs webhooks with."""
        from plaid_accounts_contract.reference_server.webhooks import KEY_ID  # noqa: PLC0415 - on use

        return KEY_ID

    def error_token(self, error_code: str) -> str:
        """Return the token for which the server returns `error_code`.

        Raises:
            ValueError: there is none; the message lists the codes there are.
        """
        tokens = {item.failure.code: token for token, item in self.world.items.items() if item.failure is not None}
        if error_code not in tokens:
            raise ValueError(f"no token for {error_code!r}; there is one for each of {', '.join(sorted(tokens))}")
        return tokens[error_code]


@pytest.fixture(scope="session")
def plaid_reference_server() -> Iterator[ReferenceServer]:
    """Run a reference server on a free loopback port for the session."""
    from plaid_accounts_contract.reference_server import create_app, reference_world, running  # noqa: PLC0415 - on use

    world = reference_world()
    with running(create_app(world)) as server:
        yield ReferenceServer(server.url, world)
