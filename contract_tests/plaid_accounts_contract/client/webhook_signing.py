"""Webhooks signed as Plaid signs them, and forged ones, with real keys."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any, Final

import attrs
import pytest

from plaid_accounts_contract.client.calls import installed

if find_spec("jwt") is None or find_spec("cryptography") is None:
    pytest.skip('the extra is not installed: pip install "plaid-accounts[webhooks]"', allow_module_level=True)

import jwt
from cryptography.hazmat.primitives import serialization
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


def given(key: Any) -> Callable[[str], Any]:
    """Return a look-up that returns this key for every id."""
    return lambda _: key


def module() -> Any:
    """Return the client's module of webhooks."""
    assert hasattr(installed(), "webhooks"), "the client takes no webhooks"
    return installed().webhooks


PLAID = Sender()
STRANGER = Sender()
BODY = body()
CLAIMS = {"iat": NOW, "request_body_sha256": hashlib.sha256(BODY).hexdigest()}
PEM = PLAID.private.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
KEY = PLAID.key()
OTHER_CURVE = Sender(ec.SECP384R1()).key(alg="ES256")

# What is sent: the body, the token, the key that is looked up; and the exception that it raises.
REFUSALS: dict[str, tuple[bytes, Any, Any, str]] = {
    "alg none": (BODY, sealed({"kid": KEY_ID}, CLAIMS, b"", "none"), KEY, "WebhookAlgorithmError"),
    "alg HS256 with the public key as secret": (
        BODY, PLAID.signed({"alg": "HS256", "kid": KEY_ID}, json.dumps(CLAIMS).encode()), KEY, "WebhookAlgorithmError",
    ),
    "alg HS256": (BODY, sealed({"kid": KEY_ID}, CLAIMS, PEM[30:80], "HS256"), KEY, "WebhookAlgorithmError"),
    "alg in small letters": (
        BODY, PLAID.signed({"alg": "es256", "kid": KEY_ID}, json.dumps(CLAIMS).encode()), KEY, "WebhookAlgorithmError",
    ),
    "alg ES384": (
        BODY, Sender(ec.SECP384R1()).token(BODY, algorithm="ES384"), OTHER_CURVE, "WebhookAlgorithmError",
    ),
    "no alg": (BODY, PLAID.signed({"kid": KEY_ID}, json.dumps(CLAIMS).encode()), KEY, "WebhookAlgorithmError"),
    "another key": (BODY, STRANGER.token(BODY), KEY, "WebhookSignatureError"),
    "signature cut short": (BODY, PLAID.token(BODY)[:-2], KEY, "WebhookSignatureError"),
    "no signature": (BODY, PLAID.token(BODY).rpartition(".")[0] + ".", KEY, "WebhookSignatureError"),
    "claims exchanged": (
        BODY, ".".join((PLAID.token(BODY).split(".")[0], *STRANGER.token(BODY).split(".")[1:])), KEY,
        "WebhookSignatureError",
    ),
    "old": (BODY, PLAID.token(BODY, iat=NOW - 301), KEY, "WebhookTooOldError"),
    "exp is over": (BODY, PLAID.token(BODY, exp=1), KEY, "WebhookTooOldError"),
    "iat below every float": (BODY, PLAID.token(BODY, iat=-(10**400)), KEY, "WebhookTooOldError"),
    "iat beyond every float": (BODY, PLAID.token(BODY, iat=10**400), KEY, "WebhookFromFutureError"),
    "iat near the largest float": (BODY, PLAID.token(BODY, iat=1e308), KEY, "WebhookFromFutureError"),
    "future": (BODY, PLAID.token(BODY, iat=NOW + 61), KEY, "WebhookFromFutureError"),
    "nbf is to come": (BODY, PLAID.token(BODY, nbf=32_503_680_000), KEY, "WebhookFromFutureError"),
    "changed body": (BODY.replace(b"sandbox", b"Sandbox"), PLAID.token(BODY), KEY, "WebhookBodyError"),
    "reserialised body": (json.dumps(json.loads(BODY)).encode(), PLAID.token(BODY), KEY, "WebhookBodyError"),
    "body with a line end": (BODY + b"\n", PLAID.token(BODY), KEY, "WebhookBodyError"),
    "empty body": (b"", PLAID.token(BODY), KEY, "WebhookBodyError"),
    "hash in capital letters": (
        BODY, PLAID.token(BODY, request_body_sha256=CLAIMS["request_body_sha256"].upper()), KEY, "WebhookBodyError",  # type: ignore[attr-defined]
    ),
    "expired key": (BODY, PLAID.token(BODY), PLAID.key(expired_at=NOW), "WebhookKeyExpiredError"),
    "unknown kid": (BODY, PLAID.token(BODY), None, "WebhookKeyUnknownError"),
    "key of another id": (BODY, PLAID.token(BODY), PLAID.key(kid="another"), "WebhookKeyUnusableError"),
    "key of another curve": (BODY, PLAID.token(BODY), OTHER_CURVE, "WebhookKeyUnusableError"),
    "key off its curve": (BODY, PLAID.token(BODY), PLAID.key(x=KEY["y"], y=KEY["x"]), "WebhookKeyUnusableError"),
    "key without a point": (BODY, PLAID.token(BODY), {"kid": KEY_ID, "crv": "P-256"}, "WebhookKeyUnusableError"),
    "key of another type": (BODY, PLAID.token(BODY), PLAID.key(kty="oct", k="c2VjcmV0"), "WebhookKeyUnusableError"),
    "key that is no text": (BODY, PLAID.token(BODY), PLAID.key(x=1), "WebhookKeyUnusableError"),
    "key of another algorithm": (BODY, PLAID.token(BODY), PLAID.key(alg="RS256"), "WebhookKeyUnusableError"),
    "key for encryption": (BODY, PLAID.token(BODY), PLAID.key(use="enc"), "WebhookKeyUnusableError"),
    "header missing": (BODY, None, KEY, "WebhookHeaderMissingError"),
    "header empty": (BODY, "", KEY, "WebhookHeaderMissingError"),
    "header malformed": (BODY, "Bearer a.b.c", KEY, "WebhookTokenError"),
    "header of two parts": (BODY, PLAID.token(BODY).rpartition(".")[0], KEY, "WebhookTokenError"),
    "header too long": (BODY, PLAID.token(BODY, pad="x" * 9000), KEY, "WebhookTokenError"),
    "no kid": (BODY, PLAID.signed({"alg": "ES256"}, json.dumps(CLAIMS).encode()), KEY, "WebhookTokenError"),
    "kid is a number": (BODY, PLAID.signed({"alg": "ES256", "kid": 7}, b"{}"), KEY, "WebhookTokenError"),
    "kid is empty": (BODY, PLAID.token(BODY, header={"kid": ""}), KEY, "WebhookTokenError"),
    "kid of 129 characters": (BODY, PLAID.token(BODY, header={"kid": "k" * 129}), KEY, "WebhookTokenError"),
    "kid that is not ASCII": (BODY, PLAID.token(BODY, header={"kid": "ké"}), KEY, "WebhookTokenError"),
    "kid with a line end": (BODY, PLAID.token(BODY, header={"kid": "a\nb"}), KEY, "WebhookTokenError"),
    "claims are a list": (BODY, PLAID.signed({"alg": "ES256", "kid": KEY_ID}, b"[]"), KEY, "WebhookTokenError"),
    "claims are no JSON": (BODY, PLAID.signed({"alg": "ES256", "kid": KEY_ID}, b"\xff"), KEY, "WebhookTokenError"),
    "no iat": (BODY, PLAID.token(BODY, iat=None), KEY, "WebhookTokenError"),
    "iat is true": (BODY, PLAID.token(BODY, iat=True), KEY, "WebhookTokenError"),
    "iat is a text": (BODY, PLAID.token(BODY, iat=str(NOW)), KEY, "WebhookTokenError"),
    "iat is no number": (BODY, PLAID.token(BODY, iat=float("nan")), KEY, "WebhookTokenError"),
    "no hash": (BODY, PLAID.token(BODY, request_body_sha256=None), KEY, "WebhookTokenError"),
    "hash is a number": (BODY, PLAID.token(BODY, request_body_sha256=5), KEY, "WebhookTokenError"),
    "unlisted code": (
        body(webhook_code="PENDING_DISCONNECT"), PLAID.token(body(webhook_code="PENDING_DISCONNECT")), KEY,
        "WebhookUnlistedError",
    ),
}  # fmt: skip
