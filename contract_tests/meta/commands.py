"""The command, run in this process or, as by its user, in one of its own."""

import contextlib
import io
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

import attrs

from plaid_accounts_contract.cli import main
from plaid_accounts_contract.reference_server import Dataset, reference_dataset
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.settings import Settings

QUICK = ("--quick", "--operations", "accountsGet")
"""Options for a short run, of the primary operation alone."""


@attrs.frozen
class Result:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str


def credentials(dataset: Dataset | None = None) -> dict[str, str]:
    """Return the environment variables for a server that serves `dataset`, with all that is known of it."""
    found = complete(Settings(), dataset or reference_dataset(), "")
    return {
        "CONTRACT_CLIENT_ID": found.client_id,
        "CONTRACT_SECRET": found.secret,
        "CONTRACT_ACCESS_TOKEN": found.access_token,
        "CONTRACT_OTHER_ACCESS_TOKEN": ",".join(found.other_access_token),
        "CONTRACT_CLOSED_ACCOUNT_ID": found.closed_account_id,
    }


def command(
    *arguments: str, environment: Mapping[str, str] | None = None, stdin: str = "", ends: int | None = None
) -> Result:
    """Run the command in this process, which is faster, and check that it ends with the status `ends` if one is given."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, _variables(environment), clear=True),
        mock.patch("sys.stdin", io.StringIO(stdin)),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            status = main.main(arguments)
        except SystemExit as ended:  # argparse ends so.
            status = int(ended.code or 0)
    assert ends in (None, status), out.getvalue() + err.getvalue()
    return Result(status, out.getvalue(), err.getvalue())


def process(*arguments: str, environment: Mapping[str, str] | None = None, cwd: Path | None = None) -> Result:
    """Run `python -m plaid_accounts_contract` with these arguments and settings, as its user does."""
    ended = subprocess.run(
        [sys.executable, "-m", "plaid_accounts_contract", *arguments],
        env=_variables(environment), cwd=cwd, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    return Result(ended.returncode, ended.stdout, ended.stderr)


@contextmanager
def started(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Run a command that serves until the block ends; yield its process, and its output up to the line on how to stop it."""
    # Buffered, as output to a file or a pipe is.
    variables = {name: value for name, value in _variables(environment).items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [sys.executable, "-m", "plaid_accounts_contract", *arguments, "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=variables, text=True, encoding="utf-8",
    ) as server:  # fmt: skip
        assert server.stdout is not None
        lines: list[str] = []
        try:
            for line in server.stdout:
                lines.append(line)
                if "Ctrl-C" in line:
                    break
            yield server, "".join(lines)
        finally:
            server.kill()
            server.communicate()


@contextmanager
def listening(program: Sequence[str | Path], port: int, cwd: Path) -> Generator[str]:
    """Run a program that serves on `port` while the block runs, and yield its address once it listens."""
    with tempfile.TemporaryFile() as log, subprocess.Popen(program, cwd=cwd, stdout=log, stderr=log) as server:
        try:
            while not _listens(port):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    status = server.wait(0.05)
                    log.seek(0)
                    raise AssertionError(f"{program[0]} ended with {status}: {log.read()!r}")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        return port


def _variables(settings: Mapping[str, str] | None) -> dict[str, str]:
    """Return the environment with these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONTRACT_", "PLAID_"))}
    return {**kept, **(settings or {})}
