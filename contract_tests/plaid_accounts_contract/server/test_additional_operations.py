"""Further operations: each request that its schema allows or refuses is answered as the contract documents it.

The tests know nothing of what an operation is for. What they send follows from its request's schema; what comes back is
judged by the schemas of its responses and by the requirements that hold for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs
import pytest

from plaid_accounts_contract.contract import Operation
from plaid_accounts_contract.generation import fuzzing
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.runner import current_run, operations
from plaid_accounts_contract.server.requests import altered, neighbour, send, swap_case
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import MISSING, Request

pytestmark = pytest.mark.additional

RUN = current_run.current()
REPEATS: Final = 3


@attrs.frozen
class Asking:
    """One further operation in one mode of credentials."""

    builder: RequestBuilder
    mode: Mode

    @property
    def operation(self) -> Operation:
        """The operation asked for."""
        return self.builder.operation

    @property
    def fields(self) -> dict[str, Any]:
        """The properties of a valid body, without credentials."""
        return self.builder.fields()

    @property
    def properties(self) -> list[str]:
        """The names of the properties that a body may have, without credentials."""
        schema = RUN.contract.at(RUN.contract.request(self.operation))
        return [name for name in schema.get("properties", {}) if name not in ("client_id", "secret")]

    def request(self, purpose: str, **changes: Any) -> Request:
        """Write a request with some properties replaced, or left out by MISSING."""
        fields = {name: value for name, value in {**self.fields, **changes}.items() if value is not MISSING}
        return self.builder.request(self.mode, fields, purpose=purpose)

    def with_credentials(self, purpose: str, *, client_id: Any = None, secret: Any = None) -> Request:
        """Write a request with a credential replaced, or left out by MISSING."""
        return self.builder.request(self.mode, self.fields, client_id=client_id, secret=secret, purpose=purpose)


ASKINGS: Final = [
    Asking(builder, mode)
    for builder in (operations.builder(RUN, operation) for operation in operations.available(RUN))
    for mode in operations.modes(RUN.contract, builder.operation, RUN.settings.modes)
]

each = pytest.mark.parametrize("asking", ASKINGS, ids=lambda asking: f"{asking.operation.id}-{asking.mode}")


@each
def test_a_valid_request_gets_a_documented_answer(asking: Asking) -> None:
    """A request with what is required is answered again and again, each time under a new request_id."""
    send(asking.request("what is required, and no more") for _ in range(REPEATS))


@each
def test_credentials_are_checked(asking: Asking) -> None:
    """A credential that is left out, empty, altered or in another case opens nothing."""
    send(_with_wrong_credentials(asking))


def _with_wrong_credentials(asking: Asking) -> Iterator[Request]:
    issued = {"client_id": RUN.test_data.client_id, "secret": RUN.test_data.secret}
    for name, value in issued.items():
        wrong = {"left out": MISSING, "empty": "", "last character changed": neighbour(value), "a prefix": value[:-1]}
        if swap_case(value) != value:
            wrong["another case"] = swap_case(value)
        for kind, given in wrong.items():
            yield asking.with_credentials(f"{name}: {kind}", **{name: given})
    yield asking.with_credentials("no credentials", client_id=MISSING, secret=MISSING)


@each
def test_unknown_fields_are_refused(asking: Asking) -> None:
    """A property that the contract does not list refuses the request."""
    unknown = {"unknown": "x", "accessToken": "x", "client_ID": "x", "": "x", "nothing": None}
    send(
        asking.request(f"an unknown property {name!r}", **{name: value})
        for name, value in unknown.items()
        if name not in asking.properties
    )


@each
def test_required_fields_are_required(asking: Asking) -> None:
    """A body that lacks what the operation requires is refused."""
    send(asking.request(f"without {name}", **{name: MISSING}) for name in asking.fields)


@each
def test_values_of_another_type_are_refused(asking: Asking) -> None:
    """A property of another type than the contract states refuses the request, and breaks nothing."""
    odd: tuple[Any, ...] = (None, 5, "", [[]], 10**30)
    for name in asking.properties:
        send(asking.request(f"{name}: {type(value).__name__}", **{name: value}) for value in odd)


@each
def test_a_token_never_issued_is_refused(asking: Asking) -> None:
    """Where an operation takes an access token, one that was never issued opens nothing."""
    token = RUN.test_data.primary.access_token
    if "access_token" not in asking.properties:
        pytest.skip(f"{asking.operation.id} takes no access_token")
    wrong = {"last character changed": neighbour(token), "a prefix": token[:-1], "another case": swap_case(token),
             "a word": "token", "the secret": RUN.test_data.secret, "with NUL": token + "\0",
             "a character in the middle changed": altered(token, len(token) // 2),
             "very long": "access-sandbox-" + "0" * 20_000}  # fmt: skip
    send(asking.request(f"access token: {kind}", access_token=value) for kind, value in wrong.items() if value != token)


@each
def test_a_body_that_is_no_json_object_is_refused(asking: Asking) -> None:
    """What is not one JSON object is refused."""
    issued = {"client_id": RUN.test_data.client_id, "secret": RUN.test_data.secret} if asking.mode == "body" else {}
    valid = strict_json.encode({**issued, **asking.fields})
    bodies = {"empty": b"", "cut short": valid[:-1], "an array around the object": b"[" + valid + b"]", "null": b"null",
              "a trailing comma": valid[:-1] + b",}", "a form": b"access_token=a", "not UTF-8": b'{"a":"\xff"}',
              "text behind": valid + b" x", "a comment": b"/* */" + valid,
              "the object in a string": strict_json.encode(valid.decode())}  # fmt: skip
    send(asking.builder.raw(asking.mode, body, purpose=f"body: {kind}") for kind, body in bodies.items())


@each
def test_only_json_by_the_documented_method_is_taken(asking: Asking) -> None:
    """Another Content-Type and other methods are refused."""
    fields = asking.fields
    types = (None, "text/plain", "application/x-www-form-urlencoded", "application/json-seq")
    send(
        asking.builder.request(asking.mode, fields, headers={"Content-Type": kind}, purpose=f"Content-Type {kind}")
        for kind in types
    )
    others = (method for method in ("GET", "PUT", "DELETE") if method != asking.operation.method)
    send(asking.builder.raw(asking.mode, b"", method=method, purpose=f"{method} without a body") for method in others)


@each
def test_json_is_known_in_any_writing(asking: Asking) -> None:
    """application/json is known in any case and with charset=utf-8."""
    send(
        asking.builder.request(
            asking.mode, asking.fields, headers={"Content-Type": kind}, purpose=f"Content-Type {kind}"
        )
        for kind in ("application/json; charset=utf-8", "Application/JSON")
    )


def _generated(asking: Asking) -> Any:
    schema = fuzzing.schema_of(
        RUN.contract, RUN.settings, RUN.test_data, asking.operation, asking.mode, fields=asking.fields
    )

    def test(case: fuzzing.Case) -> None:
        """The server answers generated requests as the contract says."""
        request = fuzzing.request_of(case, asking.mode)
        if request is not None:
            RUN.send(request)

    return schema.parametrize()(fuzzing.effort(RUN.settings.generated_requests_of_additional)(test))


for _asking in ASKINGS:
    globals()[f"test_generated_{_asking.operation.id}_{_asking.mode}"] = _generated(_asking)
