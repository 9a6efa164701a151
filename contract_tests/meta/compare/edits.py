"""Copies of the project's contract with an edit in it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from compare import editions
from compare.editions import CONTRACT, ROOT, Edition
from plaid_accounts_contract.contract import Contract

Edit = Callable[[dict[str, Any]], None]


def edited(folder: Path, *edits: Edit, name: str = "edited.yaml") -> Edition:
    """Write the contract with edits into a folder, and read it."""
    document = copy.deepcopy(dict(Contract.load(ROOT / CONTRACT).document))
    for edit in edits:
        edit(document)
    path = folder / name
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return editions.of_file(path)


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a schema of a document."""
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def operation(document: dict[str, Any]) -> dict[str, Any]:
    """Return POST /accounts/get of a document."""
    found: dict[str, Any] = document["paths"]["/accounts/get"]["post"]
    return found


# --- What breaks nobody -------------------------------------------------------------------------------------------


def a_new_value(document: dict[str, Any]) -> None:
    """Plaid has a further product."""
    schema(document, "Product")["enum"].append("telepathy")


def a_new_property(document: dict[str, Any]) -> None:
    """An account says more of itself."""
    schema(document, "Account")["properties"]["nickname"] = {"type": ["string", "null"], "description": "A name."}


def a_new_option(document: dict[str, Any]) -> None:
    """A request may ask for more."""
    schema(document, "AccountsGetRequestOptions")["properties"]["with_closed"] = {"type": "boolean"}


def a_new_error(document: dict[str, Any]) -> None:
    """There is a further reason to fail."""
    listed = schema(document, "PlaidError")["properties"]["error_code"]["x-error-codes"]
    listed.append({"type": "API_ERROR", "code": "OUT_OF_PAPER", "status": 500})


def a_new_requirement(document: dict[str, Any]) -> None:
    """Servers are asked for more."""
    rule = {"id": "polite", "level": "MUST", "statement": "An error is polite.", "source": "https://example.com/"}
    schema(document, "PlaidError")["x-requirements"].append(rule)


def other_words(document: dict[str, Any]) -> None:
    """A description is clearer."""
    schema(document, "Account")["properties"]["name"]["description"] = "What the account is called."


def another_operation(document: dict[str, Any]) -> None:
    """There is a further operation, which answers like the first."""
    further = copy.deepcopy(operation(document))
    further["operationId"], further["summary"] = "accountsList", "List accounts"
    del further["x-requirements"]
    document["paths"]["/accounts/list"] = {"post": further}


def another_webhook(document: dict[str, Any]) -> None:
    """Plaid tells of something else, too."""
    schemas, webhooks = document["components"]["schemas"], document["webhooks"]
    body = copy.deepcopy(schema(document, "NewAccountsAvailableWebhook"))
    body["properties"]["webhook_code"]["const"] = "PENDING_DISCONNECT"
    schemas["PendingDisconnectWebhook"] = body
    told = copy.deepcopy(webhooks["newAccountsAvailable"])
    told["post"]["operationId"] = "pendingDisconnect"
    content = {"schema": {"$ref": "#/components/schemas/PendingDisconnectWebhook"}}
    told["post"]["requestBody"]["content"]["application/json"] = content
    webhooks["pendingDisconnect"] = told


def a_new_value_of_webhooks(document: dict[str, Any]) -> None:
    """Webhooks come from a further environment."""
    schema(document, "WebhookEnvironment")["enum"].append("moon")


def a_requirement_of_more(document: dict[str, Any]) -> None:
    """What one operation was held to holds for another, too, and an error is answered in fewer."""
    rules = {rule["id"]: rule for rule in operation(document)["x-requirements"]}
    rules["stable-answer"]["operations"] = ["linkTokenCreate"]
    listed = schema(document, "PlaidError")["properties"]["error_code"]["x-error-codes"]
    next(entry for entry in listed if entry["code"] == "INTERNAL_SERVER_ERROR")["operations"] = ["accountsGet"]


# --- What breaks a pinned client, or code written for it ----------------------------------------------------------


def a_name_that_may_be_null(document: dict[str, Any]) -> None:
    """What was always a string may be null."""
    schema(document, "Account")["properties"]["name"]["type"] = ["string", "null"]


def a_webhook_that_is_never_null(document: dict[str, Any]) -> None:
    """What could be null is always a string."""
    schema(document, "Item")["properties"]["webhook"]["type"] = "string"


def a_property_less(document: dict[str, Any]) -> None:
    """An account says less of itself."""
    del schema(document, "Account")["properties"]["apy"]


def a_required_property_less(document: dict[str, Any]) -> None:
    """An Item does not say any more how it is updated."""
    item = schema(document, "Item")
    del item["properties"]["update_type"]
    item["required"].remove("update_type")


def a_score_in_words(document: dict[str, Any]) -> None:
    """What was a number is a string."""
    schema(document, "AccountVerificationInsights")["properties"]["name_match_score"] = {"type": "string"}


def a_value_less(document: dict[str, Any]) -> None:
    """Plaid lists a subtype no longer."""
    subtype = schema(document, "AccountSubtype")
    index = subtype["enum"].index("payroll")
    del subtype["enum"][index], subtype["x-enum-varnames"][index]


def a_request_that_needs_more(document: dict[str, Any]) -> None:
    """The options have to be given."""
    schema(document, "AccountsGetRequest")["required"].append("options")


def a_dearer_path(document: dict[str, Any]) -> None:
    """The operation answers elsewhere."""
    document["paths"]["/accounts/list"] = document["paths"].pop("/accounts/get")


def an_environment_less(document: dict[str, Any]) -> None:
    """An environment is closed."""
    del document["servers"][1]


def a_user_that_may_be_null(document: dict[str, Any]) -> None:
    """What a webhook gave as a string, or not at all, may be null."""
    schema(document, "NewAccountsAvailableWebhook")["properties"]["user_id"]["type"] = ["string", "null"]


def an_environment_that_is_always_told(document: dict[str, Any]) -> None:
    """What a webhook could leave out is required."""
    schema(document, "NewAccountsAvailableWebhook")["required"].append("environment")


def no_webhook(document: dict[str, Any]) -> None:
    """Plaid tells of new accounts no longer."""
    del document["webhooks"]["newAccountsAvailable"]


def another_name_of_a_component(document: dict[str, Any]) -> None:
    """How an Item was linked has a type of another name."""
    text = yaml.safe_dump(document, sort_keys=False).replace("ItemAuthMethod", "LinkMethod")
    document.update(yaml.safe_load(text))
