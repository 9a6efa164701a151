"""The command `judge`: checks recorded exchanges, prints the verdict and writes the reports."""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Final

import attrs

from plaid_accounts_contract import reports
from plaid_accounts_contract.checks.messages import count, kind_of
from plaid_accounts_contract.contract import Contract, Pointer
from plaid_accounts_contract.reports.coverage import Coverage
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.reports.terminal import Console
from plaid_accounts_contract.runner import known_failing
from plaid_accounts_contract.runner.judging import judge
from plaid_accounts_contract.runner.recordings import Recordings
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Exchange

_CODES: Final = ("components", "schemas", "PlaidError", "properties", "error_code", "x-error-codes")
Addition = tuple[Pointer, str]


def run(options: argparse.Namespace) -> int:
    """Check the recordings that `options` name and return the exit status."""
    begun, contract = time.monotonic(), Contract.load()
    settings = Settings.resolve(vars(options), os.environ)
    entries = known_failing.load(settings, contract)
    recordings = Recordings(contract)
    recordings.read(options.files)
    settings = attrs.evolve(settings, base_url=count(len(recordings.exchanges), "recorded exchange"))
    console = Console(sys.stdout, settings, contract)
    console.begin(settings)
    outcome = judge(recordings, settings, contract, entries)
    console.finish(outcome, time.monotonic() - begun)
    for reason, number in sorted(recordings.skipped.items()):
        print(f"skipped: {number} ({reason})")
    redactor = Report.of(outcome).redactor
    for line in _additions(contract, outcome.run.exchanges):
        print(f"unknown: {redactor.safe(line)}")
    if settings.report_dir:
        for path in reports.write(outcome, Path(settings.report_dir)):
            print(f"written: {path}")
    return outcome.exit_code


def _additions(contract: Contract, exchanges: Iterable[Exchange]) -> list[str]:
    """Return, for each thing unknown, its place in openapi.yaml, the line to add there, and how often it was seen."""
    walks = {operation.id: Coverage(contract, operation) for operation in contract.operations}
    found: Counter[Addition] = Counter()
    for exchange in exchanges:
        operation = contract.operation_at(exchange.request.path, exchange.request.method)
        body, walk = exchange.json, walks[operation.id]
        schema = walk.bodies.get(str(exchange.response.status))
        if schema is not None:
            found.update(_unknown(walk, schema, body))
        code = body.get("error_code") if isinstance(body, dict) else None
        if isinstance(code, str) and code not in contract.error_codes:
            kind, status = body.get("error_type"), exchange.response.status
            found[(_CODES, f"- {{type: {kind}, code: {code}, status: {status}}}")] += 1
    return [
        f"openapi.yaml:{contract.line(place)} {'/'.join(map(str, place[2:]))}: add `{line}` (seen {times})"
        for (place, line), times in sorted(found.items(), key=lambda one: (contract.line(one[0][0]), one[0][1]))
    ]


def _unknown(walk: Coverage, pointer: Pointer, value: Any) -> Iterator[Addition]:
    parts = walk.parts(pointer)
    if isinstance(value, str):
        enums = [part for part in parts if part in walk.values]
        if enums and not any(value in walk.values[part] for part in enums):
            yield (*enums[0], "enum"), f"- {json.dumps(value)}"
    elif isinstance(value, list):
        items = [(*part, "items") for part in parts if "items" in walk.contract.at(part)]
        yield from chain.from_iterable(_unknown(walk, place, entry) for place in items for entry in value)
    elif isinstance(value, Mapping):
        yield from _members(walk, parts, value)


def _members(walk: Coverage, parts: Iterable[Pointer], value: Mapping[str, Any]) -> Iterator[Addition]:
    owners = {one.name: (part, one.pointer) for part in parts for one in walk.properties_at(part)}
    for name, member in value.items():
        if name in owners:
            yield from _unknown(walk, owners[name][1], member)
        elif owners:
            # Without quotes, YAML reads null as a value.
            kind = kind_of(member).replace("null", "'null'")
            yield (*next(iter(owners.values()))[0], "properties"), f"{json.dumps(name)}: {{type: {kind}}}"
