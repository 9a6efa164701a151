"""`make release-check` says at once all that stands in the way, and what passed, failed and was not run."""

import re
import sys

import pytest

from meta.repository.checkout import Checkout
from meta.repository.working_copy import GIT, VERSION

PROGRAM = (
    "from release import check; check.STEPS[:] = [check.Step(*step.split(': ')) for step in {}]; exit(check.main())"
)


def test_everything_in_the_way(released: Checkout) -> None:
    """A changed file, a tag that is taken, another branch and an entry without a date are told together."""
    released.edit(released.root / "openapi/CHANGELOG.md", f"## [{VERSION}] - ", f"## [{VERSION}] - Unreleased, not ")
    assert released.run(["git", "switch", "--quiet", "--create", "other"], **GIT).returncode == 0
    result = released.make("release-check")
    assert result.returncode == 2
    assert [line.strip() for line in result.stdout.splitlines() if line.startswith("  ")] == [
        "1 files are not committed (openapi/CHANGELOG.md, ...): git commit, or put them away",
        f"v{VERSION} is released already: raise info.version in openapi/openapi.yaml (make compare says to what)",
        "this is the branch other: releases are made from main",
        f"openapi/CHANGELOG.md has no entry of the form '## [{VERSION}] - YYYY-MM-DD'",
    ]
    assert "== " not in result.stdout.partition("\n")[2]


@pytest.mark.parametrize(
    ("steps", "status", "said"),
    [
        (["help: one", "help: two"], 0, ["passed: one", "passed: two", "Left to do by hand:"]),
        (["help: one", "absent: two", "help: three"], 1, ["passed: one", "FAILED: two", "not run  make help"]),
    ],
    ids=["ready", "not ready"],
)
def test_what_passed(released: Checkout, steps: list[str], status: int, said: list[str]) -> None:
    """Each step is told when it has passed; the first that fails ends the check, and what follows is not run."""
    _dated(released)
    result = released.run(
        [sys.executable, "-c", PROGRAM.format(steps)], PYTHONPATH=str(released.root / "contract_tests")
    )
    assert result.returncode == status, result.stdout + result.stderr
    told = [
        re.sub(r" +make \S+( \(\d+ s\))?:", ":", line).strip()
        for line in result.stdout.splitlines()
        if re.match(r"  (passed|FAILED|not run) |Left", line)
    ]
    assert told == said
    assert (f"git tag --sign v{VERSION}" in result.stdout) == (status == 0)


@pytest.mark.parametrize(("tag", "status"), [(f"v{VERSION}", 0), (VERSION, 2), ("v0.0.0", 2), ("", 2)])
def test_tag_is_the_contracts_version(checkout: Checkout, tag: str, status: int) -> None:
    """A tag other than the version of the contract is refused, with both."""
    result = checkout.make("check-tag", TAG=tag)
    assert result.returncode == status
    told = f"error: the tag is '{tag}' and info.version is {VERSION}: tag v{VERSION}, or change openapi/openapi.yaml"
    assert (told in result.stderr) == bool(status)


def _dated(copy: Checkout) -> None:
    """Brings the copy to where a release is made from: nothing released, the entry dated."""
    changelog = copy.root / "openapi/CHANGELOG.md"
    text = changelog.read_text(encoding="utf-8")
    dated = re.sub(rf"^## \[{re.escape(VERSION)}\].*$", f"## [{VERSION}] - 2026-01-31", text, flags=re.MULTILINE)
    changelog.write_text(dated, encoding="utf-8")
    for command in (
        "add openapi/CHANGELOG.md",
        "commit --quiet --allow-empty --message Date",
        f"tag --delete v{VERSION}",
    ):
        done = copy.run(["git", *command.split()], **GIT)
        assert done.returncode == 0, done.stderr
