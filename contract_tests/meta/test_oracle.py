"""The oracle derives the expected response from the request, its schema and the requirements that apply."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from meta import additional_operations
from meta.additional_operations import BALANCE, KEY, LINK
from plaid_accounts_contract.checks import oracle
from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.checks.oracle import Expectation, RejectionReason, expect
from plaid_accounts_contract.cli.requirements import explain
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.exchange import MISSING

CONTRACT = Contract.load()
OPERATION = CONTRACT.operations[0]
OWN = ItemBaseline("access-sandbox-aBc", {"item_id": "item-1"}, {"idA": {}, "idB": {}}, ("idClosed",))
OTHER = ItemBaseline("access-sandbox-xYz", {"item_id": "item-2"}, {"idC": {}})
TEST_DATA = TestData("client-Id", "seCret", (OWN, OTHER), {"access-sandbox-down": "INSTITUTION_DOWN"})
BUILDER = RequestBuilder(TEST_DATA, OPERATION)
TOKEN = {"access_token": OWN.access_token}
KEY_ID = {"key_id": "k1"}
MODES: tuple[Mode, ...] = ("header", "body")


def expected_of(
    contract: Contract, operation: str, fields: Mapping[str, Any], mode: Mode = "header", **changes: Any
) -> Expectation:
    """Return what is expected of a request with these properties."""
    builder = RequestBuilder(TEST_DATA, contract.operation(operation), fields)
    return expect(contract, builder.operation, TEST_DATA, builder.request(mode, fields, **changes))


def _reasons(expectation: Expectation) -> set[str]:
    return {reason.requirement for reason in expectation.binding}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("account_ids", [None, ["idA"], ["idA", "idB"], ["idB", "idA"]])
def test_a_valid_request_must_be_accepted(mode: Mode, account_ids: list[str] | None) -> None:
    """Issued credentials and token and known ids leave only a 200."""
    expectation = expected_of(CONTRACT, OPERATION.id, BUILDER.fields(account_ids), mode)
    assert expectation.must_accept
    assert expectation.item is OWN


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("fields", "changes", "requirement", "code"),
    [
        ({"access_token": "access-sandbox-no"}, {}, "access-token-checked", "INVALID_ACCESS_TOKEN"),
        ({"access_token": "access-sandbox-ABC"}, {}, "identifiers-case-sensitive", "INVALID_ACCESS_TOKEN"),
        ({**TOKEN, "options": {"account_ids": ["idC"]}}, {}, "account-ids-unknown", "INVALID_ACCOUNT_ID"),
        ({**TOKEN, "options": {"account_ids": ["idClosed"]}}, {}, "account-ids-unknown", "INVALID_ACCOUNT_ID"),
        ({**TOKEN, "options": {"account_ids": ["ida"]}}, {}, "identifiers-case-sensitive", "INVALID_ACCOUNT_ID"),
        ({**TOKEN, "x": 1}, {}, "unknown-fields-refused", "UNKNOWN_FIELDS"),
        ({**TOKEN, "options": {"x": 1}}, {}, "unknown-fields-refused", "UNKNOWN_FIELDS"),
        ({}, {}, "required-fields", "MISSING_FIELDS"),
        ({"access_token": None}, {}, "field-values-checked", "INVALID_FIELD"),
        ({"access_token": ""}, {}, "field-values-checked", "INVALID_FIELD"),
        ({**TOKEN, "options": None}, {}, "field-values-checked", "INVALID_FIELD"),
        ({**TOKEN, "options": {"account_ids": "idA"}}, {}, "field-values-checked", "INVALID_FIELD"),
        (TOKEN, {"secret": "other"}, "credentials-checked", "INVALID_API_KEYS"),
        (TOKEN, {"client_id": "CLIENT-ID"}, "credentials-checked", "INVALID_API_KEYS"),
        (TOKEN, {"secret": MISSING}, "credentials-checked", "MISSING_FIELDS"),
        (TOKEN, {"client_id": "seCret", "secret": "client-Id"}, "credentials-checked", "INVALID_API_KEYS"),
        (TOKEN, {"headers": {"Content-Type": None}}, "content-type-json", "INVALID_HEADERS"),
        (TOKEN, {"headers": {"Content-Type": "text/plain"}}, "content-type-json", "INVALID_HEADERS"),
    ],
)
def test_each_invalid_request_has_its_reason(
    mode: Mode, fields: dict[str, Any], changes: dict[str, Any], requirement: str, code: str
) -> None:
    """A request that is invalid in one way must be rejected for that reason, with its error code."""
    expectation = expected_of(CONTRACT, OPERATION.id, fields, mode, **changes)
    assert _reasons(expectation) == {requirement}
    assert code in expectation.codes


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b'{"access_token":"access-sandbox-aBc"', b'"x"', b"\xff", b"{}{}"]
)
def test_a_body_that_is_not_an_object_must_be_rejected(body: bytes) -> None:
    """A body other than one JSON object in UTF-8 must be rejected."""
    expectation = expect(CONTRACT, OPERATION, TEST_DATA, BUILDER.raw("header", body))
    assert "body-is-json-object" in _reasons(expectation)


def test_what_plaid_leaves_open_may_go_either_way() -> None:
    """A byte order mark, a repeated name or id, an empty filter and credentials in both places may be accepted or rejected."""
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
        expectation = expect(CONTRACT, OPERATION, TEST_DATA, request)
        assert not expectation.binding
        assert not expectation.must_accept


def test_any_of_several_reasons_may_be_named() -> None:
    """A request that is invalid in several ways may be rejected for any of them."""
    fields = {"access_token": "access-sandbox-no", "x": 1}
    expectation = expected_of(CONTRACT, OPERATION.id, fields, secret="other")
    assert _reasons(expectation) == {"access-token-checked", "unknown-fields-refused", "credentials-checked"}
    # The issued client_id of these tests isn't 24 hexadecimal digits, which a server may refuse as such.
    assert expectation.codes == {"INVALID_ACCESS_TOKEN", "UNKNOWN_FIELDS", "INVALID_API_KEYS", "INVALID_FIELD"}
    assert expected_of(CONTRACT, OPERATION.id, TOKEN, client_id="0" * 24).codes == {"INVALID_API_KEYS"}


def test_bytes_that_are_not_utf_8_may_be_read_as_replaced() -> None:
    """A token with such bytes is malformed, or read and unknown; UTF-16 is only a SHOULD NOT."""
    valid = BUILDER.valid("header").body
    broken = expect(CONTRACT, OPERATION, TEST_DATA, BUILDER.raw("header", valid.replace(b'"acc', b'"\xffacc')))
    assert _reasons(broken) == {"body-is-json-object"}
    wide = expect(CONTRACT, OPERATION, TEST_DATA, BUILDER.raw("header", valid.decode().encode("utf-16")))
    assert _reasons(wide) == {"body-in-utf-8"}
    token = expect(CONTRACT, OPERATION, TEST_DATA, BUILDER.raw("header", valid.replace(b"aBc", b"a\xffc")))
    assert "INVALID_ACCESS_TOKEN" in token.codes


def test_another_method_must_be_rejected() -> None:
    """Only the operation's method is served."""
    request = BUILDER.raw("header", BUILDER.valid("header").body, method="GET")
    assert _reasons(expect(CONTRACT, OPERATION, TEST_DATA, request)) == {"post-only"}


