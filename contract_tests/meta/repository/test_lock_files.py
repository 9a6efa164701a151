"""The lock files say exactly what is installed, and nothing of where it came from."""

import json
import re
import tomllib
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .checkout import ROOT

REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")
NODE = ROOT / "contract_tests/node"


def test_no_addresses() -> None:
    """No lock file holds an address or an option that names one."""
    lock = json.dumps(_locked())
    assert not re.search(r"://|^ *-|file:|@ ", re.sub(r"--hash=sha256:[0-9a-f]{64}", "", REQUIREMENTS), re.MULTILINE)
    assert "resolved" not in lock
    assert "://" not in lock


def test_exact_and_hashed() -> None:
    """Each requirement is one exact version with at least one sha256."""
    blocks = re.split(r"\n(?=\S)", REQUIREMENTS.strip())
    pattern = r"[a-z0-9-]+==\S+(?: ; [^\\]+)? \\\n(?: {4}--hash=sha256:[0-9a-f]{64}(?: \\\n)?)+"
    assert [block for block in blocks if not re.fullmatch(pattern, block)] == []


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
