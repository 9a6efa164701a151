"""Coverage counts what responses show of the contract, and nothing else."""

import json
from typing import Any

from plaid_accounts_contract.contract import Contract, Pointer
from plaid_accounts_contract.reports.coverage import Coverage, Property
from plaid_accounts_contract.wire.exchange import Exchange, Request, Response

CONTRACT = Contract.load()
OPERATION = CONTRACT.primary
ERROR = {"error_type": "RATE_LIMIT_EXCEEDED", "error_code": "RATE_LIMIT", "error_message": "", "display_message": "d"}
_ELSEWHERE = ("CountryCode", "WebhookEnvironment")


def coverage(*responses: tuple[int, Any], method: str = "POST") -> Coverage:
    """Return what responses, each a status and a body, show."""
    request = Request(method, OPERATION.path, (), b"")
    bodies = ((status, body if isinstance(body, bytes) else json.dumps(body).encode()) for status, body in responses)
    exchanges = [
        Exchange(number, request, Response(status, (), body)) for number, (status, body) in enumerate(bodies, 1)
    ]
    return Coverage.of(CONTRACT, OPERATION, exchanges)


def example() -> dict[str, Any]:
    """Return the contract's own example of a 200: two accounts."""
    media_type = OPERATION.definition["responses"]["200"]["content"]["application/json"]
    value: dict[str, Any] = media_type["examples"]["two_accounts"]["value"]
    return value


def property_of(coverage: Coverage, component: str, name: str) -> Property:
    """Return one property by component and name."""
    return coverage.properties[_place(component, name)]


def _place(component: str, name: str) -> Pointer:
    return ("components", "schemas", component, "properties", name)


def counts(coverage: Coverage, component: str, name: str) -> tuple[int, int, int]:
    """Return how often a property had a value, was null, and was absent."""
    one = property_of(coverage, component, name)
    return one.filled, one.null, one.absent


def test_the_totals_are_those_of_the_contract() -> None:
    """Every property that a response reaches counts once, as do its error codes and listed values."""
    nothing = coverage()
    schemas = CONTRACT.document["components"]["schemas"]
    reached = [name for name in schemas if name.startswith("Account") and "Request" not in name]
    reached += ["Item", "PlaidError"]
    assert set(nothing.properties) == {
        _place(component, name) for component in reached for name in schemas[component].get("properties", {})
    }
    # The other operations alone use these two. The empty verification_status is listed as const.
    enums = [schema["enum"] for name, schema in schemas.items() if "enum" in schema and name not in _ELSEWHERE]
    assert nothing.shares["enum values"].total == sum(map(len, enums)) + 1
    assert nothing.shares["error codes"].total == len(CONTRACT.error_codes_of(OPERATION))
    assert {share.seen for share in nothing.shares.values()} == {0}


def test_values_nulls_and_absent_properties_are_counted_apart() -> None:
    """Of the example's two accounts, a property with a value, null and absent is counted each by itself."""
    seen = coverage((200, example()))
    assert counts(seen, "Account", "account_id") == (2, 0, 0)
    assert counts(seen, "Account", "official_name") == (1, 1, 0)
    assert counts(seen, "Account", "holder_category") == (1, 0, 1)
    assert counts(seen, "AccountBalances", "limit") == (1, 1, 0)
    assert counts(seen, "Item", "error") == (0, 1, 0)
    assert counts(seen, "AccountVerificationInsights", "name_match_score") == (0, 0, 0)
    assert property_of(seen, "Account", "official_name").nullable
    assert not property_of(seen, "Account", "holder_category").required
    assert property_of(seen, "Item", "products").is_list


def test_listed_values_are_counted_for_their_place() -> None:
    """A value counts for the list of its place; one that is not listed counts nowhere."""
    body = example()
    body["accounts"][0]["subtype"] = "no such subtype"
    seen = coverage((200, body))
    subtypes = seen.values_at(_place("Account", "subtype"))
    assert {value: times for value, times in subtypes.items() if times} == {"credit card": 1}
    assert seen.shares["enum values"].seen == len({"depository", "credit", "credit card", "personal", "identity", "investments",
                                                   "auth", "transactions", "background", "INSTANT_AUTH"})  # fmt: skip


def test_an_error_code_counts_with_its_own_status() -> None:
    """An error code is seen in a response of its status, not in another; its properties are seen in either."""
    assert coverage((400, ERROR)).shares["error codes"].seen == 0
    seen = coverage((429, ERROR), (429, ERROR), (500, ERROR))
    assert seen.codes["RATE_LIMIT"] == 2
    assert counts(seen, "PlaidError", "display_message") == (3, 0, 0)
    assert seen.statuses == {"429": 2, "500": 1}


def test_other_exchanges_show_nothing() -> None:
    """Another method, an undocumented status, and bodies of another shape leave the counts as they are."""
    for seen in (coverage((200, example()), method="PUT"), coverage((418, example())), coverage((200, b"\xff")),
                 coverage((200, [])), coverage((200, {"accounts": "none", "item": [1]}))):  # fmt: skip
        assert seen.shares["enum values"].seen == 0
        assert counts(seen, "Account", "account_id") == (0, 0, 0)
