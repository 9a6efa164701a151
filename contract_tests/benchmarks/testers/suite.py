"""This project's suite as its users run it: the command, as a process of its own, against a URL."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from benchmarks.testers.document import OPERATION
from benchmarks.testers.tester import Broken, excerpt, run
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.settings import Settings

_POSITION: Final = "[]"


@attrs.frozen
class Suite:
    """`plaid-accounts-contract check`."""

    seed: int
    name: str = "plaid-accounts-contract"
    configuration: str = "`check URL --operations accountsGet`; what is known of the server in the environment."
    missing: str = ""

    @property
    def version(self) -> str:
        """The version of the contract, which is the suite's too."""
        return Contract.load().version

    def complaints(self, url: str, known: Settings, folder: Path) -> list[str]:
        """Return the clauses in report.json, each with its path, and the reasons of a run that could not judge."""
        command = [sys.executable, "-m", "plaid_accounts_contract", "check", url, "--operations", OPERATION]
        ended = run([*command, "--seed", str(self.seed), "--report-dir", str(folder)], folder, environment(known))
        report = folder / "report.json"
        if report.exists():
            return sorted(set(read(json.loads(report.read_bytes()))))
        said = [line for line in ended.output.splitlines() if line.startswith("error: ")]
        if ended.status != 2 or not said or "suite itself broke" in ended.output:
            msg = f"plaid-accounts-contract ended with status {ended.status}:\n{excerpt(ended.output)}"
            raise Broken(msg)
        return [line.replace(url, "URL") for line in said]


def environment(known: Settings) -> dict[str, str]:
    """Return the variables that tell the suite what is known of the server."""
    return {
        "CONTRACT_CLIENT_ID": known.client_id,
        "CONTRACT_SECRET": known.secret,
        "CONTRACT_ACCESS_TOKEN": known.access_token,
        "CONTRACT_OTHER_ACCESS_TOKEN": ",".join(known.other_access_token),
        "CONTRACT_CLOSED_ACCOUNT_ID": known.closed_account_id,
        "CONTRACT_ACCOUNT_IDS": ",".join(known.account_ids),
        "CONTRACT_ERROR_TOKENS": ",".join(f"{code}={token}" for code, token in known.error_tokens),
    }


def read(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the complaints in report.json."""
    for fault in report["faults"]:
        yield f"{fault['clause']} {without_positions(fault['path'])}".strip()
    if report["exit_code"] == 2:
        yield from (f"not judged: {reason}" for reason in report["reasons"])


def without_positions(path: str) -> str:
    """Return a JSON path with `[]` for each position in a list."""
    head, *rest = path.split("[")
    return head + "".join(_POSITION + part.partition("]")[2] for part in rest)
