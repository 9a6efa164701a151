"""Servers of other hands, in several languages, conform behind a path prefix, with whatever settings are known."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from meta.commands import command, free_port

FOLDER = Path(__file__).parent / "conforming"
NODE_HOME = FOLDER.parents[1] / "node"
DATA = json.loads((FOLDER / "accounts.json").read_text("utf-8"))
PREFIX = "/plaid/v1"
FIRST, BY_HAND = DATA["items"]
KEYS = {"CONTRACT_CLIENT_ID": DATA["client_id"], "CONTRACT_SECRET": DATA["secret"], "CONTRACT_ACCESS_TOKEN": FIRST}
OTHER_CLIENT = {
    "CONTRACT_OTHER_CLIENT_ID": DATA["other"]["client_id"],
    "CONTRACT_OTHER_SECRET": DATA["other"]["secret"],
}
ALL = {**KEYS, **OTHER_CLIENT, "CONTRACT_OTHER_ACCESS_TOKEN": BY_HAND, "CONTRACT_CLOSED_ACCOUNT_ID": DATA["closed"]}


@contextmanager
def serving(kind: str, folder: Path) -> Generator[str]:
    """Run a server while the block runs, and yield its base URL; skip what this machine can't run."""
    port = free_port()
    with subprocess.Popen(_program(kind, str(port), folder), cwd=FOLDER, stderr=subprocess.PIPE) as server:
        try:
            while not _listens(port):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    pytest.fail(f"{kind} ended with {server.wait(0.05)}: {(server.stderr or sys.stdin).read()!r}")
            yield f"http://127.0.0.1:{port}{PREFIX}"
        finally:
            server.terminate()


def _program(kind: str, port: str, folder: Path) -> list[str]:
    if kind == "python":
        return [sys.executable, "plain_server.py", port, PREFIX]
    if kind == "express":
        if not (shutil.which("node") and (NODE_HOME / "node_modules" / "express").is_dir()):
            pytest.skip("node or express is not installed")
        return ["node", "express_server.mjs", port, PREFIX, str(NODE_HOME)]
    go = shutil.which("go", path=f"{os.environ['PATH']}:/usr/local/go/bin")
    if not go:
        pytest.skip("go is not installed")
    built = folder / "server"
    caches = {"GOCACHE": str(folder / "cache"), "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    subprocess.run([go, "build", "-o", built, "server.go"], cwd=FOLDER, env={**os.environ, **caches}, check=True)
    return [str(built), port, PREFIX, "accounts.json"]


def _listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def test_a_server_of_the_standard_library_conforms(tmp_path: Path) -> None:
    """Behind a prefix, a server that does what Plaid was seen to do conforms."""
    with serving("python", tmp_path) as url:
        result = command("check", url, "--quick", environment=ALL)
    assert result.status == 0, result.out + result.err


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["python", "go", "express"])
def test_servers_of_other_hands_conform(kind: str, tmp_path: Path) -> None:
    """Each server conforms at several seeds."""
    with serving(kind, tmp_path) as url:
        for seed in ("1", "2", "3"):
            result = command("check", url, "--seed", seed, "--examples", "30", environment=ALL)
            assert result.status == 0, result.out + result.err


def test_what_no_setting_lets_fail_is_not_observed(tmp_path: Path) -> None:
    """With one Item, one account and three variables, clauses about others name what they need instead of passing."""
    with serving("python", tmp_path) as url:
        few = command("check", url, "--quick", environment={**KEYS, "CONTRACT_ACCESS_TOKEN": BY_HAND})
        wrong = command("check", url, "--quick", environment={**KEYS, **OTHER_CLIENT, "CONTRACT_OTHER_SECRET": "no"})
    assert few.status == 0, few.out + few.err
    rows = {line.split()[0]: " ".join(line.split()[2:]) for line in few.out.splitlines() if "  MUST  " in line}
    assert rows["own-item-only"] == "not observed 0 needs CONTRACT_OTHER_ACCESS_TOKEN"
    assert rows["clients-kept-apart"] == "not observed 0 needs CONTRACT_OTHER_CLIENT_ID"
    assert rows["active-accounts-only"] == "not observed 0 needs CONTRACT_CLOSED_ACCOUNT_ID"
    assert rows["item-error-returned"] == "not observed 0 needs CONTRACT_ERROR_TOKENS"
    assert rows["account-ids-filter"] == "not observed 0 needs an Item with several accounts"
    assert wrong.status == 2
    assert "must be the keys of another client" in wrong.err
