"""Credentials are found in a response however they are written there."""

from __future__ import annotations

import base64
import json

import pytest

from plaid_accounts_contract.checks import credential_leaks
from plaid_accounts_contract.checks.credential_leaks import Trace
from plaid_accounts_contract.wire.exchange import Exchange, Request, Response

SECRET = "3a7bd3e2360a3d29eea436fcfb7e44"
ISSUED = ("62f1c0ffee0ddba11f00dcafe", SECRET)


def exchange(body: str = "{}", **headers: str) -> Exchange:
    """Make an exchange with this response."""
    request = Request("POST", "/accounts/get", (), b"")
    return Exchange(1, request, Response(200, tuple(headers.items()), body.encode()))


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        SECRET.upper(),
        f"invalid secret {SECRET}, try again",
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(f"a:{SECRET}".encode()).decode(),
        base64.b64encode(f"{ISSUED[0]}:{SECRET}".encode()).decode().rstrip("="),
        "".join(f"%{ord(letter):02x}" for letter in SECRET),
    ],
)
def test_a_credential_is_found_in_any_writing(written: str) -> None:
    """Case, words around it, Base64 and percent-encoding hide nothing, in the body and in a header."""
    assert credential_leaks.find(exchange(json.dumps({"a": [{"b": written}]})), ISSUED) == Trace()
    assert credential_leaks.find(exchange(**{"x-note": written}), ISSUED) == Trace("x-note")


def test_an_escaped_credential_is_found() -> None:
    """A credential each letter of which is escaped is one all the same, as a value and as a name."""
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in SECRET)
    assert credential_leaks.find(exchange(f'{{"a":"{escaped}"}}'), ISSUED) == Trace()
    assert credential_leaks.find(exchange(f'{{"{escaped}":1}}'), ISSUED) == Trace()


def test_a_header_may_not_be_called_like_a_credential() -> None:
    """The name of a header counts like its value."""
    assert credential_leaks.find(exchange(**{SECRET: "1"}), ISSUED) == Trace("whose name is one")


def test_a_short_credential_counts_as_a_whole_value_only() -> None:
    """A credential that is a plain word may stand in a message, not by itself."""
    message = json.dumps({"error_message": "invalid client_id or secret provided"})
    assert credential_leaks.find(exchange(message), ("client", "secret")) is None
    assert credential_leaks.find(exchange(json.dumps({"key": "secret"})), ("client", "secret")) == Trace()
    assert credential_leaks.find(exchange(**{"x-key": "secret"}), ("client", "secret")) == Trace("x-key")


def test_a_response_without_credentials_shows_none() -> None:
    """Ids that look like Base64, a body that is no JSON and a part of a credential are no traces."""
    body = json.dumps({"account_id": "BxBXxLj1m4HMXBm9WZZmCWVbPjX16EHwv99vp", "note": SECRET[:-1]})
    assert credential_leaks.find(exchange(body, **{"content-type": "application/json"}), ISSUED) is None
    assert credential_leaks.find(exchange("<html>"), ISSUED) is None
    assert credential_leaks.find(exchange(""), ISSUED) is None
