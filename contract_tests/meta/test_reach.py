"""Servers behind gateways, nginx and private CAs, in this process, with credentials in one place; runs that end early."""

import json
import re
import subprocess
import sys
from pathlib import Path
from string import Template
from typing import Any

import httpx
import pytest

from meta.commands import QUICK, Result, command, credentials, free_port, listening, process
from meta.injection import Injection, MutableResponse
from meta.other_servers import Handler, serving
from meta.programs import program
from plaid_accounts_contract.client import certificates, misbehaving_servers
from plaid_accounts_contract.client.misbehaving_servers import Connection
from plaid_accounts_contract.reference_server import create_app, running
from plaid_accounts_contract.wire import base_url

KEY = "k3y-0f-the-gateway-4711"


def _error(response: MutableResponse, code: str, type_: str) -> None:
    response.status = 400
    response.value = {"error_type": type_, "error_code": code, "error_message": "no", "display_message": None,
                    "request_id": response.value["request_id"]}  # fmt: skip


def _gateway(response: MutableResponse) -> None:
    """Refuse requests without the key, and repeat it to those that have it."""
    response.headers.append((b"x-consumer", response.request_headers.get("x-api-key", "").encode()))
    if response.request_headers.get("x-api-key") != KEY:
        response.status = 403


def _body_only(response: MutableResponse) -> None:
    if "plaid-secret" in response.request_headers:
        _error(response, "MISSING_FIELDS", "INVALID_REQUEST")


def _header_only(response: MutableResponse) -> None:
    if b'"secret"' in response.request_body:
        _error(response, "INVALID_API_KEYS", "INVALID_INPUT")


def _check(change: Any, *options: str, ends: int, **variables: str) -> Result:
    known = {**credentials(), **variables}
    with running(Injection(change)) as server:
        return command("check", server.url, *QUICK, "--examples", "3", *options, environment=known, ends=ends)


def test_a_server_behind_nginx_conforms(tmp_path: Path) -> None:
    """The reference server conforms behind nginx, which compresses and rejects some requests itself."""
    nginx, port, configuration, known = program("nginx"), free_port(), tmp_path / "nginx.conf", credentials()
    template = Template(Path(__file__).with_name("nginx.conf").read_text("utf-8"))
    fields = {name: known[f"CONTRACT_{name.upper()}"] for name in ("client_id", "secret", "access_token")}
    with running(create_app()) as server:
        upstream = server.url.removeprefix("http://")
        configuration.write_text(template.substitute(FOLDER=tmp_path, UPSTREAM=upstream, PORT=port))
        with listening([nginx, "-p", tmp_path, "-e", "stderr", "-c", configuration], port, tmp_path) as url:
            response = httpx.post(f"{url}/accounts/get", json=fields, trust_env=False)
            assert response.status_code == 200
            assert response.headers["content-encoding"] == "gzip"
            assert response.headers["server"].startswith("nginx")
            command("check", url, *QUICK, environment=known, ends=0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["APP", "app"], ids=["ASGI", "WSGI"])
def test_an_application_is_checked_in_process(name: str) -> None:
    """--app loads an ASGI or WSGI application by name, from the current folder."""
    application = f"contract_tests.meta.other_servers:{name}"
    result = process("check", "--app", application, *QUICK, environment=credentials(), cwd=Path(__file__).parents[2])
    assert result.status == 0, result.out + result.err


def test_a_header_of_a_gateway_is_sent_and_shown_nowhere(tmp_path: Path) -> None:
    """A gateway's key goes with every request; reports name it, and the curl command reads it from its variable."""
    headers = f"X-Api-Key: {KEY}\nX-Team: accounts"
    _check(_gateway, "--report-dir", str(tmp_path), CONTRACT_HEADERS=headers, ends=0)

    def violating(response: MutableResponse) -> None:
        _gateway(response)
        response.status = 201 if response.status == 200 else response.status

    result = _check(violating, "--header", f"X-Api-Key: {KEY}", "--report-dir", str(tmp_path), ends=1)
    assert "status-documented" in result.out
    assert 'mapfile -t header <<<"$CONTRACT_HEADERS"' in result.out
    assert "X-Api-Key: ${header[0]}" in result.out
    assert KEY not in result.out + result.err + "".join(file.read_text() for file in tmp_path.iterdir())


@pytest.mark.parametrize("trusted", ["--ca-file", "SSL_CERT_FILE", ""])
def test_a_private_ca_is_trusted_if_it_is_named(tmp_path: Path, trusted: str) -> None:
    """A certificate of a private CA is accepted with --ca-file or SSL_CERT_FILE, on loopback too; else both are named."""
    context, _ = certificates.tls_contexts(tmp_path)
    certificate = str(tmp_path / "certificate.pem")
    options = ["--ca-file", certificate] if trusted == "--ca-file" else []
    environment = {"SSL_CERT_FILE": certificate} if trusted == "SSL_CERT_FILE" else {}
    with misbehaving_servers.serving(_gone, tls=context) as url:
        result = command("check", url, *options, environment={**credentials(), **environment}, ends=2)
    assert ("status 410" in result.err) is bool(trusted)
    assert ("--ca-file FILE or SSL_CERT_FILE" in result.err) is not bool(trusted)


