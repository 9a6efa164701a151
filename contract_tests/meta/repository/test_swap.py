"""A folder is replaced completely or not at all."""

import shutil
from pathlib import Path

import pytest

import swap


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return an existing folder."""
    return _folder(tmp_path / "target", "old")


def test_failed_copy(target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that fails, as on a full disk, leaves the old content; the next writer cleans up and replaces it."""
    source = _folder(tmp_path / "elsewhere" / "fresh", "new")

    def full_disk(_source: Path, copy: Path) -> None:
        _folder(copy, "half")
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", full_disk)
        with pytest.raises(OSError, match="disk full"):
            _replace(target, source)
    assert _content(target)[0] == "old"
    _replace(target, source)
    assert _content(target) == ("new", ["elsewhere", "target"])
    _replace(tmp_path / "another", source)
    assert _content(tmp_path / "another") == ("new", ["another", "elsewhere", "target"])


def test_killed_between_two_steps(target: Path) -> None:
    """After a writer was killed with the old content moved aside, the next writer puts it back."""
    target.rename(target.with_name(".target-old"))
    with swap.only_writer(target):
        assert _content(target)[0] == "old"


def _replace(target: Path, source: Path) -> None:
    with swap.only_writer(target):
        swap.replace(target, source)


def _folder(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "file").write_text(text, encoding="utf-8")
    return path


def _content(folder: Path) -> tuple[str, list[str]]:
    """Return the text inside, and what exists beside the folder."""
    return (folder / "file").read_text(encoding="utf-8"), sorted(path.name for path in folder.parent.iterdir())
