"""The keys that the server signs webhooks with. Made anew for each server, at the first use."""

import hashlib
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from plaid_accounts_contract.reference_server.records import JsonObject

KEY_ID: Final = "7d1f0c52-5c0e-4a34-9f55-2f8a7b1e6c90"
"""The id of the key in use."""

EXPIRED_KEY_ID: Final = "0b6a94de-3c1d-4f58-9f0e-6a2d7c85b413"
"""The id of a key that is no longer in use, and signs nothing unless it is asked to."""

ALGORITHM: Final = "ES256"
_CREATED_AT: Final = 1_790_000_000
_EXPIRED_AT: Final = 1_792_000_000


@dataclass(frozen=True)
class KeyPair:
    """A key pair of the curve P-256; times are in seconds since 1970."""

    id: str
    created_at: int
    expired_at: int | None = None

    @cached_property
    def private(self) -> Any:
        """The private key. It leaves the process nowhere."""
        # Imported here: most servers sign nothing, and it takes longer than to import everything else.
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

        return ec.generate_private_key(ec.SECP256R1())

    def public(self) -> JsonObject:
        """Give the public half as a JSON Web Key with its times."""
        from jwt.algorithms import ECAlgorithm  # noqa: PLC0415

        point: dict[str, Any] = ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        members: JsonObject = {name: point[name] for name in ("kty", "crv", "x", "y")}
        times: JsonObject = {"created_at": self.created_at, "expired_at": self.expired_at}
        return {"alg": ALGORITHM, "kid": self.id, "use": "sig", **members, **times}


class Signer:
    """Signs the bodies of webhooks as Plaid documents it.

    Source: https://plaid.com/docs/api/webhooks/webhook-verification/.
    """

    def __init__(self) -> None:
        pairs = (KeyPair(KEY_ID, _CREATED_AT), KeyPair(EXPIRED_KEY_ID, _CREATED_AT - 10_000_000, _EXPIRED_AT))
        self._pairs = {pair.id: pair for pair in pairs}

    def key(self, key_id: str) -> JsonObject | None:
        """Give the public key of an id, or None if there is none."""
        pair = self._pairs.get(key_id)
        return None if pair is None else pair.public()

    def token(self, body: bytes, *, key_id: str = KEY_ID, issued_at: float | None = None) -> str:
        """Give the token that goes with a body, issued now."""
        import jwt  # noqa: PLC0415 (see above)

        claims = {
            "iat": int(time.time() if issued_at is None else issued_at),
            "request_body_sha256": hashlib.sha256(body).hexdigest(),
        }
        return jwt.encode(claims, self._pairs[key_id].private, ALGORITHM, headers={"kid": key_id})