def _gone(connection: Connection) -> None:
    connection.request()
    connection.send(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (["http://127.0.0.1:1"], {}, "Is the server running"),
        (["http://127.0.0.1:1/v1/accounts/get"], {}, "use 'http://127.0.0.1:1/v1'"),
        (["http://127.0.0.1:1/v1/accounts/get/"], {}, "use 'http://127.0.0.1:1/v1'"),
        (["http://127.0.0.1:99999"], {}, "must be like"),
        (["http://[::1"], {}, "must be like"),
        (["http://a b"], {}, "then a host"),
        (["https://"], {}, "then a host"),
        (["ftp://127.0.0.1"], {}, "must begin with http"),
        (["http://user:pa55word@127.0.0.1:1"], {}, "use 'http://127.0.0.1:1', and --header"),
        (["http://user:pa55/word@127.0.0.1:99999"], {}, "must be like"),
        (["user:pa55word@127.0.0.1"], {}, "must begin with http"),
        (["http://127.0.0.1:1/?key=pa55word"], {}, "leave out what follows the path"),
        (["http://127.0.0.1:1"], {"CONTRACT_SECRET": ""}, "CONTRACT_SECRET not set"),
        (["http://127.0.0.1:1"], {"CONTRACT_HEADERS": "pa55word"}, "CONTRACT_HEADERS"),
        (["http://127.0.0.1:1", "--ca-file", "missing.pem"], {}, "--ca-file: cannot read missing.pem"),
        (["http://127.0.0.1:1", "--ca-file", "/dev/null"], {}, "--ca-file: cannot read /dev/null"),
        (["--app", "service"], {}, "expected package.module:name"),
        (["--app", "no_such_module:app"], {}, "cannot load"),
        (["--app", "json:no_such_name"], {}, "cannot load"),
        (["--app", "json:__doc__"], {}, "is a str, not an application"),
    ],
)
def test_what_cannot_be_checked_is_explained(arguments: list[str], variables: dict[str, str], said: str) -> None:
    """A target or setting that cannot be used is status 2 and one line that says what to do, never with a secret."""
    result = command("check", *arguments, environment={**credentials(), **variables}, ends=2)
    assert said in result.err
    assert result.err.count("\n") == 1
    assert "pa55" not in result.out + result.err


def test_a_redirect_is_explained() -> None:
    """A server that redirects is status 2, with where to."""
    with misbehaving_servers.serving(misbehaving_servers.redirecting("https://elsewhere.example/v1", 301)) as url:
        result = command("check", url, environment=credentials(), ends=2)
    assert "a redirect to https://elsewhere.example/v1" in result.err


def test_plain_http_to_another_machine_is_warned_of() -> None:
    """Secrets over plain http are warned of, unless the server is on this machine."""
    assert "plain http" in base_url.warning("http://gateway.example")
    harmless = ("https://gateway.example", "http://127.0.0.1:8080", "http://[::1]", "http://localhost")
    assert not any(map(base_url.warning, harmless))


@pytest.mark.parametrize(
    ("change", "mode", "other"), [(_body_only, "header", "body"), (_header_only, "body", "header")]
)
def test_a_mode_without_credentials_is_one_violation(change: Any, mode: str, other: str, tmp_path: Path) -> None:
    """A server that takes credentials in one place violates the other mode, which ends there and is reported first."""
    result = _check(change, "--report-dir", str(tmp_path), "--rate-limit", "60000", ends=1)
    report = json.loads((tmp_path / "report.json").read_text())
    assert [block["clause"] for block in report["faults"]] == [f"credentials-{mode}"]
    assert report["exchanges"]["by_mode"][mode]["sent"] == 2
    assert report["exchanges"]["by_mode"][other]["accepted"] > 50
    assert f"--modes {other}" in report["faults"][0]["advice"]
    estimate = re.search(r"(\d+) requests at 60000 per minute", result.out)
    assert estimate is not None
    assert 0.8 < report["exchanges"]["total"] / int(estimate[1]) < 1.25


def test_an_operation_that_is_refused_altogether_is_not_offered() -> None:
    """A gateway that refuses proven credentials for other paths does not offer those operations."""

    def change(response: MutableResponse) -> None:
        if response.path != "/accounts/get":
            response.status, response.body = 403, b'{"message":"Missing Authentication Token"}'

    result = _check(change, "--operations", "", ends=0)
    assert "the server does not offer it (status 403)" in result.out


class LeavesOutMaskAndDies(Handler):
    """Leaves out the mask of every account, and stops responding after 60 requests."""

    counted = 0

    def changed(self, value: dict[str, Any]) -> dict[str, Any]:
        """Remove `mask`."""
        for account in value.get("accounts", ()):
            del account["mask"]
        return value

    def drops(self, _body: bytes) -> bool:
        """Whether there have been more than 60 requests."""
        type(self).counted += 1
        return self.counted > 60


def test_violations_before_a_server_died_are_the_verdict() -> None:
    """Proven violations are status 1 though the run ended early; what ended it and what was not reached is listed."""
    with serving(LeavesOutMaskAndDies) as url:
        result = command("check", url, "--timeout", "2", environment=credentials(), ends=1)
    text = " ".join(result.out.split())
    assert "required/mask" in text
    assert "Last request before it stopped responding" in text
    assert "not reached (" in text
    assert "curl" in result.out.partition("the last request:")[2]


def test_output_to_a_full_disk_is_a_clear_error() -> None:
    """A full disk is status 2 and named, without a traceback."""
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "plaid_accounts_contract", "requirements"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr == "error: cannot write the output: No space left on device\n"
