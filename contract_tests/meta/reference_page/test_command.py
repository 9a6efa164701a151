"""The command `serve`."""

import re
import shlex
import signal
import socket
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import httpx
import pytest

from meta.commands import command, credentials, free_port, process, started
from meta.reference_page.pages import DATASET, Form
from meta.reference_server.caller import KEYS, PATH
from plaid_accounts_contract.reference_page import viewer
from plaid_accounts_contract.reference_server import create_app, data, running

BODY = {"access_token": data.EVERYDAY.access_token}


@contextmanager
def _started(*options: str, environment: Mapping[str, str] | None = None) -> Generator[str]:
    """Run `serve` on a free port, and yield its URL."""
    with started("serve", *options, environment=environment) as (_, printed):
        yield _url(printed)


def _url(printed: str) -> str:
    found = re.search(r"Reference page at (http://\S+)/", printed)
    assert found, printed
    return found[1]


def test_it_listens_before_it_prints() -> None:
    """The printed URL, credentials, tokens and request to copy work immediately, each token as described."""
    with started("serve") as (_, printed):
        keys = {
            "PLAID-CLIENT-ID": re.findall(r"client_id +(\S+)", printed)[0],
            "PLAID-SECRET": re.findall(r"secret +(\S+)", printed)[0],
        }
        tokens = dict(re.findall(r"^  (access-\S+) +(.+)$", printed, re.MULTILINE))
        assert set(tokens) == set(DATASET.items)
        with httpx.Client(base_url=_url(printed), headers=keys) as http:
            statuses = {token: http.post(PATH, json={"access_token": token}).status_code for token in tokens}
        lines = printed.partition("Try it\n")[2].partition("\n\n")[0]
        curl, url, *options = shlex.split(lines.replace("\\\n", " "))
        pairs = list(zip(options[::2], options[1::2], strict=True))
        headers = dict(value.split(": ") for flag, value in pairs if flag == "-H")
        (body,) = [value for flag, value in pairs if flag == "-d"]
        copied = httpx.post(url, content=body, headers=headers)
    assert statuses == {
        token: int(title.split()[1]) if title.startswith("always ") else 200 for token, title in tokens.items()
    }
    assert (curl, len(copied.json()["accounts"])) == ("curl", len(data.EVERYDAY.accounts))


