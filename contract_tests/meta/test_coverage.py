"""Coverage counts what responses show of the contract, and nothing that they do not."""

from __future__ import annotations

import json
from typing import Any

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reports.coverage import Coverage, Property
from plaid_accounts_contract.wire.exchange import Exchange, Request, Response

CONTRACT = Contract.load()
OPERATION = CONTRACT.operations[0]


def coverage(*answers: tuple[int, Any], method: str = "POST") -> Coverage:
    """What these answers, each a status and a body, show."""
    return Coverage.of(
        CONTRACT,
        OPERATION,
        [
            Exchange(number, Request(method, OPERATION.path, (), b""), Response(status, (), _bytes(body)))
            for number, (status, body) in enumerate(answers, 1)
        ],
    )


def _bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def example() -> dict[str, Any]:
    """The contract's own example of a 200: two accounts."""
    value: dict[str, Any] = OPERATION.definition["responses"]["200"]["content"]["application/json"]["examples"][
        "two_accounts"
    ]["value"]
    return value


def property_of(coverage: Coverage, component: str, name: str) -> Property:
    """One property by component and name."""
    return next(
        one for one in coverage.properties if one.pointer == ("components", "schemas", component, "properties", name)
    )


def counts(coverage: Coverage, component: str, name: str) -> tuple[int, int, int]:
    """How often a property had a value, was null, was left out."""
    one = property_of(coverage, component, name)
    return one.filled, one.null, one.absent


def names_below(node: Any, found: set[tuple[str, str]], component: str = "") -> set[tuple[str, str]]:
    """Collect component and name of every property that a schema reaches, by a walk of its own."""
    if isinstance(node, dict):
        if "$ref" in node:
            name = node["$ref"].rsplit("/", 1)[1]
            if not any(entry[0] == name for entry in found):
                names_below(CONTRACT.document["components"]["schemas"][name], found, name)
            return found
        for name, schema in node.get("properties", {}).items():
            found.add((component, name))
            names_below(schema, found, component)
        for keyword in ("items", "oneOf"):
            names_below(node.get(keyword), found, component)
    elif isinstance(node, list):
        for entry in node:
            names_below(entry, found, component)
    return found


def test_the_total_is_what_the_contract_has() -> None:
    """Every property that a response reaches counts once, every error code of the operation, and every listed value."""
    nothing = coverage()
    expected = names_below({"$ref": "#/AccountsGetResponse"}, set()) | names_below({"$ref": "#/PlaidError"}, set())
    assert {(str(one.pointer[2]), one.name) for one in nothing.properties} == expected
    assert len(nothing.properties) == len(expected)
    schemas = CONTRACT.document["components"]["schemas"]
    elsewhere = ("CountryCode", "WebhookEnvironment")
    listed = [name for name, schema in schemas.items() if "enum" in schema and name not in elsewhere]
    # The empty verification_status is a listed value as well, written as const.
    assert nothing.shares["enum values"].total == sum(len(schemas[name]["enum"]) for name in listed) + 1
    assert nothing.shares["error codes"].total == len(CONTRACT.error_codes_of(CONTRACT.primary))
    assert {share.seen for share in nothing.shares.values()} == {0}


def test_values_nulls_and_absences_are_told_apart() -> None:
    """Of the example's two accounts, what has a value, is null and is left out is counted each by itself."""
    seen = coverage((200, example()))
    assert counts(seen, "Account", "account_id") == (2, 0, 0)
    assert counts(seen, "Account", "official_name") == (1, 1, 0)
    assert counts(seen, "Account", "holder_category") == (1, 0, 1)
    assert counts(seen, "AccountBalances", "limit") == (1, 1, 0)
    assert counts(seen, "Item", "error") == (0, 1, 0)
    assert counts(seen, "AccountVerificationInsights", "name_match_score") == (0, 0, 0)
    assert property_of(seen, "Account", "official_name").nullable
    assert not property_of(seen, "Account", "holder_category").required
    assert property_of(seen, "Account", "holder_category").nullable


def test_listed_values_are_counted_where_they_stand() -> None:
    """A value counts for the list of its place; one that is not listed counts nowhere."""
    body = example()
    body["accounts"][0]["subtype"] = "no such subtype"
    seen = coverage((200, body))
    subtypes = {
        value.value: value.seen
        for value in property_of(seen, "Account", "subtype").shape.alternatives[0].values.values()
    }
    assert subtypes["credit card"] == 1
    assert sum(subtypes.values()) == 1
    assert seen.shares["enum values"].seen == len({"depository", "credit", "credit card", "personal", "identity", "investments",
                                                   "auth", "transactions", "background", "INSTANT_AUTH"})  # fmt: skip


def test_an_error_code_counts_with_its_own_status() -> None:
    """An error code is seen in a response of its status, not in another."""
    error = {
        "error_type": "RATE_LIMIT_EXCEEDED",
        "error_code": "RATE_LIMIT",
        "error_message": "",
        "display_message": None,
    }
    assert coverage((400, error)).shares["error codes"].seen == 0
    assert coverage((429, error), (429, error)).codes["RATE_LIMIT"].seen == 2


def test_properties_of_a_shared_component_count_for_every_status() -> None:
    """An error's properties are seen whichever status carried them."""
    error = {"error_type": "API_ERROR", "error_code": "X", "error_message": "m", "display_message": "d"}
    seen = coverage((500, error), (503, error))
    assert counts(seen, "PlaidError", "display_message") == (2, 0, 0)
    assert seen.statuses == {"500": 1, "503": 1}


def test_what_is_no_answer_of_the_operation_shows_nothing() -> None:
    """Another method, an undocumented status, and bodies of other shapes leave the counts as they are."""
    for seen in (coverage((200, example()), method="PUT"), coverage((418, example())), coverage((200, b"\xff")),
                 coverage((200, [])), coverage((200, {"accounts": "none", "item": [1]}))):  # fmt: skip
        assert seen.shares["enum values"].seen == 0
        assert counts(seen, "Account", "account_id") == (0, 0, 0)
