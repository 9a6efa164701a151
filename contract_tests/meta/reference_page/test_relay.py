"""The page without a browser: whom it serves, what Test request sends, shows of the response, and rejects."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest

from meta.compare.edits import edited
from meta.injection import MutableResponse
from meta.reference_page.pages import CONTRACT, DATASET, SEND, Form, page, page_elsewhere, secrets
from meta.reference_server.caller import KEYS
from plaid_accounts_contract.client.misbehaving_servers import hang, reset, serving
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_page.app import create_app
from plaid_accounts_contract.reference_page.destination import Destination
from plaid_accounts_contract.reference_page.relay import indented
from plaid_accounts_contract.reference_server import data, error_token, running
from plaid_accounts_contract.settings import Settings

TOKEN = data.EVERYDAY.access_token
PLACEHOLDERS = {"client_id": "<client_id>", "secret": "<secret>", "body": '{"access_token": "<access_token>"}'}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def test_a_response_comes_with_time_and_verdict(url: str) -> None:
    """A valid request shows the status, the time, the whole body as it came, and the clauses that it met."""
    result = Form(url).result()
    assert result["response"]["line"] == "200 OK"
    assert result["milliseconds"] > 0
    assert result["conforms"]
    assert len(json.loads(result["response"]["body"])["accounts"]) == len(data.EVERYDAY.accounts)
    assert {"status-documented", "media-type", "schema-200", "request-id-present"} <= {
        clause["clause"] for clause in result["clauses"] if clause["met"]
    }


def test_a_destination_that_never_responds_blocks_nobody() -> None:
    """While requests wait for a response, more are rejected and the page is served; each wait ends with the timeout."""
    with serving(hang) as silent:
        settings = Settings(base_url=silent, timeout=1.0, client_id="a", secret="b", access_token="c")
        app = create_app(CONTRACT, Destination.elsewhere(settings, CONTRACT))
        with running(app) as served, ThreadPoolExecutor(20) as pool:
            sent = [pool.submit(Form(served.url).send) for _ in range(20)]
            assert httpx.get(served.url).status_code == 200
        assert {each.result().status_code for each in sent} <= {502, 503}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"secret": "wrong"}, "INVALID_API_KEYS"),
        ({"credentials": "none"}, "MISSING_FIELDS"),
        ({"body": json.dumps({"access_token": error_token("ITEM_LOGIN_REQUIRED")})}, "ITEM_LOGIN_REQUIRED"),
        ({"body": json.dumps({"access_token": error_token("PLANNED_MAINTENANCE")})}, "PLANNED_MAINTENANCE"),
        ({"body": '{"access_token": '}, "INVALID_BODY"),
        ({"body": ""}, "INVALID_BODY"),
        # The page of the reference server knows no secret, so a placeholder is sent as it is.
        ({"body": PLACEHOLDERS["body"]}, "INVALID_ACCESS_TOKEN"),
    ],
)
def test_an_error_is_a_response_like_any_other(url: str, changed: dict[str, str], code: str) -> None:
    """An error is shown with its error_code and checked: the reference server's conforms."""
    result = attrs.evolve(Form(url), **changed).result()
    assert json.loads(result["response"]["body"])["error_code"] == code
    assert result["conforms"]


@pytest.mark.parametrize("body", [f'{{"access_token": "{TOKEN}"}}', f' {{\n"access_token":"{TOKEN}"}}'])
def test_credentials_go_where_the_form_says(url: str, body: str) -> None:
    """In the body, the credentials come before what was typed; in the headers, the body is untouched."""
    inside = Form(url, credentials="body", body=body).result()
    assert inside["response"]["status"] == 200
    assert list(json.loads(inside["request"]["body"])) == ["client_id", "secret", "access_token"]
    assert not any(line.startswith("PLAID-") for line in inside["request"]["headers"])
    outside = Form(url, body=body).result()
    assert list(json.loads(outside["request"]["body"])) == ["access_token"]
    assert any(line.startswith("PLAID-SECRET: ") for line in outside["request"]["headers"])


