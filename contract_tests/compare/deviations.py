"""How the contract differs from Plaid's published document, and which decision says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import yaml

from compare import differences, published, shapes, words
from compare.differences import Difference, Kind
from compare.editions import CONTRACT, ROOT, Edition
from compare.failure import Failure
from compare.findings import place
from compare.operations import TOLD, Answer, Operation, operations

DECISIONS: Final = (ROOT / CONTRACT).with_name("decisions.yaml")
# What only the client's generator reads.
_OURS: Final = "x-enum-varnames"
_SAID: Final[dict[Kind, str]] = {
    "added": "the contract alone has it",
    "removed": "Plaid's document has it, the contract has not",
    "required": "required in the contract alone",
    "optional": "required in Plaid's document alone",
    "nullable": "may be null in the contract alone",
    "not-nullable": "may be null in Plaid's document alone",
    "opened": "a list in Plaid's document alone",
    "closed": "a list in the contract alone",
    "others-allowed": "further properties in the contract alone",
    "others-refused": "further properties in Plaid's document alone",
}
_ABSENT: Final = "this copy of Plaid's document has none; is it the whole of it?"
# What differs of a thing that both have.
_ASPECTS: Final[dict[Kind, str]] = {
    "required": " required", "optional": " required", "nullable": " null", "not-nullable": " null", "opened": " list",
    "closed": " list", "others-allowed": " further properties", "others-refused": " further properties",
}  # fmt: skip


@attrs.frozen(kw_only=True)
class Deviation:
    """One way in which the contract differs from the published document."""

    what: str
    """Its name in the list of decisions, such as `Account.mask pattern`."""
    said: str
    place: str
    decision: str | None = None


def deviations(document: Edition, contract: Edition, decided: Mapping[str, str]) -> list[Deviation]:
    """Return every deviation, with the decision that covers it."""
    statuses = {key: tuple(operation.answers) for key, operation in contract.operations.items()}
    theirs = operations(document.source, statuses)
    found = list(_of_whole(document, contract))
    for key, ours in contract.operations.items():
        if key in theirs:
            found += _of_operation(document, contract, theirs[key], ours)
        elif ours.is_webhook and _has_schema(document, ours.model):
            found += _of_webhook(document, contract, ours)
        else:
            found.append(Deviation(what=ours.label, said=_ABSENT, place=place(contract, ours.pointer)))
    once = {(entry.what, entry.said): entry for entry in reversed(found)}
    return [attrs.evolve(entry, decision=_decision(entry, decided)) for entry in reversed(once.values())]


def is_whole(found: Iterable[Deviation]) -> bool:
    """Tell whether the document has every operation and webhook of the contract."""
    return all(entry.said != _ABSENT for entry in found)


def covers(listed: str, entry: Deviation) -> bool:
    """Tell whether a name in the list of decisions is that of a deviation; `*` stands for letters and underscores.

    What the contract alone has is covered by its full name only: that was somebody's wish.
    """
    if "*" not in listed or entry.said == _SAID["added"]:
        return listed == entry.what
    return re.fullmatch(r"\w*".join(map(re.escape, listed.split("*"))), entry.what) is not None


def _decision(entry: Deviation, decided: Mapping[str, str]) -> str | None:
    return next((title for listed, title in decided.items() if covers(listed, entry)), None)


def _has_schema(document: Edition, name: str) -> bool:
    return name in document.source.document.get("components", {}).get("schemas", {})


def _of_webhook(document: Edition, contract: Edition, ours: Operation) -> Iterator[Deviation]:
    """Compare the body of a webhook with the schema of the same name: Plaid's document lists no webhooks."""
    pointer = ("components", "schemas", ours.model)
    theirs = Answer(pointer, pointer, shapes.read(document.source, pointer))
    yield from _of_body(document, contract, theirs, ours.answers[TOLD])


def decisions(path: Path = DECISIONS) -> dict[str, str]:
    """Return what was decided: the title of the decision for each deviation.

    Raises:
        Failure: the file can't be read, or is no such list.

    """
    try:
        listed: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {str(what): str(entry["decision"]) for entry in listed for what in entry["differs"]}
    except OSError as error:
        raise Failure(f"{path} can't be read: {error.strerror}") from None
    except (yaml.YAMLError, TypeError, KeyError):
        raise Failure(f"{path} is no list of entries with `decision` and `differs`") from None


