"""Operations beyond the primary one: which a run is about, which of them the target offers, and how to ask them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.contract import Contract, Operation
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.settings import Mode, Settings, SettingsError

NOT_THERE: Final = (404, 405, 501)
"""What a server answers for a path or a method that it does not have."""

PURPOSE: Final = "a first, valid request"


def check_names(settings: Settings, contract: Contract) -> None:
    """Let pass settings whose --operations are operations of the contract.

    Raises:
        SettingsError: one is none; the message names the nearest.

    """
    for name in settings.operations:
        try:
            contract.operation(name)
        except LookupError as error:
            msg = f"--operations: {error.args[0]}"
            raise SettingsError(msg) from None


def is_selected(operation: Operation, settings: Settings) -> bool:
    """Whether a run is about an operation: --operations names it, or names none."""
    return not settings.operations or operation.id in settings.operations


def selected(run: Run) -> tuple[Operation, ...]:
    """Return the further operations that the run is about."""
    return tuple(operation for operation in run.contract.additional_operations if is_selected(operation, run.settings))


def available(run: Run) -> tuple[Operation, ...]:
    """Return those of the chosen operations that the target has."""
    return tuple(operation for operation in selected(run) if operation.id not in run.not_offered)


def discover(run: Run) -> None:
    """Ask each of the chosen operations once, by a valid request, whether the target has it.

    One that it does not have is noted and judged no further, unless --operations asks for it by name.

    Raises:
        Unreachable: the target answers nothing any more, or the time is used up.

    """
    for operation in selected(run):
        if not _takes_json(run.contract, operation):
            run.not_offered[operation.id] = "it takes no JSON object, which is all that the suite sends"
            continue
        mode = modes(run.contract, operation, run.settings.modes)[0]
        request = builder(run, operation).valid(mode, purpose=PURPOSE)
        response = run.fetch(request)
        missing = response.status in NOT_THERE
        if missing:
            run.not_offered[operation.id] = f"the server does not offer it: it answers {response.status}"
        if missing and operation.id not in run.settings.operations:
            run.keep(request, response)
        else:
            run.evaluate(request, response)


def _takes_json(contract: Contract, operation: Operation) -> bool:
    try:
        contract.request(operation)
    except LookupError:
        return False
    return True


def modes(contract: Contract, operation: Operation, wanted: Sequence[Mode]) -> tuple[Mode, ...]:
    """Return those of the `wanted` modes in which the operation takes credentials; headers if none of them."""
    properties = contract.at(contract.request(operation)).get("properties", {})
    in_body = {"client_id", "secret"} <= set(properties)
    possible: list[Mode] = [mode for mode in wanted if in_body or mode != "body"]
    return tuple(possible) or ("header",)


def builder(run: Run, operation: Operation) -> RequestBuilder:
    """Return a writer of requests to a further operation."""
    return RequestBuilder(run.test_data, operation, template(run, operation))


def template(run: Run, operation: Operation) -> dict[str, Any]:
    """Return the properties of a valid body, without credentials: what is required, from the contract's first example.

    Where it has no example, from a generated body. Token and account ids are those of the run.
    """
    content = run.contract.at(run.contract.follow((*operation.pointer, "requestBody")))["content"]["application/json"]
    examples = [
        entry["value"] for entry in content.get("examples", {}).values() if isinstance(entry.get("value"), dict)
    ]
    schema = run.contract.at(run.contract.request(operation))
    required = [name for name in schema.get("required", ()) if name not in ("client_id", "secret")]
    fitting = [value for value in examples if set(required) <= set(value)]
    if not fitting and required != ["access_token"]:
        from plaid_accounts_contract.generation.fuzzing import body_of  # noqa: PLC0415 - takes a second to import

        fitting = [body_of(run.contract, operation)]
    value = fitting[0] if fitting else {"access_token": ""}
    return {name: _filled(value[name], name, run.test_data) for name in required}


def _filled(value: Any, name: str, test_data: TestData) -> Any:
    """Return `value` with the subject's token and account ids, wherever they stand by name."""
    if name == "access_token":
        return test_data.primary.access_token
    if name == "key_id" and test_data.key_ids:
        return test_data.key_ids[0]
    if name == "account_ids":
        return list(test_data.primary.account_ids[:1])
    if isinstance(value, Mapping):
        return {inner: _filled(entry, inner, test_data) for inner, entry in value.items()}
    return [_filled(entry, "", test_data) for entry in value] if isinstance(value, list) else value
