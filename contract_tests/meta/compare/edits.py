"""Edits of the contract, each a change that Plaid or a maintainer could make."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import yaml

from compare import revisions
from compare.clients import ROOT
from compare.revisions import CONTRACT, Revision
from plaid_accounts_contract.contract import Contract

Edit = Callable[[dict[str, Any]], None]
_CODES: Final = ("PlaidError", "properties", "error_code", "x-error-codes")


def edited(folder: Path, *edits: Edit, name: str = "edited.yaml") -> Revision:
    """Write the contract with edits into a folder, and read it."""
    document = copy.deepcopy(dict(Contract.load(ROOT / CONTRACT).document))
    for edit in edits:
        edit(document)
    path = folder / name
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return revisions.of_file(path)


def _schema(document: dict[str, Any], *place: str) -> Any:
    node: Any = document["components"]["schemas"]
    for step in place:
        node = node[step]
    return node


def _set(*place: str, to: Any) -> Edit:
    """Set a keyword or property of a schema."""
    return lambda document: _schema(document, *place[:-1]).update({place[-1]: to})


def _without(*place: str) -> Edit:
    """Remove a keyword of a schema."""
    return lambda document: _schema(document, *place[:-1]).pop(place[-1])


def _append(*place: str, value: Any) -> Edit:
    """Append to a list in a schema."""
    return lambda document: _schema(document, *place).append(value)


def _remove(*place: str, value: str) -> Edit:
    """Remove a property, or a member of a list, and its other mentions in the schema."""

    def edit(document: dict[str, Any]) -> None:
        node, owner = _schema(document, *place), _schema(document, *place[:-1])
        if isinstance(node, list):
            index = node.index(value)
            del node[index], owner["x-enum-varnames"][index]
        else:
            del node[value]
            owner["required"] = [name for name in owner["required"] if name != value]

    return edit


# --- What breaks nobody -------------------------------------------------------------------------------------------

NEW_VALUE: Final = _append("Product", "enum", value="telepathy")
NEW_PROPERTY: Final = _set(
    "Account", "properties", "nickname", to={"type": ["string", "null"], "description": "A name."}
)
NEW_OPTION: Final = _set("AccountsGetRequestOptions", "properties", "with_closed", to={"type": "boolean"})
NEW_ERROR_CODE: Final = _append(*_CODES, value={"type": "API_ERROR", "code": "OUT_OF_PAPER", "status": 500})
NEW_REQUIREMENT: Final = _append(
    "PlaidError", "x-requirements",
    value={"id": "polite", "level": "MUST", "statement": "An error is polite.", "source": "https://example.com/"},
)  # fmt: skip
NEW_DEFAULT: Final = _set("LinkTokenCreateRequest", "properties", "language", "default", to="en")
ANY_LANGUAGE: Final = _without("LinkTokenCreateRequest", "properties", "language", "pattern")
EMPTY_TOKEN: Final = _set("LinkTokenCreateResponse", "properties", "link_token", "minLength", to=0)
NEW_DESCRIPTION: Final = _set("Account", "properties", "name", "description", to="What the account is called.")
NEW_WEBHOOK_ENVIRONMENT: Final = _append("WebhookEnvironment", "enum", value="moon")


def new_operation(document: dict[str, Any]) -> None:
    """Add an operation that is like the first."""
    added = copy.deepcopy(document["paths"]["/accounts/get"]["post"])
    added["operationId"], added["summary"] = "accountsList", "List accounts"
    del added["x-requirements"]
    document["paths"]["/accounts/list"] = {"post": added}


def new_webhook(document: dict[str, Any]) -> None:
    """Add a webhook that is like the first."""
    schemas, webhooks = document["components"]["schemas"], document["webhooks"]
    body = copy.deepcopy(schemas["NewAccountsAvailableWebhook"])
    body["properties"]["webhook_code"]["const"] = "PENDING_DISCONNECT"
    schemas["PendingDisconnectWebhook"] = body
    added = copy.deepcopy(webhooks["newAccountsAvailable"])
    added["post"]["operationId"] = "pendingDisconnect"
    content = {"schema": {"$ref": "#/components/schemas/PendingDisconnectWebhook"}}
    added["post"]["requestBody"]["content"]["application/json"] = content
    webhooks["pendingDisconnect"] = added


def wider_requirement(document: dict[str, Any]) -> None:
    """Extend a requirement to another operation, and limit an error code to one."""
    rules = {rule["id"]: rule for rule in document["paths"]["/accounts/get"]["post"]["x-requirements"]}
    rules["stable-answer"]["operations"] = ["linkTokenCreate"]
    listed = _schema(document, *_CODES)
    next(entry for entry in listed if entry["code"] == "INTERNAL_SERVER_ERROR")["operations"] = ["accountsGet"]


def deprecations(document: dict[str, Any]) -> None:
    """Deprecate an operation, a property of a response, one of a request, and a value."""
    document["paths"]["/accounts/get"]["post"]["deprecated"] = True
    _schema(document, "Account", "properties", "official_name")["deprecated"] = True
    _schema(document, "AccountsGetRequest", "properties", "options")["deprecated"] = True
    _schema(document, "AccountType")["x-deprecated-values"] = ["brokerage"]


# --- What breaks a pinned client, or code written for it ----------------------------------------------------------

NULLABLE_NAME: Final = _set("Account", "properties", "name", "type", to=["string", "null"])
WEBHOOK_NEVER_NULL: Final = _set("Item", "properties", "webhook", "type", to="string")
NO_APY: Final = _remove("Account", "properties", value="apy")
NO_UPDATE_TYPE: Final = _remove("Item", "properties", value="update_type")
SCORE_AS_STRING: Final = _set("AccountVerificationInsights", "properties", "name_match_score", to={"type": "string"})
NO_PAYROLL: Final = _remove("AccountSubtype", "enum", value="payroll")
OPTIONS_REQUIRED: Final = _append("AccountsGetRequest", "required", value="options")
FEW_IDS: Final = _set("AccountsGetRequestOptions", "properties", "account_ids", "maxItems", to=2)
SHORT_NAME: Final = _set("LinkTokenCreateRequest", "properties", "client_name", "maxLength", to=30)
NULLABLE_USER_ID: Final = _set("NewAccountsAvailableWebhook", "properties", "user_id", "type", to=["string", "null"])
ENVIRONMENT_REQUIRED: Final = _append("NewAccountsAvailableWebhook", "required", value="environment")


def moved_operation(document: dict[str, Any]) -> None:
    """Move the operation to another path."""
    document["paths"]["/accounts/list"] = document["paths"].pop("/accounts/get")


def no_sandbox(document: dict[str, Any]) -> None:
    """Close an environment."""
    del document["servers"][1]


def no_webhook(document: dict[str, Any]) -> None:
    """Remove a webhook."""
    del document["webhooks"]["newAccountsAvailable"]


def renamed_component(document: dict[str, Any]) -> None:
    """Rename a component that only one property refers to."""
    text = yaml.safe_dump(document, sort_keys=False).replace("ItemAuthMethod", "LinkMethod")
    document.update(yaml.safe_load(text))
