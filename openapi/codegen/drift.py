"""The difference between the checked-in client and a freshly generated one."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import provenance

# As much as a person reads before running the generator; `git diff` shows the rest afterwards.
SHOWN_LINES = 200


def report(current: Path, fresh: Path) -> str | None:
    """Return what differs, file by file and then the first lines, or None where nothing does."""
    have, want = _files(current), _files(fresh)
    differing = [name for name in sorted(have.keys() | want.keys()) if have.get(name) != want.get(name)]
    if not differing:
        return None
    summary = [f"  {_kind(name, have, want)}: {name}" for name in differing]
    diffs = [line for name in differing for line in _diff(name, have.get(name), want.get(name))]
    if len(diffs) > SHOWN_LINES:
        diffs[SHOWN_LINES:] = [f"({len(diffs) - SHOWN_LINES} more lines)"]
    return "\n".join([*summary, "", *diffs])


def _files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _kind(name: str, have: dict[str, bytes], want: dict[str, bytes]) -> str:
    if name not in have:
        return "missing"
    if name not in want:
        return "not generated"
    return "generated from other inputs" if name == provenance.FILE else "differs"


def _diff(name: str, have: bytes | None, want: bytes | None) -> Iterator[str]:
    old, new = ((content or b"").decode("utf-8", errors="backslashreplace").splitlines() for content in (have, want))
    return difflib.unified_diff(old, new, f"{name} (current)", f"{name} (generated)", lineterm="")
