"""The curl command of an exchange sends what the suite sent, and shows no secret."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator

import attrs
import pytest

from meta.injection import Injection, MutableResponse
from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.redaction.curl import curl
from plaid_accounts_contract.redaction.near_misses import near_misses
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.reference_server import reference_dataset, running
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.runner.preflight import probe
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Request
from plaid_accounts_contract.wire.target import Target

pytestmark = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="bash or curl is not installed"
)

CONTRACT = Contract.load()
COMPARED = ("content-type", "content-length", "plaid-client-id", "plaid-secret", "plaid-version", "accept")
Received = tuple[str, str, list[tuple[str, str]], bytes]


@attrs.frozen
class Bench:
    """A running server, and what a run against it knows."""

    received: list[MutableResponse]
    settings: Settings
    test_data: TestData
    redactor: Redactor
    builder: RequestBuilder

    def command(self, request: Request) -> str:
        """Return the curl command of a request."""
        return curl(request, self.redactor, "header")

    def last(self) -> Received:
        """Return the last request that the server received."""
        seen = self.received[-1]
        headers = sorted(pair for pair in seen.request_headers.items() if pair[0] in COMPARED)
        return seen.method, seen.target, headers, seen.request_body

    def both(self, request: Request) -> tuple[Received, Received]:
        """Return what the server received from the suite, and from the curl command."""
        with Target(self.settings.base_url) as target:
            target.send(request)
        by_suite = self.last()
        joined = {name: ",".join(getattr(self.settings, name)) for name in ("other_access_token", "account_ids")}
        pairs = ",".join(f"{code}={token}" for code, token in self.settings.error_tokens)
        single = {name: getattr(self.settings, name) for name in ("base_url", "client_id", "secret", "access_token")}
        values = {**single, **joined, "error_tokens": pairs, "closed_account_id": self.settings.closed_account_id}
        environment = {
            "PATH": os.environ["PATH"],
            **{f"CONTRACT_{name.upper()}": text for name, text in values.items()},
        }
        command = self.command(request).encode()
        subprocess.run(["bash", "-eu"], input=command, env=environment, check=True, capture_output=True)
        return by_suite, self.last()


@pytest.fixture(scope="module", params=["ids given", "ids requested"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A running server that records, with settings that give the account ids or leave them to be requested."""
    received: list[MutableResponse] = []
    with running(Injection(received.append)) as server:
        settings = complete(Settings(), reference_dataset(), server.url)
        if request.param == "ids requested":
            settings = attrs.evolve(settings, account_ids=())
        with Target(settings.base_url) as target:
            data, _, _ = probe(CONTRACT.primary, settings, target)
        redactor = Redactor.of(CONTRACT, settings, data)
        yield Bench(received, settings, data, redactor, RequestBuilder(data, CONTRACT.primary))


def requests(bench: Bench) -> dict[str, Request]:
    """Return requests of every kind that a run sends, by what is special about them."""
    builder, data = bench.builder, bench.test_data
    ids, token, secret = data.primary.account_ids, data.primary.access_token, data.secret
    bodies = {
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
    }
    return {
        "header": builder.valid("header"),
        "body": builder.valid("body"),
        "filter": builder.valid("header", ids[1:3]),
        "another Item's": builder.valid("header", (data.items[1].account_ids[0], ids[0])),
        "other token": builder.valid("body", access_token=data.items[2].access_token),
        "error token": builder.valid("header", access_token=bench.settings.error_tokens[3][1]),
        "closed": builder.valid("header", data.primary.closed),
        "id with more": builder.valid("header", (ids[0] + "\0", " " + ids[0] + " ")),
        "swapped": builder.request("header", builder.fields(), client_id=secret, secret=data.client_id),
        "doubled": builder.request("header", builder.fields(), secret=secret * 2),
        "a thousand ids": builder.valid("header", (ids * 1000)[:1000]),
        "a header that is not ASCII": builder.raw("header", b"{}", headers={"Plaid-Version": "caf\xe9 'x' \"$HOME\""}),
        "an empty header": builder.raw("header", b"{}", headers={"PLAID-SECRET": ""}),
        "no Content-Type": builder.raw("header", b"{}", headers={"Content-Type": None}),
        "PUT": builder.raw("header", b"{}", method="PUT"),
        "GET": builder.raw("header", b"", method="GET", headers={"Content-Type": None}),
        "DELETE with a body": builder.raw("body", b'{"a": 1}', method="DELETE"),
        "a query": attrs.evolve(builder.valid("header"), path=f"/accounts/get?access_token={token}&a=[1]"),
        **{name: builder.raw("header", body) for name, body in bodies.items()},
    }  # fmt: skip


def test_the_command_sends_the_same_bytes(bench: Bench) -> None:
    """The server receives the same from curl as from the suite, body, path and headers; no command shows a value."""
    for name, request in requests(bench).items():
        command = bench.command(request)
        assert bench.redactor.leaks(command) == [], name
        # Unless ids have to be requested, the command is the same as with ids given.
        if bench.settings.account_ids or "mapfile" in command:
            by_suite, by_curl = bench.both(request)
            assert (by_suite[0], by_suite[1], by_suite[3]) == (request.method, request.path, request.body)
            assert by_curl == by_suite, f"{name}: {command[:2000]}"


def test_long_repetition_is_written_short(bench: Bench) -> None:
    """A body of repetitions becomes a command that a person can read."""
    assert all(len(bench.command(requests(bench)[name])) < 1000 for name in ("deep", "long"))


def test_a_request_that_curl_cannot_send_names_the_value(bench: Bench) -> None:
    """A near miss and an encoded secret are in no shell variable, so the command refers to --replay instead."""
    data = bench.test_data
    values = {"client_id": data.client_id, "secret": data.secret, "access_token": data.primary.access_token,
              "account 1": data.primary.account_ids[0]}  # fmt: skip
    misses = {f"{name} {how}": miss for name, value in values.items() for how, miss in near_misses(value).items()}
    for name, text in {**misses, "secret, in hex": data.secret.encode().hex()}.items():
        command = bench.command(bench.builder.raw("none", text.encode(), {}))
        assert command.startswith(f"# No shell variable holds <{name}>.\n")
        assert "--replay" in command
