"""Test request without a browser: what is sent, what is said of the answer, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any

import attrs
import httpx
import pytest

from meta import rude_servers
from meta.reference_page.pages import CONTRACT, SEND, Form, page, page_elsewhere, secrets
from meta.rude_servers import rude_server
from meta.tampering import Answer
from plaid_accounts_contract.reference_page import Destination, create_app
from plaid_accounts_contract.reference_page.indented import indented
from plaid_accounts_contract.reference_server import data, error_token, running
from plaid_accounts_contract.settings import Settings

TOKEN = data.EVERYDAY.access_token
FIRST_ID = data.EVERYDAY.account_ids()[0]
PLACEHOLDERS = {"client_id": "<client_id>", "secret": "<secret>", "body": '{"access_token": "<access_token>"}'}


@pytest.fixture(scope="module")
def url() -> Generator[str]:
    """Give the page of the reference server."""
    with page() as served:
        yield served


def test_an_answer_comes_with_its_time_and_verdict(url: str) -> None:
    """A valid request shows the status, the time, the whole body as it came, and the clauses that it met."""
    answer = Form(url).answer()
    assert answer["answered"]["line"] == "200 OK"
    assert answer["milliseconds"] > 0
    assert answer["conforms"]
    assert len(json.loads(answer["answered"]["body"])["accounts"]) == len(data.EVERYDAY.accounts)
    assert {"status-documented", "media-type", "schema-200", "request-id-present"} <= {
        clause["clause"] for clause in answer["clauses"] if clause["met"]
    }


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"secret": "wrong"}, "INVALID_API_KEYS"),
        ({"credentials": "none"}, "MISSING_FIELDS"),
        ({"body": json.dumps({"access_token": TOKEN, "options": {"account_ids": ["x"]}})}, "INVALID_ACCOUNT_ID"),
        ({"body": json.dumps({"access_token": error_token("ITEM_LOGIN_REQUIRED")})}, "ITEM_LOGIN_REQUIRED"),
        ({"body": json.dumps({"access_token": error_token("PLANNED_MAINTENANCE")})}, "PLANNED_MAINTENANCE"),
        ({"body": '{"access_token": '}, "INVALID_BODY"),
        ({"body": ""}, "INVALID_BODY"),
    ],
)
def test_an_error_is_an_answer_like_any_other(url: str, changed: dict[str, str], code: str) -> None:
    """A refusal is shown with its error_code, and judged: the reference server's conforms."""
    answer = attrs.evolve(Form(url), **changed).answer()
    assert json.loads(answer["answered"]["body"])["error_code"] == code
    assert answer["conforms"]


@pytest.mark.parametrize("body", [f'{{"access_token": "{TOKEN}"}}', f' {{\n"access_token":"{TOKEN}"}}'])
def test_credentials_go_where_they_are_wanted(url: str, body: str) -> None:
    """In the body, the credentials stand before what was typed, which stays; in the headers, the body is untouched."""
    inside = Form(url, credentials="body", body=body).answer()
    assert inside["answered"]["status"] == 200
    assert list(json.loads(inside["sent"]["body"])) == ["client_id", "secret", "access_token"]
    assert not any(line.startswith("PLAID-") for line in inside["sent"]["headers"])
    outside = Form(url, body=body).answer()
    assert list(json.loads(outside["sent"]["body"])) == ["access_token"]
    assert any(line.startswith("PLAID-SECRET: ") for line in outside["sent"]["headers"])


def test_what_breaks_the_contract_is_told_clause_by_clause() -> None:
    """Each broken clause comes with its path, got, expected and place, those that bind before the others."""

    def change(answer: Answer) -> None:
        value = answer.value
        del value["accounts"][0]["mask"]
        value["accounts"][1]["type"] = "Depository"
        value["item"]["billed_products"] = ["balance"]
        answer.value = value

    with page(change) as served:
        answer = Form(served).answer()
    assert not answer["conforms"]
    broken = {clause["clause"]: clause for clause in answer["clauses"] if not clause["met"]}
    assert set(broken) == {
        "#/components/schemas/Account/required/mask",
        "#/components/schemas/AccountType/enum",
        "balance-never-billed",
    }
    missing = broken["#/components/schemas/Account/required/mask"]
    assert (missing["path"], missing["got"], missing["expected"]) == ("accounts[0].mask", "nothing", "a value")
    line = CONTRACT.line(("components", "schemas", "Account", "required"))
    assert missing["place"].startswith(f"openapi.yaml:{line} ")
    assert "schema-200" not in {clause["clause"] for clause in answer["clauses"] if clause["met"]}


@pytest.mark.parametrize(
    ("status", "clause"), [(418, "status-documented"), (200, "media-type"), (400, "response-encoding")]
)
def test_an_answer_that_is_no_json_is_shown_and_judged(status: int, clause: str) -> None:
    """A page of HTML under any status is shown as it came, with what is wrong about it."""

    def change(answer: Answer) -> None:
        answer.status, answer.body = status, b"<h1>gateway</h1>\x1b[31m"
        kept = [header for header in answer.headers if header[0] not in (b"content-type", b"content-length")]
        answer.headers = [*kept, (b"content-type", b"text/html")]

    with page(change) as served:
        answer = Form(served).answer()
    assert answer["answered"]["body"] == "<h1>gateway</h1>\\x1b[31m"
    assert clause in {entry["clause"] for entry in answer["clauses"] if not entry["met"]}


