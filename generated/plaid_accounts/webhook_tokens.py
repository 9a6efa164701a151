"""The token of a webhook: parsed, then verified against the key, the time and the body."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any, Final, NamedTuple

from .errors import (
    ConfigurationError,
    WebhookAlgorithmError,
    WebhookBodyError,
    WebhookFromFutureError,
    WebhookHeaderMissingError,
    WebhookKeyExpiredError,
    WebhookKeyUnknownError,
    WebhookKeyUnusableError,
    WebhookSignatureError,
    WebhookTokenError,
    WebhookTooOldError,
)
from .models.webhook_verification_key import WebhookVerificationKey

HEADER: Final = "Plaid-Verification"
"""The header that carries the token."""

ALGORITHM: Final = "ES256"

MAX_AGE: Final = 300.0
"""Seconds after which a token is too old."""

AHEAD: Final = 60.0
"""Seconds that the sender's clock may be ahead of this one's."""

_LONGEST: Final = 8192
_LONGEST_ID: Final = 128
_MEMBERS: Final = ("kty", "crv", "x", "y")
# The token has its own rules; of those that every JSON Web Token may have, expiry and the time before are kept.
_OPTIONS: Final = {
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


class Delivery(NamedTuple):
    """A request that was verified as genuine."""

    token_sha256: str
    """The digest of what was signed: different for every attempt of a delivery, the same for a replayed request."""
    body_sha256: str
    """The digest of the body: the same for all attempts of a delivery, and for other events with the same text."""
    issued_at: float
    """When it was signed, as a Unix timestamp in seconds."""

    @property
    def forgettable_at(self) -> float:
        """When it becomes too old to be accepted, as a Unix timestamp in seconds."""
        return self.issued_at + MAX_AGE


class Token:
    """A token of which only the header was parsed and the algorithm checked; its repr does not show it."""

    __slots__ = ("_text", "key_id")

    def __init__(self, text: str, key_id: str) -> None:
        self._text = text
        self.key_id = key_id

    @classmethod
    def of(cls, headers: Mapping[str, str] | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]) -> Token:
        """Return the token from the headers of a request.

        Raises:
            ConfigurationError: The extra `webhooks` is not installed.
            WebhookHeaderMissingError: There is none.
            WebhookTokenError: There are two, or it can't be parsed.
            WebhookAlgorithmError: It names an algorithm other than ES256.
        """
        jwt = _library()
        texts = [*_values(headers)]
        if not any(texts):
            raise WebhookHeaderMissingError(
                f"the request has no header {HEADER}: Plaid did not send it, or a proxy removed it"
            )
        if len(texts) > 1 or len(texts[0]) > _LONGEST:
            raise WebhookTokenError(f"the header {HEADER} must occur once, with at most {_LONGEST} characters")
        try:
            header = jwt.get_unverified_header(texts[0])
        except (jwt.PyJWTError, ValueError, RecursionError):
            header = None
        if header is None:
            raise WebhookTokenError(f"the header {HEADER} is not a JSON Web Token")
        if header.get("alg") != ALGORITHM:
            raise WebhookAlgorithmError(f"the token must be signed with {ALGORITHM}, but names another algorithm")
        key_id = header.get("kid")
        if (
            not isinstance(key_id, str)
            or not 0 < len(key_id) <= _LONGEST_ID
            or not (key_id.isascii() and key_id.isprintable())
        ):
            raise WebhookTokenError("the token's header has no kid of printable ASCII, which names the key")
        return cls(texts[0], key_id)

    def check(self, body: bytes, key: WebhookVerificationKey | Mapping[str, object] | None) -> Delivery:
        """Verify the token against the key, the time and the body.

        Raises:
            WebhookError: It must not be acted on; a class for each reason.
        """
        now = time.time()
        claims = self._claims(_public_key(key, self.key_id, now))
        issued_at, signed_sha256 = claims.get("iat"), claims.get("request_body_sha256")
        if isinstance(issued_at, bool) or not isinstance(issued_at, (int, float)) or issued_at != issued_at:
            raise WebhookTokenError("the token has no iat, the time when it was issued")
        if not isinstance(signed_sha256, str):
            raise WebhookTokenError("the token has no request_body_sha256")
        if issued_at < now - MAX_AGE:
            raise WebhookTooOldError(f"the token was issued more than {MAX_AGE:g} s ago: it may be a replay")
        if issued_at > now + AHEAD:
            raise WebhookFromFutureError(
                f"the token was issued more than {AHEAD:g} s ahead: check whether this clock is right"
            )
        found = hashlib.sha256(body).hexdigest()
        if not hmac.compare_digest(found.encode(), signed_sha256.encode("utf-8", "replace")):
            raise WebhookBodyError(
                "the body is not the one that was signed: pass the bytes as received, before parsing"
            )
        # Without the signature, which has several valid spellings.
        signed = self._text.rpartition(".")[0]
        return Delivery(hashlib.sha256(signed.encode()).hexdigest(), found, float(issued_at))

    def _claims(self, key: Any) -> dict[str, Any]:
        jwt = _library()
        try:
            claims: dict[str, Any] = jwt.decode(self._text, key=key, algorithms=[ALGORITHM], options=_OPTIONS)
            return claims
        except jwt.InvalidSignatureError:
            problem: Exception = WebhookSignatureError("the token was signed with another key, or modified")
        except jwt.ExpiredSignatureError:
            problem = WebhookTooOldError("the token has expired, according to its exp")
        except jwt.ImmatureSignatureError:
            problem = WebhookFromFutureError(
                "the token is not valid yet, according to its nbf: check whether this clock is right"
            )
        except (jwt.PyJWTError, ValueError, OverflowError, RecursionError, TypeError):
            problem = WebhookTokenError("the token can't be parsed: its signature or its claims are malformed")
        # Outside of the handlers, because the errors there contain parts of the token.
        raise problem


def _library() -> ModuleType:
    try:
        import jwt
        import jwt.algorithms
    except ImportError:
        pass
    else:
        if jwt.algorithms.has_crypto:
            return jwt
    raise ConfigurationError(
        'webhooks are verified with PyJWT and cryptography, which are not installed: pip install "plaid-accounts[webhooks]"'
    )


def _values(headers: Any) -> Iterator[str]:
    """Yield the values of the header, from a mapping or from pairs, of strings or of bytes."""
    wanted = HEADER.lower()
    for name, value in headers.items() if hasattr(headers, "items") else headers:
        if (name.decode("latin-1") if isinstance(name, bytes) else name).lower() == wanted:
            yield value.decode("latin-1") if isinstance(value, bytes) else value


def _public_key(key: WebhookVerificationKey | Mapping[str, object] | None, key_id: str, now: float) -> Any:
    """Return the key, ready for use.

    Raises:
        WebhookKeyUnknownError: There is none.
        WebhookKeyExpiredError: It is no longer in use.
        WebhookKeyUnusableError: It is not an ES256 key, or has another id.
    """
    if key is None:
        raise WebhookKeyUnknownError("this environment has no key with the id that the token names")
    members = key.to_dict() if isinstance(key, WebhookVerificationKey) else dict(key)
    if members.get("kid", key_id) != key_id:
        raise WebhookKeyUnusableError("the key that was looked up has another id than the token names")
    if (
        members.get("crv") != "P-256"
        or members.get("alg", ALGORITHM) != ALGORITHM
        or members.get("use", "sig") != "sig"
    ):
        raise WebhookKeyUnusableError(f"the key that was looked up is not an {ALGORITHM} key")
    expired_at = members.get("expired_at")
    if isinstance(expired_at, (int, float)) and expired_at <= now:
        raise WebhookKeyExpiredError("the key that the token names is no longer in use")
    jwt = _library()
    try:
        return jwt.PyJWK({name: members.get(name) for name in _MEMBERS}, algorithm=ALGORITHM)
    # The coordinates may not be base64, or not on the curve.
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        pass
    raise WebhookKeyUnusableError(f"the key that was looked up is not an {ALGORITHM} key")
