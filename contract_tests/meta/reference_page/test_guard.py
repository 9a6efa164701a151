"""The page answers to its own address alone, in strict headers."""

from __future__ import annotations

from collections.abc import Generator

import httpx
import pytest

from meta.reference_page.pages import SEND, WORLD, Form, page
from plaid_accounts_contract.reference_server import data

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


@pytest.fixture(scope="module")
def url() -> Generator[str]:
    """Give the page of the reference server."""
    with page() as served:
        yield served


@pytest.mark.parametrize("path", ["/", "/reference-page/openapi.json", "/reference-page/page.js", "/reference-page/x"])
def test_every_answer_has_the_headers(url: str, path: str) -> None:
    """The policy allows no inline script, no inline style, no other host, no frame and no form that leads elsewhere."""
    headers = httpx.get(url + path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "a:b:c"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_name_of_this_machine_is_refused(url: str, method: str, host: str) -> None:
    """A name that leads here without being this machine's own is refused before anything is shown or sent."""
    path = "/" if method == "GET" else SEND
    response = httpx.request(method, url + path, headers={"Host": host, "Origin": f"http://{host}"})
    assert response.status_code == 403
    assert "not an address of the reference page" in response.text


@pytest.mark.parametrize("name", ["localhost", "page.localhost", "[::1]", "192.0.2.1"])
def test_addresses_and_localhost_are_taken(url: str, name: str) -> None:
    """An address, which nobody can make lead elsewhere, and localhost are names of the page."""
    port = url.rpartition(":")[2]
    assert httpx.get(url + "/", headers={"Host": f"{name}:{port}"}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:1", None])
def test_another_site_cannot_send(url: str, origin: str | None) -> None:
    """A request to send that does not come from the page itself is refused."""
    headers = {} if origin is None else {"Origin": origin}
    response = httpx.post(url + SEND, json={}, headers=headers)
    assert response.status_code == 403
    assert "only the reference page itself" in response.text


def test_the_reference_server_is_as_it_was(url: str) -> None:
    """Behind the page, every path but the page's own is the reference server's, headers and errors included."""
    keys = {"PLAID-CLIENT-ID": WORLD.credentials.client_id, "PLAID-SECRET": WORLD.credentials.secret}
    answer = httpx.post(f"{url}/accounts/get", json={"access_token": data.EVERYDAY.access_token}, headers=keys)
    assert answer.status_code == 200
    assert "content-security-policy" not in answer.headers
    assert httpx.post(f"{url}/", json={}).json()["error_type"] == "INVALID_REQUEST"
    assert httpx.get(f"{url}/favicon.ico").status_code == 404


def test_no_path_reaches_other_files(url: str) -> None:
    """Only the page's own files are served."""
    for path in ("/reference-page/command.py", "/reference-page/..%2fcli.py", "/reference-page/../cli.py"):
        assert httpx.get(url + path).status_code == 404


def test_test_request_is_a_post(url: str) -> None:
    """Nothing is sent for a GET, which a link of another site could cause."""
    assert httpx.get(url + SEND).status_code in (404, 405)
    assert Form(url).answer()["answered"]["status"] == 200
