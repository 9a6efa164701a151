"""Specmatic: requests made from the document and its examples, valid ones and broken ones."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from json import dumps
from pathlib import Path
from typing import Any, Final

import attrs

from benchmarks.testers import document as documents
from benchmarks.testers import node
from benchmarks.testers.document import Mode
from benchmarks.testers.tester import Broken, excerpt, run
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.settings import Settings

_PACKAGE: Final = "specmatic"
_ENVIRONMENT: Final = {"SPECMATIC_GENERATIVE_TESTS": "true", "SPECMATIC_DISABLE_TELEMETRY": "true"}
_NAMES: Final = "127.0.0.1 localhost\n"
"""All hosts that the process can look up."""
_WHERE: Final = re.compile(r"^\s*>> (\S+)", re.MULTILINE)
_RULE: Final = re.compile(r"^\s*([A-Z]\d{4,5}: .+)$", re.MULTILINE)
_POSITION: Final = re.compile(r"\[\d+\]")
_REFUSED: Final = "INVALID_ACCOUNT_ID", "ITEM_LOGIN_REQUIRED"


@attrs.frozen
class Specmatic:
    """`specmatic test` with generative tests, over the contract narrowed for headers and for the body."""

    contract: Contract
    name: str = "Specmatic"
    configuration: str = (
        "`specmatic test header.json body.json` with generative tests. The two documents are the contract with "
        "credentials, token and ids narrowed to real ones by enum, one for each place of credentials. Their examples "
        "are a valid request, one for an unknown id and one for an Item in error; it takes no example for 429, 500 and "
        "503 that the narrowed schema does not allow. The virtual machine is set up for short runs."
    )

    @property
    def version(self) -> str:
        """The version that is installed."""
        return node.version(_PACKAGE)

    @property
    def missing(self) -> str:
        """What has to be installed first."""
        return node.missing(_PACKAGE) or ("" if shutil.which("java") else "java not found")

    def complaints(self, url: str, known: Settings, folder: Path) -> list[str]:
        """Return of each failed test where in the response what rule was broken."""
        for mode in ("header", "body"):
            (folder / f"{mode}.json").write_text(dumps(specification(self.contract, known, mode)), "utf-8")
        (folder / "hosts").write_text(_NAMES, "utf-8")
        java = ["java", "-Djdk.net.hosts.file=hosts", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        command = [*java, "-jar", str(node.file(_PACKAGE, "specmatic.jar")), "test", "--junitReportDir=junit"]
        ended = run([*command, f"--testBaseURL={url}", "header.json", "body.json"], folder, _ENVIRONMENT)
        reports = [*folder.glob("junit/*.xml")]
        if not reports or "Tests run:" not in ended.output:
            msg = f"Specmatic ended with status {ended.status}:\n{excerpt(ended.output)}"
            raise Broken(msg)
        return sorted({entry for report in reports for entry in read(report.read_text("utf-8", errors="replace"))})


def specification(contract: Contract, known: Settings, mode: Mode) -> dict[str, Any]:
    """Return the narrowed document with examples that are named alike in request and response, as Specmatic pairs them."""
    document = documents.narrowed(contract, known, mode)
    operation = document["paths"][documents.PATH]["post"]
    if mode == "body":
        del operation["parameters"]
    sent = documents.credentials(known, mode)
    valid = {**sent, "access_token": known.access_token}
    errors = dict(known.error_tokens)
    requests = {
        "accounts": valid,
        "INVALID_ACCOUNT_ID": {**valid, "options": {"account_ids": ["unknown"]}},
        "ITEM_LOGIN_REQUIRED": {**sent, "access_token": errors.get("ITEM_LOGIN_REQUIRED", "unknown")},
    }
    documents.give_requests(document, requests)
    for parameter in operation.get("parameters", ()):
        value = parameter.pop("example")
        parameter["examples"] = {name: {"value": value} for name in requests}
    _pair_responses(document)
    return document


def _pair_responses(document: dict[str, Any]) -> None:
    responses = document["paths"][documents.PATH]["post"]["responses"]
    listed = _media(document, responses["200"])
    listed["examples"] = {"accounts": next(iter(listed["examples"].values()))}
    refused = _media(document, responses["400"])
    known = {entry["value"]["error_code"]: entry for entry in refused["examples"].values()}
    refused["examples"] = {code: known[code] for code in _REFUSED}
    for status in ("429", "500", "503"):
        _media(document, responses[status]).pop("examples", None)


def _media(document: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in response:
        response = documents.resolve(document, response["$ref"])
    media: dict[str, Any] = response["content"]["application/json"]
    return media


def read(report: str) -> Iterator[str]:
    """Yield the complaints in a JUnit report: kind and status of the test, place and rule of each breach."""
    tree = ET.fromstring(report)  # noqa: S314 - written by a tester that was started here
    for case in tree.iter("testcase"):
        scenario = _scenario(case.get("name", ""))
        for failure in (*case.iter("failure"), *case.iter("error")):
            said = failure.get("message") or failure.text or ""
            places = [_POSITION.sub("[]", place) for place in _WHERE.findall(said)]
            rules = _RULE.findall(said)
            if not places or len(places) != len(rules):
                yield f"{scenario}: {'; '.join(dict.fromkeys([*places, *rules])) or said.splitlines()[0][:200]}"
                continue
            yield from (f"{scenario}: {place} {rule}" for place, rule in zip(places, rules, strict=True))


def _scenario(name: str) -> str:
    """Return which kind of test it was: positive or negative, and the status that it expects."""
    found = re.search(r"([+-]ve)?\s*Scenario: .*?-> (\w+)", name)
    return f"{found[1] or ''} {found[2]}".strip() if found else name[:80]
