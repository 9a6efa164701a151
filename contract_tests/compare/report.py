"""The verdict on the terminal, as a GitHub job summary in Markdown, and as JSON."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from compare.verdict import Finding, Impact, Level, Verdict

_WIDTH: Final = 120
_INDENT: Final = " " * 7
_LABELS: Final = (("service", "service"), ("server", "server author"))
# A terminal has some 50 lines: with more findings than this, only major ones are explained.
_EXPLAINED: Final = 20
# Of one component, such as a new object with many properties, only so many are shown.
_OF_ONE: Final = 6


def terminal(verdict: Verdict) -> str:
    """Return what fits on a terminal."""
    return "\n".join(_terminal(verdict))


def summary(verdict: Verdict) -> str:
    """Return Markdown."""
    return "\n".join(_summary(verdict)) + "\n"


def document(verdict: Verdict) -> dict[str, Any]:
    """Return everything for programs."""
    return {
        "against": None if verdict.old is None else {"name": verdict.old.label, "version": verdict.old.version},
        "contract": {"name": verdict.new.label, "version": verdict.new.version},
        "verdict": verdict.level.word,
        "next_version": verdict.following,
        "findings": [_finding(finding) for finding in verdict.findings],
        "looked_at": list(verdict.basis),
        "problems": list(verdict.problems),
        "changelog_entry": verdict.entry or None,
        "passed": not verdict.problems,
    }


def _heading(verdict: Verdict) -> str:
    against = "" if verdict.old is None else f" against {verdict.old.label} {verdict.old.version}"
    return f"{verdict.new.label} {verdict.new.version}{against}"


def _conclusion(verdict: Verdict) -> str:
    if verdict.old is None:
        return (
            f"no release yet (no tag v*), so nothing is compared; the first is {verdict.following}\n"
            "             AGAINST=HEAD shows what uncommitted edits mean"
        )
    if verdict.level == Level.NONE:
        return "nothing changed"
    if verdict.following is None:
        return f"{verdict.level.word}; the versions are Plaid's, so no next version follows"
    return f"{verdict.level.word}: the version after {verdict.old.version} is {verdict.following}"


def _terminal(verdict: Verdict) -> Iterator[str]:
    yield f"== compare: {_heading(verdict)}"
    seen = Counter[tuple[Level, str]]()
    for finding in verdict.findings:
        kind = (finding.level, _kind(finding.sentence))
        seen[kind] += 1
        if seen[kind] > _OF_ONE:
            continue
        text = f"{finding.level.name:<6} {finding.section}: {finding.sentence}"
        if len(text) + len(finding.place) + 2 <= _WIDTH:
            yield f"{text}{finding.place:>{_WIDTH - len(text)}}"
        else:
            yield from (_filled("", text, _INDENT), f"{_INDENT}{finding.place}")
        if len(verdict.findings) <= _EXPLAINED or finding.level == Level.MAJOR:
            for impact, label in _impacts(finding):
                yield _filled(f"{_INDENT}{label:<13} ", f"{impact.level.word:<5} {impact.text}", " " * 27)
    for (level, name), count in seen.items():
        if count > _OF_ONE:
            yield f"{level.name:<6} … and {count - _OF_ONE} more: {name}"
    yield from (_filled("looked at    ", line, " " * 13) for line in verdict.basis)
    yield f"verdict      {_conclusion(verdict)}"
    yield from (f"FAIL         {problem}" for problem in verdict.problems)
    if verdict.entry:
        yield f"\n{verdict.entry}"


def _filled(label: str, text: str, indent: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=label, subsequent_indent=indent)


def _kind(sentence: str) -> str:
    """Return the component that a sentence is about, or the kind of thing: `Account`, The requirement."""
    before, _, after = sentence.partition("`")
    return before.strip() or f"`{after.partition('`')[0].partition('.')[0]}`"


def _impacts(finding: Finding) -> Iterator[tuple[Impact, str]]:
    for attribute, label in _LABELS:
        impact: Impact = getattr(finding, attribute)
        if impact.text:
            yield impact, label


def _summary(verdict: Verdict) -> Iterator[str]:
    yield f"### Comparison: {_conclusion(verdict)}\n\n{_heading(verdict)}\n"
    if verdict.findings:
        yield "| change | where | service | server author |\n|---|---|---|---|"
    for finding in verdict.findings:
        impacts = [
            f"{impact.level.word}: {impact.text}" if impact.text else "" for impact in (finding.service, finding.server)
        ]
        cells = [f"**{finding.level.word}** {finding.section}: {finding.sentence}", f"`{finding.place}`", *impacts]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""
    yield from (f"- {line}" for line in verdict.basis)
    yield from (f"- **{problem}**" for problem in verdict.problems)
    if verdict.entry:
        yield f"\n```markdown\n{verdict.entry}\n```"


def _finding(finding: Finding) -> dict[str, Any]:
    impacts: Sequence[tuple[str, Impact]] = [(name, getattr(finding, name)) for name, _ in _LABELS]
    return {
        "level": finding.level.word,
        "place": finding.place,
        "section": finding.section,
        "sentence": finding.sentence,
        **{name: {"level": impact.level.word, "text": impact.text} for name, impact in impacts},
    }