def contract_of(folder: Path, **named: list[str]) -> Contract:
    """The contract with additional operations; `named` maps the id of a requirement to the operations it names."""
    document = additional_operations.added()
    for requirement in document["paths"]["/accounts/get"]["post"]["x-requirements"]:
        requirement["operations"] = named.get(requirement["id"].replace("-", "_"), [])
    return additional_operations.load(document, folder)


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """The contract with additional operations that no requirement names."""
    return contract_of(tmp_path_factory.mktemp("contract"))


def test_unknown_properties_leave_a_request_open(contract: Contract) -> None:
    """A request of credentials and token alone must be accepted; one with other properties may be rejected."""
    assert expected_of(contract, BALANCE, TOKEN).must_accept
    for operation, fields in (
        (BALANCE, {**TOKEN, "options": {"min_last_updated_datetime": "2026-01-02T03:04:05Z"}}),
        (BALANCE, {**TOKEN, "options": {"account_ids": ["idA"]}}),
        (KEY, KEY_ID),
    ):
        open_ = expected_of(contract, operation, fields)
        assert not open_.must_accept
        assert not open_.binding
        assert open_.codes == frozenset()


@pytest.mark.parametrize(
    ("operation", "fields", "changes", "reason"),
    [
        (KEY, KEY_ID, {"secret": MISSING}, "credentials-checked"),
        (KEY, KEY_ID, {"secret": "SECRET"}, "credentials-checked"),
        (KEY, {}, {}, "required-fields"),
        (KEY, {**KEY_ID, "access_token": OWN.access_token}, {}, "unknown-fields-refused"),
        (KEY, {"key_id": 1}, {}, "field-values-checked"),
        (BALANCE, {"access_token": "access-sandbox-no"}, {}, "access-token-checked"),
        (BALANCE, {**TOKEN, "options": {"min_last_updated_datetime": "soon"}}, {}, "field-values-checked"),
    ],
)
def test_invalid_requests_to_any_operation_must_be_rejected(
    contract: Contract, operation: str, fields: dict[str, Any], changes: dict[str, Any], reason: str
) -> None:
    """A request that breaks the schema or has wrong credentials or token must be rejected, whatever the operation."""
    assert reason in _reasons(expected_of(contract, operation, fields, **changes))