def test_violations_are_listed_clause_by_clause() -> None:
    """Each broken clause comes with its path, got, expected and place."""

    def change(response: MutableResponse) -> None:
        value = response.value
        del value["accounts"][0]["mask"]
        value["accounts"][1]["type"] = "Depository"
        value["item"]["billed_products"] = ["balance"]
        response.value = value

    with page(change) as served:
        result = Form(served).result()
    assert not result["conforms"]
    broken = {clause["clause"]: clause for clause in result["clauses"] if not clause["met"]}
    assert set(broken) == {
        "#/components/schemas/Account/required/mask",
        "#/components/schemas/AccountType/enum",
        "balance-never-billed",
    }
    missing = broken["#/components/schemas/Account/required/mask"]
    assert (missing["path"], missing["got"], missing["expected"]) == ("accounts[0].mask", "nothing", "a value")
    line = CONTRACT.line(("components", "schemas", "Account", "required"))
    assert missing["place"].startswith(f"openapi.yaml:{line} ")
    assert "schema-200" not in {clause["clause"] for clause in result["clauses"] if clause["met"]}


@pytest.mark.parametrize(
    ("status", "clause"), [(418, "status-documented"), (200, "media-type"), (400, "response-encoding")]
)
def test_html_is_shown_and_checked(status: int, clause: str) -> None:
    """A page of HTML with any status is shown as it came, with escapes written out, and with its violations."""

    def change(response: MutableResponse) -> None:
        response.status, response.body = status, b"<h1>gateway</h1>\x1b[31m"
        kept = [header for header in response.headers if header[0] not in (b"content-type", b"content-length")]
        response.headers = [*kept, (b"content-type", b"text/html")]

    with page(change) as served:
        result = Form(served).result()
    assert result["response"]["body"] == "<h1>gateway</h1>\\x1b[31m"
    assert clause in {entry["clause"] for entry in result["clauses"] if not entry["met"]}


def test_a_long_body_is_cut() -> None:
    """Only the beginning of a long body is shown, but all of it is checked."""

    def change(response: MutableResponse) -> None:
        response.value = {**response.value, "padding": "x" * 300_000}

    with page(change) as served:
        result = Form(served).result()
    assert result["response"]["cut"]
    assert result["response"]["bytes"] > 300_000 > len(result["response"]["body"])
    assert result["conforms"]


def test_indenting_only_changes_white_space() -> None:
    """Indented text keeps every token, so amounts stay as they were written."""
    shown = '{\n  "a": [\n    1,\n    2.50,\n    {\n      "b": "x,{}\\"["\n    }\n  ],\n  "c": {},\n  "d": []\n}'
    assert indented('{"a":[1,2.50,{"b":"x,{}\\"["}],"c": {}, "d" :[]}') == shown
    assert indented("5000.0") == "5000.0"


def test_placeholders_are_replaced_by_the_secrets_of_the_environment() -> None:
    """Neither the page nor a result has a secret; requests with the placeholders succeed."""
    with page_elsewhere() as served:
        html = httpx.get(served + "/").text
        replies = [attrs.evolve(Form(served, **PLACEHOLDERS), credentials=place).send() for place in ("header", "body")]
        other = {**PLACEHOLDERS, "body": '{"access_token": "<other access_token 1>"}'}
        replies.append(Form(served, **other).send())
    assert [reply.json()["response"]["status"] for reply in replies] == [200, 200, 200]
    assert not [secret for secret in secrets() for text in (html, *(one.text for one in replies)) if secret in text]
    assert "&lt;access_token&gt; from the environment" in html


