"""Puts what was found together: bodies, surroundings, interface, the typed service, and redocly's opinion."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import attrs

from compare import behaviour, clients, judgement, python_api, redocly, renaming, service, surroundings, words
from compare.behaviour import Behaviour
from compare.editions import Edition
from compare.failure import Failure
from compare.findings import NOTHING, Finding, Impact, Level, highest
from compare.python_api import Break
from compare.redocly import Change

_IMPACTS: Final = {"minor": Level.MINOR, "major": Level.MAJOR}
Progress = Callable[[str], None]


@attrs.frozen(kw_only=True)
class Comparison:
    """What an edit means."""

    old: Edition
    new: Edition
    findings: tuple[Finding, ...]
    """The gravest first."""
    looked_at: tuple[str, ...]
    """What the verdict rests on, a line for each part."""

    @property
    def level(self) -> Level:
        """The verdict."""
        return highest(self.findings)


def compare(old: Edition, new: Edition, progress: Progress) -> Comparison:
    """Compare two editions.

    Raises:
        Failure: something that the verdict needs could not be done.

    """
    progress("clients of both contracts")
    if old.source.path.read_bytes() == new.source.path.read_bytes() and clients.same(old.folder, new.folder):
        return Comparison(
            old=old, new=new, findings=(), looked_at=("the documents are the same, and so are the clients",)
        )
    progress("responses and requests")
    seen = behaviour.observe(old, new)
    bodies = list(judgement.findings(old, new, seen))
    around = [*renaming.findings(old, new), *surroundings.findings(old, new, seen)]
    found = [*bodies, *around, *_unexplained(old, new, seen)]
    progress("the client's interface")
    breaks = python_api.breaks(old.folder, new.folder)
    found, left = _with_breaks(found, breaks)
    found += [_of_break(item) for item in left]
    progress("a typed service")
    fit = service.fit(old, new)
    found += _of_service(fit, found)
    progress("redocly")
    opinion = _opinion(old, new, found)
    found += opinion[0]
    lines = (_wire(bodies, opinion), _interface(breaks, fit), _behaviour(seen))
    ordered = sorted(found, key=lambda finding: (-finding.level, finding.sentence))
    return Comparison(old=old, new=new, findings=tuple(ordered), looked_at=lines)


def _unexplained(old: Edition, new: Edition, seen: Behaviour) -> Iterator[Finding]:
    """Yield what a client refuses though no difference says why."""
    known = [(use.key, use.status, use.difference) for use in judgement.uses(old, new)]
    sides = ((seen.old_refuses, "pinned clients refuse"), (seen.new_refuses, "a new client refuses of old servers"))
    told: set[tuple[object, ...]] = set()
    for refused, who in sides:
        for key, entries in refused.items():
            for entry in entries:
                explained = any(
                    (key, entry.status) == (other, status)
                    and difference.place == entry.place
                    and judgement.explains(difference, entry)
                    for other, status, difference in known
                )
                if explained or (who, key, entry.place) in told:
                    continue
                told.add((who, key, entry.place))
                yield Finding(
                    place=f"{new.file} {new.operations[key].label} {entry.status}",
                    service=Impact(Level.MAJOR, f"{who} {entry.case.label}: {entry.said}"),
                    server=NOTHING,
                    section="Changed",
                    sentence=f"What the client reads of a {entry.status}: {entry.said}.",
                    names=entry.place[-1:],
                )


def _with_breaks(found: list[Finding], breaks: Sequence[Break]) -> tuple[list[Finding], list[Break]]:
    """Add what breaks in code to the finding that explains it; return the findings and the breaks that none does."""
    left: list[Break] = []
    for item in breaks:
        about = [finding for finding in found if _is_about(item, finding)]
        if not about:
            left.append(item)
        elif all(finding.service.level < Level.MAJOR for finding in about):
            # Something that is new breaks code only if nothing that is old does.
            guilty = min(about, key=lambda finding: finding.section == "Added")
            impact = Impact(Level.MAJOR, f"code written for it breaks: {item.path} {item.said}")
            found = [attrs.evolve(finding, service=impact) if finding is guilty else finding for finding in found]
    return found, left


def _is_about(item: Break, finding: Finding) -> bool:
    names = {python_api.spelt(name) for name in (*finding.names, *finding.classes)} - {""}
    return bool(names & item.words) or any(f"{name}error" in item.words for name in names)


def _of_break(item: Break) -> Finding:
    return Finding(
        place=f"generated/plaid_accounts {item.path}",
        service=Impact(Level.MAJOR, f"code written for it breaks: {item.said}"),
        server=NOTHING,
        section="Removed" if item.said == python_api.GONE else "Changed",
        sentence=f"`{item.path}` of the client{'' if item.said == python_api.GONE else f': {item.said}'}.",
        names=(item.path.rpartition(".")[2],),
    )


def _of_service(fit: service.Fit, found: Sequence[Finding]) -> list[Finding]:
    if not fit.errors or highest(found) == Level.MAJOR:
        return []
    return [
        Finding(
            place="contract_tests/meta/consumer.py",
            service=Impact(Level.MAJOR, f"a typed service does not pass mypy any more: {fit.errors[0]}"),
            server=NOTHING,
            section="Changed",
            sentence="Types of the client.",
            names=("Types", "types"),
        )
    ]


def _opinion(old: Edition, new: Edition, found: Sequence[Finding]) -> tuple[list[Finding], int, bool]:
    """Return findings for what redocly alone sees, the number of its changes, and whether it was asked."""
    if not redocly.available():
        if os.environ.get("CI") == "true":
            raise Failure("redocly needs node and npm, and CI=true requires it: install Node 20")
        return [], 0, False
    changes = redocly.changes(old.contract.path, new.contract.path)
    places = {use.difference.place for use in judgement.uses(old, new)}
    alone = [change for change in changes if not seen(change, places, found)]
    return [of_change(change, new) for change in alone], len(changes), True


def seen(change: Change, places: set[tuple[str, ...]], found: Sequence[Finding]) -> bool:
    """Tell whether a change that redocly sees is among the differences of bodies, at `places`, or the findings."""
    if change.place is not None:
        # redocly tells a requirement at the object, the comparison at the property.
        return any(
            place[: len(change.place)] == change.place and len(place) <= len(change.place) + 1 for place in places
        )
    pointers = [finding.place.rpartition(" ")[2] for finding in found]
    return any(_related(pointer, change.pointer) for pointer in pointers if pointer.startswith("#/"))


def _related(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def of_change(change: Change, new: Edition) -> Finding:
    """Return the finding for a change that redocly alone sees."""
    impact = Impact(_IMPACTS[change.impact], f"redocly alone calls it {change.impact} ({change.rule})")
    return Finding(
        # The document that redocly reads is Plaid's only in content.
        place=f"{new.file} {change.pointer}" if new.is_published else f"{new.file}:{change.line} {change.pointer}",
        service=impact,
        server=impact,
        section="Changed",
        sentence=change.said,
        names=(change.pointer.rpartition("/")[2],),
    )


def _wire(bodies: Sequence[Finding], opinion: tuple[list[Finding], int, bool]) -> str:
    alone, count, asked = opinion
    if not asked:
        return f"wire: {words.counted(len(bodies), 'difference')} in bodies; redocly was not asked (node or its package not found)"
    said = "each is told here" if not alone else f"{len(alone)} that only it sees"
    return (
        f"wire: {words.counted(len(bodies), 'difference')} in bodies; redocly rates {count} as minor or major, {said}"
    )


def _interface(breaks: Sequence[Break], fit: service.Fit) -> str:
    if not fit.applies:
        said = "the typed service does not fit the old client and says nothing"
    else:
        said = f"the typed service fails mypy: {fit.errors[0]}" if fit.errors else "the typed service passes mypy"
    return f"interface: griffe and annotations show {words.counted(len(breaks), 'break')}; {said}"


def _behaviour(seen: Behaviour) -> str:
    served = f", {seen.served} of them from the reference server" if seen.served else ""
    untouched = f"; {words.counted(seen.untouched, 'operation')} as before" if seen.untouched else ""
    said = f"{seen.responses} responses read by the other client{served}; {seen.requests} requests sent"
    return f"behaviour: {said}{untouched}"
