"""Independent servers, in several languages, conform behind a path prefix, with whatever settings are known."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from meta.commands import command, free_port, listening
from meta.programs import missing, program

FOLDER = Path(__file__).parent / "conforming"
NODE_HOME = FOLDER.parents[1] / "node"
DATA = json.loads((FOLDER / "accounts.json").read_text("utf-8"))
PREFIX = "/plaid/v1"
FIRST, BY_HAND = DATA["items"]
KEYS = {"CONTRACT_CLIENT_ID": DATA["client_id"], "CONTRACT_SECRET": DATA["secret"], "CONTRACT_ACCESS_TOKEN": FIRST}
VALID = ("client_id", "secret", "access_token")
OTHER_CLIENT = {
    "CONTRACT_OTHER_CLIENT_ID": DATA["other"]["client_id"],
    "CONTRACT_OTHER_SECRET": DATA["other"]["secret"],
}
ALL = {**KEYS, **OTHER_CLIENT, "CONTRACT_OTHER_ACCESS_TOKEN": BY_HAND, "CONTRACT_CLOSED_ACCOUNT_ID": DATA["closed"]}


@contextmanager
def serving(kind: str, folder: Path) -> Generator[str]:
    """Run a server while the block runs, and yield its base URL; skip what this machine can't run."""
    port = free_port()
    with listening(_program(kind, str(port), folder), port, FOLDER) as address:
        yield address + PREFIX


def _program(kind: str, port: str, folder: Path) -> list[str]:
    if kind == "python":
        return [sys.executable, "plain_server.py", port, PREFIX]
    if kind == "fastapi":
        python = os.environ.get("FASTAPI_PYTHON") or missing("FASTAPI_PYTHON is not set; run `make test-slow`")
        return [python, "fastapi_server.py", port, PREFIX]
    if kind == "express":
        if not (NODE_HOME / "node_modules" / "express").is_dir():
            missing("express is not installed; run `make test-slow`")
        return [program("node"), "express_server.mjs", port, PREFIX, str(NODE_HOME)]
    built = folder / "server"
    caches = {"GOCACHE": str(folder / "cache"), "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    build = [program("go"), "build", "-o", str(built), "server.go"]
    subprocess.run(build, cwd=FOLDER, env={**os.environ, **caches}, check=True)
    return [str(built), port, PREFIX, "accounts.json"]


def _post(url: str, content: bytes) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    sent = httpx.post(f"{url}/accounts/get", content=content, headers=headers, trust_env=False)
    return dict(sent.json())


def _written(**changes: Any) -> bytes:
    """Return a valid body with some changes."""
    return json.dumps({**dict(zip(VALID, KEYS.values(), strict=True)), **changes}).encode()


def test_a_server_that_does_what_plaid_does_conforms(tmp_path: Path) -> None:
    """Behind a prefix, a server conforms that does what Plaid was seen to do, and what most frameworks do."""
    with serving("python", tmp_path) as url:
        assert _post(url, _written(client_id="test"))["error_code"] == "INVALID_FIELD"
        assert _post(url, _written(options={"account_ids": []}))["error_code"] == "INVALID_FIELD"
        balances = _post(url, _written(access_token=BY_HAND))["accounts"][0]["balances"]
        assert balances["available"] is balances["current"] is None
        times = {_post(url, _written())["item"]["consent_expiration_time"] for _ in range(2)}
        assert len(times) == 2
        assert len({datetime.fromisoformat(time) for time in times}) == 1
        command("check", url, "--quick", environment=ALL, ends=0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["python", "fastapi", "go", "express"])
def test_servers_of_other_hands_conform(kind: str, tmp_path: Path) -> None:
    """Each server conforms at several seeds, also if it reads UTF-16, or makes a text of bytes that are not UTF-8."""
    with serving(kind, tmp_path) as url:
        malformed = _post(url, _written(access_token="?").replace(b"?", b"\xff"))
        assert malformed["error_code"] == ("INVALID_ACCESS_TOKEN" if kind in ("go", "express") else "INVALID_BODY")
        results = [
            command("check", url, "--seed", seed, *length, environment=ALL)
            for seed, *length in (("1", "--examples", "30"), ("2", "--quick"), ("3", "--quick"))
        ]
    assert [result.status for result in results] == [0, 0, 0], results[0].out
    not_met = re.search(r"^body-in-utf-8 +SHOULD +fail", results[0].out, re.MULTILINE) is not None
    assert not_met is (kind in ("python", "fastapi"))


@pytest.mark.slow
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
