"""The text of an exception: one line, bounded, and without secrets in any encoding; the attributes stay as sent."""

import base64
import json
import pickle
from collections.abc import Callable
from typing import Any, Final

import pytest

from plaid_accounts_contract.client import leaks
from plaid_accounts_contract.client.calls import ACCESS_TOKEN, CLIENT_ID, SECRET, call, client, errors, responding
from plaid_accounts_contract.client.guarantees import guarantee

ENCODINGS: Final[dict[str, Callable[[str], str]]] = {
    "upper case": str.upper,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for URLs, shifted": lambda text: base64.urlsafe_b64encode(f"x{text}".encode()).decode().rstrip("="),
    "hex": lambda text: text.encode().hex(),
    "hex with colons": lambda text: text.encode().hex(":"),
    "percent": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "escapes": lambda text: "".join(f"\\u{ord(character):04x}" for character in text),
    "JSON in JSON": lambda text: json.dumps(json.dumps({"key": text})),
    "its beginning": lambda text: f"{text[:23]}...",
    "its end": lambda text: f"...{text[-14:]}",
}


def _error(message: str, **more: Any) -> Any:
    body = {"error_type": "INVALID_INPUT", "error_code": "INVALID_API_KEYS", "error_message": message, **more}
    return call(client(responding(body, 400))).failure(errors().ApiError)


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
@guarantee("secrets-hidden")
def test_an_encoded_secret_is_redacted(encoding: Callable[[str], str]) -> None:
    """A secret that the server repeats encoded or truncated is redacted in the text and in the attributes."""
    for secret in (SECRET, ACCESS_TOKEN):
        error = _error(f"bad {encoding(secret)} here")
        assert error.error_message.startswith("bad ")
        assert error.error_message.endswith(" here")
        assert "[redacted]" in str(error)
        leaks.check(error, (secret, encoding(secret)))


@guarantee("secrets-hidden")
def test_what_occurs_by_chance_is_not_redacted() -> None:
    """Words of a secret, and fewer than eight of its characters, stay in the text."""
    words, end = ACCESS_TOKEN.rpartition("-")[0], ACCESS_TOKEN[-7:]
    message = f"{words}: the one that ends in ****{end}"
    assert _error(message).error_message == message


@guarantee("secrets-hidden")
def test_both_keys_as_basic_credentials_are_redacted() -> None:
    """Both keys together, as HTTP's Basic scheme encodes them, are redacted."""
    basic = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
    leaks.check(_error(f"Basic {basic}"), (basic,))


@guarantee("error-fields")
def test_a_text_is_one_line_and_the_attributes_are_raw() -> None:
    """Control characters, escape sequences and directional marks are escaped in the text, and kept in the attributes."""
    odd = "a\nb\rc\x1b[31m\x00\x7f\x9b\u202e\u2066\u200f\u2028\ud800z"
    error = _error(odd, request_id=odd)
    assert (error.error_message, error.request_id) == (odd, odd)
    for text in (str(error), repr(error)):
        assert text.isprintable()
        assert "\\n" in text
        assert "\\u202e" in text


@guarantee("error-fields")
def test_a_text_is_bounded() -> None:
    """A message, code or type of megabytes is cut in the text, and complete in the attributes."""
    long = "m" * 20_000_000
    error = _error(long)
    assert len(error.error_message) == len(long)
    assert len(str(error)) < 2000
    error = _error("m", error_code=long[:9999], error_type=long[:9999], request_id=long[:9999])
    assert len(str(error)) < 2000


@guarantee("error-fields")
def test_every_exception_is_made_from_a_text() -> None:
    """Every class accepts one text, as tools that wrap or restore exceptions do; its args survive JSON."""
    module = errors()
    classes: list[type[Exception]] = [
        kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, module.PlaidAccountsError)
    ]
    assert len(classes) > 20
    for kind in classes:
        error = kind("text of another")
        assert type(error) is kind
        assert "text of another" in str(error)
        restored = kind(*json.loads(json.dumps(error.args)))
        assert (type(restored), str(restored)) == (kind, str(error))
        assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - pickled here
