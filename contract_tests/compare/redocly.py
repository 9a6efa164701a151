"""`redocly diff` as a second opinion: what it rates minor or major and the comparison did not find."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

import attrs

from compare.clients import ROOT
from compare.failure import Failure
from compare.revisions import Revision
from compare.verdict import Finding, Impact, Level
from plaid_accounts_contract.generation.bodies import EACH, Path

_PROGRAM: Final = ROOT / "contract_tests/node/node_modules/.bin/redocly"
_QUIET: Final = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
_SCHEMA: Final = re.compile(r"/content/application~1json/schema")
_STEP: Final = re.compile(r"/properties/(?P<name>[^/]+)|/items")


@attrs.frozen
class Rating:
    """A change that redocly rates minor or major."""

    level: Level
    rule: str
    message: str
    pointer: str
    line: int
    place: Path | None
    """The place in a body; None outside bodies."""

    def is_among(self, places: Collection[Path], findings: Sequence[Finding]) -> bool:
        """Return whether the differences of bodies, at `places`, or the findings have the change."""
        if self.place is not None:
            # redocly reports a required property at its object, the comparison at the property.
            depth = len(self.place)
            return any(place[:depth] == self.place and len(place) <= depth + 1 for place in places)
        pointers = [finding.place.rpartition(" ")[2] for finding in findings]
        return any(
            f"{pointer}/".startswith(f"{self.pointer}/") or f"{self.pointer}/".startswith(f"{pointer}/")
            for pointer in pointers
            if pointer.startswith("#/")
        )

    def finding(self, new: Revision) -> Finding:
        """Return the finding for a change that only redocly found."""
        impact = Impact(self.level, f"only redocly found it and rates it {self.level.word} ({self.rule})")
        # The lines of a rewritten document are not Plaid's.
        line = "" if new.is_published else f":{self.line}"
        return Finding(
            place=f"{new.file}{line} {self.pointer}",
            service=impact,
            server=impact,
            sentence=self.message,
            names=(self.pointer.rpartition("/")[2],),
        )


def is_available() -> bool:
    """Return whether node and redocly are installed.

    Raises:
        Failure: they are not, and CI=true requires them.

    """
    installed = _PROGRAM.exists() and shutil.which("node") is not None
    if not installed and os.environ.get("CI") == "true":
        raise Failure("redocly needs node and npm, which CI=true requires: install Node 20")
    return installed


def ratings(old: pathlib.Path, new: pathlib.Path) -> Iterator[Rating]:
    """Yield what redocly rates minor or major between two documents.

    Raises:
        Failure: it could not be run, or could not read a document.

    """
    command = [str(_PROGRAM), "diff", str(old), str(new), "--format", "json", "--fail-on", "none"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | _QUIET, cwd=ROOT)
    try:
        report: dict[str, Any] = json.loads(ended.stdout)
    except ValueError:
        raise Failure(f"redocly diff failed: {(ended.stderr or ended.stdout).strip()[-400:]}") from None
    for change in report["changes"]:
        for verdict in change.get("verdicts", ()):
            location = verdict.get("location", {})
            if verdict["impact"] in ("minor", "major"):
                yield Rating(
                    Level[verdict["impact"].upper()], verdict["ruleId"], verdict["message"],
                    location.get("pointer", change["path"]), location.get("line", 0), _place(change["path"]),
                )  # fmt: skip


def _place(path: str) -> Path | None:
    schema = _SCHEMA.search(path)
    if schema is None:
        return None
    steps = _STEP.finditer(path, schema.end())
    return tuple((step["name"] or EACH).replace("~1", "/").replace("~0", "~") for step in steps)
