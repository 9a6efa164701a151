"""`redocly diff` as a second opinion: what it rates minor or major and the comparison did not find."""

import json
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from compare import Failure
from compare.clients import ROOT
from compare.revisions import Revision
from compare.verdict import Finding, Impact, Level
from plaid_accounts_contract.generation.bodies import EACH, Path

_PROGRAM: Final = ROOT / "contract_tests/node/node_modules/.bin/redocly"
_QUIET: Final = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
_LEVELS: Final = {"minor": Level.MINOR, "major": Level.MAJOR}
_STEP: Final = re.compile(r"/properties/(?P<name>[^/]+)|/items")
Rating = Mapping[str, Any]


def is_available() -> bool:
    """Return whether node and redocly are installed; raise Failure if not although REQUIRE_ALL=1 requires them."""
    installed = _PROGRAM.exists() and shutil.which("node") is not None
    if not installed and os.environ.get("REQUIRE_ALL") == "1":
        raise Failure("redocly needs node and npm, which REQUIRE_ALL=1 requires: install Node 20")
    return installed


def ratings(old: pathlib.Path, new: pathlib.Path) -> list[Rating]:
    """Return the changes between two documents that redocly rates minor or major."""
    command = [str(_PROGRAM), "diff", str(old), str(new), "--format", "json", "--fail-on", "none"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | _QUIET, cwd=ROOT)
    try:
        changes: list[dict[str, Any]] = json.loads(ended.stdout)["changes"]
    except ValueError:
        raise Failure(f"redocly diff failed: {(ended.stderr or ended.stdout).strip()[-400:]}") from None
    return [
        {"path": change["path"], "location": {}, **rating}
        for change in changes
        for rating in change.get("verdicts", ())
        if rating["impact"] in _LEVELS
    ]


def unseen(
    rated: Sequence[Rating], new: Revision, places: Collection[Path], found: Sequence[Finding]
) -> Iterator[Finding]:
    """Yield a finding for each change that is neither at one of the `places` in bodies nor among those found."""
    pointers = [pointer for finding in found if (pointer := finding.place.rpartition(" ")[2]).startswith("#/")]
    for rating in rated:
        pointer = str(rating["location"].get("pointer", rating["path"]))
        _, is_in_body, steps = rating["path"].partition("/content/application~1json/schema")
        if is_in_body:
            at = tuple((step["name"] or EACH).replace("~1", "/").replace("~0", "~") for step in _STEP.finditer(steps))
            # redocly reports a required property at its object, the comparison at the property.
            is_known = any(place[: len(at)] == at and len(place) <= len(at) + 1 for place in places)
        else:
            is_known = any(
                f"{one}/".startswith(f"{pointer}/") or f"{pointer}/".startswith(f"{one}/") for one in pointers
            )
        if not is_known:
            level = _LEVELS[rating["impact"]]
            impact = Impact(level, f"only redocly found it and rates it {level.word} ({rating['ruleId']})")
            place, names = f"{new.file} {pointer}", (pointer.rpartition("/")[2],)
            yield Finding(place=place, service=impact, server=impact, sentence=rating["message"], names=names)
