"""/webhook_verification_key/get: the key with the requested id, and a key that can verify signatures."""

import base64
import binascii
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final

from plaid_accounts_contract.checks import messages
from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.checks.context import Check, CheckContext, CheckResult, expect
from plaid_accounts_contract.checks.oracle import UNDECIDED, RejectionReason, is_ordinary, request_rule

OPERATION: Final = "webhookVerificationKeyGet"
UNKNOWN_KEY_IDS: Final = tuple(str(uuid.uuid5(uuid.NAMESPACE_URL, str(number))) for number in range(3))
"""Ids of the right form that no target has a key for."""

# NIST SP 800-186, P-256: y² = x³ - 3x + b modulo p.
_P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
# 32 bytes in base64url without padding.
_COORDINATE_LENGTH: Final = 43


@request_rule(OPERATION, "key_id")
def _key_id(body: Mapping[str, Any], _: ItemBaseline | None, test_data: TestData) -> Iterator[RejectionReason]:
    """An id that no key has is refused, as far as the run knows the keys."""
    key_id = body.get("key_id")
    if not isinstance(key_id, str) or not key_id or key_id in test_data.key_ids:
        return
    if not test_data.key_ids and key_id not in UNKNOWN_KEY_IDS:
        # The target may have this key; the id may be that of the contract's example.
        yield UNDECIDED
    else:
        codes = {"INVALID_WEBHOOK_VERIFICATION_KEY_ID"} | (set() if is_ordinary(key_id) else {"INVALID_FIELD"})
        yield RejectionReason("verification-key-unknown", frozenset(codes))


def _verification_key_asked_for(context: CheckContext) -> Iterator[CheckResult]:
    key, requested = _returned(context), context.sent.get("key_id")
    if isinstance(key.get("kid"), str) and isinstance(requested, str):
        right = key["kid"] == requested
        yield expect(right, "key.kid", messages.describe(key["kid"]), messages.describe(requested))


def _verification_key_on_curve(context: CheckContext) -> Iterator[CheckResult]:
    key = _returned(context)
    x, y = _coordinate(key.get("x")), _coordinate(key.get("y"))
    if x is not None and y is not None:
        on_curve = x < _P and y < _P and (y * y - (x * x * x - 3 * x + _B)) % _P == 0
        yield expect(on_curve, "key", "coordinates off the curve", "a point of P-256")


def _returned(context: CheckContext) -> Mapping[str, Any]:
    key = context.body.get("key") if context.accepted else None
    return key if isinstance(key, Mapping) else {}


def _coordinate(text: Any) -> int | None:
    """Return the number that a coordinate encodes; None if it violates the schema already."""
    if not isinstance(text, str) or len(text) != _COORDINATE_LENGTH:
        return None
    try:
        return int.from_bytes(base64.b64decode(text + "=", altchars=b"-_", validate=True), "big")
    except (binascii.Error, ValueError):
        return None


CHECKS: Final[Mapping[str, Check]] = {
    "verification-key-asked-for": _verification_key_asked_for,
    "verification-key-on-curve": _verification_key_on_curve,
}
