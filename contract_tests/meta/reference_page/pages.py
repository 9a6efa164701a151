"""Reference pages to test: for the reference server, and for another server with secrets of its own."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import attrs
import httpx

from meta.injection import Change, Injection
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_page.app import create_app
from plaid_accounts_contract.reference_page.destination import Destination
from plaid_accounts_contract.reference_server import Credentials, Dataset, data, reference_dataset, running
from plaid_accounts_contract.reference_server import create_app as create_reference_server
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.settings import Settings

CONTRACT = Contract.load()
DATASET = reference_dataset()
SEND = "/reference-page/test-request"
# Credentials and tokens that are only in the environment of whoever starts the page.
PRIVATE = Dataset.of(
    Credentials("5f00dfacecafe0ddba11d00d", "b3c0ffee5ca1ab1e0ddba11f00d5ed"),
    (
        attrs.evolve(item, access_token=f"access-sandbox-{number:04}d15c-7e5f-4d1c-9b1e-0c0ffee5ca1e")
        for number, item in enumerate(DATASET.items.values())
    ),
)


@contextmanager
def page(change: Change | None = None) -> Generator[str]:
    """Serve the reference server, its responses changed by `change`, with its page; yield the base URL."""
    server = create_reference_server() if change is None else Injection(change)
    with running(create_app(CONTRACT, Destination.reference_server(DATASET), server)) as served:
        yield served.url


@contextmanager
def page_elsewhere(change: Change | None = None) -> Generator[str]:
    """Serve a page that sends to a server with the secrets of `PRIVATE`; yield the page's base URL."""
    inner = create_reference_server(PRIVATE)
    with running(inner if change is None else Injection(change, inner)) as other:
        settings = complete(Settings(), PRIVATE, other.url)
        with running(create_app(CONTRACT, Destination.elsewhere(settings, CONTRACT))) as served:
            yield served.url


def secrets() -> list[str]:
    """Return all of `PRIVATE` that must not reach a browser."""
    return [PRIVATE.credentials.client_id, PRIVATE.credentials.secret, *PRIVATE.items]


@attrs.frozen
class Form:
    """The form of a page, to send without a browser."""

    url: str
    operation: str = "accountsGet"
    credentials: str = "header"
    client_id: str = DATASET.credentials.client_id
    secret: str = DATASET.credentials.secret
    body: str = f'{{"access_token": "{data.EVERYDAY.access_token}"}}'

    def send(self) -> httpx.Response:
        """Send it as the page does."""
        fields = {name: value for name, value in attrs.asdict(self).items() if name != "url"}
        # In ASCII, because httpx cannot encode a lone surrogate.
        content = json.dumps(fields).encode()
        headers = {"Origin": self.url, "Content-Type": "application/json"}
        return httpx.post(self.url + SEND, content=content, headers=headers)

    def result(self) -> Any:
        """Send it and return what the page shows."""
        response = self.send()
        assert response.status_code == 200, response.text
        return response.json()
