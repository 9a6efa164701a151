"""An exported task runs, has no secret, and matches the format of its engine."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from meta.commands import command
from plaid_accounts import configuration
from plaid_accounts_contract import assert_conforms
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.export import formats
from plaid_accounts_contract.export.command import ENGINES
from plaid_accounts_contract.plugin import ReferenceServer

CONTRACT = Contract.load()
OPERATIONS = [operation.id for operation in CONTRACT.operations]
Task = dict[str, Any]


def _export(*options: str) -> Task:
    written: Task = json.loads(command("export", "http-task", *options).out)
    return written


def _run_simworkflow(definition: Task, given: Mapping[str, Any], server: ReferenceServer) -> httpx.Response:
    """Run the definition's first task with `given` as the workflow's input."""
    saved = {"plaid-sandbox": {"PLAID-CLIENT-ID": server.client_id, "PLAID-SECRET": server.secret}}
    task = definition["tasks"][definition["startTask"]]
    request = task["httpRequest"]
    body = _filled(request["body"], re.compile(r"\$\{\$\.(\w+)\}"), given.__getitem__)
    timeout = httpx.Timeout(task["readTimeoutSeconds"], connect=task["connectionTimeoutSeconds"])
    headers = {**request["headers"], **saved[task["credentials"]]}
    return httpx.request(request["method"], request["url"], headers=headers, json=body, timeout=timeout)


def _run_conductor(definition: Task, given: Mapping[str, Any], server: ReferenceServer) -> httpx.Response:
    """Run the definition's task with `given` as the workflow's input."""
    secrets = {"plaid_client_id": server.client_id, "plaid_secret": server.secret}
    request = definition["tasks"][0]["inputParameters"]["http_request"]
    body = _filled(request["body"], re.compile(r"\$\{workflow\.input\.(\w+)\}"), given.__getitem__)
    headers = _filled(request["headers"], re.compile(r"\$\{workflow\.secrets\.(\w+)\}"), secrets.__getitem__)
    media = {"Accept": request["accept"], "Content-Type": request["contentType"]}
    timeout = httpx.Timeout(request["readTimeOut"] / 1000, connect=request["connectionTimeOut"] / 1000)
    return httpx.request(request["method"], request["uri"], headers={**headers, **media}, json=body, timeout=timeout)


def _filled(node: Any, expression: re.Pattern[str], value_of: Callable[[str], Any]) -> Any:
    """Replace each string that is an expression by its value, whatever type that has."""
    if isinstance(node, Mapping):
        return {name: _filled(value, expression, value_of) for name, value in node.items()}
    found = expression.fullmatch(node) if isinstance(node, str) else None
    return node if found is None else value_of(found[1])


RUN = {"simworkflow": _run_simworkflow, "conductor": _run_conductor}


def _given(operation_id: str, server: ReferenceServer) -> dict[str, Any]:
    """Return the values of an operation's examples, with an access_token that the server knows."""
    operation = next(each for each in CONTRACT.operations if each.id == operation_id)
    examples = operation.definition["requestBody"]["content"]["application/json"]["examples"].values()
    values: dict[str, Any] = {}
    for example in examples:
        for name, value in example["value"].items():
            values |= value if isinstance(value, dict) else {name: value}
    return values | {"access_token": server.access_token}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_an_exported_task_runs(operation_id: str, engine: str, plaid_reference_server: ReferenceServer) -> None:
    """The task of every operation matches the schema of its engine, and gets a documented response as the engine sends it."""
    server = plaid_reference_server
    definition = _export("--operation", operation_id, "--engine", engine, "--base-url", server.url)
    assert jsonschema_rs.is_valid(formats.schema(engine), definition)
    response = RUN[engine](definition, _given(operation_id, server), server)
    assert_conforms(response, operation_id=operation_id)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_optional_value_comes_from_the_input_if_it_is_included(
    engine: str, plaid_reference_server: ReferenceServer
) -> None:
    """With `--include account_ids` the workflow's input selects the accounts."""
    server = plaid_reference_server
    definition = _export("--include", "account_ids", "--engine", engine, "--base-url", server.url)
    wanted = [server.dataset.items[server.access_token].accounts[1].account_id]
    response = RUN[engine](definition, {"access_token": server.access_token, "account_ids": wanted}, server)
    assert [account["account_id"] for account in response.json()["accounts"]] == wanted


