"""The webhooks that the server sends: signed as Plaid signs them, to one address chosen at the start.

Source: https://plaid.com/docs/api/webhooks/webhook-verification/.
"""

import hashlib
import json
import time
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from plaid_accounts_contract.reference_server.accounts import identifier
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import JsonObject

KEY_ID: Final = "7d1f0c52-5c0e-4a34-9f55-2f8a7b1e6c90"
"""The id of the current key."""

EXPIRED_KEY_ID: Final = "0b6a94de-3c1d-4f58-9f0e-6a2d7c85b413"
"""The id of a key that has expired, and signs nothing."""

ALGORITHM: Final = "ES256"
HEADER: Final = "Plaid-Verification"
# Seconds since 1970, fixed so that every server shows the same key.
_CREATED_AT: Final = 1_790_000_000
_EXPIRED_AT: Final = 1_792_000_000
# Plaid waits as long for a response. Source: https://plaid.com/docs/api/webhooks/#webhook-retries.
_SECONDS: Final = 10


@attrs.frozen(slots=False)  # cached_property stores its value in the instance
class KeyPair:
    """A key pair of the curve P-256, generated at its first use; times are in seconds since 1970."""

    id: str
    created_at: int
    expired_at: int | None = None

    @cached_property
    def private(self) -> Any:
        """The private key, which never leaves the process."""
        # Imported here: most servers sign nothing, and it takes longer than to import everything else.
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

        return ec.generate_private_key(ec.SECP256R1())

    def public(self) -> JsonObject:
        """Return the public key as a JSON Web Key with its times."""
        from jwt.algorithms import ECAlgorithm  # noqa: PLC0415 - see above

        point: dict[str, Any] = ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        members: JsonObject = {name: point[name] for name in ("kty", "crv", "x", "y")}
        times: JsonObject = {"created_at": self.created_at, "expired_at": self.expired_at}
        return {"alg": ALGORITHM, "kid": self.id, "use": "sig", **members, **times}


@attrs.frozen
class Webhook:
    """A signed body, and the headers that it is sent with."""

    body: bytes = attrs.field(repr=False)
    token: str = attrs.field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the request."""
        return {"Content-Type": "application/json", HEADER: self.token}


class Signer:
    """Signs the bodies of webhooks. Each server has its own keys."""

    def __init__(self) -> None:
        pairs = (KeyPair(KEY_ID, _CREATED_AT), KeyPair(EXPIRED_KEY_ID, _CREATED_AT - 10_000_000, _EXPIRED_AT))
        self._pairs = {pair.id: pair for pair in pairs}

    def key(self, key_id: str) -> JsonObject | None:
        """Return the public key of an id, or None for an unknown one."""
        pair = self._pairs.get(key_id)
        return None if pair is None else pair.public()

    def sign(self, body: bytes) -> Webhook:
        """Return a webhook, signed now with the current key."""
        import jwt  # noqa: PLC0415 - see above

        claims = {"iat": int(time.time()), "request_body_sha256": hashlib.sha256(body).hexdigest()}
        return Webhook(body, jwt.encode(claims, self._pairs[KEY_ID].private, ALGORITHM, headers={"kid": KEY_ID}))


def event(item: Item, **fields: Any) -> bytes:
    """Return the body that announces an Item's new accounts, indented as Plaid's are, with other `fields` in their place."""
    announced = {
        "webhook_type": "ITEM",
        "webhook_code": "NEW_ACCOUNTS_AVAILABLE",
        "item_id": item.details.item_id,
        "user_id": f"usr_{identifier(f'{item.details.item_id}/user')[:14]}",
        "error": None,
        "environment": "sandbox",
    }
    return json.dumps(announced | fields, indent=2).encode()


def deliver(url: str, sent: Webhook) -> int:
    """Send a webhook once, and return the status of the response; raise ConnectionError if there is none."""
    # Plaid retries for up to a day what gets no 200 in time; here whoever runs the simulation does.
    import httpx  # noqa: PLC0415 - most servers send nothing, and it takes longer than to import everything else

    try:
        # Without the environment: a proxy of it could not reach an address of this machine.
        with httpx.Client(trust_env=False, timeout=_SECONDS) as http, http.stream(
            "POST", url, content=sent.body, headers=sent.headers
        ) as response:  # fmt: skip
            return response.status_code
    except httpx.TimeoutException:
        raise ConnectionError(f"no response from {url} within {_SECONDS} seconds") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ConnectionError(f"{type(error).__name__}: is a server running at {url}?") from None


def checked_url(text: str) -> str:
    """Return an address for webhooks; raise ValueError if it is not HTTP, or contains a user or a fragment."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # an invalid port or IPv6 address
        usable = False
    if not usable or "@" in text or "#" in text:
        raise ValueError(f"invalid webhook address {text!r}: must be like http://127.0.0.1:9000/plaid")
    return text
