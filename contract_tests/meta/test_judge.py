"""Recorded traffic: HAR files, cassettes and bodies, checked without sending anything."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from meta.commands import Result, command
from plaid_accounts_contract.reference_server import data
from plaid_accounts_contract.reference_server.records import to_object

KEYS = {"PLAID-CLIENT-ID": "5ec5ec5ec5ec5ec5ec5ec5ec", "PLAID-SECRET": "5ec2e75ec2e75ec2e75ec2e75ec2e7"}
TOKEN = "access-sandbox-5ec2e700-0000-4000-8000-5ec2e75ec2e7"
URL = "https://sandbox.plaid.com/accounts/get"
SENT = json.dumps({"access_token": TOKEN})


def _body(**changes: Any) -> dict[str, Any]:
    accounts, item = [to_object(one) for one in data.EVERYDAY.accounts], to_object(data.EVERYDAY.details)
    return {"accounts": accounts, "item": item, "request_id": "q1w2e3r4t5y6u7i", **changes}


def _pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _har(*contents: dict[str, Any], url: str = URL, **headers: str) -> str:
    """Return a HAR file whose responses have these contents."""
    request = {"method": "POST", "url": url, "headers": _pairs({**KEYS, **headers}), "postData": {"text": SENT}}
    came = {"status": 200, "headers": _pairs({"Content-Type": "application/json"})}
    entries = [{"request": request, "response": {**came, "content": content}} for content in contents]
    return json.dumps({"log": {"entries": entries}})


def _cassette(body: dict[str, Any], *, key: str = "interactions") -> dict[str, Any]:
    sent, packed = {"string": SENT, "encoding": "utf-8"}, gzip.compress(json.dumps(body).encode(), mtime=0)
    came: dict[str, Any] = {"base64_string": base64.b64encode(packed).decode(), "encoding": "utf-8"}
    is_python = key == "interactions"
    headers = {name: [value] for name, value in KEYS.items()}
    request = {"method": "POST", "uri": URL, "headers": headers, "body": SENT if is_python else sent}
    coded = {"Content-Type": ["application/json"], "Content-Encoding": ["gzip"]}
    response = {"status": {"code": 200}, "headers": coded, "body": {"string": packed} if is_python else came}
    return {key: [{"request": request, "response": response}]}


def _error(code: str, type_: str) -> dict[str, Any]:
    return {"error_type": type_, "error_code": code, "error_message": "", "display_message": None, "request_id": "a"}


def _judge(folder: Path, files: dict[str, str], *options: str, ends: int | None = None) -> Result:
    for name, text in files.items():
        (folder / name).write_text(text)
    return command("judge", *options, *(str(folder / name) for name in files), ends=ends)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("browser.har", _har({"text": json.dumps(_body())})),
        ("proxy.har", _har({"text": base64.b64encode(json.dumps(_body()).encode()).decode(), "encoding": "base64"})),
        ("vcr.yaml", yaml.safe_dump(_cassette(_body()))),
        ("ruby.json", json.dumps(_cassette(_body(), key="http_interactions"))),
        ("body.json", json.dumps({"status": 200, "body": _body()})),
        ("bodies.json", json.dumps([{"status": 200, "body": _body()}])),
    ],
)
def test_a_conforming_recording_passes(tmp_path: Path, name: str, text: str) -> None:
    """A conforming response passes, in whichever form it was recorded; what it cannot show is not observed."""
    result = _judge(tmp_path, {name: text}, ends=0)
    verdicts = {line.split()[0]: line for line in result.out.splitlines() if " MUST " in line}
    assert " pass " in verdicts["schema-200"]
    assert " pass " in verdicts["account-ids-unique"]
    assert all(" not observed " in verdicts[name] for name in ("own-item-only", "stable-answer", "request-id-unique"))
    assert (" pass " in verdicts["media-type"]) is not name.startswith("bod")


def test_a_violation_is_reported_without_a_secret(tmp_path: Path) -> None:
    """A violation has the usual block and reports; secrets are recognised by header, property and form."""
    body = _body(request_id=TOKEN.replace("5ec2e700", "0c0ffee0"))
    body["accounts"][0]["mask"] = 4821
    body["item"]["secret"] = "5ec2e7-in-a-property"
    recording = _har({"text": json.dumps(body)}, Cookie="5ec2e7-in-a-cookie")
    result = _judge(tmp_path, {"a.har": recording}, "--report-dir", str(tmp_path / "r"), ends=1)
    assert "Account/properties/mask" in result.out
    assert "recorded in a.har, entry 1" in result.out
    assert '"PLAID-SECRET: $CONTRACT_SECRET"' in result.out
    reports = "".join(file.read_text() for file in (tmp_path / "r").iterdir())
    for secret in (*KEYS.values(), TOKEN, "0c0ffee0", "5ec2e7-in-a-property", "5ec2e7-in-a-cookie"):
        assert secret not in result.out + reports


def test_what_the_contract_does_not_know_is_listed(tmp_path: Path) -> None:
    """Unknown values, properties and codes are listed with their place in openapi.yaml and the line to add."""
    body = _body(colour="red")
    body["item"]["available_products"] = ["hovercraft"]
    body["item"]["billed_products"] = []
    error = {"status": 400, "body": _error("ITEM_ON_FIRE", "ITEM_ERROR")}
    files = {"a.json": json.dumps([{"status": 200, "body": body}, error])}
    result = _judge(tmp_path, files, ends=1)
    unknown = [line for line in result.out.splitlines() if line.startswith("unknown: openapi.yaml:")]
    assert [line.partition(": add ")[2] for line in sorted(unknown, key=len)] == [
        '`- "hovercraft"` (seen 1)',
        '`"colour": {type: string}` (seen 1)',
        "`- {type: ITEM_ERROR, code: ITEM_ON_FIRE, status: 400}` (seen 1)",
    ]


@pytest.mark.parametrize(("code", "word"), [("INTERNAL_SERVER_ERROR", "pass"), ("ITEM_ON_FIRE", "fail")])
def test_a_server_error_is_a_violation_unless_it_is_documented(tmp_path: Path, code: str, word: str) -> None:
    """A recorded 500 violates no-server-error, unless the contract lists its code, which an Item may cause."""
    endpoint = "error" if word == "pass" else "accounts/get"
    recorded = {"status": 500, "endpoint": endpoint, "body": _error(code, "API_ERROR")}
    result = _judge(tmp_path, {"a.json": json.dumps([recorded, {"status": 200, "body": _body(request_id="b")}])})
    rows = {line.split()[0]: line.split() for line in result.out.splitlines() if "  MUST  " in line}
    assert rows["no-server-error"][2] == word
    assert rows["schema-200"][2] == "pass"
    assert ("FAIL  no-server-error" in result.out) is (word == "fail")
    assert "FAIL  status-documented" not in result.out


def test_what_is_not_covered_is_counted(tmp_path: Path) -> None:
    """Other operations, other API versions, webhooks and other files are counted and skipped; with nothing left, 2."""
    content = {"text": json.dumps(_body())}
    (tmp_path / "other.har").write_text(_har(content, url="https://sandbox.plaid.com/transactions/get"))
    (tmp_path / "old.har").write_text(_har(content, content, **{"Plaid-Version": "2019-05-29"}))
    (tmp_path / "hook.json").write_text(json.dumps({"status": 200, "body": {"webhook_type": "ITEM"}}))
    (tmp_path / "package.json").write_text("{}")
    error = {"status": 400, "endpoint": "error", "body": {"error_code": "INVALID_PROCESSOR_TOKEN"}}
    (tmp_path / "error.json").write_text(json.dumps(error))
    result = command("judge", str(tmp_path), ends=2)
    for text in (
        "1 (errors without an operation)",
        "1 (other operations)",
        "2 (other API versions)",
        "1 (webhooks)",
        "1 (unrecognised files)",
    ):
        assert f"skipped: {text}" in result.out
    assert "hold no exchange" in result.out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.har", "{", "not har"),
        ("a.yaml", "a: [", "not yaml"),
        ("a.json", "{}", "not a HAR file, a VCR cassette, or JSON with a status and a body"),
        ("b.har", '{"log": {"entries": [{}]}}', "malformed recording"),
    ],
)
def test_an_unreadable_file_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    """A file that cannot be read, or is of another form, is status 2 and named."""
    result = _judge(tmp_path, {name: text}, ends=2)
    assert said in result.err
    assert str(tmp_path / name) in result.err
    assert "No such file" in command("judge", str(tmp_path / "none.har")).err