@pytest.mark.parametrize(
    ("engine", "place", "secret"),
    [
        ("simworkflow", ("tasks", "Retrieve accounts", "httpRequest", "headers"), "PLAID-SECRET"),
        ("simworkflow", ("tasks", "Retrieve accounts", "httpRequest", "body"), "secret"),
        ("conductor", ("tasks", 0, "inputParameters", "http_request", "headers"), "PLAID-SECRET"),
        ("conductor", ("tasks", 0, "inputParameters", "http_request", "body"), "client_id"),
    ],
)
def test_the_schemas_refuse_a_secret(engine: str, place: tuple[str | int, ...], secret: str) -> None:
    """A task in which someone has typed a secret breaks the schema of its engine."""
    definition = _export("--engine", engine)
    node: Any = definition
    for step in place:
        node = node[step]
    node[secret] = "typed-in-secret"
    assert not jsonschema_rs.is_valid(formats.schema(engine), definition)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_gateway_may_add_the_credentials(engine: str) -> None:
    """With `--credentials none` the task names no credentials."""
    definition = _export("--engine", engine, "--credentials", "none", "--base-url", "https://gateway.example")
    assert jsonschema_rs.is_valid(formats.schema(engine), definition)
    assert re.search("plaid-(client|secret)|secrets|credentials", json.dumps(definition), re.IGNORECASE) is None


def test_a_task_retries_like_the_client() -> None:
    """Retries and timeouts of both formats are the defaults of the client."""
    simple = _export()["tasks"]["Retrieve accounts"]
    thorough = _export("--engine", "conductor")["tasks"][0]
    request = thorough["inputParameters"]["http_request"]
    timeout = configuration.DEFAULT_TIMEOUT
    assert simple["retry"]["maxAttempts"] == thorough["taskDefinition"]["retryCount"] == configuration.RETRIES
    assert (simple["connectionTimeoutSeconds"], simple["readTimeoutSeconds"]) == (timeout.connect, timeout.read)
    assert (request["connectionTimeOut"] / 1000, request["readTimeOut"] / 1000) == (timeout.connect, timeout.read)


@pytest.mark.parametrize("environment", ["sandbox", "production"])
def test_conductor_has_the_rate_limit_of_the_environment(environment: str) -> None:
    """The task's rate is that of `x-rate-limits` for a client_id."""
    definition = _export("--engine", "conductor", "--environment", environment)["tasks"][0]["taskDefinition"]
    limits = CONTRACT.primary.definition["x-rate-limits"][environment]
    assert definition["rateLimitPerFrequency"] == limits["client"]
    assert definition["rateLimitFrequencyInSeconds"] == limits["seconds"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--operation", "accountsPut"), "unknown operation 'accountsPut'; the contract has: accountsGet"),
        (("--environment", "development"), "unknown environment 'development'; the contract has: production"),
        (("--include", "ids"), "accountsGet has no optional value ids; it has: account_ids, options"),
        (("--base-url", "gateway:8080"), "invalid --base-url: must be like https://"),
        (("--base-url", "http://["), "invalid --base-url: must be like https://"),
        (("--output", "no/such/folder/task.json"), "cannot write no/such/folder/task.json: No such file or directory"),
    ],
)
def test_what_cannot_be_exported_is_named(options: tuple[str, ...], message: str) -> None:
    """An unknown name or place ends with status 2 and a message that lists the known ones."""
    result = command("export", "http-task", *options, ends=2)
    assert message in result.err


def test_a_task_is_written_to_a_file(tmp_path: Path) -> None:
    """`--output` writes the file and leaves nothing beside it."""
    path = tmp_path / "task.json"
    command("export", "http-task", "--output", str(path), ends=0)
    assert json.loads(path.read_text())["startTask"] == "Retrieve accounts"
    assert list(tmp_path.iterdir()) == [path]