def test_a_token_is_checked_where_the_schema_has_one(contract: Contract) -> None:
    """An operation whose requests have no access_token has no Item; any other checks the token."""
    assert expected_of(contract, KEY, {**KEY_ID, "access_token": "no"}).item is None
    assert _reasons(expected_of(contract, KEY, {**KEY_ID, "access_token": "no"})) == {"unknown-fields-refused"}
    user = {"client_name": "a", "language": "en", "country_codes": ["US"], "user": {"client_user_id": "1"}}
    assert _reasons(expected_of(contract, LINK, {**user, "access_token": "no"})) == {"access-token-checked"}


def test_an_items_error_is_expected_where_the_item_is_returned(contract: Contract) -> None:
    """A failing Item must fail in operations that return the Item, and may fail in others."""
    failing = {"access_token": "access-sandbox-down"}
    for operation in (OPERATION.id, BALANCE):
        returned = expected_of(contract, operation, failing)
        assert (returned.failure, returned.must_accept) == ("INSTITUTION_DOWN", False)
    elsewhere = expected_of(contract, LINK, failing)
    assert elsewhere.failure is None
    assert not elsewhere.must_accept


def test_a_requirement_may_name_additional_operations(tmp_path: Path) -> None:
    """With `operations` in its entry, a requirement of one operation applies to others too."""
    contract = contract_of(tmp_path, account_ids_unknown=[BALANCE])
    known = {**TOKEN, "options": {"account_ids": ["idA"]}}
    assert expected_of(contract, BALANCE, known).must_accept
    unknown = {**TOKEN, "options": {"account_ids": ["idX"]}}
    assert _reasons(expected_of(contract, BALANCE, unknown)) == {"account-ids-unknown"}
    assert f"applies to  accountsGet, {BALANCE}\n" in explain(contract, "account-ids-unknown")


def test_an_operation_may_have_a_rule(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule decides about the properties that it names: the request must be rejected for each reason, accepted without one."""
    monkeypatch.setattr(oracle, "_RULES", {})

    @oracle.request_rule(KEY, "key_id")
    def rule(body: Mapping[str, Any], _: ItemBaseline | None, _data: TestData) -> Iterator[RejectionReason]:
        if body["key_id"] != "k1":
            yield RejectionReason("field-values-checked", frozenset({"INVALID_FIELD"}))

    assert expected_of(contract, KEY, KEY_ID).must_accept
    rejected = expected_of(contract, KEY, {"key_id": "k2"})
    assert _reasons(rejected) == {"field-values-checked"}
    assert rejected.codes == {"INVALID_FIELD"}


def test_the_place_of_a_requirement_is_its_scope(contract: Contract) -> None:
    """A requirement at the root applies to every operation, at a component to those that use it, else to its own."""

    def names(operation: str) -> set[str]:
        return {requirement.id for requirement in contract.requirements_of(contract.operation(operation))}

    general = {entry["id"] for entry in contract.document["x-requirements"]}
    own = {entry["id"] for entry in contract.document["paths"]["/accounts/get"]["post"]["x-requirements"]}
    assert names("accountsGet") == set(contract.requirements)
    assert names(BALANCE) == set(contract.requirements) - own
    assert names(KEY) == names(LINK) == general | {"error-code-listed"}


def test_an_empty_token_is_wrong_even_if_the_schema_allows_it(tmp_path: Path) -> None:
    """Nobody issued an empty token, so it may be rejected as a value or as a token."""
    document = additional_operations.added([BALANCE])
    del document["components"]["schemas"]["AccountsBalanceGetRequest"]["properties"]["access_token"]["minLength"]
    contract = additional_operations.load(document, tmp_path)
    operation = contract.operation(BALANCE)
    request = RequestBuilder(TEST_DATA, operation).request("header", {"access_token": ""})
    expected = expect(contract, operation, TEST_DATA, request)
    assert _reasons(expected) == {"access-token-checked"}
    assert expected.codes == {"INVALID_ACCESS_TOKEN", "INVALID_FIELD"}