def _of_whole(document: Edition, contract: Edition) -> Iterator[Deviation]:
    follows = str(contract.source.document["info"].get("x-plaid-version", "no version"))
    if document.version != published.release(follows):
        yield Deviation(
            what="x-plaid-version", said=f"{follows} is followed, this is {document.version}", place=place(contract, ("info",))
        )  # fmt: skip
    theirs = {server["x-environment"]: server["url"] for server in published.servers(document.source)}
    ours = {server.get("x-environment"): server["url"] for server in contract.source.document["servers"]}
    for name in sorted(theirs.keys() | ours.keys()):
        if theirs.get(name) != ours.get(name):
            said = f"{ours.get(name, 'nothing')} in the contract, {theirs.get(name, 'nothing')} in Plaid's document"
            yield Deviation(what=f"environment {name}", said=said, place=place(contract, ("servers",)))
    if document.source.document.get("security") != contract.source.document.get("security"):
        yield Deviation(what="security", said="other keys, or elsewhere", place=place(contract, ("security",)))


def _of_operation(document: Edition, contract: Edition, theirs: Operation, ours: Operation) -> Iterator[Deviation]:
    stated = {str(status) for status in document.source.at((*theirs.pointer, "responses"))}
    if stated != set(ours.answers):
        said = f"{', '.join(ours.answers)} in the contract, {', '.join(sorted(stated))} in Plaid's document"
        yield Deviation(what="statuses", said=said, place=place(contract, (*ours.pointer, "responses")))
    for one, other in ((theirs, ours), (ours, theirs)):
        for key in one.parameters.keys() - other.parameters.keys():
            said = "a parameter in the contract alone" if one is ours else "a parameter in Plaid's document alone"
            at = place(contract if one is ours else document, one.parameters[key].shape.pointer)
            yield Deviation(what=f"parameter {one.parameters[key].name}", said=said, place=at)
    pairs = [
        (theirs.body, ours.body),
        *((answer, ours.answers.get(status)) for status, answer in theirs.answers.items()),
    ]
    for before, after in pairs:
        if before is not None and after is not None:
            yield from _of_body(document, contract, before, after)


def _of_body(document: Edition, contract: Edition, theirs: Answer, ours: Answer) -> Iterator[Deviation]:
    if theirs.shape is None or ours.shape is None or ours.schema is None:
        return
    if theirs.nullable != ours.nullable:
        said = "may be null in Plaid's document alone" if theirs.nullable else "may be null in the contract alone"
        yield Deviation(what=f"{ours.shape.name} as a body", said=said, place=place(contract, ours.schema))
    for difference in differences.compare(theirs.shape, ours.shape):
        edition = document if difference.new is None else contract
        subject = difference.subject
        at = place(edition, subject.origin if difference.of_component else subject.pointer)
        for what, said in _told(difference):
            yield Deviation(what=what, said=said, place=at)


def _told(difference: Difference) -> Iterator[tuple[str, str]]:
    name, old, new = words.name(difference), difference.old, difference.new
    if difference.kind == "text" or difference.bound == _OURS:
        return
    if difference.values:
        where = "the contract" if difference.kind == "values-added" else "Plaid's document"
        yield from ((f"{name} value {value!r}", f"listed in {where} alone") for value in difference.values)
    elif difference.kind == "type" and old is not None and new is not None:
        yield f"{name} type", f"{words.kind_of(new)} in the contract, {words.kind_of(old)} in Plaid's document"
    elif difference.kind == "bound" and old is not None and new is not None:
        ours, theirs = (shape.bounds.get(difference.bound, "none") for shape in (new, old))
        simple = not isinstance(ours, dict) and not isinstance(theirs, dict)
        yield (
            f"{name} {difference.bound}",
            f"{ours} in the contract, {theirs} in Plaid's document" if simple else "another",
        )
    else:
        yield f"{name}{_ASPECTS.get(difference.kind, '')}", _SAID[difference.kind]
