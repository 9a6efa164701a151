"""Answers to every operation: read without loss, raised where they are errors, the same however the call is made."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from plaid_accounts_contract.client import bodies, damage, documents, hints, sameness
from plaid_accounts_contract.client.calls import (
    STYLES,
    Style,
    answering,
    call,
    client,
    errors,
    installed,
    prepared,
    read,
)
from plaid_accounts_contract.client.documents import ERROR
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.hints import attribute
from plaid_accounts_contract.client.operations import Method
from plaid_accounts_contract.client.packages import Parser, parsers
from plaid_accounts_contract.client.readings import ALL as READINGS
from plaid_accounts_contract.client.readings import Reading
from plaid_accounts_contract.client.wires import ALL, Wire


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("reading", READINGS)
@guarantee("round-trip")
def test_each_component_is_given_back_as_it_came(reading: Reading, parser: Parser) -> None:
    """What an answer holds is in the model, as annotated, and `to_dict` gives it back as the contract has it."""
    for body in reading.bodies:
        count("round-trip")
        model = reading.model(reading.read(body, parser), parser)
        assert type(model) is getattr(installed(parser).models, reading.name)
        hints.check(model)
        sameness.check(reading.name, body, model.to_dict())


@pytest.mark.parametrize("reading", READINGS)
@guarantee("round-trip")
def test_every_property_of_each_component_has_its_name(reading: Reading) -> None:
    """Each property is an attribute of the same name, with an underscore where Python keeps the name for itself."""
    body = bodies.complete(reading.name)
    model = reading.model(reading.read(body))
    for place in damage.places(reading.name, body):
        count("round-trip")
        sent = damage.at(body, place.path)
        if not place.form and not isinstance(sent, (dict, list)):
            assert attribute(model, place.path) == sent, f"{place.name} is in another attribute"


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("method", ALL)
@guarantee("round-trip")
def test_the_examples_of_each_operation_are_given_back(method: Method, parser: Parser) -> None:
    """Every example that the contract gives of an answer to the operation is read and given back."""
    for status, body in bodies.examples(method):
        count("round-trip")
        outcome = read(body, status, parser=parser, method=method)
        name = method.success if status == method.status else ERROR
        model = outcome.model if name == method.success else outcome.failure(errors(parser).ApiError).body
        sameness.check(name, body, model.to_dict())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("error-by-type")
def test_each_error_status_of_each_operation_raises(method: Method, style: Style) -> None:
    """An error body with any documented status of the operation raises the class of its error_type, with what it says."""
    for status in method.error_statuses:
        for code in documents.CONTRACT.error_codes.values():
            if code.status != status:
                continue
            count("error-by-type")
            body = bodies.complete(ERROR) | {"error_type": code.type, "error_code": code.code}
            error = read(body, status, style=style, method=method).failure(errors().ApiError)
            assert type(error) is errors().BY_TYPE[code.type]
            assert type(error) is not errors().ApiError
            assert (error.status_code, error.error_code, error.request_id) == (status, code.code, body["request_id"])
            sameness.check(ERROR, body, error.body.to_dict())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("error-tree-only")
def test_what_is_no_answer_to_an_operation_is_refused(method: Method, style: Style) -> None:
    """A page, half an answer, a success with a status of failure and the other way round raise documented errors."""
    success, failure = bodies.complete(method.success), bodies.complete(ERROR)
    cases: list[tuple[Any, int, Any]] = [
        (b"<html></html>", 200, errors().MalformedResponseError),
        (json.dumps(success).encode()[:-1], 200, errors().MalformedResponseError),
        (b"", 502, errors().MalformedResponseError),
        (success, 302, errors().MalformedResponseError),
        (success, 400, errors().DecodeError),
        (failure, 200, errors().DecodeError),
        ([success], 200, errors().DecodeError),
    ]
    for body, status, kind in cases:
        count("error-tree-only")
        error = read(body, status, style=style, method=method).failure(kind)
        assert error.status_code == status


@pytest.mark.parametrize("method", ALL)
@guarantee("sync-async-same")
def test_every_style_of_each_operation_gives_the_same(method: Method) -> None:
    """In each of the six ways of calling, answer, error and malformed answer give the same request and result."""
    answers: list[tuple[Any, int]] = [(body, method.status) for body in bodies.successes(method)[-2:]]
    answers += [(bodies.complete(ERROR), 400), ({"request_id": 1}, 200), (b"{", 200), (b"<html>", 503)]
    given = prepared(method, bodies.whole(method))
    for body, status in answers:
        count("sync-async-same", len(STYLES))
        seen = []
        for style in STYLES:
            wire = _Kept(body, status)
            outcome = call(client(wire), style, method=method, **given)
            sent = wire.requests[0]
            seen.append((outcome.summary(), sent.method, str(sent.url), sorted(sent.headers.items()), sent.content))
        assert all(repr(one) == repr(seen[0]) for one in seen)


class _Kept:
    """Answers every request alike, and keeps the requests."""

    def __init__(self, body: Any, status: int) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answering(body, status)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer(request)


@pytest.mark.parametrize("style", ["api.sync_detailed", "api.asyncio_detailed"])
@pytest.mark.parametrize("method", ALL)
@guarantee("sync-async-same")
def test_a_detailed_call_of_each_operation_has_all(method: Method, style: Style) -> None:
    """A `_detailed` call has status, headers, body, model and request_id."""
    body = bodies.complete(method.success)
    headers = {"Content-Type": "application/json", "X-A": "b"}
    outcome = call(client(answering(body, 203, headers)), style, method=method)
    response = outcome.value
    assert outcome.model
    assert isinstance(response, installed().Response)
    assert (response.status_code, response.headers["x-a"]) == (203, "b")
    assert json.loads(response.content) == body
    assert response.parsed == read(body, method=method).model
    assert response.request_id == body.get("request_id")


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.skipif("orjson" not in parsers(), reason="orjson is not installed: pip install plaid-accounts[orjson]")
@guarantee("json-and-orjson-same")
def test_both_parsers_give_the_same_of_each_component(reading: Reading) -> None:
    """An answer, broken in every tenth way too, gives the same object or the same error with either parser."""
    complete = bodies.complete(reading.name)
    broken = [case.body for case in damage.breaks(reading.name, complete)][::10]
    for body in [*reading.bodies, *broken]:
        count("json-and-orjson-same")
        first, second = (reading.read(body, parser).summary() for parser in parsers())
        assert repr(first) == repr(second)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("timeouts")
def test_a_call_of_each_operation_has_its_time_limit(method: Method, style: Style) -> None:
    """A limit for a call holds for that call alone, that of the client for every other."""
    wire = Wire(method)
    made = client(wire, timeout=3)
    limits: list[dict[str, Any]] = [{}, {"timeout": 1.5}, {}]
    for limit in limits:
        assert call(made, style, method=method, **limit).model
    assert [request.extensions["timeout"]["read"] for request in wire.requests] == [3, 1.5, 3]


@pytest.mark.parametrize("style", ["sync", "async"])
@pytest.mark.parametrize("method", ALL)
@guarantee("retries")
def test_each_operation_is_tried_again(method: Method, style: Style, waits: list[float]) -> None:
    """Where the API has done nothing yet, the same request is sent again, and its answer is returned."""
    busy = httpx.Response(429, headers={"Retry-After": "7"}, json=bodies.complete(ERROR))
    success = httpx.Response(method.status, json=bodies.complete(method.success))
    wire = _Turns([busy, httpx.ConnectError("refused"), success])
    assert call(client(wire, retries=2), style, method=method, **prepared(method, bodies.whole(method))).model
    assert len(wire.contents) == 3
    assert len(set(wire.contents)) == 1
    assert waits[0] == 7.0


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("fault", [500, 503, httpx.ReadError("broken")], ids=str)
@pytest.mark.parametrize("method", ALL)
@guarantee("retries")
def test_only_what_reads_is_tried_again(method: Method, fault: Any, style: Style, waits: list[float]) -> None:
    """Where the API may have done what was asked for, only an operation that reads is tried again."""
    failing = fault if isinstance(fault, Exception) else httpx.Response(fault, json=bodies.complete(ERROR))
    wire = _Turns([failing])
    error = call(client(wire, retries=2), style, method=method).failure(errors().PlaidAccountsError)
    assert len(wire.contents) == (3 if method.reads else 1)
    assert ("only reads" in str(error)) == (method.reads and isinstance(fault, Exception))


class _Turns:
    """Answers in turn, the last answer for ever, and keeps what was sent; an exception is raised."""

    def __init__(self, answers: list[Any]) -> None:
        self.contents: list[bytes] = []
        self._answers = answers

    def __call__(self, request: httpx.Request) -> httpx.Response:
        answer = self._answers[min(len(self.contents), len(self._answers) - 1)]
        self.contents.append(request.content)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
