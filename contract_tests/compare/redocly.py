"""`redocly diff` as a second opinion of the wire: what it calls a change and the comparison did not see."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import attrs

from compare.editions import ROOT
from compare.failure import Failure

_PROGRAM: Final = ROOT / "contract_tests/node/node_modules/.bin/redocly"
_QUIET: Final = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
_SCHEMA: Final = re.compile(r"/content/application~1json/schema")
_STEP: Final = re.compile(r"/properties/(?P<name>[^/]+)|/items")


@attrs.frozen
class Change:
    """A change that redocly rates minor or major."""

    impact: str
    rule: str
    said: str
    pointer: str
    line: int
    place: tuple[str, ...] | None
    """The place in a body; None outside bodies."""


def available() -> bool:
    """Tell whether it is installed."""
    return _PROGRAM.exists() and shutil.which("node") is not None


def changes(old: Path, new: Path) -> list[Change]:
    """Return what redocly finds between two documents.

    Raises:
        Failure: it could not be run, or could not read a document.

    """
    command = [str(_PROGRAM), "diff", str(old), str(new), "--format", "json", "--fail-on", "none"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | _QUIET, cwd=ROOT)
    try:
        report: dict[str, Any] = json.loads(ended.stdout)
    except ValueError:
        raise Failure(f"redocly diff gave no report: {(ended.stderr or ended.stdout).strip()[-400:]}") from None
    return [
        _change(change["path"], verdict)
        for change in report["changes"]
        for verdict in change.get("verdicts", ())
        if verdict["impact"] != "patch"
    ]


def _change(path: str, verdict: dict[str, Any]) -> Change:
    location = verdict.get("location", {})
    return Change(
        verdict["impact"], verdict["ruleId"], verdict["message"], location.get("pointer", path), location.get("line", 0), _place(path)
    )  # fmt: skip


def _place(path: str) -> tuple[str, ...] | None:
    parts = _SCHEMA.split(path, maxsplit=1)
    if len(parts) < 2:
        return None
    return tuple(
        found["name"].replace("~1", "/").replace("~0", "~") if found["name"] else "[]"
        for found in _STEP.finditer(parts[1])
    )
