"""A folder is replaced whole, whatever happens in between."""

import shutil
from pathlib import Path

import pytest

import swap


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A folder that stands."""
    return _folder(tmp_path / "standing", "old")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """What shall stand there."""
    return _folder(tmp_path / "elsewhere" / "fresh", "new")


@pytest.mark.parametrize("in_one_step", [True, False])
def test_replaced(target: Path, source: Path, in_one_step: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new content stands and nothing is left beside it, with and without a system call that exchanges folders."""
    if not in_one_step:
        monkeypatch.setattr(swap, "_exchange", _no_exchange)
    with swap.only_writer(target):
        swap.replace(target, source)
    assert _read(target) == "new"
    assert sorted(path.name for path in target.parent.iterdir()) == ["elsewhere", "standing"]


def test_new_folder(tmp_path: Path, source: Path) -> None:
    """Where nothing stood, the new content stands."""
    target = tmp_path / "standing"
    with swap.only_writer(target):
        swap.replace(target, source)
    assert _read(target) == "new"


def test_failed_copy(target: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that fails, as on a full disk, leaves the old content; the next writer tidies up."""
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", _full_disk)
        with pytest.raises(OSError, match="disk full"), swap.only_writer(target):
            swap.replace(target, source)
    assert _read(target) == "old"
    with swap.only_writer(target):
        swap.replace(target, source)
    assert _read(target) == "new"
    assert sorted(path.name for path in target.parent.iterdir()) == ["elsewhere", "standing"]


def test_killed_between_two_steps(target: Path) -> None:
    """Where a killed writer had moved the old content aside, the next writer finds it in its place."""
    target.rename(target.with_name(".standing-old"))
    with swap.only_writer(target):
        assert _read(target) == "old"


def _folder(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "file").write_text(text, encoding="utf-8")
    return path


def _read(folder: Path) -> str:
    return (folder / "file").read_text(encoding="utf-8")


def _no_exchange(one: Path, other: Path) -> bool:
    return False


def _full_disk(source: Path, target: Path) -> None:
    _folder(target, "half")
    raise OSError("disk full")
