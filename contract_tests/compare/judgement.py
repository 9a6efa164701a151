"""From what differs and what was tried to what it means: each difference of a body, with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from compare import differences, words
from compare.behaviour import Behaviour, Breach
from compare.bodies import REQUEST, bodies
from compare.differences import Difference, Kind
from compare.editions import Edition
from compare.findings import NOTHING, Finding, Impact, Level, place
from compare.operations import Key
from compare.reading import Refusal
from compare.reference import SERVED
from compare.shapes import Shape, written

# What the server has to do or to leave, where it kept to the old contract.
_DUTIES: Final[dict[Kind, str]] = {
    "required": "has to send it always", "not-nullable": "may not send null", "values-removed": "may not send them",
    "type": "has to send the other type", "closed": "may send listed values only",
    "others-refused": "may send no other properties", "bound": "is held to it",
}  # fmt: skip
_FREEDOMS: Final[dict[Kind, str]] = {
    "added": "may send it", "removed": "need not send it", "optional": "may leave it out", "nullable": "may send null",
    "values-added": "may send them", "opened": "may send any string", "others-allowed": "may send other properties",
}  # fmt: skip
_UNREFUSED: Final[dict[Kind, Impact]] = {
    "values-removed": Impact(Level.MAJOR, "the class loses members; pinned clients read what comes"),
    "removed": Impact(Level.MAJOR, "the model has no such attribute any more; pinned clients read what comes"),
    "opened": Impact(Level.MAJOR, "a string takes the place of a class; pinned clients read what comes"),
    "others-refused": Impact(Level.MAJOR, "the model keeps no other properties any more"),
    "others-allowed": Impact(Level.MINOR, "the model keeps other properties; pinned clients read them"),
    "added": Impact(Level.MINOR, "a new attribute; pinned clients keep it among the additional properties"),
    "closed": Impact(Level.MINOR, "read as a member of an enum, which is a string still"),
    "bound": Impact(Level.MINOR, "the client does not look at it"),
    **dict.fromkeys(
        ("nullable", "optional", "type", "required", "not-nullable"),
        Impact(Level.MAJOR, "not observed: no response shows whether it can be read"),
    ),
}
# What the client does not look at when it reads.
_UNREAD: Final = ("default", "deprecated", "x-enum-varnames")


@attrs.frozen(kw_only=True)
class Use:
    """A difference in one body."""

    key: Key
    status: str
    difference: Difference


def findings(old: Edition, new: Edition, seen: Behaviour) -> Iterator[Finding]:
    """Yield a finding for each difference between bodies, once however often a component is used."""
    grouped: dict[tuple[object, ...], list[Use]] = {}
    said: dict[str, Use] = {}
    for use in uses(old, new):
        if use.difference.kind == "text":
            said.setdefault(words.name(use.difference), use)
        else:
            grouped.setdefault((use.status == REQUEST, *use.difference.identity), []).append(use)
    for group in grouped.values():
        judge = _request if group[0].status == REQUEST else _response
        yield judge(group, old, new, seen)
    # Plaid's words are not this project's.
    if said and not (old.is_published or new.is_published):
        yield _reworded(said, new)


def _reworded(said: Mapping[str, Use], new: Edition) -> Finding:
    """Return one finding for all descriptions and examples."""
    return Finding(
        place=place(new, next(iter(said.values())).difference.subject.pointer),
        service=Impact(Level.PATCH, "everything is read and sent as before"),
        server=NOTHING,
        section="Changed",
        sentence=f"The words for {words.listed([*said])}.",
        names=(),
    )


def pairs(old: Edition, new: Edition) -> Iterator[tuple[Key, str, Shape, Shape]]:
    """Yield every body that both contracts have, with the operation and its status."""
    for key, before in old.operations.items():
        after = new.operations.get(key)
        if after is None:
            continue
        found = [(REQUEST, before.body, after.body)]
        found += [(status, answer, after.answers.get(status)) for status, answer in before.answers.items()]
        for status, one, other in found:
            if one and other and one.shape and other.shape:
                yield key, status, one.shape, other.shape


def uses(old: Edition, new: Edition) -> Iterator[Use]:
    """Yield every difference in every body that both contracts have."""
    framed = old.is_published or new.is_published
    for key, status, one, other in pairs(old, new):
        for difference in differences.compare(one, other):
            # Plaid's document has no names for listed values: they come from the contract.
            if not (framed and difference.bound == "x-enum-varnames"):
                yield Use(key=key, status=status, difference=difference)


def _finding(group: Sequence[Use], old: Edition, new: Edition, service: Impact, server: Impact) -> Finding:
    difference = group[0].difference
    edition = old if difference.new is None else new
    at = difference.subject
    return Finding(
        place=place(edition, at.origin if difference.of_component else at.pointer),
        service=service,
        server=server,
        section=words.section(difference),
        sentence=words.sentence(difference, request=group[0].status == REQUEST),
        names=words.names(difference),
        classes=_classes(difference),
    )


def _classes(difference: Difference) -> tuple[str, ...]:
    """Return the components that are not used any more for this."""
    if difference.old is None or difference.kind not in ("removed", "opened", "type"):
        return ()
    return tuple(shape.name for _, shape in difference.old.places() if shape.name)


def _response(group: Sequence[Use], old: Edition, new: Edition, seen: Behaviour) -> Finding:
    difference = group[0].difference
    refused = [entry for use in group for entry in _concerning(seen.old_refuses.get(use.key, ()), use)]
    if refused:
        service = Impact(Level.MAJOR, f"pinned clients refuse it: {_shown(refused)}")
    else:
        refused = [entry for use in group for entry in _concerning(seen.new_refuses.get(use.key, ()), use)]
        text = f"a new client refuses servers that have not changed yet: {_shown(refused)}" if refused else ""
        service = Impact(Level.MAJOR, text) if refused else _unrefused(group, new)
    return _finding(group, old, new, service, _server(difference))


def _unrefused(group: Sequence[Use], new: Edition) -> Impact:
    """Judge what neither client refused."""
    difference = group[0].difference
    if difference.kind == "values-added":
        return _kept(group, new)
    if difference.kind == "bound" and difference.bound in (*_UNREAD, "format"):
        is_number = bool({"number", "integer"} & difference.subject.types)
        return Impact(Level.PATCH, "read as before: a float of Python is a double" if is_number else "read as before")
    return _UNREFUSED[difference.kind]


def _kept(group: Sequence[Use], new: Edition) -> Impact:
    """Judge new values of a list by whether the old client was given each of them."""
    changed = [use.difference for use in group]
    wanted = {(difference.place, f"value {value!r}") for difference in changed for value in difference.values}
    tried = {(case.place, case.what) for use in group for case in bodies(new, use.key, use.status)}
    missing = {what for _, what in wanted} - {what for _, what in wanted & tried}
    if missing:
        return Impact(Level.MAJOR, f"not observed: no response could be made with {', '.join(sorted(missing))}")
    return Impact(Level.MINOR, f"pinned clients keep it as it came, seen in {words.counted(len(wanted), 'response')}")


def _concerning(refused: Iterable[Refusal], use: Use) -> Iterator[Refusal]:
    """Yield the refusals that a difference explains."""
    for entry in refused:
        if entry.status == use.status and entry.place == use.difference.place and explains(use.difference, entry):
            yield entry


def explains(difference: Difference, refusal: Refusal) -> bool:
    """Tell whether a client that refuses at the place of a difference does so for it."""
    match refusal.found:
        case "null":
            return difference.kind in ("nullable", "not-nullable", "added", "removed")
        case "nothing":
            return difference.kind in ("required", "optional", "added", "removed")
        case _:
            return difference.kind in ("type", "opened", "closed", "values-added", "added", "removed") or (
                difference.kind == "bound" and difference.bound == "format"
            )


def _server(difference: Difference) -> Impact:
    kind = difference.kind
    if kind == "added" and difference.required:
        return Impact(Level.MINOR, "has to send it")
    if kind in _FREEDOMS:
        return Impact(Level.PATCH, _FREEDOMS[kind])
    of_number = difference.bound == "format" and difference.subject.types <= {"number", "null"}
    if kind == "bound" and (of_number or difference.bound in _UNREAD):
        return Impact(Level.PATCH, "nothing to do")
    return Impact(Level.MINOR, _DUTIES[kind])


def _request(group: Sequence[Use], old: Edition, new: Edition, seen: Behaviour) -> Finding:
    difference = group[0].difference
    refused = [
        breach for use in group for breach in seen.breaches.get(use.key, ()) if breach.place == use.difference.place
    ]
    if refused:
        said = f"requests of pinned clients are refused: {_said(refused[0])} ({len(refused)} of {seen.requests})"
        service = Impact(Level.MAJOR, said)
    elif difference.kind == "removed":
        service = Impact(Level.MAJOR, "the method has no such argument any more")
    elif difference.kind == "added":
        service = Impact(Level.MINOR, "a new argument; requests without it are right")
    else:
        service = Impact(Level.MINOR, f"the {seen.requests} requests of pinned clients are right")
    return _finding(group, old, new, service, Impact(Level.MINOR, "has to judge requests by it"))


def _said(breach: Breach) -> str:
    return f"{written(breach.place)}: {breach.said}"


def _shown(refused: Sequence[Refusal]) -> str:
    served = sum(entry.case.what == SERVED for entry in refused)
    real = f", {served} of them from the reference server" if served else ""
    return f"{refused[0].said} ({words.counted(len(refused), 'response')}{real})"
