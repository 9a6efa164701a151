"""Builds are reproducible: the same sources give the same bytes, wherever and whenever they are built."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from pathlib import Path

import pytest

from release.distributions import PROJECTS, ROOT, Distribution, build, build_one, find


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the sources in another place, with other file dates and permissions."""
    root = tmp_path / "elsewhere" / "copy"
    for folder in ("generated", "openapi", "contract_tests/plaid_accounts_contract"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for project in PROJECTS.values():
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / project / name, root / project / name)
    for name in (".gitignore", "contract_tests/hatch_build.py"):
        shutil.copy(ROOT / name, root / name)
    for path in root.rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            os.utime(path, (1_000_000_000, 1_000_000_000))
    return root


def test_second_build(
    distributions: tuple[Distribution, Distribution], copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second build from a copy gives the same four files, whatever the dates, permissions, zone, locale and seed."""
    others = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1"}
    for name, value in others.items():
        monkeypatch.setenv(name, value)
    build(copied, tmp_path / "second")
    assert _bytes(find(tmp_path / "second")) == _bytes(distributions)


def test_build_from_the_source_distributions(distributions: tuple[Distribution, Distribution], tmp_path: Path) -> None:
    """Built from its unpacked source distribution, each distribution has the same bytes again."""
    for one in distributions:
        with tarfile.open(one.source) as archive:
            archive.extractall(tmp_path / "unpacked", filter="data")
        build_one(tmp_path / "unpacked" / one.source.name.removesuffix(".tar.gz"), tmp_path / "again")
    assert _bytes(find(tmp_path / "again")) == _bytes(distributions)


def _bytes(distributions: tuple[Distribution, Distribution]) -> dict[str, str]:
    files = [path for one in distributions for path in (one.wheel, one.source)]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
