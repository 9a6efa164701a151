"""What the client says of itself: the words of the contract, where a caller reads them, and the choices that it offers."""

from __future__ import annotations

import inspect
import typing
from typing import Any

import pytest

from plaid_accounts_contract.client.calls import call, client, errors, installed
from plaid_accounts_contract.client.documents import CONTRACT
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.operations import PRIMARY, Method, snake
from plaid_accounts_contract.client.wires import ALL, Wire

SCHEMES: typing.Final = CONTRACT.document["components"]["securitySchemes"]


def plain(text: object) -> str:
    """Return a text on one line."""
    return " ".join(str(text).split())


@pytest.mark.parametrize("method", ALL)
@guarantee("surface")
def test_a_method_has_the_words_of_its_operation(method: Method) -> None:
    """Both methods of an operation say what the contract says of it, and of each of its parameters."""
    spoken = [
        method.operation.definition.get("description", ""),
        *(entry.get("description", "") for entry in method.parameters),
    ]
    for name in (method.name, f"{method.name}_async"):
        words = plain(getattr(installed().Client, name, None).__doc__)
        for text in spoken:
            count("surface")
            assert plain(text) in words, f"{name} leaves out: {plain(text)}"


@guarantee("surface")
def test_the_client_has_the_words_of_its_keys() -> None:
    """The constructor says what the contract says of each key, and is given it by name."""
    function = installed().Client.__init__
    for key, scheme in SCHEMES.items():
        assert plain(scheme["description"]) in plain(function.__doc__)
        assert snake(key) in inspect.signature(function).parameters


@guarantee("configuration")
def test_the_environments_are_those_of_the_contract() -> None:
    """An environment is one of the contract's servers and no other, for a type checker too."""
    servers = [server["x-environment"] for server in CONTRACT.document["servers"]]
    hint = inspect.signature(installed().Client.__init__).parameters["environment"].annotation
    assert hint.startswith("Environment")
    assert sorted(typing.get_args(installed().configuration.Environment)) == sorted(servers)
    assert sorted(installed().configuration.ENVIRONMENTS) == sorted(servers)


@guarantee("wire-method-path-headers")
def test_a_header_that_may_be_left_out_is_left_out() -> None:
    """With UNSET for a header that the contract does not require, none is sent."""
    for parameter in PRIMARY.parameters:
        count("wire-method-path-headers")
        wire = Wire()
        arguments: dict[str, Any] = {snake(parameter["name"]): installed().UNSET}
        outcome = call(client(wire), **arguments)
        if parameter.get("required"):
            outcome.failure(errors().ArgumentError)
        else:
            assert outcome.model
            assert parameter["name"] not in wire.last.headers
