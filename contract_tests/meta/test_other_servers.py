"""Conforming servers pass, whatever they do where the contract leaves a choice: other frameworks, and nginx in front."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from string import Template

import httpx
import pytest

from meta.commands import QUICK, Result, command, credentials, free_port, listening, process
from meta.other_servers import serving
from meta.programs import program
from plaid_accounts_contract.reference_server import create_app, running

ROOT = Path(__file__).parents[2]


def _passes(result: Result) -> None:
    assert result.status == 0, result.out + result.err
    assert result.out.splitlines()[-1].startswith("PASS")


@pytest.mark.slow
def test_a_wsgi_application_is_checked_in_process() -> None:
    """--app loads a WSGI application by name."""
    name = "contract_tests.meta.other_servers:app"
    _passes(process("check", "--app", name, *QUICK, environment=credentials(), cwd=ROOT))


@pytest.mark.slow
def test_an_asgi_application_is_checked_in_process(tmp_path: Path) -> None:
    """--app loads an ASGI application by name, from the current folder."""
    module = "from plaid_accounts_contract.reference_server import create_app\napp = create_app()\n"
    (tmp_path / "service.py").write_text(module)
    _passes(process("check", "--app", "service:app", *QUICK, environment=credentials(), cwd=tmp_path))


def test_a_plain_http_server_is_checked() -> None:
    """A server with HTTP/1.0, gzip, unknown fields and 405 without Allow conforms."""
    with serving() as url:
        _passes(command("check", url, "--quick", "--seed", "2", environment=credentials()))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("service", "expected package.module:name"),
        ("no_such_module:app", "cannot load"),
        ("json:no_such_name", "cannot load"),
        ("json:__doc__", "is a str, not an application"),
    ],
)
def test_an_application_that_cannot_be_loaded_is_named(name: str, reason: str) -> None:
    """An --app that cannot be loaded ends with status 2 and the reason."""
    result = command("check", "--app", name, environment=credentials())
    assert result.status == 2
    assert reason in result.err


@contextmanager
def _behind_nginx(folder: Path) -> Generator[str]:
    """Serve the reference server behind nginx and yield the base URL of nginx."""
    nginx, port, configuration = program("nginx"), free_port(), folder / "nginx.conf"
    with running(create_app()) as server:
        upstream = server.url.removeprefix("http://")
        template = Template(Path(__file__).with_name("nginx.conf").read_text("utf-8"))
        configuration.write_text(template.substitute(FOLDER=folder, UPSTREAM=upstream, PORT=port))
        with listening([nginx, "-p", folder, "-e", "stderr", "-c", configuration], port, folder) as url:
            yield url


def test_a_server_behind_nginx_conforms(tmp_path: Path) -> None:
    """The reference server conforms behind nginx, which compresses and rejects some requests itself."""
    with _behind_nginx(tmp_path) as url:
        known = credentials()
        keys = {"client_id": known["CONTRACT_CLIENT_ID"], "secret": known["CONTRACT_SECRET"]}
        response = httpx.post(
            f"{url}/accounts/get", json={**keys, "access_token": known["CONTRACT_ACCESS_TOKEN"]}, trust_env=False
        )
        assert response.status_code == 200
        assert response.headers["content-encoding"] == "gzip"
        assert response.headers["server"].startswith("nginx")
        result = command("check", url, *QUICK, environment=known)
    _passes(result)