def test_page_and_reference_server_share_a_port() -> None:
    """The printed address shows the page, which sends to the reference server, and is that server."""
    with _started("--rate-limit", "2") as url:
        assert "Requests go to <strong>the reference server</strong>" in httpx.get(url + "/").text
        assert Form(url).result()["response"]["status"] == 200
        statuses = [httpx.post(url + PATH, json=BODY, headers=KEYS).status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_base_url_selects_another_server() -> None:
    """With --base-url the page sends there with the environment's secrets, and there is no reference server."""
    with running(create_app()) as other, _started("--base-url", other.url, environment=credentials()) as url:
        assert f"Requests go to <strong>{other.url}</strong>" in httpx.get(url + "/").text
        form = Form(url, client_id="<client_id>", secret="<secret>", body='{"access_token": "<access_token>"}')
        result = form.result()
        assert result["request"]["line"] == f"POST {other.url}/accounts/get"
        assert result["response"]["status"] == 200
        assert httpx.post(f"{url}/accounts/get", json={}, headers={"Origin": url}).status_code == 404


def test_webhooks_go_to_the_given_address() -> None:
    """With --webhook the Items name that address, and an account can be opened."""
    address = f"http://127.0.0.1:{free_port()}/plaid"
    with _started("--webhook", address) as url, httpx.Client(base_url=url, headers=KEYS) as http:
        assert http.post("/accounts/get", json=BODY).json()["item"]["webhook"] == address
        assert http.post("/reference-server/open-account", json=BODY).json()["webhook"]["url"] == address
        # A name of another site that leads to this machine may not make the server send anything.
        foreign = [http.post(path, json=BODY, headers={"Host": "evil.example"}) for path in ("/accounts/get", "/x")]
        assert [response.status_code for response in foreign] == [403, 403]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(number: signal.Signals) -> None:
    """Ctrl-C and a termination signal stop it with exit status 0, without a traceback, and free the port."""
    with started("serve") as (server, printed):
        url = _url(printed)
        assert httpx.post(f"{url}{PATH}", json={}, headers=KEYS).status_code == 400
        server.send_signal(number)
        output, errors = server.communicate(timeout=30)
    assert server.returncode == 0
    assert url.startswith("http://127.0.0.1:")
    assert output == ""
    assert re.fullmatch(r"\d\d:\d\d:\d\d 400 request_id=\w{15} MISSING_FIELDS\n", errors)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_a_port_in_use_is_one_line() -> None:
    """A port in use is exit status 2 and one line that names it and the options to change."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = process("serve", "--port", str(port))
    assert result.status == 2
    assert result.err.count("\n") == 1
    assert result.err.startswith(f"cannot listen on 127.0.0.1 port {port}: Address already in use. Give another --port")


@pytest.mark.parametrize("host", ["203.0.113.1", "x" * 64])
def test_a_host_that_is_not_here_is_one_line(host: str) -> None:
    """An address that this machine does not have is exit status 2 and one line, after the warning."""
    result = process("serve", "--host", host, "--port", "0")
    assert result.status == 2
    assert [line.split(":")[0] for line in result.err.splitlines()] == ["warning", f"cannot listen on {host} port 0"]


def test_an_exposed_server_prints_a_warning() -> None:
    """An address that other machines can reach is served with a warning."""
    with started("serve", "--host", "0.0.0.0") as (server, printed):  # noqa: S104 - that is the case tested
        port = _url(printed).rpartition(":")[2]
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
        server.terminate()
        errors = server.communicate(timeout=30)[1]
    assert errors.startswith("warning: other machines can reach 0.0.0.0, and the credentials of this server are public")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--port", "x"], "argument --port: invalid port 'x': must be a number from 0 to 65535"),
        (["--port", "65536"], "argument --port: invalid port '65536': must be a number from 0 to 65535"),
        (["--port", "-1"], "argument --port"),
        (["--rate-limit", "0"], "argument --rate-limit: invalid limit '0': must be a number, at least 1"),
        (["--prot", "1"], "unrecognized arguments: --prot 1"),
    ],
)
def test_invalid_options_are_named(options: list[str], message: str) -> None:
    """An invalid option is exit status 2 and a message that names it, without a traceback."""
    result = command("serve", *options, ends=2)
    assert message in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--base-url", "sandbox.plaid.com"], "must begin with http:// or https://"),
        (["--base-url", "https://user:key@gateway.example"], "the base URL contains a user name"),
        (["--base-url", "http://127.0.0.1:1", "--rate-limit", "5"], "omit it with --base-url"),
        (["--base-url", "http://127.0.0.1:1", "--webhook", "http://127.0.0.1:2"], "--webhook configures the reference"),
        (["--base-url", "http://127.0.0.1:1", "--host", "192.0.2.1"], "let other machines use your credentials"),
        (["--base-url", "http://127.0.0.1:1"], "CONTRACT_SECRET not set"),
        (["--base-url", "https://127.0.0.1:1"], "--ca-file: cannot read /missing.pem as PEM"),
    ],
)
def test_invalid_options_are_one_line(options: list[str], message: str) -> None:
    """An invalid URL, missing credentials or certificates, and options that would risk credentials end in one line."""
    known = {
        name: value for name, value in credentials().items() if "SECRET not set" not in message or "SECRET" not in name
    }
    known |= {"CONTRACT_CA_FILE": "/missing.pem"} if "--ca-file" in message else {}
    result = command("serve", "--port", "0", *options, environment=known)
    assert (result.status, result.out, result.err.count("\n")) == (2, "", 1)
    assert message in result.err


def test_a_missing_viewer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the viewer is not installed, the message says how to install it."""
    monkeypatch.setattr(viewer, "_VIEWER", "no-such-package")
    with pytest.raises(
        viewer.PageMissing, match=r'swagger-ui-bundle.js is missing: pip install "plaid-accounts-contract'
    ):
        viewer.viewer_file("javascripts/swagger-ui-bundle.js")


def test_control_is_off_by_default() -> None:
    """Only with --control a request scripts what the server does next, and none from another site."""
    failing = {"error_code": "ACCOUNTS_LIMIT", "retry_after": 2}
    with _started("--control") as url, httpx.Client(base_url=url, headers=KEYS) as http:
        foreign = http.post("/reference-server/fail-next", json=failing, headers={"Origin": "http://elsewhere.example"})
        scripted = http.post("/reference-server/fail-next", json=failing)
        responses = [http.post(PATH, json=BODY) for _ in range(2)]
        assert [call["status"] for call in http.get("/reference-server/calls").json()] == [429, 200]
    assert (foreign.status_code, scripted.status_code) == (403, 200)
    assert [response.status_code for response in responses] == [429, 200]
    assert responses[0].headers["retry-after"] == "2"
    with _started() as url:
        assert httpx.post(f"{url}/reference-server/fail-next", json=failing).status_code == 404
