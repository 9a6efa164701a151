"""Lock files hold exact versions with hashes and no address; workflows run make targets on pinned actions."""

import json
import re
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from meta.repository.checkout import ROOT

LOCKS = [ROOT / "requirements.txt", *sorted((ROOT / "contract_tests/locks").glob("*.txt"))]
NODE = ROOT / "contract_tests/node"
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
# The one check that branches require, which runs nothing itself; and the systems without a suitable make.
WITHOUT_MAKE = {"required", "elsewhere"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_exact_and_hashed(lock: Path) -> None:
    """Each requirement is one exact version with at least one sha256, and nothing names an address."""
    text = lock.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    pattern = r"[a-z0-9-]+==[^\s@]+(?: ; [^\\:@]+)? \\\n(?: {4}--hash=sha256:[0-9a-f]{64}(?: \\\n)?)+"
    assert [block for block in blocks if not re.fullmatch(pattern, block)] == []


def test_one_version_of_each_package() -> None:
    """A package has the same version in each lock file, except in those for the oldest and the newest versions."""
    own = _pins(LOCKS[0])
    for lock in LOCKS[1:]:
        if lock.stem not in {"lowest", "fixture-oldest", "fixture-newest"}:
            assert {name: pin for name, pin in _pins(lock).items() if own.get(name, pin) != pin} == {}


def test_lowest_is_the_lowest() -> None:
    """The versions of `make test-lowest` are the oldest that the two projects declare."""
    pins = _pins(ROOT / "contract_tests/locks/lowest.txt")
    oldest: dict[str, Version] = {}
    for requirement in map(Requirement, _runtime()):
        (bound,) = (Version(bound.version) for bound in requirement.specifier if bound.operator in {">=", "=="})
        name = canonicalize_name(requirement.name)
        # An extra may need a newer one than the package without it.
        oldest[name] = max(bound, oldest.get(name, bound))
    # Where the index has no such version, its first patch is the oldest.
    pinned = {name: Version(pins[name]).release[:2] for name in oldest}
    assert pinned == {name: bound.release[:2] for name, bound in oldest.items()}


def test_inputs_are_locked() -> None:
    """Everything that the two projects declare is locked, at a version that the declaration allows."""
    root, suite = _project("pyproject.toml"), _project("contract_tests/pyproject.toml")
    declared = _runtime() + root["dependency-groups"]["dev"]
    declared += root["build-system"]["requires"] + suite["build-system"]["requires"]
    pins = _pins(ROOT / "requirements.txt")
    for text in declared:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), text


def test_node_is_exact_and_hashed() -> None:
    """Each Node package is locked with a hash, without an address, at the one version that is declared."""
    declared = json.loads((NODE / "package.json").read_bytes())["devDependencies"]
    packages: dict[str, dict[str, Any]] = json.loads((NODE / "package-lock.json").read_bytes())["packages"]
    for package in packages.values():
        # Where to send money: nothing is fetched from there.
        package.pop("funding", None)
    assert "resolved" not in json.dumps(packages)
    assert "://" not in json.dumps(packages)
    assert packages.pop("")["devDependencies"] == declared
    assert {name: packages[f"node_modules/{name}"]["version"] for name in declared} == declared
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_run_make_targets_without_permissions(path: Path) -> None:
    """A workflow runs only make targets where make is, begins without any permission, and no job writes to the repository."""
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    jobs = [job for name, job in workflow["jobs"].items() if name not in WITHOUT_MAKE]
    runs = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert [run for run in runs if not re.match(r"make [a-z-]+( [A-Z]+=\S+| [A-Z]+=\"[^\"]*\")*$", run)] == []
    assert workflow["permissions"] == {}
    written = {name for job in jobs for name, level in job.get("permissions", {}).items() if level != "read"}
    assert written <= {"id-token", "attestations"}


def test_actions_are_pinned() -> None:
    """Each action is pinned by its full commit, with its version beside it, and everywhere by the same commit."""
    used = [use for path in WORKFLOWS for use in re.findall(r"uses: (\S+)@(\S+)(.*)", path.read_text(encoding="utf-8"))]
    assert used
    assert [name for name, commit, _ in used if not re.fullmatch(r"[0-9a-f]{40}", commit)] == []
    assert [name for name, _, comment in used if not re.fullmatch(r" # v\d+\.\d+\.\d+", comment)] == []
    assert len({(name, commit) for name, commit, _ in used}) == len({name for name, _, _ in used})


def test_published_is_what_was_tested() -> None:
    """The release builds once, and publishes what was uploaded, tested and attested."""
    jobs = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))["jobs"]
    assert [name for name, job in jobs.items() if "make build" in str(job)] == ["build"]
    assert jobs["publish-client"]["needs"] == ["attest"]
    assert jobs["publish-suite"]["needs"] == ["publish-client"]
    assert set(jobs["attest"]["needs"]) == {"test", "lowest"}
    for name in ("test", "lowest"):
        assert jobs[name]["needs"] == ["build"]
        assert "DIST=dist" in jobs[name]["steps"][-1]["run"]
    assert jobs["publish-client"]["environment"] != jobs["publish-suite"]["environment"]


def _runtime() -> list[str]:
    """Return what client, extras and suite require."""
    project: dict[str, Any] = _project("pyproject.toml")["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    groups: dict[str, list[str]] = _project("contract_tests/pyproject.toml")["dependency-groups"]
    return [*project["dependencies"], *extras["orjson"], *extras["webhooks"], *chain(*groups.values())]


def _project(path: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / path).read_text(encoding="utf-8"))


def _pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", lock.read_text(encoding="utf-8"), re.MULTILINE))
