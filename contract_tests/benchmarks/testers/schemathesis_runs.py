"""Schemathesis: as it comes, and with the contract narrowed to what is known of the server."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import attrs

from benchmarks.testers import document as documents
from benchmarks.testers.tester import Broken, excerpt, run
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.settings import Settings

# What goes for every run: nothing is kept from one to the next, and nothing that a server says is learnt from.
_SETTINGS: Final = """\
seed = {seed}
continue-on-failure = true
[generation]
database = "none"
[phases.fuzzing.error-feedback]
enabled = false
[cache]
enabled = false
"""
_EXPECTED: Final = """\
[checks]
positive_data_acceptance.expected-statuses = ["200"]
negative_data_rejection.expected-statuses = ["400", "405"]
"""
# A documented error is no fault here, and nor is its status, so the checks for those stay out of that run.
_OF_RESPONSES: Final = (
    "status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"
)


@attrs.frozen
class Plain:
    """`schemathesis run` as it comes."""

    contract: Contract
    seed: int
    name: str = "Schemathesis, as it comes"
    configuration: str = (
        "`schemathesis run openapi.json --url URL -H …` with the credentials as headers and `--continue-on-failure`. The "
        "contract's examples hold the reference server's token, which elsewhere they would not."
    )
    missing: str = ""

    @property
    def version(self) -> str:
        """The version that is installed."""
        return version("schemathesis")

    def complaints(self, url: str, known: Settings, folder: Path) -> list[str]:
        """Return what it reports as failures and errors."""
        _write(folder, _SETTINGS.format(seed=self.seed), {"contract": documents.accounts_get(self.contract)})
        headers = [part for name, value in documents.headers(known).items() for part in ("-H", f"{name}: {value}")]
        return sorted(set(_run(url, folder, "contract", headers)))


@attrs.frozen
class Narrowed:
    """`schemathesis run` in the best fair configuration."""

    contract: Contract
    seed: int
    name: str = "Schemathesis, narrowed"
    configuration: str = (
        "Three runs with all checks. Two over the contract with credentials, token and ids narrowed to real ones by enum, "
        "one for credentials in headers and one for the body: a valid request has to be answered with 200, an invalid one "
        "with 400 or 405. A third whose examples are all other tokens, those that stand for errors included; its "
        "answers are held against status, media type and schema."
    )
    missing: str = ""

    @property
    def version(self) -> str:
        """The version that is installed."""
        return version("schemathesis")

    def complaints(self, url: str, known: Settings, folder: Path) -> list[str]:
        """Return what the three runs report as failures and errors."""
        specifications = {
            "header": documents.narrowed(self.contract, known, "header"),
            "body": documents.narrowed(self.contract, known, "body"),
            "tokens": tokens(self.contract, known),
        }
        _write(folder, _SETTINGS.format(seed=self.seed) + _EXPECTED, specifications)
        found = [*_run(url, folder, "header", []), *_run(url, folder, "body", [])]
        found += _run(url, folder, "tokens", ["--phases", "examples", "--checks", _OF_RESPONSES])
        return sorted(set(found))


def tokens(contract: Contract, known: Settings) -> dict[str, Any]:
    """Return the contract with every further token as an example of a request."""
    document = documents.narrowed(contract, known, "header")
    listed = [*known.other_access_token, *(token for _, token in known.error_tokens)]
    documents.request_schema(document)["properties"]["access_token"] = {"type": "string", "enum": listed}
    documents.give_requests(document, {f"token {n}": {"access_token": token} for n, token in enumerate(listed, 1)})
    return document


def _write(folder: Path, settings: str, specifications: Mapping[str, Any]) -> None:
    (folder / "schemathesis.toml").write_text(settings, "utf-8")
    for name, specification in specifications.items():
        (folder / f"{name}.json").write_text(json.dumps(specification), "utf-8")


def _run(url: str, folder: Path, name: str, options: list[str]) -> Iterator[str]:
    report = folder / f"{name}-report.json"
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{name}.json", "--url", url, *options]
    ended = run([*command, "--report", "json", "--report-json-path", str(report)], folder)
    if not report.exists():
        msg = f"schemathesis run ended with status {ended.status}:\n{excerpt(ended.output)}"
        raise Broken(msg)
    yield from (f"{name}: {entry}" for entry in read(json.loads(report.read_bytes())))


def read(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the complaints in a report of the form `json`: failures, and errors that ended a phase."""
    for failure in report["failures"]:
        yield f"{failure['title']} ({failure['code']}) {', '.join(failure['operations'])}"
    for error in report["errors"]:
        yield f"error: {error.get('title') or error.get('message') or error.get('type')}"
