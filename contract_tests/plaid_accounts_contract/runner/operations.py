"""Additional operations: which ones are selected, which ones the target offers, and how to build their requests."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.contract import JSON_MEDIA_TYPE, Contract, Operation, resolve
from plaid_accounts_contract.generation import bodies
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.settings import Mode, Settings, SettingsError

# RFC 9110: the statuses for a path or a method that a server does not have. Gateways refuse credentials instead, though
# the primary operation has proven them.
_NOT_OFFERED: Final = (401, 403, 404, 405, 501)


def check_names(settings: Settings, contract: Contract) -> None:
    """Check that --operations names operations of the contract."""
    for name in settings.operations:
        try:
            contract.operation(name)
        except LookupError as error:
            raise SettingsError(f"--operations: {error.args[0]}") from None


def is_selected(operation: Operation, settings: Settings) -> bool:
    """Return whether --operations names the operation, or none at all."""
    return not settings.operations or operation.id in settings.operations


def selected(run: Run) -> tuple[Operation, ...]:
    """Return the selected additional operations."""
    return tuple(operation for operation in run.contract.additional_operations if is_selected(operation, run.settings))


def available(run: Run) -> tuple[Operation, ...]:
    """Return the selected additional operations that the target offers."""
    return tuple(operation for operation in selected(run) if operation.id not in run.not_offered)


def discover(run: Run) -> None:
    """Send one valid request to each selected operation to find out whether the target offers it."""
    # An operation that it does not offer is not tested, which is a violation only if --operations names it.
    for operation in selected(run):
        if "requestBody" in operation.definition and operation.request_body is None:
            run.not_offered[operation.id] = "it takes no JSON, and the suite sends nothing else"
            continue
        mode = modes(operation, run.modes)[0]
        request = builder(run, operation).valid(mode, purpose="preflight: a valid request")
        response = run.fetch(request)
        missing = response.status in _NOT_OFFERED
        if missing:
            run.not_offered[operation.id] = f"the server does not offer it (status {response.status})"
        if missing and operation.id not in run.settings.operations:
            run.keep(request, response)
        else:
            run.evaluate(request, response)


def modes(operation: Operation, wanted: Sequence[Mode]) -> tuple[Mode, ...]:
    """Return the `wanted` modes that the operation supports; headers if it supports none of them."""
    in_body = {"client_id", "secret"} <= set((operation.request_body or {}).get("properties", {}))
    possible: list[Mode] = [mode for mode in wanted if in_body or mode != "body"]
    return tuple(possible) or ("header",)


def builder(run: Run, operation: Operation) -> RequestBuilder:
    """Return a builder of requests to an additional operation."""
    return RequestBuilder(run.test_data, operation, template(run, operation), _path(operation, run.test_data))


def _path(operation: Operation, test_data: TestData) -> str:
    """Return the path of a valid request, with what is required in path and query."""
    values: dict[str, dict[str, str]] = {"path": {}, "query": {}}
    for entry in operation.parameters:
        if entry["in"] in values and entry.get("required"):
            made = entry.get("example", bodies.base(operation.document, entry["schema"]))
            value = test_data.primary.item.get(entry["name"], made)
            values[entry["in"]][entry["name"]] = quote(value if isinstance(value, str) else json.dumps(value), safe="")
    query = "&".join(f"{quote(name)}={value}" for name, value in values["query"].items())
    return operation.path.format(**values["path"]) + (f"?{query}" if query else "")


def template(run: Run, operation: Operation) -> dict[str, Any]:
    """Return the required properties of a valid body, without credentials.

    The values are those of the contract's first example, or generated without one; token and account ids are the run's.
    """
    if operation.request_body is None:
        return {}
    content = resolve(run.contract.document, operation.definition["requestBody"])["content"][JSON_MEDIA_TYPE]
    required = [name for name in operation.request_body.get("required", ()) if name not in ("client_id", "secret")]
    examples = [example.get("value") for example in content.get("examples", {}).values()]
    fitting = [value for value in examples if isinstance(value, dict) and set(required) <= set(value)]
    value = fitting[0] if fitting else bodies.full(run.contract.document, operation.request_body)
    return {name: _filled(value[name], name, run.test_data) for name in required}


def _filled(value: Any, name: str, test_data: TestData) -> Any:
    """Return `value` with the run's token, key and account ids in the properties with these names."""
    if name == "access_token":
        return test_data.primary.access_token
    if name == "key_id" and test_data.key_ids:
        return test_data.key_ids[0]
    if name == "account_ids":
        return list(test_data.primary.account_ids[:1])
    if isinstance(value, Mapping):
        return {inner: _filled(entry, inner, test_data) for inner, entry in value.items()}
    return [_filled(entry, "", test_data) for entry in value] if isinstance(value, list) else value
