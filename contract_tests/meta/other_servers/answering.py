"""Another reading of the contract: one function from request to response.

Where Plaid leaves a choice, the reference server's is not taken: headers win over the body, an empty filter lists
nothing, other methods get 404, the error names the first thing wrong in another order.
"""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Mapping
from typing import Any

from plaid_accounts_contract.reference_server import World, reference_world
from plaid_accounts_contract.reference_server.records import to_object

Answer = tuple[int, dict[str, Any]]

_TYPES = {
    "INVALID_ACCESS_TOKEN": "INVALID_INPUT",
    "INVALID_ACCOUNT_ID": "INVALID_INPUT",
    "INVALID_API_KEYS": "INVALID_INPUT",
}
_NUMBERS = itertools.count(1)


class Refusal(Exception):
    """A request that cannot be served, with the error code that says why."""

    def __init__(self, code: str) -> None:
        """Remember the code."""
        super().__init__(code)
        self.code = code


class Accounts:
    """Answers requests from the reference world's data."""

    def __init__(self, world: World | None = None) -> None:
        """Turn the Items of `world` into JSON once."""
        known = world or reference_world()
        self.keys = (known.credentials.client_id, known.credentials.secret)
        self.items = {
            token: (to_object(item.details), {entry.account_id: to_object(entry) for entry in item.accounts})
            for token, item in known.items.items()
            if item.failure is None
        }

    def answer(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a POST to /accounts/get; header names are in lower case."""
        try:
            return 200, self._serve(headers, _read(headers, body))
        except Refusal as refusal:
            kind = _TYPES.get(refusal.code, "INVALID_REQUEST")
            error = {"error_type": kind, "error_code": refusal.code, "error_message": "no", "display_message": None}
            return 400, {"request_id": _request_id(), **error}

    def _serve(self, headers: Mapping[str, str], fields: dict[str, Any]) -> dict[str, Any]:
        token, ids = _wanted(fields)
        self._authenticate(headers, fields)
        if token not in self.items:
            raise Refusal("INVALID_ACCESS_TOKEN")
        item, accounts = self.items[token]
        if ids is not None and not set(ids) <= set(accounts):
            raise Refusal("INVALID_ACCOUNT_ID")
        # Listed by id, where the reference server keeps the order of the Item.
        shown = sorted(accounts if ids is None else set(ids))
        return {"request_id": _request_id(), "item": item, "accounts": [accounts[entry] for entry in shown]}

    def _authenticate(self, headers: Mapping[str, str], fields: dict[str, Any]) -> None:
        for name, key in zip(("client_id", "secret"), self.keys, strict=True):
            given = headers.get("plaid-" + name.replace("_", "-"), fields.get(name))
            if given is None:
                raise Refusal("MISSING_FIELDS")
            if given != key:
                raise Refusal("INVALID_API_KEYS")


def _request_id() -> str:
    return f"{next(_NUMBERS)}-{uuid.uuid4()}"


def _read(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Refusal("INVALID_HEADERS")
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refusal("INVALID_BODY") from None
    if not isinstance(value, dict):
        raise Refusal("INVALID_BODY")
    return value


def _wanted(fields: dict[str, Any]) -> tuple[str, list[str] | None]:
    options = fields.get("options", {})
    if not isinstance(options, dict):
        raise Refusal("INVALID_FIELD")
    if set(fields) - {"access_token", "client_id", "secret", "options"} or set(options) - {"account_ids"}:
        raise Refusal("UNKNOWN_FIELDS")
    if "access_token" not in fields:
        raise Refusal("MISSING_FIELDS")
    for name in ("access_token", "client_id", "secret"):
        if name in fields and not (isinstance(fields[name], str) and fields[name]):
            raise Refusal("INVALID_FIELD")
    ids = options.get("account_ids")
    if "account_ids" in options and not (
        isinstance(ids, list) and all(isinstance(entry, str) and entry for entry in ids)
    ):
        raise Refusal("INVALID_FIELD")
    return fields["access_token"], ids
