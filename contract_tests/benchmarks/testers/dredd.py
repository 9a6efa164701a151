"""Dredd: one request for each case, its answer compared by status, media type and JSON Schema."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from benchmarks.testers import document as documents
from benchmarks.testers import node
from benchmarks.testers.tester import Broken, excerpt, run
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.settings import Settings

_PACKAGE: Final = "dredd"
_HOOKS: Final = Path(__file__).with_name("dredd_hooks.js")
# Draft 7 knows neither, and Dredd's validator ends at a format that it does not know.
_HINTS: Final = ("double", "float", "int32", "int64", "password")
_POSITION: Final = re.compile(r"(?<=/)\d+")


@attrs.frozen
class Dredd:
    """Dredd with a case for everything that is known of the server, and the contract's schemas as JSON Schema."""

    contract: Contract
    name: str = "Dredd"
    configuration: str = (
        "It supports OpenAPI 3.1 in part and ignores most keywords of schemas, so a hook gives it for each case the "
        "status, the media type and the contract's schema as JSON Schema draft 7. Cases: every Item, every error that a "
        "token stands for, credentials in the body, a filter, wrong credentials, token and ids, a closed account."
    )

    @property
    def version(self) -> str:
        """The version that is installed."""
        return node.version(_PACKAGE)

    @property
    def missing(self) -> str:
        """What has to be installed first."""
        return node.missing(_PACKAGE)

    def complaints(self, url: str, known: Settings, folder: Path) -> list[str]:
        """Return the name of each case that failed, with what was wrong."""
        document = documents.accounts_get(self.contract)
        (folder / "openapi.json").write_text(json.dumps(document), "utf-8")
        (folder / "cases.json").write_text(json.dumps(cases(self.contract, known)), "utf-8")
        command = [*node.program(_PACKAGE, "bin/dredd"), "openapi.json", url, "--hookfiles", str(_HOOKS)]
        ended = run([*command, "--loglevel", "error", "--no-color", "-r", "xunit", "-o", "report.xml"], folder)
        report = folder / "report.xml"
        if not report.exists() or "complete:" not in ended.output:
            msg = f"Dredd ended with status {ended.status}:\n{excerpt(ended.output)}"
            raise Broken(msg)
        return sorted(set(read(report.read_text("utf-8", errors="replace"))))


def cases(contract: Contract, known: Settings) -> list[dict[str, Any]]:
    """Return every case: its name, headers and body, and the status and schema that are expected."""
    document = documents.accounts_get(contract)
    definitions = _draft_7(document["components"]["schemas"])

    def case(name: str, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
        reference = documents.response_schema(document, status).replace("components/schemas", "definitions")
        schema = {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": reference, "definitions": definitions}
        sent = documents.headers(known) if headers is None else headers
        return {"name": name, "headers": sent, "body": body, "status": status, "schema": schema}

    token = {"access_token": known.access_token}
    tokens = (known.access_token, *known.other_access_token)
    return [
        *(case(f"Item {number}", 200, {"access_token": entry}) for number, entry in enumerate(tokens, 1)),
        *(case(code, contract.error_codes[code].status, {"access_token": entry}) for code, entry in known.error_tokens),
        case("credentials in the body", 200, {**documents.fields(known), **token}, {}),
        case("filter", 200, {**token, "options": {"account_ids": list(known.account_ids[:1])}}),
        case("unknown id", 400, {**token, "options": {"account_ids": ["unknown"]}}),
        case("closed account", 400, {**token, "options": {"account_ids": [known.closed_account_id]}}),
        case("unknown token", 400, {"access_token": "access-sandbox-00000000-0000-4000-8000-000000000000"}),
        case("no token", 400, {}),
        case("no credentials", 400, token, {}),
        case("wrong secret", 400, token, {**documents.headers(known), "PLAID-SECRET": "wrong"}),
    ]


def read(report: str) -> Iterator[str]:
    """Yield the complaints in a report of the form `xunit`."""
    tree = ET.fromstring(_printable(report))  # noqa: S314 - written by a tester that was started here
    for case in tree.iter("testcase"):
        for failure in (*case.iter("failure"), *case.iter("error")):
            messages = _messages(failure.text or failure.get("message") or "")
            yield from (f"{case.get('name')}: {_POSITION.sub('*', message)}" for message in messages)


def _messages(text: str) -> Iterator[str]:
    """Yield the lines between `Message:` and the request that follows it."""
    for line in text.removeprefix("Message:").strip().splitlines():
        if not line.strip() or line.startswith("Request:"):
            return
        yield line.strip()[:200]


def _printable(text: str) -> str:
    # A report quotes answers as they came, and XML has no form for most control characters.
    return re.sub(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]", "?", text)


def _draft_7(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            key: value.replace("components/schemas", "definitions") if key == "$ref" else _draft_7(value)
            for key, value in node.items()
            if not key.startswith("x-") and not (key == "format" and value in _HINTS)
        }
    return [_draft_7(entry) for entry in node] if isinstance(node, list) else node
