"""The verdict on the terminal, as a GitHub job summary in Markdown, and as JSON."""

import textwrap
from collections.abc import Iterator
from typing import Any, Final

import attrs

from compare.verdict import Finding, Level, Verdict

# Chosen, not measured: the width of the code, which a wide terminal and a log of CI show.
_WIDTH: Final = 120
_INDENT: Final = " " * 7
# A terminal has some 50 lines: with more findings than this, only major ones are explained.
_EXPLAINED: Final = 20


def terminal(verdict: Verdict) -> str:
    """Return what fits on a terminal."""
    return "\n".join(_terminal(verdict)) + (f"\n\n{verdict.entry}" if verdict.entry else "")


def summary(verdict: Verdict) -> str:
    """Return Markdown."""
    entry = f"\n```markdown\n{verdict.entry}\n```\n" if verdict.entry else ""
    return f"### Comparison: {_conclusion(verdict)}\n\n```text\n" + "\n".join(_terminal(verdict)) + f"\n```\n{entry}"


def document(verdict: Verdict) -> dict[str, Any]:
    """Return everything for programs."""
    return {
        "against": None if verdict.old is None else {"name": verdict.old.label, "version": verdict.old.version},
        "contract": {"name": verdict.new.label, "version": verdict.new.version},
        "verdict": verdict.level.word,
        "next_version": verdict.following,
        "findings": [{"level": finding.level.word, **_for_programs(finding)} for finding in verdict.findings],
        "looked_at": list(verdict.basis),
        "problems": list(verdict.problems),
        "changelog_entry": verdict.entry or None,
        "passed": not verdict.problems,
    }


def _for_programs(finding: Finding) -> dict[str, Any]:
    fields = attrs.asdict(finding, value_serializer=lambda _, __, it: it.word if isinstance(it, Level) else it)
    return {name: value for name, value in fields.items() if name not in ("names", "classes")}


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
    against = "" if verdict.old is None else f" against {verdict.old.label} {verdict.old.version}"
    yield f"== compare: {verdict.new.label} {verdict.new.version}{against}"
    for finding in verdict.findings:
        text = f"{finding.level.name:<6} {finding.section}: {finding.sentence}"
        if len(text) + len(finding.place) + 2 <= _WIDTH:
            yield f"{text}{finding.place:>{_WIDTH - len(text)}}"
        else:
            yield from (filled("", text, _INDENT), f"{_INDENT}{finding.place}")
        if len(verdict.findings) <= _EXPLAINED or finding.level == Level.MAJOR:
            for label, impact in (("service", finding.service), ("server author", finding.server)):
                if impact.text:
                    yield filled(f"{_INDENT}{label:<13} ", f"{impact.level.word:<5} {impact.text}", " " * 27)
    yield from (filled("looked at    ", line) for line in verdict.basis)
    yield f"verdict      {_conclusion(verdict)}"
    yield from (f"FAIL         {problem}" for problem in verdict.problems)


def filled(label: str, text: str, indent: str = "") -> str:
    """Return lines of which the first begins with `label`, the others with `indent`, by default as wide."""
    indent = indent or " " * len(label)
    return textwrap.fill(text, _WIDTH, initial_indent=label, subsequent_indent=indent)
