"""What is expected of an operation follows from its request's schema and from the requirements that hold for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from meta import additional_operations
from meta.additional_operations import BALANCE, KEY, LINK
from plaid_accounts_contract.checks import oracle, schema
from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.checks.oracle import Expectation, RejectionReason, expect
from plaid_accounts_contract.cli.requirements import explain
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.generation.narrowing import narrow
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.wire.exchange import MISSING

OWN = ItemBaseline("access-sandbox-aBc", {"item_id": "item-1"}, {"idA": {}, "idB": {}})
SUBJECT = TestData("client-Id", "seCret", (OWN,), {"access-sandbox-down": "INSTITUTION_DOWN"})
TOKEN = {"access_token": OWN.access_token}
KEY_ID = {"key_id": "k1"}


def contract_of(folder: Path, **named: list[str]) -> Contract:
    """The contract with further operations; `named` has the operations that a requirement names, by its id."""
    document = additional_operations.added()
    for requirement in document["paths"]["/accounts/get"]["post"]["x-requirements"]:
        requirement["operations"] = named.get(requirement["id"].replace("-", "_"), [])
    return additional_operations.load(document, folder)


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """The contract with further operations, none of them named by a requirement."""
    return contract_of(tmp_path_factory.mktemp("contract"))


def expected(contract: Contract, operation: str, fields: Mapping[str, Any], **changes: Any) -> Expectation:
    """What is expected of a request with these properties."""
    builder = RequestBuilder(SUBJECT, contract.operation(operation), fields)
    return expect(contract, builder.operation, SUBJECT, builder.request("header", fields, **changes))


def reasons(expectation: Expectation) -> set[str]:
    """The requirements by which a request has to be refused."""
    return {reason.requirement for reason in expectation.binding}


def test_what_is_known_of_a_request_decides(contract: Contract) -> None:
    """A request of credentials and token alone is accepted; one with a property of its own may be refused."""
    assert expected(contract, BALANCE, TOKEN).must_accept
    for operation, fields in (
        (BALANCE, {**TOKEN, "options": {"min_last_updated_datetime": "2026-01-02T03:04:05Z"}}),
        (BALANCE, {**TOKEN, "options": {"account_ids": ["idA"]}}),
        (KEY, KEY_ID),
    ):
        open_ = expected(contract, operation, fields)
        assert not open_.must_accept
        assert not open_.binding
        assert open_.codes == frozenset()


@pytest.mark.parametrize(
    ("operation", "fields", "changes", "reason"),
    [
        (KEY, KEY_ID, {"secret": MISSING}, "credentials-checked"),
        (KEY, KEY_ID, {"secret": "SECRET"}, "identifiers-case-sensitive"),
        (KEY, {}, {}, "required-fields"),
        (KEY, {**KEY_ID, "access_token": OWN.access_token}, {}, "unknown-fields-refused"),
        (KEY, {"key_id": 1}, {}, "field-values-checked"),
        (BALANCE, {"access_token": "access-sandbox-no"}, {}, "access-token-checked"),
        (BALANCE, {**TOKEN, "options": {"min_last_updated_datetime": "soon"}}, {}, "field-values-checked"),
    ],
)
def test_what_speaks_against_a_request_binds(
    contract: Contract, operation: str, fields: dict[str, Any], changes: dict[str, Any], reason: str
) -> None:
    """What the schema, the credentials and the token say binds, whatever else a request has."""
    assert reason in reasons(expected(contract, operation, fields, **changes))


def test_a_token_counts_where_the_schema_has_one(contract: Contract) -> None:
    """An operation whose requests have no access_token has no Item; any other checks the token."""
    assert expected(contract, KEY, {**KEY_ID, "access_token": "no"}).item is None
    assert reasons(expected(contract, KEY, {**KEY_ID, "access_token": "no"})) == {"unknown-fields-refused"}
    user = {"client_name": "a", "language": "en", "country_codes": ["US"], "user": {"client_user_id": "1"}}
    assert reasons(expected(contract, LINK, {**user, "access_token": "no"})) == {"access-token-checked"}


def test_an_items_error_counts_where_the_item_is_answered(contract: Contract) -> None:
    """A token that fails has to fail where the operation answers with the Item, and may fail elsewhere."""
    failing = {"access_token": "access-sandbox-down"}
    assert expected(contract, BALANCE, failing).failure == "INSTITUTION_DOWN"
    elsewhere = expected(contract, LINK, failing)
    assert elsewhere.failure is None
    assert not elsewhere.must_accept


def test_a_requirement_may_name_further_operations(tmp_path: Path) -> None:
    """With `operations` in its entry, a requirement of one operation holds for others too, and objects there."""
    contract = contract_of(tmp_path, account_ids_unknown=[BALANCE])
    asked = {**TOKEN, "options": {"account_ids": ["idA"]}}
    assert expected(contract, BALANCE, asked).must_accept
    unknown = {**TOKEN, "options": {"account_ids": ["idX"]}}
    assert reasons(expected(contract, BALANCE, unknown)) == {"account-ids-unknown"}
    assert f"applies to  accountsGet, {BALANCE}\n" in explain(contract, "account-ids-unknown")


def test_an_operation_may_have_a_rule(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule decides about the properties that it names: what it yields binds, and without a reason they are accepted."""
    monkeypatch.setattr(oracle, "_RULES", {})

    @oracle.request_rule(KEY, "key_id")
    def rule(body: Mapping[str, Any], _: ItemBaseline | None, _data: TestData) -> Iterator[RejectionReason]:
        if body["key_id"] != "k1":
            yield RejectionReason("field-values-checked", frozenset({"INVALID_FIELD"}))

    assert expected(contract, KEY, KEY_ID).must_accept
    refused = expected(contract, KEY, {"key_id": "k2"})
    assert reasons(refused) == {"field-values-checked"}
    assert refused.codes == {"INVALID_FIELD"}


