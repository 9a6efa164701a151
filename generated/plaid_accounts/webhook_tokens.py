"""The token that comes with a webhook: read, then checked against the key and the body."""

from __future__ import annotations

import hashlib
import hmac
import math
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
    """One request that was found genuine."""

    token_sha256: str
    """Different for every delivery that was signed anew; the same for a request that was sent again as it was."""
    body_sha256: str
    """The same for all deliveries of the same news, and for other news in the same words."""
    issued_at: float
    """When it was signed, in seconds since 1970."""

    @property
    def forgettable_at(self) -> float:
        """From when on it is too old to be taken, in seconds since 1970."""
        return self.issued_at + MAX_AGE


class Token:
    """A token whose header was read, and nothing checked but the algorithm; its repr does not show it."""

    __slots__ = ("_text", "key_id")

    def __init__(self, text: str, key_id: str) -> None:
        self._text = text
        self.key_id = key_id

    @classmethod
    def of(cls, headers: Mapping[str, str] | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]) -> Token:
        """Finds the token in the headers of a request.

        Raises:
            ConfigurationError: The extra `webhooks` is not installed.
            WebhookHeaderMissingError: There is none.
            WebhookTokenError: There are two, or it cannot be read.
            WebhookAlgorithmError: It names another algorithm than ES256.
        """
        jwt = _library()
        texts = [*_values(headers)]
        if not any(texts):
            raise WebhookHeaderMissingError(
                f"the request has no header {HEADER}: Plaid did not send it, or a proxy took it away"
            )
        if len(texts) > 1 or len(texts[0]) > _LONGEST:
            raise WebhookTokenError(f"the header {HEADER} must be there once, with at most {_LONGEST} characters")
        try:
            header = jwt.get_unverified_header(texts[0])
        except jwt.PyJWTError:
            header = None
        if header is None:
            raise WebhookTokenError(f"the header {HEADER} is no JSON Web Token")
        if header.get("alg") != ALGORITHM:
            raise WebhookAlgorithmError(f"the token must be signed by {ALGORITHM}, and names another algorithm")
        key_id = header.get("kid")
        if (
            not isinstance(key_id, str)
            or not 0 < len(key_id) <= _LONGEST_ID
            or not (key_id.isascii() and key_id.isprintable())
        ):
            raise WebhookTokenError("the token's header names no key, by a kid of printable ASCII")
        return cls(texts[0], key_id)

    def check(self, body: bytes, key: WebhookVerificationKey | Mapping[str, object] | None) -> Delivery:
        """Holds the token against the key, the time and the body.

        Raises:
            WebhookError: It is not to be acted on; a class for each reason.
        """
        now = time.time()
        claims = self._claims(_public_key(key, self.key_id, now))
        issued_at, promised = claims.get("iat"), claims.get("request_body_sha256")
        if isinstance(issued_at, bool) or not isinstance(issued_at, (int, float)) or not math.isfinite(issued_at):
            raise WebhookTokenError("the token does not say by iat when it was issued")
        if not isinstance(promised, str):
            raise WebhookTokenError("the token has no request_body_sha256")
        if issued_at < now - MAX_AGE:
            raise WebhookTooOldError(
                f"the token was issued more than {MAX_AGE:g} s ago: it may be a copy of an earlier one"
            )
        if issued_at > now + AHEAD:
            raise WebhookFromFutureError(
                f"the token was issued more than {AHEAD:g} s ahead: see whether this clock is right"
            )
        found = hashlib.sha256(body).hexdigest()
        if not hmac.compare_digest(found.encode(), promised.encode("utf-8", "replace")):
            raise WebhookBodyError(
                "the body is not the one that was signed: pass the bytes as they came, before they are parsed"
            )
        return Delivery(hashlib.sha256(self._text.encode()).hexdigest(), found, float(issued_at))

    def _claims(self, key: Any) -> dict[str, Any]:
        jwt = _library()
        try:
            claims: dict[str, Any] = jwt.decode(self._text, key=key, algorithms=[ALGORITHM], options=_OPTIONS)
            return claims
        except jwt.InvalidSignatureError:
            problem: Exception = WebhookSignatureError("the token was signed with another key, or changed afterwards")
        except jwt.ExpiredSignatureError:
            problem = WebhookTooOldError("the token says by exp that its time is over")
        except jwt.ImmatureSignatureError:
            problem = WebhookFromFutureError(
                "the token says by nbf that its time is to come: see whether this clock is right"
            )
        except jwt.PyJWTError:
            problem = WebhookTokenError("the token cannot be read: its signature or its claims have another form")
        # Outside of the handlers, because the errors there hold parts of the token.
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
    """The values of the header, from a mapping or from pairs, of strings or of bytes."""
    wanted = HEADER.lower()
    for name, value in headers.items() if hasattr(headers, "items") else headers:
        if (name.decode("latin-1") if isinstance(name, bytes) else name).lower() == wanted:
            yield value.decode("latin-1") if isinstance(value, bytes) else value


def _public_key(key: WebhookVerificationKey | Mapping[str, object] | None, key_id: str, now: float) -> Any:
    """The key, ready for use.

    Raises:
        WebhookKeyUnknownError: There is none.
        WebhookKeyExpiredError: It is no longer in use.
        WebhookKeyUnusableError: It is none for ES256, or has another id.
    """
    if key is None:
        raise WebhookKeyUnknownError("there is no key of the id that the token names, in this environment")
    members = key.to_dict() if isinstance(key, WebhookVerificationKey) else dict(key)
    if members.get("kid", key_id) != key_id:
        raise WebhookKeyUnusableError("the key that was looked up has another id than the token names")
    if (
        members.get("crv") != "P-256"
        or members.get("alg", ALGORITHM) != ALGORITHM
        or members.get("use", "sig") != "sig"
    ):
        raise WebhookKeyUnusableError(f"the key that was looked up is none for {ALGORITHM}")
    expired_at = members.get("expired_at")
    if isinstance(expired_at, (int, float)) and expired_at <= now:
        raise WebhookKeyExpiredError("the key that the token names is no longer in use")
    jwt = _library()
    try:
        return jwt.PyJWK({name: members.get(name) for name in _MEMBERS}, algorithm=ALGORITHM)
    # The coordinates may be no base64, or of a point that is not on the curve.
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        pass
    raise WebhookKeyUnusableError(f"the key that was looked up is none for {ALGORITHM}")
