"""Targets in this process: the embedded reference server, or an ASGI or WSGI application, on a free loopback port."""

import inspect
import pkgutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server.app import create_app
from plaid_accounts_contract.reference_server.data import reference_dataset
from plaid_accounts_contract.reference_server.dataset import Dataset
from plaid_accounts_contract.reference_server.running import running
from plaid_accounts_contract.reference_server.webhooks import EXPIRED_KEY_ID, KEY_ID
from plaid_accounts_contract.settings import Settings, SettingsError


@contextmanager
def reference_server(settings: Settings, contract: Contract | None = None) -> Generator[Settings]:
    """Run the reference server while the block runs, and yield `settings` with its URL, credentials and test data."""
    # It serves the operations of `contract`, by default the package's own.
    with running(create_app(contract=None if contract is None else contract.document)) as server:
        yield complete(settings, reference_dataset(), server.url)


def complete(settings: Settings, dataset: Dataset, base_url: str) -> Settings:
    """Return `settings` with the URL, credentials and test data of a server that serves `dataset`."""
    healthy = [item for item in dataset.items.values() if item.failure is None]
    failing = [item for item in dataset.items.values() if item.failure is not None]
    primary = next(item for item in healthy if item.closed_accounts)
    other = next(iter(dataset.other_clients), None)
    return attrs.evolve(
        settings,
        base_url=base_url,
        client_id=dataset.credentials.client_id,
        secret=dataset.credentials.secret,
        other_client_id=other.client_id if other else "",
        other_secret=other.secret if other else "",
        access_token=primary.access_token,
        other_access_token=tuple(item.access_token for item in healthy if item is not primary),
        account_ids=tuple(primary.account_ids()),
        closed_account_id=primary.closed_accounts[0].account_id,
        moved_account_ids=tuple(account_id for item in healthy for account_id in item.live),
        webhook_key_ids=(KEY_ID, EXPIRED_KEY_ID),
        error_tokens=tuple((item.failure.code, item.access_token) for item in failing if item.failure is not None),
    )


@contextmanager
def application(name: str) -> Generator[str]:
    """Serve the application `name` (`package.module:name`) while the block runs, and yield its base URL."""
    from a2wsgi import WSGIMiddleware  # noqa: PLC0415 - only when an application is the target

    app = load(name)
    with running(app if _is_asgi(app) else WSGIMiddleware(app)) as server:  # type: ignore[arg-type]
        yield server.url


def load(name: str) -> Any:
    """Return the application `name`; its module may be in the current folder."""
    if not name.partition(":")[2]:
        raise SettingsError(f"--app: expected package.module:name, got {name!r}")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        value = pkgutil.resolve_name(name)
    except (ImportError, AttributeError, ValueError) as error:
        raise SettingsError(f"--app: cannot load {name!r}: {error}") from None
    if not callable(value):
        raise SettingsError(f"--app: {name!r} is a {type(value).__name__}, not an application")
    return value


def _is_asgi(app: Any) -> bool:
    if inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(getattr(app, "__call__", None)):  # noqa: B004
        return True
    # ASGI takes scope, receive and send; WSGI takes environ and start_response.
    parameters = inspect.signature(app).parameters.values()
    return sum(parameter.default is parameter.empty for parameter in parameters) == 3
