"""The verdict on a screen, as a job summary in Markdown, and as JSON."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from compare.findings import Finding, Impact, Level
from compare.verdict import Verdict

_WIDTH: Final = 120
_INDENT: Final = " " * 7
_LABELS: Final = (("service", "service"), ("server", "server author"))
# With more findings than this, only the major ones are explained; of one component, only so many are shown.
_BRIEF: Final = 20
_OF_ONE: Final = 6


def screen(verdict: Verdict) -> str:
    """Return what fits on a screen."""
    return "\n".join(_screen(verdict))


def summary(verdict: Verdict) -> str:
    """Return Markdown."""
    return "\n".join(_summary(verdict)) + "\n"


def document(verdict: Verdict) -> dict[str, Any]:
    """Return all of it for programs."""
    return {
        "against": None if verdict.old is None else {"name": verdict.old.label, "version": verdict.old.version},
        "contract": {"name": verdict.new.label, "version": verdict.new.version},
        "verdict": verdict.level.word,
        "next_version": verdict.following,
        "findings": [_finding(finding) for finding in verdict.findings],
        "looked_at": list(verdict.looked_at),
        "problems": list(verdict.problems),
        "changelog_entry": verdict.entry or None,
        "passed": not verdict.problems,
    }


def heading(verdict: Verdict) -> str:
    """Say what is compared."""
    if verdict.old is None:
        return f"{verdict.new.label} {verdict.new.version}"
    return f"{verdict.new.label} {verdict.new.version} against {verdict.old.label} {verdict.old.version}"


def conclusion(verdict: Verdict) -> str:
    """Say the verdict in a sentence."""
    if verdict.old is None:
        return (
            f"no release yet (no tag v*): nobody relies on anything, nothing is compared; the first is {verdict.following}\n"
            "             AGAINST=HEAD tells what an edit means that is not committed"
        )
    if verdict.level == Level.NONE:
        return "nothing changed"
    if verdict.following is None:
        return f"{verdict.level.word}; its versions are Plaid's, so none is asked for"
    return f"{verdict.level.word}: the version after {verdict.old.version} is {verdict.following}"


def _screen(verdict: Verdict) -> Iterator[str]:
    yield f"== compare: {heading(verdict)}"
    brief = len(verdict.findings) > _BRIEF
    shown, more = _shown(verdict.findings)
    for finding in shown:
        yield _line(f"{finding.level.name:<6} {finding.section}: {finding.sentence}", finding.place)
        if not brief or finding.level == Level.MAJOR:
            yield from _impacts(finding)
    yield from (f"{level.name:<6} … and {count} more: {subject}" for (level, subject), count in more.items())
    for line in verdict.looked_at:
        yield textwrap.fill(f"looked at    {line}", _WIDTH, subsequent_indent=" " * 13)
    yield f"verdict      {conclusion(verdict)}"
    for problem in verdict.problems:
        yield f"FAIL         {problem}"
    if verdict.entry:
        yield f"\n{verdict.entry}"


def _shown(findings: Sequence[Finding]) -> tuple[list[Finding], Counter[tuple[Level, str]]]:
    """Return what has room on a screen: the first few of each component, and how many are left."""
    shown, seen, more = list[Finding](), Counter[tuple[Level, str]](), Counter[tuple[Level, str]]()
    for finding in findings:
        subject = _subject(finding.sentence)
        seen[finding.level, subject] += 1
        if seen[finding.level, subject] > _OF_ONE:
            more[finding.level, subject] += 1
        else:
            shown.append(finding)
    return shown, more


def _subject(sentence: str) -> str:
    """Return the component that a sentence is about, or the kind of thing: `Account`, The requirement."""
    before, _, after = sentence.partition("`")
    return before.strip() or f"`{after.partition('`')[0].partition('.')[0]}`"


def _line(text: str, place: str) -> str:
    """Put a place at the right margin, or on a line of its own."""
    if len(text) + len(place) + 2 <= _WIDTH:
        return f"{text}{place:>{_WIDTH - len(text)}}"
    return f"{textwrap.fill(text, _WIDTH, subsequent_indent=_INDENT)}\n{_INDENT}{place}"


def _impacts(finding: Finding) -> Iterator[str]:
    for attribute, label in _LABELS:
        impact: Impact = getattr(finding, attribute)
        if impact.text:
            yield textwrap.fill(
                f"{_INDENT}{label:<13} {impact.level.word:<5} {impact.text}", _WIDTH, subsequent_indent=" " * 27
            )


def _summary(verdict: Verdict) -> Iterator[str]:
    yield f"### Comparison: {conclusion(verdict)}"
    yield f"\n{heading(verdict)}\n"
    if verdict.findings:
        yield "| change | where | service | server author |\n|---|---|---|---|"
    for finding in verdict.findings:
        cells = [
            f"**{finding.level.word}** {finding.section}: {finding.sentence}",
            f"`{finding.place}`",
            _cell(finding.service),
        ]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in [*cells, _cell(finding.server)]) + " |"
    yield ""
    yield from (f"- {line}" for line in verdict.looked_at)
    yield from (f"- **{problem}**" for problem in verdict.problems)
    if verdict.entry:
        yield f"\n```markdown\n{verdict.entry}\n```"


def _cell(impact: Impact) -> str:
    return f"{impact.level.word}: {impact.text}" if impact.text else ""


def _finding(finding: Finding) -> dict[str, Any]:
    impacts = {name: getattr(finding, name) for name, _ in _LABELS}
    return {
        "level": finding.level.word,
        "place": finding.place,
        "section": finding.section,
        "sentence": finding.sentence,
        **{name: {"level": impact.level.word, "text": impact.text} for name, impact in impacts.items()},
    }
