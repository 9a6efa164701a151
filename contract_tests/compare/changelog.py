"""`openapi/CHANGELOG.md`: what it has to say of the changes since a release, and what is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, get_args

from compare.failure import Failure
from compare.findings import Finding, Level, Section
from compare.versions import reaches

NAME: Final = "CHANGELOG.md"
_HEADING: Final = re.compile(r"^## \[?(?P<version>[^\]\s]+)\]?.*$", re.MULTILINE)
_ENTRY: Final = re.compile(r"^- ", re.MULTILINE)
_UNRELEASED: Final = "unreleased"


def missing(findings: Sequence[Finding], path: Path, since: str) -> list[Finding]:
    """Return the changes that no entry above the section of the version `since` tells.

    Changes of mere words need any entry; each other one an entry that names what changed.

    Raises:
        Failure: there is no such file.

    """
    text = _newer(path, since)
    told = [finding for finding in findings if finding.level <= Level.PATCH or _names(text, finding)]
    absent = [finding for finding in findings if finding not in told]
    if not absent and findings and not _ENTRY.search(text):
        return list(findings)
    return absent


def entry(findings: Sequence[Finding], version: str) -> str:
    """Return the section to paste."""
    lines = [f"## [{version}] - Unreleased"]
    for section in get_args(Section):
        sentences = [finding.sentence for finding in findings if finding.section == section]
        if sentences:
            lines += ["", f"### {section}", *(f"- {sentence}" for sentence in dict.fromkeys(sentences))]
    return "\n".join(lines)


def has_section(path: Path, version: str) -> bool:
    """Tell whether a version has a section of its own."""
    return any(found["version"] == version for found in _HEADING.finditer(_read(path)))


def _newer(path: Path, since: str) -> str:
    """Return the sections of what is not released and of versions after `since`."""
    text = _read(path)
    headings = list(_HEADING.finditer(text))
    ends = [*(found.start() for found in headings[1:]), len(text)]
    return "\n".join(
        text[found.end() : end]
        for found, end in zip(headings, ends, strict=True)
        if found["version"].lower() == _UNRELEASED
        or (_is_version(found["version"]) and not reaches(since, found["version"]))
    )


def _is_version(text: str) -> bool:
    return re.match(r"\d", text) is not None


def _names(text: str, finding: Finding) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in finding.names)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(f"{path} can't be read: {error.strerror}") from None
