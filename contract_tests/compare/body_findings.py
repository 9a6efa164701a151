"""Findings in bodies: each difference of a schema, with what clients were seen to do about it."""

from collections.abc import Iterator, Sequence
from typing import cast

import attrs

from compare import differences
from compare.behaviour import SERVED, Behaviour, Incompatibility
from compare.differences import IGNORED, KINDS, VARNAMES, Difference, Kind, Section, listed
from compare.revisions import Revision
from compare.schemas import DEPRECATED, REQUEST, Key
from compare.verdict import Finding, Impact, Level, major, minor, patch
from plaid_accounts_contract.checks.messages import count
from plaid_accounts_contract.generation.bodies import written


@attrs.frozen
class Occurrence:
    """A difference in the body of one response, or of a request."""

    key: Key
    status: str
    difference: Difference

    def explains(self, found: Incompatibility) -> bool:
        """Return whether a message is rejected because of this difference."""
        if (found.key, found.status, found.place) != (self.key, self.status, self.difference.place):
            return False
        kind = self.difference.kind
        match found.found:
            case "null":
                return kind in ("nullable", "not-nullable", "added", "removed")
            case "nothing":
                return kind in ("required", "optional", "added", "removed")
            case _:
                typed = kind in ("type", "opened", "closed", "values-added", "added", "removed")
                return typed or self.difference.keyword == "format"


def findings(old: Revision, new: Revision, seen: Behaviour) -> Iterator[Finding]:
    """Yield a finding for each difference between bodies, once however often a component is used."""
    grouped: dict[tuple[object, ...], list[Occurrence]] = {}
    reworded: dict[str, Difference] = {}
    for entry in occurrences(old, new):
        found = entry.difference
        if found.kind == "text":
            reworded.setdefault(found.name, found)
        else:
            same = (entry.status == REQUEST, found.kind, found.pointer, found.values, found.keyword)
            grouped.setdefault(same, []).append(entry)
    for group in grouped.values():
        difference, is_request = group[0].difference, group[0].status == REQUEST
        gone = difference.old if difference.kind in ("removed", "opened", "type") else None
        yield Finding(
            place=(old if difference.new is None else new).place(difference.pointer),
            service=_of_request(group, seen) if is_request else _of_response(group, new, seen),
            server=_of_validation(difference) if is_request else _of_server(difference),
            section=cast("Section", KINDS[difference.kind].get("section", "Changed")),
            sentence=difference.sentence(request=is_request),
            names=difference.names,
            # The components that are no longer used at this place.
            classes=tuple(schema.name for _, schema in gone.places() if schema.name) if gone else (),
        )
    # Plaid's descriptions are not the contract's.
    if reworded and not (old.is_published or new.is_published):
        yield Finding(
            place=new.place(next(iter(reworded.values())).shown.pointer),
            service=patch("everything is read and sent as before"),
            sentence=f"The description of {listed([*reworded])}.",
        )


def occurrences(old: Revision, new: Revision) -> Iterator[Occurrence]:
    """Yield every difference in every body that both contracts have."""
    any_published = old.is_published or new.is_published
    for key in (key for key in old.endpoints if key in new.endpoints):
        for status in (REQUEST, *old.endpoints[key].responses):
            before, after = (revision.endpoints[key].body(status) for revision in (old, new))
            for difference in differences.compare(before, after) if before and after else ():
                # Plaid's document has no names for enum members: they come from the contract.
                if not (any_published and difference.keyword == VARNAMES):
                    yield Occurrence(key, status, difference)


def _said(kind: Kind, to: str) -> Impact:
    """Return what `kinds.yaml` says of a kind of difference."""
    level, _, text = KINDS[kind][to].partition(", ")
    return Impact(Level[level.upper()], text)


def _of_response(group: Sequence[Occurrence], new: Revision, seen: Behaviour) -> Impact:
    difference = group[0].difference
    for rejected, by in (
        (seen.by_old, "pinned clients reject it"),
        (seen.by_new, "a new client rejects servers that have not changed yet"),
    ):
        found = [entry for entry in rejected if any(occurrence.explains(entry) for occurrence in group)]
        if found:
            served = sum(entry.variant.what == SERVED for entry in found)
            real = f", {served} of them from the reference server" if served else ""
            return major(f"{by}: {found[0].message} ({count(len(found), 'response')}{real})")
    if difference.kind == "values-added":
        return _of_new_values(group, new)
    if difference.keyword in (*IGNORED, "format"):
        is_number = bool({"number", "integer"} & difference.shown.types)
        return patch("read as before: a Python float is a double" if is_number else "read as before")
    return _said(difference.kind, "service")


def _of_new_values(group: Sequence[Occurrence], new: Revision) -> Impact:
    """Return minor only if the old client was given each new value of an enum."""
    wanted = {(entry.difference.place, f"value {value!r}") for entry in group for value in entry.difference.values}
    tried = {(sent.path, sent.what) for entry in group for sent in new.variants(entry.key, entry.status)}
    missing = {what for _, what in wanted} - {what for _, what in wanted & tried}
    if missing:
        return major(f"not observed: no response could be made with {', '.join(sorted(missing))}")
    return minor(f"pinned clients keep it unchanged, seen in {count(len(wanted), 'response')}")


def _of_server(difference: Difference) -> Impact:
    if difference.kind == "added" and difference.required:
        return minor("must send it")
    of_number = difference.keyword == "format" and difference.shown.types <= {"number", "null"}
    if of_number or difference.keyword in IGNORED:
        return patch("nothing to do")
    if difference.kind == "constraint" and not difference.narrows:
        return patch("need not meet it")
    return _said(difference.kind, "server")


def _of_validation(difference: Difference) -> Impact:
    if difference.keyword in DEPRECATED:
        return _said("deprecated", "server")
    if difference.keyword == "default":
        return minor("must assume it where the property is left out")
    is_wider = difference.kind == "constraint" and not difference.narrows
    return minor("must accept what it excluded" if is_wider else "must validate requests against it")


def _of_request(group: Sequence[Occurrence], seen: Behaviour) -> Impact:
    kind = group[0].difference.kind
    places = {(entry.key, entry.difference.place) for entry in group}
    rejected = [entry for entry in seen.requests_rejected if (entry.key, entry.place) in places]
    if rejected:
        first = f"{written(rejected[0].place)}: {rejected[0].message}"
        return major(f"requests of pinned clients are rejected: {first} ({len(rejected)} of {seen.requests})")
    if group[0].difference.keyword in IGNORED:
        return patch("sent as before: a default is the server's")
    if "sent" in KINDS[kind]:
        return _said(kind, "sent")
    if group[0].difference.narrows and not places & seen.excluded:
        return major("not observed: no request shows whether one of a pinned client is rejected")
    if kind == "added":
        return minor("a new argument; requests without it are valid")
    return minor(f"the {seen.requests} requests of pinned clients are valid")
