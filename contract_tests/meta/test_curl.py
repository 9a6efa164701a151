"""The curl command of an exchange sends what the suite sent, and shows no secret."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator

import attrs
import pytest
from starlette.types import Receive, Scope, Send

from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.redaction.curl import Curl
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.reference_server import create_app, reference_world, running
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.runner.preflight import probe
from plaid_accounts_contract.settings import Mode, Settings
from plaid_accounts_contract.wire.exchange import Headers, Request
from plaid_accounts_contract.wire.target import Target

pytestmark = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="bash or curl is not installed"
)

CONTRACT = Contract.load()
HEADERS_THAT_MATTER = ("content-type", "content-length", "plaid-client-id", "plaid-secret", "plaid-version", "accept")


@attrs.define
class Witness:
    """The reference server, writing down what it receives."""

    received: list[tuple[str, str, Headers, bytes]] = attrs.field(factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the request, note it, and answer as the reference server does."""
        if scope["type"] != "http":
            await APP(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        sent = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
        headers = tuple(sorted((name, value) for name, value in sent if name in HEADERS_THAT_MATTER))
        query = f"?{scope['query_string'].decode()}" if scope["query_string"] else ""
        self.received.append((scope["method"], scope["raw_path"].decode() + query, headers, body))

        async def again() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        await APP(scope, again, send)


APP = create_app()


@attrs.frozen
class Bench:
    """Sends a request twice, by the suite and by its curl command, and gives what the server received."""

    witness: Witness
    settings: Settings
    test_data: TestData
    redactor: Redactor

    @property
    def builder(self) -> RequestBuilder:
        """A writer of requests."""
        return RequestBuilder(self.test_data, CONTRACT.operations[0])

    def command(self, request: Request, mode: Mode = "header") -> str:
        """Write the curl command of a request."""
        return Curl(self.redactor, mode).command(request)

    def both(self, request: Request) -> tuple[object, object, str]:
        """Return what came from the suite, what came from curl last, and the command."""
        with Target(self.settings.base_url) as target:
            target.send(request)
        by_suite = self.witness.received[-1]
        command = self.command(request)
        subprocess.run(
            ["bash", "-eu"], input=command.encode(), env=self._environment(), check=True, capture_output=True
        )
        return by_suite, self.witness.received[-1], command

    def _environment(self) -> dict[str, str]:
        pairs = ",".join(f"{code}={token}" for code, token in self.settings.error_tokens)
        return {
            "PATH": os.environ["PATH"],
            "CONTRACT_BASE_URL": self.settings.base_url,
            "CONTRACT_CLIENT_ID": self.settings.client_id,
            "CONTRACT_SECRET": self.settings.secret,
            "CONTRACT_ACCESS_TOKEN": self.settings.access_token,
            "CONTRACT_OTHER_ACCESS_TOKEN": ", ".join(self.settings.other_access_token),
            "CONTRACT_ERROR_TOKENS": pairs,
            "CONTRACT_CLOSED_ACCOUNT_ID": self.settings.closed_account_id,
            "CONTRACT_ACCOUNT_IDS": ",".join(self.settings.account_ids),
        }


@pytest.fixture(scope="module", params=["ids given", "ids asked for"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A running server that remembers, with settings that name the account ids or leave them to be asked for."""
    witness = Witness()
    with running(witness) as server:
        settings = complete(Settings(), reference_world(), server.url)
        if request.param == "ids asked for":
            settings = attrs.evolve(settings, account_ids=())
        with Target(settings.base_url) as target:
            test_data = probe(CONTRACT.operations[0], settings, target).test_data
        yield Bench(witness, settings, test_data, Redactor.of(CONTRACT, settings, test_data))


def requests(bench: Bench) -> dict[str, Request]:
    """Requests of every kind that a run sends, by what is special about them."""
    builder, test_data = bench.builder, bench.test_data
    ids, token, secret = test_data.primary.account_ids, test_data.primary.access_token, test_data.secret
    raw = {
        "quotes": b"""{"a":'"$HOME" `id` \\"\\\\ %s %% '}""",
        "line breaks": b'{\n\t"a": 1\r\n}\n\n',
        "not ASCII": '{"name":"Zürich \U0001f3e6"}'.encode(),
        "not UTF-8": b'{"access_token":"\xff\xfe' + token.encode() + b'"}',
        "NUL": b"\0\0{}\0",
        "empty": b"",
        "a dash": b"-x",
        "an at sign": b"@/etc/hostname",
        "deep": b'{"a":' * 5000 + b"1" + b"}" * 5000,
        "long": json.dumps({"access_token": token, "secret": "x" * 200_000}).encode(),
        "long, without repetition": json.dumps({"access_token": token, "a": list(range(40_000))}).encode(),
        "UTF-16": '{"a":1}'.encode("utf-16"),
        "escaped in JSON": b'{"access_token":"' + "".join(f"\\u{ord(c):04x}" for c in token).encode() + b'"}',
        "percent-encoded": b"access_token=" + "".join(f"%{ord(c):02X}" for c in token).encode(),
    }
    return {
        "header": builder.valid("header"),
        "body": builder.valid("body"),
        "filter": builder.valid("header", ids[1:3]),
        "another Item's": builder.valid("header", (test_data.items[1].account_ids[0], ids[0])),
        "other token": builder.valid("body", access_token=test_data.items[2].access_token),
        "error token": builder.valid("header", access_token=bench.settings.error_tokens[3][1]),
        "closed": builder.valid("header", test_data.primary.closed),
        "prefix of the secret": builder.request("header", builder.fields(), secret=secret[:-1]),
        "end of the secret": builder.request("body", builder.fields(), secret="0" + secret[1:]),
        "secret in upper case": builder.request("header", builder.fields(), secret=secret.upper()),
        "one letter's case": builder.valid("header", access_token=token[:20] + token[20:24].upper() + token[24:]),
        "token in upper case": builder.valid("header", access_token=token.upper()),
        "id in another case": builder.valid("header", (ids[0].swapcase(), ids[0].upper())),
        "id with more": builder.valid("header", (ids[0] + "\0", " " + ids[0] + " ")),
        "swapped": builder.request("header", builder.fields(), client_id=secret, secret=test_data.client_id),
        "doubled": builder.request("header", builder.fields(), secret=secret * 2),
        "a thousand ids": builder.valid("header", (ids * 1000)[:1000]),
        "a header that is not ASCII": builder.raw("header", b"{}", headers={"Plaid-Version": "caf\xe9 'x' \"$HOME\""}),
        "an empty header": builder.raw("header", b"{}", headers={"PLAID-SECRET": ""}),
        "no Content-Type": builder.raw("header", b"{}", headers={"Content-Type": None}),
        "no Content-Type, no body": builder.raw("header", b"", headers={"Content-Type": None}),
        "PUT": builder.raw("header", b"{}", method="PUT"),
        "GET": builder.raw("header", b"", method="GET", headers={"Content-Type": None}),
        "DELETE with a body": builder.raw("body", b'{"a": 1}', method="DELETE"),
        "a query": attrs.evolve(builder.valid("header"), path=f"/accounts/get?access_token={token}&a=[1]"),
        "dots": attrs.evolve(builder.valid("header"), path="/x/../accounts/get"),
        **{name: builder.raw("header", body) for name, body in raw.items()},
    }  # fmt: skip


def test_the_command_sends_the_same_bytes(bench: Bench) -> None:
    """For every kind of request, the server receives the same from curl as from the suite: body, path and headers."""
    for name, request in requests(bench).items():
        if not bench.settings.account_ids and "account" not in bench.command(request):
            continue  # The same command as with ids given.
        by_suite, by_curl, command = bench.both(request)
        assert by_curl == by_suite, f"{name}: {command[:2000]}"


def test_no_command_shows_a_secret_or_an_id(bench: Bench) -> None:
    """No value that must not be shown stands in a command, in no way that redaction knows."""
    for name, request in requests(bench).items():
        command = bench.command(request)
        assert bench.redactor.leaks(command) == [], name


def test_long_repetition_is_written_short(bench: Bench) -> None:
    """A body of repetitions becomes a command that a person can read."""
    written = requests(bench)
    assert len(bench.command(written["deep"])) < 1000
    assert len(bench.command(written["long"])) < 1000


def test_a_secret_in_base64_is_not_written(bench: Bench) -> None:
    """A request that no shell variable can write is named as such, without the secret."""
    request = bench.builder.raw("header", b"eHh4M2E3YmQzZTIzNjBhM2QyOWVlYTQzNmZjZmI3ZTQ0")
    command = bench.command(request)
    assert command.startswith("# No command writes this request without <secret, in base64>")
    assert "M2E3YmQz" not in command
