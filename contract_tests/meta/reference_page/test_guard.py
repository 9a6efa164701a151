"""The page only accepts its own address and origin, and sends strict headers."""

from collections.abc import Generator

import httpx
import pytest

from meta.reference_page.pages import SEND, WORLD, page
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
    """Serve the page of the reference server."""
    with page() as served:
        yield served


@pytest.mark.parametrize("path", ["/", "/reference-page/openapi.json", "/reference-page/page.js", "/reference-page/x"])
def test_every_response_has_the_headers(url: str, path: str) -> None:
    """The policy allows no inline script, no inline style, no other host, no frame and no form target."""
    headers = httpx.get(url + path).headers
    assert dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; ")) == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert not {"set-cookie", "access-control-allow-origin"} & set(headers)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "a:b:c"])
def test_a_foreign_host_is_rejected(url: str, host: str) -> None:
    """A foreign name that resolves to this machine is rejected before anything is shown or sent."""
    for method, path in (("GET", "/"), ("POST", SEND)):
        response = httpx.request(method, url + path, headers={"Host": host, "Origin": f"http://{host}"})
        assert response.status_code == 403
        assert "not an address of this server" in response.text


@pytest.mark.parametrize("name", ["localhost", "page.localhost", "[::1]", "192.0.2.1"])
def test_ip_addresses_and_localhost_are_accepted(url: str, name: str) -> None:
    """IP addresses, which cannot be rebound, and localhost are names of the page."""
    assert httpx.get(url + "/", headers={"Host": f"{name}:{url.rpartition(':')[2]}"}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:1", None])
def test_another_site_cannot_send(url: str, origin: str | None) -> None:
    """A request to send that does not come from the page itself is rejected; a GET never sends."""
    response = httpx.post(url + SEND, json={}, headers={} if origin is None else {"Origin": origin})
    assert response.status_code == 403
    assert "only the reference page itself" in response.text
    assert httpx.get(url + SEND).status_code in (404, 405)


def test_the_reference_server_is_unchanged(url: str) -> None:
    """Every path but the page's own is the reference server's, headers and errors included."""
    keys = {"PLAID-CLIENT-ID": WORLD.credentials.client_id, "PLAID-SECRET": WORLD.credentials.secret}
    response = httpx.post(f"{url}/accounts/get", json={"access_token": data.EVERYDAY.access_token}, headers=keys)
    assert response.status_code == 200
    assert "content-security-policy" not in response.headers
    assert httpx.post(f"{url}/", json={}).json()["error_type"] == "INVALID_REQUEST"
    assert httpx.get(f"{url}/favicon.ico").status_code == 404


def test_no_path_reaches_other_files(url: str) -> None:
    """Only the page's own files are served."""
    for path in ("/reference-page/command.py", "/reference-page/..%2fguard.py", "/reference-page/../guard.py"):
        assert httpx.get(url + path).status_code == 404
