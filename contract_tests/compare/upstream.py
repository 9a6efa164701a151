"""Lists how the contract differs from a copy of Plaid's published document: `make upstream`, python -m compare.upstream."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs
from packaging.version import Version

from compare import Failure, differences, plaid_document, revisions, schemas, status_of
from compare.differences import KINDS, VARNAMES, Difference, described
from compare.report import filled
from compare.revisions import Revision
from compare.schemas import DELIVERED, Endpoint, Message, endpoints
from plaid_accounts_contract.checks.messages import count

_EPILOG: Final = """\
openapi/decisions.yaml lists the differences that were decided; openapi/README.md has the reasons. Everything else is
to do: follow Plaid's document in openapi.yaml, or decide otherwise and record it in both files.

Compares the operations and webhooks of the contract: fields, types, null, enums, statuses, keys, hosts. Descriptions
are not compared, nor are error codes, which appear only in Plaid's documentation. A webhook is compared with the
component of the same name, since Plaid's document lists no webhooks. Reading the complete document takes a while.

exit status: 0 nothing is to do; 1 something is; 2 no verdict"""
_VERSION: Final = "x-plaid-version"
_ADDED: Final = KINDS["added"]["only"]
_REMOVED: Final = KINDS["removed"]["only"]
_ABSENT: Final = "not in this copy of Plaid's document; is it complete?"


@attrs.frozen(kw_only=True)
class Deviation:
    """One way in which the contract differs from the published document."""

    what: str
    """Its name in the list of decisions, such as `Account.mask pattern`."""
    said: str
    place: str
    decision: str | None = None

    def is_covered_by(self, name: str) -> bool:
        """Return whether a name in the list of decisions covers it; `*` matches letters and underscores."""
        # What only the contract has is covered by its full name only: somebody wanted exactly that.
        return name == self.what or (self.said != _ADDED and plaid_document.matches(name, self.what))


def main(arguments: list[str] | None = None) -> int:
    """Compare and print; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="make upstream",
        description="List how the contract differs from a copy of Plaid's published document, such as 2020-09-14.yml.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="the copy, in YAML or JSON")
    parser.add_argument("--json", action="store_true", help="print a JSON document")
    options = parser.parse_args(arguments)
    return status_of(lambda: _run(options.file, as_json=options.json))


def deviations(document: Revision, contract: Revision, decided: Mapping[str, str]) -> list[Deviation]:
    """Return every deviation, with the decision that covers it."""
    statuses = {key: tuple(endpoint.responses) for key, endpoint in contract.endpoints.items()}
    theirs = endpoints(document.source, statuses)
    found = list(_of_document(document, contract))
    for key, ours in contract.endpoints.items():
        if key in theirs:
            found += _of_operation(document, contract, theirs[key], ours)
        elif ours.is_webhook and ours.model in document.source.document.get("components", {}).get("schemas", {}):
            at = ("components", "schemas", ours.model)
            message = Message(at, at, schemas.read(document.source, at))
            found += _of_message(document, contract, message, ours.responses[DELIVERED])
        else:
            found.append(Deviation(what=ours.label, said=_ABSENT, place=contract.place(ours.operation.pointer)))
    unique = {(entry.what, entry.said): entry for entry in reversed(found)}
    return [
        attrs.evolve(entry, decision=next((decided[name] for name in decided if entry.is_covered_by(name)), None))
        for entry in reversed(unique.values())
    ]


def _of_document(document: Revision, contract: Revision) -> Iterator[Deviation]:
    def found(what: str, said: str, section: str) -> Deviation:
        return Deviation(what=what, said=said, place=contract.place((section,)))

    ours, theirs = contract.source.document, document.source.document
    follows = str(ours["info"].get("x-plaid-version", "no version"))
    if document.version != plaid_document.release(follows):
        yield found(_VERSION, f"the contract follows {follows}, this is {document.version}", "info")
    hosts, published = contract.hosts, document.hosts
    for name in sorted(hosts.keys() | published.keys()):
        if hosts.get(name) != published.get(name):
            yield found(f"environment {name}", _both(hosts.get(name), published.get(name)), "servers")
    if theirs.get("security") != ours.get("security"):
        yield found("security", "other keys, or elsewhere", "security")


def _of_operation(document: Revision, contract: Revision, theirs: Endpoint, ours: Endpoint) -> Iterator[Deviation]:
    stated = {str(status) for status in theirs.operation.definition["responses"]}
    if stated != set(ours.responses):
        said = _both(", ".join(ours.responses), ", ".join(sorted(stated)))
        yield Deviation(what="statuses", said=said, place=contract.place((*ours.operation.pointer, "responses")))
    for revision, one, other, said in ((document, theirs, ours, _REMOVED), (contract, ours, theirs, _ADDED)):
        for key, parameter in one.parameters.items():
            if key not in other.parameters:
                place = revision.place(parameter.schema.pointer)
                yield Deviation(what=f"parameter {parameter.name}", said=said, place=place)
    pairs = [(theirs.request, ours.request)]
    pairs += [(message, ours.responses.get(status)) for status, message in theirs.responses.items()]
    for before, after in pairs:
        if before is not None and after is not None:
            yield from _of_message(document, contract, before, after)


