"""Conforming servers pass, whatever they do where the contract leaves a choice: other frameworks, and nginx in front."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from string import Template

import httpx
import pytest

from meta.commands import QUICK, Result, command, credentials, free_port, listening, process
from meta.programs import program
from plaid_accounts_contract.reference_server import create_app, running

ROOT = Path(__file__).parents[2]


def _passes(result: Result) -> None:
    assert result.status == 0, result.out + result.err
    assert result.out.splitlines()[-1].startswith("PASS")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["APP", "app"], ids=["ASGI", "WSGI"])
def test_an_application_is_checked_in_process(name: str) -> None:
    """--app loads an ASGI or WSGI application by name, from the current folder."""
    application = f"contract_tests.meta.other_servers:{name}"
    _passes(process("check", "--app", application, *QUICK, environment=credentials(), cwd=ROOT))


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