def test_an_echoed_secret_does_not_reach_the_browser() -> None:
    """A secret in a response is replaced everywhere, and the clause that forbids it is listed as broken."""

    def change(response: MutableResponse) -> None:
        response.headers.append((b"x-echo", response.request_headers["plaid-secret"].encode()))
        response.value = {**response.value, "echo": json.loads(response.request_body)}

    with page_elsewhere(change) as served:
        reply = Form(served, **PLACEHOLDERS).send()
    assert not [secret for secret in secrets() if secret in reply.text]
    assert "x-echo: <secret>" in reply.json()["response"]["headers"]
    assert "credentials-not-echoed" in {entry["clause"] for entry in reply.json()["clauses"] if not entry["met"]}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"operation": "accountsGte"}, "did you mean accountsGet?"),
        ({"operation": "https://elsewhere.example/"}, "https://elsewhere.example/"),
        ({"credentials": "query"}, "invalid credentials"),
        ({"secret": "line\r\nX-Other: 1"}, "a header cannot hold"),
        ({"client_id": "\N{SNOWMAN}"}, "a header cannot hold"),
        ({"credentials": "body", "body": "[]"}, "only a JSON object"),
        ({"body": '"\ud800"'}, "lone surrogate"),
        ({"body": "x" * 300_000}, "body is larger than"),
    ],
)
def test_an_invalid_form_is_rejected(url: str, changed: dict[str, str], message: str) -> None:
    """Nothing is sent for an operation that the contract lacks, or for values that no request can hold."""
    reply = attrs.evolve(Form(url), **changed).send()
    assert reply.status_code == 400
    assert message in reply.json()["problem"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"operation": 1}', b'{"url": "http://127.0.0.1:1/"}', b"\xff"], ids=repr
)
def test_other_bodies_are_rejected(url: str, body: bytes) -> None:
    """Only the fields of the form are accepted, as JSON; there is no way to name an address."""
    headers = {"Origin": url, "Content-Type": "application/json"}
    reply = httpx.post(url + SEND, content=body, headers=headers)
    assert reply.status_code == 400
    assert "invalid form" in reply.json()["problem"]
    fields: dict[str, Any] = {**attrs.asdict(Form(url)), "base_url": "http://127.0.0.1:1"}
    del fields["url"]
    assert httpx.post(url + SEND, json=fields, headers=headers).status_code == 400
    assert (
        httpx.post(url + SEND, content=b"{}", headers={"Origin": url, "Content-Type": "text/plain"}).status_code == 415
    )


def test_an_unreachable_server_is_named() -> None:
    """A connection without a response is a problem that names the destination."""
    with serving(reset) as other:
        settings = Settings(base_url=other, client_id="62f1", secret="s3cr3t-s3cr3t", access_token="t0ken-t0ken")
        with running(create_app(CONTRACT, Destination.elsewhere(settings, CONTRACT))) as served:
            reply = Form(served.url, **PLACEHOLDERS).send()
    assert reply.status_code == 502
    assert other in reply.json()["problem"]


@pytest.mark.parametrize("path", ["/", "/reference-page/openapi.json", "/reference-page/page.js", "/reference-page/x"])
def test_every_response_has_the_headers(url: str, path: str) -> None:
    """The policy allows no inline script, no inline style, no other host, no frame and no form target."""
    headers = httpx.get(url + path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert not {"set-cookie", "access-control-allow-origin"} & set(headers)


def test_deprecated_values_are_shown(tmp_path: Path) -> None:
    """The viewer gets the deprecated values of an enum as its description, since OpenAPI has no keyword for them."""
    contract = Contract.load(edited(tmp_path, "deprecations").source.path)
    with running(create_app(contract, Destination.reference_server(DATASET))) as served:
        shown = httpx.get(f"{served.url}/reference-page/openapi.json").json()
    assert shown["components"]["schemas"]["AccountType"]["description"] == "Deprecated: brokerage."
    assert shown["components"]["schemas"]["Account"]["properties"]["official_name"]["deprecated"] is True


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
    response = httpx.post(f"{url}/accounts/get", json={"access_token": TOKEN}, headers=KEYS)
    assert response.status_code == 200
    assert "content-security-policy" not in response.headers
    assert httpx.post(f"{url}/", json={}).json()["error_type"] == "INVALID_REQUEST"
    assert httpx.get(f"{url}/favicon.ico").status_code == 404


def test_no_path_reaches_other_files(url: str) -> None:
    """Only the page's own files are served."""
    for path in ("/reference-page/command.py", "/reference-page/..%2fguard.py", "/reference-page/../guard.py"):
        assert httpx.get(url + path).status_code == 404