def _of_message(document: Revision, contract: Revision, theirs: Message, ours: Message) -> Iterator[Deviation]:
    if theirs.schema is None or ours.schema is None:
        return
    if theirs.nullable != ours.nullable:
        said = KINDS["not-nullable" if theirs.nullable else "nullable"]["only"]
        yield Deviation(what=f"{ours.schema.name} as a body", said=said, place=contract.place(ours.at))
    for difference in differences.compare(theirs.schema, ours.schema):
        # Descriptions are not compared, and names of enum members are for the client's generator alone.
        if difference.kind != "text" and difference.keyword != VARNAMES:
            place = (document if difference.new is None else contract).place(difference.pointer)
            for what, said in _described(difference):
                yield Deviation(what=f"{difference.name}{what}", said=said, place=place)


def _described(difference: Difference) -> Iterator[tuple[str, str]]:
    old, new = difference.old, difference.new
    if difference.values:
        where = _ADDED if difference.kind == "values-added" else _REMOVED
        yield from ((f" value {value!r}", where) for value in difference.values)
    elif "only" in KINDS[difference.kind]:
        aspect = KINDS[difference.kind].get("aspect", "")
        yield f" {aspect}".rstrip(), KINDS[difference.kind]["only"]
    elif old is not None and new is not None:
        if difference.kind == "type":
            yield " type", _both(described(new), described(old))
        else:
            ours, theirs = (schema.constraints.get(difference.keyword) for schema in (new, old))
            is_simple = not isinstance(ours, dict) and not isinstance(theirs, dict)
            yield f" {difference.keyword}", _both(ours, theirs) if is_simple else "another"


def _both(ours: object, theirs: object) -> str:
    ours, theirs = ("none" if value is None else value for value in (ours, theirs))
    return f"{ours} in the contract, {theirs} in Plaid's document"


def _run(file: Path | None, *, as_json: bool) -> int:
    if file is None:
        raise Failure("name a copy of Plaid's document: make upstream FILE=2020-09-14.yml")
    document, contract = revisions.of_file(file), revisions.of_tree()
    if not document.is_published:
        version = document.source.document.get("openapi")
        raise Failure(
            f"{file} is OpenAPI {version}, but Plaid's document is 3.0: to compare contracts, see make compare"
        )
    decided = plaid_document.decisions()
    found = deviations(document, contract, decided)
    to_do = [entry for entry in found if entry.decision is None]
    follows = plaid_document.release(str(contract.source.document["info"].get("x-plaid-version", "")))
    # A copy from before the contract can't have what Plaid added since.
    is_older = Version(document.version) < Version(follows)
    newer = [entry for entry in to_do if is_older and entry.said == _ADDED]
    to_do = [entry for entry in to_do if entry not in newer and not (is_older and entry.what == _VERSION)]
    if as_json:
        shown = [attrs.asdict(entry) for entry in found]
        print(json.dumps({"to_do": len(to_do), "newer": len(newer), "deviations": shown}, indent=1))
    else:
        print(f"== upstream: {contract.label} {contract.version} beside {document.label} {document.version}")
        if is_older:
            text = f"this copy is {document.version}, and the contract follows {follows}, which may be why only it has"
            names = ", ".join(entry.what for entry in newer)
            print(filled("older    ", f"{text} {count(len(newer), 'thing')}: {names}"))
        print("\n".join(_terminal(found, to_do, decided)))
    return 1 if to_do else 0


def _terminal(found: Sequence[Deviation], to_do: Sequence[Deviation], decided: Mapping[str, str]) -> Iterator[str]:
    for entry in to_do:
        yield filled("TO DO    ", f"{entry.what}: {entry.said}")
        yield f"         {entry.place}"
    for title in dict.fromkeys(decided.values()):
        if names := [entry.what for entry in found if entry.decision == title]:
            yield filled("decided  ", title)
            yield filled(" " * 11, ", ".join(names))
    unused = [name for name in decided if not any(entry.is_covered_by(name) for entry in found)]
    # A part of Plaid's document shows nothing of the rest.
    if unused and all(entry.said != _ABSENT for entry in found):
        yield filled("unused   ", f"decided, but no difference: {', '.join(unused)}")
    yield f"{len(to_do)} to do, {sum(entry.decision is not None for entry in found)} decided"


if __name__ == "__main__":
    sys.exit(main())