def test_a_long_answer_is_cut() -> None:
    """Of an answer that is too long to show, the beginning is shown, and the whole is judged."""

    def change(answer: Answer) -> None:
        answer.value = {**answer.value, "padding": "x" * 300_000}

    with page(change) as served:
        answer = Form(served).answer()
    assert answer["answered"]["cut"]
    assert answer["answered"]["bytes"] > 300_000 > len(answer["answered"]["body"])
    assert answer["conforms"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[]", "[]"),
        ("5000.0", "5000.0"),
        (
            '{"a":[1,2.50,{"b":"x,{}\\"["}]}',
            '{\n  "a": [\n    1,\n    2.50,\n    {\n      "b": "x,{}\\"["\n    }\n  ]\n}',
        ),
        ('{"c": {}, "d" :null}', '{\n  "c": {},\n  "d": null\n}'),
    ],
)
def test_indenting_changes_space_alone(text: str, shown: str) -> None:
    """Indented text has the tokens of what came, so that amounts stay as they were written."""
    assert indented(text) == shown


# --- Another server, with secrets that the browser is not told ------------------------------------------------------


def test_placeholders_stand_for_the_secrets_of_the_environment() -> None:
    """Neither the page nor an answer holds a secret; with the placeholders in the form, requests are answered."""
    with page_elsewhere() as served:
        shown = httpx.get(served + "/").text
        answers = [attrs.evolve(Form(served, **PLACEHOLDERS), credentials=place).send() for place in ("header", "body")]
        other = Form(served, **{**PLACEHOLDERS, "body": '{"access_token": "<other access_token 1>"}'}).send()
    assert [response.json()["answered"]["status"] for response in (*answers, other)] == [200, 200, 200]
    for text in (shown, *(response.text for response in (*answers, other))):
        assert not [secret for secret in secrets() if secret in text]
    assert "&lt;access_token&gt; of the server's environment" in shown


def test_a_server_that_echoes_secrets_does_not_tell_the_browser() -> None:
    """A secret in an answer is replaced wherever it stands, and the clause that forbids it is told."""

    def change(answer: Answer) -> None:
        answer.headers.append((b"x-echo", answer.request_headers["plaid-secret"].encode()))
        answer.value = {**answer.value, "echo": json.loads(answer.request_body)}

    with page_elsewhere(change) as served:
        response = Form(served, **PLACEHOLDERS).send()
    assert not [secret for secret in secrets() if secret in response.text]
    assert "x-echo: <secret>" in response.json()["answered"]["headers"]
    assert "credentials-not-echoed" in {entry["clause"] for entry in response.json()["clauses"] if not entry["met"]}


def test_secrets_go_to_the_destination_alone(url: str) -> None:
    """The page of the reference server, which knows no secret, sends a placeholder as it stands."""
    answer = Form(url, body=PLACEHOLDERS["body"]).answer()
    assert json.loads(answer["answered"]["body"])["error_code"] == "INVALID_ACCESS_TOKEN"


# --- What is not sent ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"operation": "accountsGte"}, "did you mean accountsGet?"),
        ({"operation": "https://elsewhere.example/"}, "the contract has no operation"),
        ({"credentials": "query"}, "credentials go in the header"),
        ({"secret": "line\r\nX-Other: 1"}, "no header can hold"),
        ({"client_id": "\N{SNOWMAN}"}, "no header can hold"),
        ({"credentials": "body", "body": "[]"}, "no JSON object"),
        ({"body": '"\ud800"'}, "half a character"),
        ({"body": "x" * 300_000}, "body is larger than"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_the_reason(url: str, changed: dict[str, str], said: str) -> None:
    """Nothing is sent for an operation that is not the contract's, or for what no request can hold."""
    response = attrs.evolve(Form(url), **changed).send()
    assert response.status_code == 400
    assert said in response.json()["problem"]


@pytest.mark.parametrize(
    "wanted", [b"", b"[]", b"{}", b'{"operation": 1}', b'{"url": "http://127.0.0.1:1/"}', b"\xff"], ids=repr
)
def test_what_the_page_does_not_send_is_refused(url: str, wanted: bytes) -> None:
    """Another body than the form's is refused; there is no way to name an address."""
    headers = {"Origin": url, "Content-Type": "application/json"}
    response = httpx.post(url + SEND, content=wanted, headers=headers)
    assert response.status_code == 400
    assert "is wanted; reload the page" in response.json()["problem"]


def test_a_base_url_beside_the_form_is_refused(url: str) -> None:
    """A visitor who adds an address to what the form holds is refused, not obeyed."""
    wanted: dict[str, Any] = {**attrs.asdict(Form(url)), "base_url": "http://127.0.0.1:1"}
    del wanted["url"]
    assert httpx.post(url + SEND, json=wanted, headers={"Origin": url}).status_code == 400


def test_only_json_is_taken(url: str) -> None:
    """A form of another site cannot be made to look like the page's: its media types are refused."""
    response = httpx.post(url + SEND, content=b"{}", headers={"Origin": url, "Content-Type": "text/plain"})
    assert response.status_code == 415


def test_a_server_that_does_not_answer_is_told() -> None:
    """No answer, or one without end, is a problem that names the destination."""
    with rude_server(rude_servers.reset) as other:
        settings = Settings(base_url=other, client_id="62f1", secret="s3cr3t-s3cr3t", access_token="t0ken-t0ken")
        with running(create_app(CONTRACT, Destination.elsewhere(settings, CONTRACT))) as served:
            response = Form(served.url, **PLACEHOLDERS).send()
    assert response.status_code == 502
    assert response.json()["problem"].startswith(f"no response from {other}")
