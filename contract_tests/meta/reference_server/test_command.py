"""The command `python -m plaid_accounts_contract.reference_server`, run as a user runs it."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest

from meta.reference_server.caller import KEYS, PATH
from plaid_accounts_contract.reference_server import data, reference_world

COMMAND = [sys.executable, "-m", "plaid_accounts_contract.reference_server"]


@contextmanager
def _started(*options: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Yield the process and its output up to the line on how to stop it."""
    # Buffered, as output to a file or a pipe is.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    process = subprocess.Popen(
        [*COMMAND, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                break
        yield process, "".join(lines)
    finally:
        process.kill()
        process.communicate()


def _url(printed: str) -> str:
    found = re.search(r"http://\S+", printed)
    assert found, printed
    return found.group()


def _failed(*options: str) -> tuple[int, str]:
    finished = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=60, check=False)
    assert finished.stdout == ""
    return finished.returncode, finished.stderr


def test_it_listens_before_it_prints() -> None:
    """The printed URL, credentials and tokens work immediately, each token as described."""
    with _started("--port", "0") as (_, printed):
        url = _url(printed)
        keys = {
            "PLAID-CLIENT-ID": re.findall(r"client_id +(\S+)", printed)[0],
            "PLAID-SECRET": re.findall(r"secret +(\S+)", printed)[0],
        }
        tokens = dict(re.findall(r"^  (access-\S+) +(.+)$", printed, re.MULTILINE))
        assert set(tokens) == set(reference_world().items)
        with httpx.Client(base_url=url, headers=keys) as http:
            statuses = {token: http.post(PATH, json={"access_token": token}).status_code for token in tokens}
    assert statuses == {
        token: int(title.split()[1]) if title.startswith("always ") else 200 for token, title in tokens.items()
    }


def test_the_printed_curl_line_works() -> None:
    """The request to copy, parsed like in a shell, lists the everyday accounts."""
    with _started("--port", "0") as (_, printed):
        lines = printed.partition("Try it\n")[2].partition("\n\n")[0]
        words = shlex.split(lines.replace("\\\n", " "))
        assert words.pop(0) == "curl"
        url = words.pop(0)
        options = list(zip(words[::2], words[1::2], strict=True))
        headers = dict(value.split(": ") for flag, value in options if flag == "-H")
        (body,) = [value for flag, value in options if flag == "-d"]
        response = httpx.post(url, content=body, headers=headers)
    assert len(response.json()["accounts"]) == len(data.EVERYDAY.accounts)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(number: signal.Signals) -> None:
    """Ctrl-C and a termination signal stop it with exit status 0, without a traceback, and free the port."""
    with _started("--port", "0") as (process, printed):
        url = _url(printed)
        assert httpx.post(f"{url}{PATH}", json={}, headers=KEYS).status_code == 400
        process.send_signal(number)
        output, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert url.startswith("http://127.0.0.1:")
    assert output == ""
    assert re.fullmatch(r"\d\d:\d\d:\d\d 400 request_id=\w{15} MISSING_FIELDS\n", errors)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_the_rate_limit_is_enforced() -> None:
    """With --rate-limit 2, the third request for an Item is a 429."""
    with _started("--port", "0", "--rate-limit", "2") as (_, printed):
        body = {"access_token": data.EVERYDAY.access_token}
        statuses = [httpx.post(_url(printed) + PATH, json=body, headers=KEYS).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_a_port_in_use_is_one_line() -> None:
    """A port in use is exit status 2 and one line that names it and the options to change."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, errors = _failed("--port", str(port))
    assert status == 2
    assert errors.count("\n") == 1
    assert errors.startswith(f"cannot listen on 127.0.0.1 port {port}: Address already in use. Give another --port")


@pytest.mark.parametrize("host", ["203.0.113.1", "x" * 64])
def test_a_host_that_is_not_here_is_one_line(host: str) -> None:
    """An address that this machine does not have is exit status 2 and one line, after the warning."""
    status, errors = _failed("--host", host, "--port", "0")
    assert status == 2
    assert [line.split(":")[0] for line in errors.splitlines()] == ["warning", f"cannot listen on {host} port 0"]


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
    status, errors = _failed(*options)
    assert status == 2
    assert message in errors
    assert "Traceback" not in errors


def test_an_exposed_server_prints_a_warning() -> None:
    """An address that other machines can reach is served with a warning."""
    with _started("--host", "0.0.0.0", "--port", "0") as (process, printed):  # noqa: S104 (that is the case tested)
        port = _url(printed).rpartition(":")[2]
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 404
        process.terminate()
        errors = process.communicate(timeout=30)[1]
    assert errors.startswith("warning: other machines can reach 0.0.0.0, and the credentials of this server are public")


def test_help_is_complete() -> None:
    """--help describes what is served, every option with its default, examples and exit statuses."""
    finished = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, timeout=60, check=True)
    for words in [
        "POST /accounts/get",
        "--host",
        "127.0.0.1",
        "--port",
        "8000",
        "--rate-limit",
        "examples:",
        "exit status",
    ]:
        assert words in finished.stdout