def test_the_place_of_a_requirement_says_what_it_holds_for(contract: Contract) -> None:
    """What stands at the root holds for every operation, at a component for those that have it, else for its own."""

    def names(operation: str) -> set[str]:
        return {requirement.id for requirement in contract.requirements_of(contract.operation(operation))}

    general = {entry["id"] for entry in contract.document["x-requirements"]}
    own = {entry["id"] for entry in contract.document["paths"]["/accounts/get"]["post"]["x-requirements"]}
    assert names("accountsGet") == set(contract.requirements)
    assert names(BALANCE) == set(contract.requirements) - own
    assert names(KEY) == names(LINK) == general | {"error-code-listed"}


def test_names_of_clauses_lead_back(contract: Contract) -> None:
    """A clause of a further operation is named with it, one of a schema by its place alone."""
    key = contract.operation(KEY)
    named = schema.named(contract, key, "media-type")
    assert (named, schema.plain(named), schema.operation_of(contract, named)) == (
        f"{KEY}:media-type",
        "media-type",
        key,
    )
    assert schema.named(contract, contract.primary, "media-type") == "media-type"
    place = "#/paths/~1a:b/required/c:d"
    assert schema.named(contract, key, place) == schema.plain(place) == place


def test_an_unknown_operation_is_told_with_the_nearest(contract: Contract) -> None:
    """A name that is no operation's is refused with the name that was probably meant."""
    with pytest.raises(LookupError, match=f"no operation 'accountsBalance'; did you mean {BALANCE}"):
        contract.operation("accountsBalance")


def test_a_request_is_narrowed_by_the_names_of_its_properties(contract: Contract) -> None:
    """Token and account ids stand for themselves wherever they occur, credentials where the mode wants them."""
    narrowed = narrow(contract, contract.operation(BALANCE), SUBJECT, "body", TOKEN)
    assert list(narrowed["paths"]) == ["/accounts/balance/peek"]
    known = narrowed["components"]["schemas"]
    properties = known["AccountsBalanceGetRequest"]["properties"]
    assert {name: properties[name]["enum"] for name in ("client_id", "secret", "access_token")} == {
        "client_id": ["client-Id"], "secret": ["seCret"], "access_token": [OWN.access_token]
    }  # fmt: skip
    options = known["AccountsBalanceGetRequestOptions"]["properties"]
    assert options["account_ids"]["items"]["enum"] == ["idA", "idB"]
    assert options["min_last_updated_datetime"]["format"] == "date-time"
    headers = narrow(contract, contract.operation(KEY), SUBJECT, "header", KEY_ID)
    assert set(headers["components"]["schemas"]["WebhookVerificationKeyGetRequest"]["properties"]) == {"key_id"}
    again = contract.document["components"]["schemas"]["WebhookVerificationKeyGetRequest"]["properties"]
    assert set(again) == {"client_id", "secret", "key_id"}
