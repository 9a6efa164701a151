"""A contract with additional operations that the suite has no code for: copies of its own under other names and paths."""

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import yaml

from plaid_accounts_contract.contract import Contract

Node = dict[str, Any]

BALANCE, KEY, LINK = "accountsBalancePeek", "webhookKeyFetch", "linkSessionBegin"
PATHS: Final = {BALANCE: "/accounts/balance/peek", KEY: "/webhook_key/fetch", LINK: "/link/session/begin"}
"""The paths of the operations by operationId."""

_PRIMARY: Final = "/accounts/get"
_ORIGINALS: Final = {
    BALANCE: "/accounts/balance/get", KEY: "/webhook_verification_key/get", LINK: "/link/token/create"
}  # fmt: skip


def added(names: Iterable[str] = tuple(PATHS)) -> Node:
    """Return the contract's primary operation with these additional ones, of which nothing but schemas is known."""
    document: Node = copy.deepcopy(dict(Contract.load().document))
    originals = document["paths"]
    document["paths"] = {_PRIMARY: originals[_PRIMARY]}
    for name in names:
        definition: Node = copy.deepcopy(originals[_ORIGINALS[name]]["post"])
        definition.pop("x-requirements", None)
        definition["operationId"] = name
        document["paths"][PATHS[name]] = {"post": definition}
    # Without an example, a valid body has to be made from the schema.
    for definition in (item["post"] for path, item in document["paths"].items() if path == PATHS[BALANCE]):
        definition["requestBody"]["content"]["application/json"].pop("examples", None)
    return document


def load(document: Node, folder: Path) -> Contract:
    """Write a contract as YAML into `folder`, and load it."""
    path = folder / "openapi.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), "utf-8")
    return Contract.load(path)
