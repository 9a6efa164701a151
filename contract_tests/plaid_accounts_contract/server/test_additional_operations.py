"""Additional operations, tested from their request schemas alone.

The tests do not know what an operation does: its schemas and the requirements that apply to it decide what conforms.
"""

from collections.abc import Iterator
from typing import Any, Final

import attrs
import pytest

from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.redaction.near_misses import wrong_values
from plaid_accounts_contract.runner import operations
from plaid_accounts_contract.server.requests import (
    DATA,
    ISSUED,
    MODES,
    OFFERED,
    PRIMARY,
    of_other_client,
    send,
    wrong_credentials,
)
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import MISSING, Request

pytestmark = pytest.mark.additional

REPEATS: Final = 3


@attrs.frozen
class Call:
    """An additional operation in one mode of credentials."""

    builder: RequestBuilder
    mode: Mode

    @property
    def properties(self) -> list[str]:
        """The names of the properties that a body may have, without credentials."""
        schema = self.builder.operation.request_body or {}
        return [name for name in schema.get("properties", {}) if name not in ISSUED]

    def request(self, purpose: str, **changes: Any) -> Request:
        """Return a request with some properties replaced, or left out by MISSING."""
        fields = {name: value for name, value in {**self.builder.fields(), **changes}.items() if value is not MISSING}
        return self.builder.request(self.mode, fields, purpose=purpose)

    def with_content_type(self, kind: str | None) -> Request:
        """Return a valid request with another Content-Type."""
        headers, purpose = {"Content-Type": kind}, f"Content-Type {kind}"
        return self.builder.request(self.mode, self.builder.fields(), headers=headers, purpose=purpose)


CALLS: Final = [
    Call(builder, mode) for builder in OFFERED.values() for mode in operations.modes(builder.operation, MODES)
]


def _id(call: Call) -> str:
    return f"{call.builder.operation.id}-{call.mode}"


each = pytest.mark.parametrize("call", CALLS, ids=_id)
each_with_body = pytest.mark.parametrize(
    "call", [call for call in CALLS if call.builder.operation.request_body is not None], ids=_id
)


@each
def test_a_valid_request_gets_a_documented_response(call: Call) -> None:
    """Repeated requests with the required properties get documented responses, each with a new request_id."""
    send(call.request("what is required, and no more") for _ in range(REPEATS))
    if "access_token" in call.builder.fields():
        others = (item.access_token for item in DATA.items[1:])
        send(call.request("another Item", access_token=token) for token in others)


@each
def test_credentials_are_checked(call: Call) -> None:
    """A credential that is missing, empty or a near miss is refused."""
    send(_with_wrong_credentials(call))


def _with_wrong_credentials(call: Call) -> Iterator[Request]:
    build, fields = call.builder.request, call.builder.fields()
    for name in ISSUED:
        for kind, given in {"left out": MISSING, "empty": "", **wrong_credentials(name, call.mode)}.items():
            pair: dict[str, Any] = {name: given}
            yield build(call.mode, fields, **pair, purpose=f"{name}: {kind}")
    yield build(call.mode, fields, client_id=MISSING, secret=MISSING, purpose="no credentials")
    yield build(call.mode, fields, secret=ISSUED["client_id"], purpose="the client_id as the secret")
    yield from of_other_client(call.builder, call.mode)


@each_with_body
def test_unknown_fields_are_refused(call: Call) -> None:
    """A request with a property that the contract does not list is rejected."""
    unknown = {"unknown": "x", "accessToken": "x", "client_ID": "x", "": "x", "nothing": None}
    send(
        call.request(f"an unknown property {name!r}", **{name: value})
        for name, value in unknown.items()
        if name not in call.properties
    )


@each
def test_required_fields_are_required(call: Call) -> None:
    """A body without a required property is refused."""
    send(call.request(f"without {name}", **{name: MISSING}) for name in call.builder.fields())


@each
def test_values_of_another_type_are_refused(call: Call) -> None:
    """A request with a property of another type than the contract allows is rejected, and does no harm."""
    odd: tuple[Any, ...] = (None, 5, "", [[]], 10**30)
    for name in call.properties:
        send(call.request(f"{name}: {type(value).__name__}", **{name: value}) for value in odd)


@each
def test_a_token_never_issued_is_refused(call: Call) -> None:
    """If an operation takes an access_token, one that was never issued is refused."""
    if "access_token" not in call.properties:
        pytest.skip(f"{call.builder.operation.id} takes no access_token")
    token = PRIMARY.access_token
    wrong = {
        **wrong_values(token), "a word": "token", "the secret": ISSUED["secret"], "very long": "access-sandbox-" + "0" * 20_000,
    }  # fmt: skip
    send(call.request(f"access_token: {kind}", access_token=value) for kind, value in wrong.items())


@each_with_body
def test_a_body_that_is_no_json_object_is_refused(call: Call) -> None:
    """A body other than one JSON object is refused."""
    valid = strict_json.encode({**(ISSUED if call.mode == "body" else {}), **call.builder.fields()})
    bodies = {
        "empty": b"", "cut short": valid[:-1], "an array around the object": b"[" + valid + b"]", "null": b"null",
        "a trailing comma": valid[:-1] + b",}", "UTF-16": valid.decode().encode("utf-16"), "a form": b"access_token=a", "not UTF-8": b'{"a":"\xff"}',
        "text behind": valid + b" x", "a comment": b"/* */" + valid,
        "the object in a string": strict_json.encode(valid.decode()),
    }  # fmt: skip
    send(call.builder.raw(call.mode, body, purpose=f"body: {kind}") for kind, body in bodies.items())


@each
def test_only_json_by_the_documented_method_is_taken(call: Call) -> None:
    """Other media types and methods are refused."""
    types = (None, "text/plain", "application/x-www-form-urlencoded", "application/json-seq")
    if call.builder.operation.request_body is not None:
        send(call.with_content_type(kind) for kind in types)
    others = (method for method in ("GET", "PUT", "DELETE") if method != call.builder.operation.method)
    send(call.builder.raw(call.mode, b"", method=method, purpose=f"{method} without a body") for method in others)


@each_with_body
def test_json_is_known_in_any_writing(call: Call) -> None:
    """application/json is recognised in any case and with charset=utf-8."""
    send(call.with_content_type(kind) for kind in ("application/json; charset=utf-8", "Application/JSON"))
