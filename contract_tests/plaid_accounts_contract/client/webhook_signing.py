"""Webhooks signed as Plaid signs them, and forged ones, with real keys."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

import attrs
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

HEADER: Final = "Plaid-Verification"
NOW: Final = 1_795_000_000
KEY_ID: Final = "6c5516e1-92dc-479e-a8ff-5a51992e0001"
# Made up, and unlike anything else that could appear in a message.
ITEM_ID: Final = "canary-item-id-0b47f2"

EVENT: Final = {
    "webhook_type": "ITEM",
    "webhook_code": "NEW_ACCOUNTS_AVAILABLE",
    "item_id": ITEM_ID,
    "user_id": "usr_canary",
    "error": None,
    "environment": "sandbox",
}


def body(**changes: Any) -> bytes:
    """Return the body of a webhook, indented as Plaid does."""
    return json.dumps(EVENT | changes, indent=2).encode()


@attrs.frozen
class Sender:
    """A signer with a key pair of this curve."""

    curve: ec.EllipticCurve = attrs.field(factory=ec.SECP256R1)
    private: Any = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Generate the key pair."""
        object.__setattr__(self, "private", ec.generate_private_key(self.curve))

    def key(self, **changes: Any) -> dict[str, Any]:
        """Return the public key as the contract's JSON."""
        members: dict[str, Any] = ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        times = {"created_at": NOW - 1000, "expired_at": None}
        return members | {"kid": KEY_ID, "alg": "ES256", "use": "sig"} | times | changes

    def token(
        self, content: bytes, *, header: Mapping[str, Any] | None = None, algorithm: str = "ES256", **claims: Any
    ) -> str:
        """Return a token for a body; a claim that is None is left out."""
        sent = {"iat": NOW, "request_body_sha256": hashlib.sha256(content).hexdigest(), **claims}
        kept = {name: value for name, value in sent.items() if value is not None}
        return jwt.encode(kept, self.private, algorithm, headers={"kid": KEY_ID, **(header or {})})

    def signed(self, header: Mapping[str, Any], payload: bytes) -> str:
        """Return a token whose header and payload are these, whatever they are, signed by ES256."""
        text = f"{_encoded(json.dumps(header).encode())}.{_encoded(payload)}"
        signature = ECAlgorithm(ECAlgorithm.SHA256).sign(text.encode(), self.private)
        return f"{text}.{_encoded(signature)}"


def sealed(header: Mapping[str, Any], claims: Mapping[str, Any], secret: bytes, algorithm: str) -> str:
    """Return a token with the signature of a shared secret, or with none."""
    return jwt.encode(dict(claims), secret or "", algorithm, headers=dict(header))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
