"""The reference server as the default target: started on a free port, and known through and through."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import attrs

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server.app import create_app
from plaid_accounts_contract.reference_server.data import reference_world
from plaid_accounts_contract.reference_server.running import running
from plaid_accounts_contract.reference_server.signing import EXPIRED_KEY_ID, KEY_ID
from plaid_accounts_contract.reference_server.world import World
from plaid_accounts_contract.settings import Settings


@contextmanager
def reference_server(settings: Settings, contract: Contract | None = None) -> Generator[Settings]:
    """Serve the reference server while the block runs, and yield `settings` completed with all that is known of it.

    It answers the operations of `contract`, by default those of the package's own.
    """
    with running(create_app(contract=None if contract is None else contract.document)) as server:
        yield complete(settings, reference_world(), server.url)


def complete(settings: Settings, world: World, base_url: str) -> Settings:
    """Return `settings` for a server that serves `world` at `base_url`."""
    sound = [item for item in world.items.values() if item.failure is None]
    failing = [item for item in world.items.values() if item.failure is not None]
    primary = next(item for item in sound if item.closed_accounts)
    return attrs.evolve(
        settings,
        base_url=base_url,
        client_id=world.credentials.client_id,
        secret=world.credentials.secret,
        access_token=primary.access_token,
        other_access_token=tuple(item.access_token for item in sound if item is not primary),
        account_ids=tuple(primary.account_ids()),
        closed_account_id=primary.closed_accounts[0].account_id,
        moved_account_ids=tuple(account_id for item in sound for account_id in item.live),
        webhook_key_ids=(KEY_ID, EXPIRED_KEY_ID),
        error_tokens=tuple((item.failure.code, item.access_token) for item in failing if item.failure is not None),
    )
