"""Where Test request sends, and with which secrets: chosen when the server starts, never by a visitor."""

from __future__ import annotations

import json
from collections.abc import Mapping

import attrs

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.redaction.sensitive_values import collect
from plaid_accounts_contract.reference_server.dataset import Dataset
from plaid_accounts_contract.settings import Settings


@attrs.frozen
class Token:
    """An access token that the form offers, or a placeholder for one; `fails` is whether its Item is in error."""

    label: str
    value: str = attrs.field(repr=False)
    fails: bool = False


@attrs.frozen
class Destination:
    """A server that Test request sends to.

    `client_id` and `secret` are the initial values of the form. `settings` have the address of the server, none for the
    reference server, which shares that of the page. `placeholders` maps placeholders to secrets of the environment: the
    browser only has the placeholders, which are replaced here.
    """

    client_id: str = attrs.field(repr=False)
    secret: str = attrs.field(repr=False)
    tokens: tuple[Token, ...]
    redactor: Redactor = attrs.field(repr=False)
    settings: Settings = attrs.field(factory=Settings, repr=False)
    placeholders: Mapping[str, str] = attrs.field(factory=dict, repr=False)

    @property
    def base_url(self) -> str:
        """The address of another server than the reference server."""
        return self.settings.base_url

    @classmethod
    def reference_server(cls, dataset: Dataset) -> Destination:
        """Send to the reference server, whose credentials and tokens are public, so the form has them."""
        items = dataset.items.values()
        tokens = tuple(Token(item.title, item.access_token, fails=item.failure is not None) for item in items)
        pair = dataset.credentials
        return cls(pair.client_id, pair.secret, tokens, Redactor(()))

    @classmethod
    def elsewhere(cls, settings: Settings, contract: Contract) -> Destination:
        """Send to `settings.base_url` with the secrets of `settings`, which never reach the browser."""
        hidden = {f"<{entry.name}>": entry.value for entry in collect(settings, None) if entry.kind == "credential"}
        tokens = tuple(
            Token(f"{name} from the environment", name, fails=name.startswith("<error token"))
            for name in hidden
            if name not in ("<client_id>", "<secret>")
        )
        # Account ids stay readable: without them nobody could filter.
        redactor = Redactor.of(contract, attrs.evolve(settings, show_ids=True))
        return cls("<client_id>", "<secret>", tokens, redactor, settings, hidden)

    def filled(self, value: str) -> str:
        """Return the secret of a placeholder, or `value` itself."""
        return self.placeholders.get(value, value)

    def filled_body(self, body: str) -> str:
        """Return `body` with each JSON string that is a placeholder replaced by its secret."""
        for placeholder, value in self.placeholders.items():
            body = body.replace(json.dumps(placeholder), json.dumps(value))
        return body
