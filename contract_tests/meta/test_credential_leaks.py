"""Credentials are found in a response, in each way of writing them."""

import base64
import json

import pytest

from plaid_accounts_contract.checks import credential_leaks
from plaid_accounts_contract.checks.credential_leaks import Leak
from plaid_accounts_contract.wire.exchange import Exchange, Request, Response

SECRET = "3a7bd3e2360a3d29eea436fcfb7e44"
ISSUED = ("62f1c0ffee0ddba11f00dcaf", SECRET)


def leak(body: str = "{}", issued: tuple[str, ...] = ISSUED, header: tuple[str, str] = ("x", "")) -> Leak | None:
    """Return what is found in a response."""
    response = Response(200, (header,), body.encode())
    return credential_leaks.find(Exchange(1, Request("POST", "/accounts/get", (), b""), response), issued)


@pytest.mark.parametrize(
    "written",
    [
        SECRET.upper(),
        f"invalid secret {SECRET}, try again",
        base64.urlsafe_b64encode(f"a:{SECRET}".encode()).decode(),
        base64.b64encode(f"{ISSUED[0]}:{SECRET}".encode()).decode().rstrip("="),
        "".join(f"%{ord(letter):02x}" for letter in SECRET),
    ],
)
def test_a_credential_is_found_in_any_encoding(written: str) -> None:
    """Case, words around it, base64 and percent-encoding make no difference, in the body and in a header."""
    assert leak(json.dumps({"a": [{"b": written}]})) == Leak()
    assert leak(header=("x-note", written)) == Leak("x-note")


def test_names_count_like_values() -> None:
    """A credential is found as the name of a property or a header too, and with each of its letters escaped."""
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in SECRET)
    assert leak(f'{{"a":"{escaped}"}}') == leak(f'{{"{escaped}":1}}') == Leak()
    assert leak(header=(SECRET, "1")) == Leak("whose name is one")


def test_a_short_credential_counts_as_a_complete_value_only() -> None:
    """A credential that is a plain word may be part of a message, but not a value by itself."""
    short = ("client", "secret")
    assert leak(json.dumps({"error_message": "invalid client_id or secret provided"}), short) is None
    assert leak(json.dumps({"key": "secret"}), short) == Leak()
    assert leak("{}", short, ("x-key", "secret")) == Leak("x-key")


def test_a_response_without_credentials_has_no_leak() -> None:
    """Ids that look like base64, a body that is not JSON and part of a credential are not leaks."""
    body = json.dumps({"account_id": "BxBXxLj1m4HMXBm9WZZmCWVbPjX16EHwv99vp", "note": SECRET[:-1]})
    assert leak(body) is leak("<html>") is leak("") is None
