"""The comparison of two revisions: differences, what clients do with them, code that breaks, redocly's opinion."""

import sys
from collections.abc import Iterator, Sequence

import attrs

from compare import behaviour, body_findings, client_code, clients, document_findings, redocly
from compare.behaviour import Behaviour
from compare.body_findings import Occurrence
from compare.client_code import REMOVED, Breakage, plain
from compare.revisions import CONSUMER, Revision
from compare.verdict import Finding, Level, Verdict, major
from plaid_accounts_contract.checks.messages import count
from plaid_accounts_contract.generation.bodies import written


def compare(old: Revision, new: Revision) -> Verdict:
    """Compare two revisions."""
    _progress("generating the clients of both contracts")
    if old.source.path.read_bytes() == new.source.path.read_bytes() and clients.same(old.folder, new.folder):
        return Verdict(old=old, new=new, findings=(), basis=("the documents are the same, and so are the clients",))
    _progress("sending requests and responses")
    seen = behaviour.observe(old, new)
    occurrences = list(body_findings.occurrences(old, new))
    bodies = list(body_findings.findings(old, new, seen))
    found = [*bodies, *document_findings.findings(old, new, seen), *_unexplained(new, seen, occurrences)]
    _progress("checking code that uses the client")
    breakages = client_code.breakages(old.folder, new.folder)
    found = _with_breakages(found, breakages)
    errors = client_code.service_errors(old, new)
    if errors and all(finding.level < Level.MAJOR for finding in found):
        broken = major(f"a typed service no longer passes mypy: {errors[0]}")
        found.append(Finding(place=CONSUMER, service=broken, sentence="Types of the client.", names=("Types", "types")))
    _progress("running redocly")
    second = "redocly skipped (node or its package not found)"
    if redocly.is_available():
        rated = redocly.ratings(old.contract.path, new.contract.path)
        only = [*redocly.unseen(rated, new, {entry.difference.place for entry in occurrences}, found)]
        found += only
        rest = f"{len(only)} that only it found" if only else "each reported here"
        second = f"redocly rates {len(rated)} as minor or major, {rest}"
    wire = f"wire: {count(len(bodies), 'difference')} in bodies; {second}"
    basis = (wire, _interface(breakages, errors), _behaviour(seen))
    ordered = sorted(found, key=lambda finding: (-finding.level, finding.sentence))
    return Verdict(old=old, new=new, findings=tuple(ordered), basis=basis)


def _progress(text: str) -> None:
    """Show whoever waits at a terminal what is going on."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)


def _unexplained(new: Revision, seen: Behaviour, occurrences: Sequence[Occurrence]) -> Iterator[Finding]:
    """Yield what a client rejects for no difference that was found."""
    reported: set[tuple[object, ...]] = set()
    for rejected, by in (
        (seen.by_old, "pinned clients reject"),
        (seen.by_new, "a new client rejects, of old servers,"),
    ):
        for entry in rejected:
            if (by, entry.key, entry.place) in reported or any(known.explains(entry) for known in occurrences):
                continue
            reported.add((by, entry.key, entry.place))
            what = f"{by} {written(entry.variant.path) or 'the body'}: {entry.variant.what}: {entry.message}"
            yield Finding(
                place=f"{new.file} {new.endpoints[entry.key].label} {entry.status}",
                service=major(what),
                sentence=f"What the client reads of a {entry.status}: {entry.message}.",
                names=entry.place[-1:],
            )


def _with_breakages(findings: list[Finding], breakages: Sequence[Breakage]) -> list[Finding]:
    """Return the findings, with what breaks in code added to the one that explains it, or as another finding."""
    found = [*findings]
    for item in breakages:
        about = [number for number, finding in enumerate(findings) if _is_about(item, finding)]
        if not about:
            found.append(
                Finding(
                    place=f"generated/plaid_accounts {item.path}",
                    service=major(f"code written for it breaks: {item.message}"),
                    section="Removed" if item.message == REMOVED else "Changed",
                    sentence=f"`{item.path}` of the client{'' if item.message == REMOVED else f': {item.message}'}.",
                    names=(item.path.rpartition(".")[2],),
                )
            )
        elif all(found[number].service.level < Level.MAJOR for number in about):
            # Something new breaks code only if nothing old does.
            cause = min(about, key=lambda number: found[number].section == "Added")
            impact = major(f"code written for it breaks: {item.path} {item.message}")
            found[cause] = attrs.evolve(found[cause], service=impact)
    return found


def _is_about(item: Breakage, finding: Finding) -> bool:
    names = {plain(name) for name in (*finding.names, *finding.classes)} - {""}
    return bool(names & item.words) or any(f"{name}error" in item.words for name in names)


def _interface(breakages: Sequence[Breakage], errors: Sequence[str] | None) -> str:
    if errors is None:
        passes = "the typed service does not fit the old client, so it shows nothing"
    else:
        passes = f"the typed service fails mypy: {errors[0]}" if errors else "the typed service passes mypy"
    return f"interface: griffe and annotations show {count(len(breakages), 'breaking change')}; {passes}"


def _behaviour(seen: Behaviour) -> str:
    served = f", {seen.served} of them from the reference server" if seen.served else ""
    unchanged = f"; {count(seen.unchanged, 'operation')} unchanged" if seen.unchanged else ""
    read = f"{count(seen.responses, 'response')} read by the other client{served}"
    return f"behaviour: {read}; {count(seen.requests, 'request')} sent{unchanged}"
