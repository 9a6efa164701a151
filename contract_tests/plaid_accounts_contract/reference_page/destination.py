"""Where Test request sends, and with which secrets: chosen when the server starts, never by a visitor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.redaction.secrets import collect
from plaid_accounts_contract.reference_server.dataset import World
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Headers


@attrs.frozen
class Token:
    """An access token that the form offers, or a placeholder for one; `fails` is whether its Item is in error."""

    label: str
    value: str = attrs.field(repr=False)
    fails: bool = False


@attrs.frozen
class Destination:
    """A server that Test request sends to.

    `base_url` is empty for the reference server, which shares the address of the page. `client_id` and `secret` are
    the initial values of the form. `placeholders` maps placeholders to secrets of the environment: the browser only has
    the placeholders, which are replaced here. `timeout` is in seconds; `headers` are added to
    each request, and `ca_file` names certificates to trust.
    """

    name: str
    base_url: str
    client_id: str = attrs.field(repr=False)
    secret: str = attrs.field(repr=False)
    tokens: tuple[Token, ...]
    redactor: Redactor = attrs.field(repr=False)
    timeout: float = 10.0
    headers: Headers = attrs.field(default=(), repr=False)
    ca_file: str = ""
    placeholders: Mapping[str, str] = attrs.field(factory=lambda: MappingProxyType({}), repr=False)

    @classmethod
    def reference_server(cls, world: World) -> Destination:
        """Send to the reference server, whose credentials and tokens are public, so the form has them."""
        items = world.items.values()
        tokens = tuple(Token(item.title, item.access_token, fails=item.failure is not None) for item in items)
        pair = world.credentials
        return cls("the reference server", "", pair.client_id, pair.secret, tokens, Redactor(()))

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
        return cls(
            name=settings.base_url,
            base_url=settings.base_url,
            client_id="<client_id>",
            secret="<secret>",  # noqa: S106 - a placeholder
            tokens=tokens,
            redactor=redactor,
            timeout=settings.timeout,
            headers=settings.headers,
            ca_file=settings.ca_file,
            placeholders=MappingProxyType(hidden),
        )

    def filled(self, value: str) -> str:
        """Return the secret of a placeholder, or `value` itself."""
        return self.placeholders.get(value, value)

    def filled_body(self, body: str) -> str:
        """Return `body` with each JSON string that is a placeholder replaced by its secret."""
        for placeholder, value in self.placeholders.items():
            body = body.replace(json.dumps(placeholder), json.dumps(value))
        return body
