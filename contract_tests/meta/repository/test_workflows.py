"""The workflows run what a maintainer runs: make targets, with the least permissions, on pinned actions."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from meta.repository.checkout import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
# The one check that branches require adds up the others and runs nothing.
GATE = "required"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_step_is_a_make_target(path: Path) -> None:
    """Whatever a workflow runs is a make target, so that it runs on any machine."""
    runs = [step["run"] for job in _jobs(path) for step in job["steps"] if "run" in step]
    assert [run for run in runs if not re.match(r"make [a-z-]+( [A-Z]+=\S+| [A-Z]+=\"[^\"]*\")*$", run)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_nothing_is_permitted_by_default(path: Path) -> None:
    """A workflow begins without any permission, and no job writes to the repository."""
    assert _read(path)["permissions"] == {}
    written = {name for job in _jobs(path) for name, level in job.get("permissions", {}).items() if level != "read"}
    assert written <= {"id-token", "attestations"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned(path: Path) -> None:
    """Each action is named by its full commit, with its version beside, and everywhere by the same one."""
    used = re.findall(r"uses: (\S+)@(\S+)(.*)", path.read_text(encoding="utf-8"))
    assert used
    assert [name for name, commit, _ in used if not re.fullmatch(r"[0-9a-f]{40}", commit)] == []
    assert [name for name, _, comment in used if not re.fullmatch(r" # v\d+\.\d+\.\d+", comment)] == []


def test_one_commit_for_each_action() -> None:
    """All workflows use an action in the same version."""
    used = {pin for path in WORKFLOWS for pin in re.findall(r"uses: (\S+)@(\S+)", path.read_text(encoding="utf-8"))}
    assert len(used) == len({name for name, _ in used})


def test_make_ci_runs_what_ci_runs() -> None:
    """`make ci` comes to every target of the workflow that checks a change."""
    (path,) = (path for path in WORKFLOWS if path.stem == "ci")
    named = {step["run"].split()[1] for job in _jobs(path) for step in job["steps"] if "run" in step}
    assert named <= _reached("ci")
    assert "test" in named


def test_published_is_what_was_tested() -> None:
    """The release builds once; what is published went through the tests, which run on what was uploaded."""
    jobs = _read(ROOT / ".github/workflows/release.yml")["jobs"]
    assert [name for name, job in jobs.items() if "make build" in str(job)] == ["build"]
    assert jobs["publish"]["needs"] == ["attest"]
    assert set(jobs["attest"]["needs"]) == {"test", "lowest"}
    for name in ("test", "lowest"):
        assert jobs[name]["needs"] == ["build"]
        assert "DIST=dist" in jobs[name]["steps"][-1]["run"]
    assert jobs["publish"]["environment"] == "pypi"


def _reached(target: str) -> set[str]:
    """A target, what it requires, and what its commands make."""
    found = re.search(rf"^{target}:(.*)((?:\n\t.*)*)", MAKEFILE, re.MULTILINE)
    assert found, f"the Makefile has no target {target}"
    required = set(re.findall(r"(?<![\w(/.-])[a-z-]+(?![\w).-])", found[1].partition("##")[0]))
    made = {name for names in re.findall(r"\$\(MAKE\)((?: [a-z-]+)+)", found[2]) for name in names.split()}
    targets = set(re.findall(r"^\.PHONY: (\S+)$", MAKEFILE, re.MULTILINE))
    return {target}.union(*(_reached(name) for name in (required | made) & targets))


def _jobs(path: Path) -> list[dict[str, Any]]:
    return [job for name, job in _read(path)["jobs"].items() if name != GATE]


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document
