"""The lock files say exactly what is installed, and nothing of where it came from."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from meta.repository.checkout import ROOT

REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")
LOWEST = (ROOT / "contract_tests/release/lowest.txt").read_text(encoding="utf-8")
LOCKS = [
    ROOT / "requirements.txt",
    *sorted(ROOT.glob("contract_tests/*/requirements.txt")),
    ROOT / "contract_tests/release/lowest.txt",
]
NODE = ROOT / "contract_tests/node"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: f"{lock.parent.name}/{lock.name}")
def test_no_addresses(lock: Path) -> None:
    """No lock file of Python packages holds an address or an option that names one."""
    text = re.sub(r"--hash=sha256:[0-9a-f]{64}", "", lock.read_text(encoding="utf-8"))
    assert not re.search(r"://|^ *-|file:|@ ", text, re.MULTILINE)


def test_no_addresses_of_node() -> None:
    """Nor does the lock file of Node packages."""
    lock = json.dumps(_locked())
    assert "resolved" not in lock
    assert "://" not in lock


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: f"{lock.parent.name}/{lock.name}")
def test_exact_and_hashed(lock: Path) -> None:
    """Each requirement is one exact version with at least one sha256."""
    blocks = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
    pattern = r"[a-z0-9-]+==\S+(?: ; [^\\]+)? \\\n(?: {4}--hash=sha256:[0-9a-f]{64}(?: \\\n)?)+"
    assert [block for block in blocks if not re.fullmatch(pattern, block)] == []


def test_lowest_is_the_lowest() -> None:
    """The versions of `make test-lowest` are those that the two projects name as the oldest, none newer."""
    root = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    suite = tomllib.loads((ROOT / "contract_tests/pyproject.toml").read_text(encoding="utf-8"))
    declared = root["project"]["dependencies"] + root["project"]["optional-dependencies"]["orjson"]
    declared += suite["dependency-groups"]["runtime"]
    pins = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", LOWEST, re.MULTILINE))
    newer = []
    for requirement in map(Requirement, declared):
        (oldest,) = (bound.version for bound in requirement.specifier if bound.operator in {">=", "=="})
        pinned = Version(pins[canonicalize_name(requirement.name)])
        # A version that the index does not have is answered by its first patch.
        if pinned.release[:2] != Version(oldest).release[:2]:
            newer.append(f"{requirement} has {pinned}")
    assert newer == []


def test_inputs_are_locked() -> None:
    """Everything that the two projects declare is locked, at a version that the declaration allows."""
    root = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    suite = tomllib.loads((ROOT / "contract_tests/pyproject.toml").read_text(encoding="utf-8"))
    declared = root["project"]["dependencies"] + root["dependency-groups"]["dev"]
    declared += root["project"]["optional-dependencies"]["orjson"] + suite["dependency-groups"]["runtime"]
    declared += root["build-system"]["requires"] + suite["build-system"]["requires"]
    pins = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", REQUIREMENTS, re.MULTILINE))
    for text in declared:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), text


def test_node_is_exact_and_hashed() -> None:
    """Each Node package is locked with a hash, at the one version that is asked for."""
    asked = json.loads((NODE / "package.json").read_bytes())["devDependencies"]
    packages = _locked()
    top, rest = packages.pop(""), packages
    assert top["devDependencies"] == asked
    assert {name: rest[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert [name for name, package in rest.items() if not package["integrity"].startswith("sha512-")] == []


def _locked() -> dict[str, dict[str, Any]]:
    packages: dict[str, dict[str, Any]] = json.loads((NODE / "package-lock.json").read_bytes())["packages"]
    # Where to send money to an author is no address that anything is fetched from.
    return {name: {key: value for key, value in item.items() if key != "funding"} for name, item in packages.items()}
