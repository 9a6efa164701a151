"""Expectations: what a right answer to a request is, told from the request alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.checks.oracle import Expectation, expect
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.exchange import MISSING

CONTRACT = Contract.load()
OPERATION = CONTRACT.operations[0]
OWN = ItemBaseline("access-sandbox-aBc", {"item_id": "item-1"}, {"idA": {}, "idB": {}}, ("idClosed",))
OTHER = ItemBaseline("access-sandbox-xYz", {"item_id": "item-2"}, {"idC": {}})
SUBJECT = TestData("client-Id", "seCret", (OWN, OTHER), {"access-sandbox-down": "INSTITUTION_DOWN"})
BUILDER = RequestBuilder(SUBJECT, OPERATION)
MODES: tuple[Mode, ...] = ("header", "body")


def _expected(mode: Mode, fields: Mapping[str, Any], **changes: Any) -> Expectation:
    return expect(CONTRACT, OPERATION, SUBJECT, BUILDER.request(mode, fields, **changes))


def _reasons(expectation: Expectation) -> set[str]:
    return {reason.requirement for reason in expectation.binding}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("account_ids", [None, ["idA"], ["idA", "idB"], ["idB", "idA"]])
def test_a_valid_request_must_be_accepted(mode: Mode, account_ids: list[str] | None) -> None:
    """Issued credentials and token and known ids leave only a 200."""
    expectation = _expected(mode, BUILDER.fields(account_ids))
    assert expectation.must_accept
    assert expectation.item is OWN


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("fields", "requirement", "code"),
    [
        ({"access_token": "access-sandbox-no"}, "access-token-checked", "INVALID_ACCESS_TOKEN"),
        ({"access_token": "access-sandbox-ABC"}, "identifiers-case-sensitive", "INVALID_ACCESS_TOKEN"),
        ({"access_token": OWN.access_token, "options": {"account_ids": ["idC"]}}, "account-ids-unknown", "INVALID_ACCOUNT_ID"),
        ({"access_token": OWN.access_token, "options": {"account_ids": ["idClosed"]}}, "account-ids-unknown", "INVALID_ACCOUNT_ID"),
        ({"access_token": OWN.access_token, "options": {"account_ids": ["ida"]}}, "identifiers-case-sensitive", "INVALID_ACCOUNT_ID"),
        ({"access_token": OWN.access_token, "x": 1}, "unknown-fields-refused", "UNKNOWN_FIELDS"),
        ({"access_token": OWN.access_token, "options": {"x": 1}}, "unknown-fields-refused", "UNKNOWN_FIELDS"),
        ({}, "required-fields", "MISSING_FIELDS"),
        ({"access_token": None}, "field-values-checked", "INVALID_FIELD"),
        ({"access_token": ""}, "field-values-checked", "INVALID_FIELD"),
        ({"access_token": OWN.access_token, "options": None}, "field-values-checked", "INVALID_FIELD"),
        ({"access_token": OWN.access_token, "options": {"account_ids": "idA"}}, "field-values-checked", "INVALID_FIELD"),
    ],
)  # fmt: skip
def test_each_fault_of_a_request_has_its_reason(
    mode: Mode, fields: dict[str, Any], requirement: str, code: str
) -> None:
    """A request with one fault must be refused for that reason, with the error code that names it."""
    expectation = _expected(mode, fields)
    assert _reasons(expectation) == {requirement}
    assert code in expectation.codes


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("changes", "requirement"),
    [
        ({"secret": "other"}, "credentials-checked"),
        ({"client_id": "other"}, "credentials-checked"),
        ({"secret": ""}, "credentials-checked"),
        ({"secret": MISSING}, "credentials-checked"),
        ({"client_id": MISSING, "secret": MISSING}, "credentials-checked"),
        ({"client_id": "seCret", "secret": "client-Id"}, "credentials-checked"),
        ({"secret": "secret"}, "identifiers-case-sensitive"),
        ({"client_id": "CLIENT-ID"}, "identifiers-case-sensitive"),
    ],
)
def test_wrong_credentials_must_be_refused(mode: Mode, changes: dict[str, Any], requirement: str) -> None:
    """Credentials that are missing, empty or not exactly the issued ones must be refused."""
    assert requirement in _reasons(_expected(mode, BUILDER.fields(), **changes))


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b'{"access_token":"access-sandbox-aBc"', b'"x"', b"\xff", b"{}{}"],
)
def test_a_body_that_is_no_object_must_be_refused(body: bytes) -> None:
    """What is not one JSON object in UTF-8 must be refused."""
    expectation = expect(CONTRACT, OPERATION, SUBJECT, BUILDER.raw("header", body))
    assert "body-is-json-object" in _reasons(expectation)


def test_what_plaid_leaves_open_may_go_either_way() -> None:
    """A byte order mark, a repeated name or id, an empty filter and credentials in both places may be refused or not."""
    valid = BUILDER.valid("header").body
    both = {"client_id": "client-Id", "secret": "seCret", **BUILDER.fields()}
    open_cases = [
        BUILDER.raw("header", b"\xef\xbb\xbf" + valid),
        BUILDER.raw("header", valid[:-1] + b',"access_token":"access-sandbox-aBc"}'),
        BUILDER.valid("header", []),
        BUILDER.valid("header", ["idA", "idA"]),
        BUILDER.request("header", both),
        BUILDER.request("header", {**both, "secret": "other"}),
        BUILDER.request("header", BUILDER.fields(), headers={"Plaid-Version": "2019-05-29"}),
        BUILDER.request("header", BUILDER.fields(), headers={"Content-Type": "application/json; charset=latin-1"}),
    ]
    for request in open_cases:
        expectation = expect(CONTRACT, OPERATION, SUBJECT, request)
        assert not expectation.binding
        assert not expectation.must_accept


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_another_media_type_must_be_refused(kind: str | None) -> None:
    """A body that is not announced as JSON must be refused."""
    expectation = _expected("header", BUILDER.fields(), headers={"Content-Type": kind})
    assert _reasons(expectation) == {"content-type-json"}


def test_several_faults_may_be_named_in_any_order() -> None:
    """A request with several faults may be refused for any of them."""
    expectation = _expected("header", {"access_token": "access-sandbox-no", "x": 1}, secret="other")
    assert _reasons(expectation) == {"access-token-checked", "unknown-fields-refused", "credentials-checked"}
    assert expectation.codes == {"INVALID_ACCESS_TOKEN", "UNKNOWN_FIELDS", "INVALID_API_KEYS"}


def test_a_failing_item_answers_its_error() -> None:
    """A token that is known to fail is neither accepted nor refused, but answered with its error."""
    expectation = _expected("body", BUILDER.fields(access_token="access-sandbox-down"))
    assert expectation.failure == "INSTITUTION_DOWN"
    assert not expectation.must_accept


def test_another_method_must_be_refused() -> None:
    """Only the operation's method is served."""
    request = BUILDER.raw("header", BUILDER.valid("header").body, method="GET")
    assert _reasons(expect(CONTRACT, OPERATION, SUBJECT, request)) == {"post-only"}
