"""Servers that others might have written: conforming ones raise no alarm, whatever they do where the contract is open."""

from __future__ import annotations

from pathlib import Path

import pytest

from meta.checks import Result, command, credentials
from meta.other_servers import plain

ROOT = Path(__file__).parents[2]


def _accepted(result: Result) -> None:
    assert result.status == 0, result.out + result.err
    assert result.out.splitlines()[-1].startswith("PASS")


def test_a_wsgi_application_is_checked_in_process() -> None:
    """--app takes a WSGI application by its name."""
    name = "contract_tests.meta.other_servers.wsgi:app"
    _accepted(command("check", "--app", name, "--quick", environment=credentials(), cwd=ROOT))


def test_an_asgi_application_is_checked_in_process(tmp_path: Path) -> None:
    """--app takes an ASGI application by its name, from the current folder."""
    module = "from plaid_accounts_contract.reference_server import create_app\napp = create_app()\n"
    (tmp_path / "service.py").write_text(module)
    _accepted(command("check", "--app", "service:app", "--quick", environment=credentials(), cwd=tmp_path))


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_plain_http_server_is_checked(seed: str) -> None:
    """A server with HTTP/1.0, gzip, unknown fields and 405 without Allow conforms."""
    with plain.serving() as url:
        _accepted(command("check", url, "--quick", "--seed", seed, environment=credentials()))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("service", "expected package.module:name"),
        ("no_such_module:app", "cannot load"),
        ("json:no_such_name", "cannot load"),
        ("json:__doc__", "is a str, not an application"),
    ],
)
def test_an_application_that_cannot_be_loaded_is_named(name: str, said: str) -> None:
    """What --app cannot load ends with status 2 and the reason."""
    result = command("check", "--app", name, environment=credentials())
    assert result.status == 2
    assert said in result.err
