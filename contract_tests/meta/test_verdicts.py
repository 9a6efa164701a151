"""Verdicts: what a run claims of servers that refuse a mode, drop a connection, vanish or change half-way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from meta.checks import Result, command, credentials
from meta.other_servers import plain

HEAD = """
import json, socket
from plaid_accounts_contract.reference_server import create_app
inner = create_app()
calls = 0

async def read(receive):
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body

async def answer(send, status, value):
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": json.dumps(value).encode()})

def again(body):
    async def receive():
        return {"type": "http.request", "body": body}
    return receive
"""
REFUSED = (
    '{"error_type": "INVALID_INPUT", "error_code": "INVALID_API_KEYS", "error_message": "no", "display_message": None}'
)
HEADERS_ONLY = f"""
async def app(scope, receive, send):
    if scope["type"] != "http":
        return await inner(scope, receive, send)
    body = await read(receive)
    if b'"secret"' in body:
        global calls
        calls += 1
        return await answer(send, 400, {REFUSED} | {{"request_id": f"r{{calls}}"}})
    await inner(scope, again(body), send)
"""


class DropsLongIds(plain.Handler):
    """Closes the connection on a long id, as a process does that crashes on it and is started anew."""

    def drops(self, _body: bytes) -> bool:
        """Whether the request holds such an id."""
        return b"x" * 5000 in _body


class Vanishes(plain.Handler):
    """Answers some requests and then none any more."""

    answered = 0

    def drops(self, _body: bytes) -> bool:
        """Whether there were enough."""
        type(self).answered += 1
        return self.answered > 60


class LeavesOutMask(plain.Handler):
    """Leaves a required property out of every account."""

    def changed(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Take it out."""
        accounts = [
            {name: value for name, value in entry.items() if name != "mask"} for entry in answer.get("accounts", ())
        ]
        return {**answer, "accounts": accounts} if "accounts" in answer else answer


def _check(folder: Path, code: str, *options: str, known: dict[str, str] | None = None) -> Result:
    (folder / "service.py").write_text(HEAD + code)
    return command("check", "--app", "service:app", "--quick", *options,
                   environment=known or credentials(), cwd=folder)  # fmt: skip


def test_a_mode_that_is_never_accepted_cannot_be_judged(tmp_path: Path) -> None:
    """A server that takes no credentials in the body is status 2 with the option that says so, and passes with it."""
    undecided = _check(tmp_path, HEADERS_ONLY)
    assert undecided.status == 2
    assert "credentials in the body" in undecided.out
    assert "--modes" in undecided.out
    told = _check(tmp_path, HEADERS_ONLY, "--modes", "header")
    assert told.status == 0, told.out + told.err


def test_a_property_left_out_is_one_fault(tmp_path: Path) -> None:
    """A required property that is missing everywhere is status 1 and one fault, though the client can read nothing."""
    with plain.serving(LeavesOutMask) as url:
        result = command("check", url, "--quick", "--report-dir", str(tmp_path), environment=credentials())
    assert result.status == 1, result.out + result.err
    faults = json.loads((tmp_path / "report.json").read_text())["faults"]
    assert {fault["clause"] for fault in faults} == {"#/components/schemas/Account/required/mask"}


def test_a_dropped_connection_is_a_fault_of_that_request(tmp_path: Path) -> None:
    """A server that drops one kind of request and answers others breaks no-server-error, and is judged to the end."""
    report = tmp_path / "report"
    with plain.serving(DropsLongIds) as url:
        result = command("check", url, "--report-dir", str(report), environment=credentials())
    assert result.status == 1, result.out + result.err
    faults = json.loads((report / "report.json").read_text())["faults"]
    assert {fault["clause"] for fault in faults} == {"no-server-error"}


def test_a_server_that_vanishes_is_told_with_what_was_found() -> None:
    """A server that stops answering half-way is status 2, with the table of what was observed until then."""
    with plain.serving(Vanishes) as url:
        result = command("check", url, "--timeout", "2", environment=credentials())
    assert result.status == 2
    assert "credentials-header " in result.out
    assert f"no response from {url}" in result.out


def test_the_time_limit_ends_a_run(tmp_path: Path) -> None:
    """A run that takes longer than its limit is status 2 and names the option."""
    result = _check(tmp_path, "app = inner", "--time-limit", "0.5")
    assert result.status == 2
    assert "--time-limit" in result.out


@pytest.mark.parametrize("level", ["MUST", "SHOULD"])
def test_a_should_counts_where_it_is_asked_for(tmp_path: Path, level: str) -> None:
    """A broken SHOULD is told at either level and fails the run at level SHOULD alone."""
    code = """
from plaid_accounts_contract.reference_server import reference_world, World
from attrs import evolve
def odd(item):
    return evolve(item, accounts=tuple(evolve(entry, type="other") for entry in item.accounts))
world = reference_world()
app = create_app(World.of(world.credentials, [odd(item) for item in world.items.values()]))
"""
    result = _check(tmp_path, code, "--level", level)
    assert result.status == (1 if level == "SHOULD" else 0), result.out + result.err
    assert "subtype-of-type" in result.out.split("clause  ")[0]
