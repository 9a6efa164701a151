"""Findings outside bodies: endpoints, statuses, parameters, servers, keys, requirements, error codes, texts."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

from compare import differences
from compare.behaviour import Behaviour
from compare.differences import Section, listed
from compare.revisions import Revision
from compare.schemas import Endpoint, Key
from compare.verdict import NOTHING, Finding, Impact, major, minor, patch
from plaid_accounts_contract.contract import JSON_MEDIA_TYPE, Pointer

_TEXTS: Final = ("summary", "description", "x-rate-limits", "examples")
_SCHEMES: Final = ("components", "securitySchemes")
_ERROR_CODE: Final = ("components", "schemas", "PlaidError", "properties", "error_code")
_SUBTYPES: Final = ("components", "schemas", "AccountType", "x-subtypes")
_AS_BEFORE: Final = patch("reads as before")
_VALIDATES: Final = minor("must validate requests against it")
_Key = TypeVar("_Key")


def findings(old: Revision, new: Revision, seen: Behaviour) -> Iterator[Finding]:
    """Yield a finding for each difference outside the bodies."""
    yield from _endpoints(old, new)
    for key, before in old.endpoints.items():
        if key in new.endpoints:
            yield from _responses(old, new, before, new.endpoints[key])
            yield from _parameters(old, new, key, seen)
    yield from _environments(old, new)
    # Plaid's document has none of the rest.
    if not (old.is_published or new.is_published):
        yield from _keys(old, new)
        yield from _requirements(old, new)
        yield from _error_codes(old, new)
        yield from _subtypes(old, new)
        yield from _texts(old, new)


def _finding(
    at: tuple[Revision, Pointer], service: Impact, server: Impact, section: Section, sentence: str, *names: str,
    method: str = "",
) -> Finding:  # fmt: skip
    """Return a finding; `method` is the operation whose functions, or the webhook whose model, it concerns."""
    revision, pointer = at
    classes = (method, f"{method}Async") if method else ()
    return Finding(
        place=revision.place(pointer), service=service, server=server, section=section, sentence=sentence, names=names,
        classes=classes,
    )  # fmt: skip


def _endpoints(old: Revision, new: Revision) -> Iterator[Finding]:
    added = {endpoint.operation.id: endpoint for key, endpoint in new.endpoints.items() if key not in old.endpoints}
    for endpoint in (endpoint for key, endpoint in old.endpoints.items() if key not in new.endpoints):
        operation = endpoint.operation
        moved = added.pop(operation.id, None)
        gone = major(f"pinned clients still call {endpoint.label}")
        if moved is not None:
            yield _finding((new, moved.operation.pointer), gone, minor("must serve it there"), "Changed",
                           f"`{endpoint.label}` moved to `{moved.label}`.", moved.operation.path,
                           method=operation.id)  # fmt: skip
            continue
        sentence, method, server = f"`{endpoint.label}`.", operation.id, patch("need not serve it")
        if endpoint.is_webhook:
            gone = major("the client loses its model; pinned clients still read it")
            sentence, method, server = f"The {endpoint.label}.", endpoint.model, patch("need not send it")
        at = (old, operation.pointer)
        yield _finding(at, gone, server, "Removed", sentence, operation.path, method=method)
    any_webhook = any(endpoint.is_webhook for endpoint in old.endpoints.values())
    pinned = "raise WebhookUnlistedError for it, which has the complete body" if any_webhook else "read no webhooks"
    for endpoint in added.values():
        sentence, service, server = f"`{endpoint.label}`.", minor("a new method"), minor("must serve it")
        if endpoint.is_webhook:
            service, server = minor(f"a new model; pinned clients {pinned}"), patch("may send it")
            sentence = f"The {endpoint.label}."
        at = (new, endpoint.operation.pointer)
        yield _finding(at, service, server, "Added", sentence, endpoint.operation.path)


def _responses(old: Revision, new: Revision, before: Endpoint, after: Endpoint) -> Iterator[Finding]:
    is_deprecated = bool(after.operation.definition.get("deprecated"))
    if is_deprecated != bool(before.operation.definition.get("deprecated")):
        impact = minor("calls of it warn; they are served as before") if is_deprecated else _AS_BEFORE
        sentence = f"`{after.label}`{'' if is_deprecated else ' is no longer deprecated'}."
        section: Section = "Deprecated" if is_deprecated else "Changed"
        yield _finding((new, after.operation.pointer), impact, NOTHING, section, sentence, after.operation.path)
    for status in before.responses.keys() ^ after.responses.keys():
        is_new = status in after.responses
        endpoint, revision = (after, new) if is_new else (before, old)
        service, server = _AS_BEFORE, minor("must not respond with it")
        if is_new:
            reading = "raise ApiError for it" if int(status) >= 400 else "read every 2xx alike"
            service = minor(f"pinned clients {reading}")
            server = patch("may respond with it")
        yield _finding((revision, (*endpoint.operation.pointer, "responses", status)), service, server,
                       "Added" if is_new else "Removed", f"Status {status} of `{endpoint.label}`.", status)  # fmt: skip
    was, now = before.operation.id, after.operation.id
    if was != now:
        yield _finding((new, after.operation.pointer), major("the method has another name"), NOTHING, "Changed",
                       f"`{after.label}` is called `{now}`, no longer `{was}`.", now, method=was)  # fmt: skip


def _parameters(old: Revision, new: Revision, key: Key, seen: Behaviour) -> Iterator[Finding]:
    before, after = old.endpoints[key].parameters, new.endpoints[key].parameters
    rejected = {entry.place[-1]: entry.message for entry in seen.requests_rejected if entry.key == key and entry.place}
    for where, name in {**after, **before}:
        was, now = before.get((where, name)), after.get((where, name))
        entry = now or was
        assert entry is not None
        subject = f"The {where} parameter `{entry.name}`"
        at = (new if now else old, entry.schema.pointer[:-1])
        broken = major(f"requests of pinned clients are rejected: {rejected[name]}") if name in rejected else None
        if now is None:
            yield _finding(at, major("the argument is removed"), _VALIDATES, "Removed", f"{subject}.", entry.name)
        elif was is None:
            service = broken or minor("a new argument; requests without it are valid")
            yield _finding(at, service, _VALIDATES, "Added", f"{subject}.", entry.name)
        else:
            changed = [found.sentence(request=True) for found in differences.compare(was.schema, now.schema)]
            if was.required != now.required:
                changed.append("it is required." if now.required else "it may be left out.")
            if changed:
                sentence = f"{subject}: {changed[0].replace('`the body`', 'it')}"
                service = broken or minor("requests of pinned clients are valid")
                yield _finding(at, service, _VALIDATES, "Changed", sentence, entry.name)


def _environments(old: Revision, new: Revision) -> Iterator[Finding]:
    for name, was, now, section in _changes(old.hosts, new.hosts):
        service = major(f"pinned clients still call {was}") if was else minor("a new environment")
        sentence = f"The environment `{name}`{f' is at {now}' if was and now else ''}."
        yield _finding((new if now else old, ("servers",)), service, NOTHING, section, sentence, name)


def _keys(old: Revision, new: Revision) -> Iterator[Finding]:
    changed = [pointer for pointer in (("security",), _SCHEMES) if _node(old, pointer) != _node(new, pointer)]
    if changed:
        service, server = major("pinned clients send their keys as before"), minor("must look for the new ones")
        yield _finding((new, changed[0]), service, server, "Changed", "The keys that a request needs.", "keys")


def _requirements(old: Revision, new: Revision) -> Iterator[Finding]:
    before, after = old.contract.requirements, new.contract.requirements
    for name in {**after, **before}:
        was, now = before.get(name), after.get(name)
        subject = f"The requirement `{name}`"
        if now is None:
            assert was is not None
            yield _finding((old, was.pointer), NOTHING, patch("need not meet it"), "Removed", f"{subject}.", name)
            continue
        at, server = (new, now.pointer), minor("must meet it")
        if was is None:
            yield _finding(at, NOTHING, server, "Added", f"{subject} ({now.level}): {now.statement}", name)
        elif (was.level, was.statement) != (now.level, now.statement):
            is_stricter = was.level != now.level == "MUST"
            change = f"is {now.level}" if was.level != now.level else "is reworded"
            server = server if is_stricter else patch("check whether it demands more")
            yield _finding(at, NOTHING, server, "Changed", f"{subject} {change}.", name)
        elif wider := _scope(new, name) & old.endpoints.keys() - _scope(old, name):
            operations = listed([new.endpoints[key].label for key in sorted(wider)])
            yield _finding(at, NOTHING, server, "Changed", f"{subject} holds for {operations}.", name)


def _scope(revision: Revision, requirement: str) -> set[Key]:
    """Return the operations that a requirement holds for."""
    contract = revision.contract
    ids = {operation.id for operation in contract.operations if contract.requires(requirement, operation)}
    return {key for key, endpoint in revision.endpoints.items() if endpoint.operation.id in ids}


def _error_codes(old: Revision, new: Revision) -> Iterator[Finding]:
    listed_in = (*_ERROR_CODE, "x-error-codes")
    before, after = ({entry["code"]: entry for entry in _node(revision, listed_in)} for revision in (old, new))
    for code, was, now, section in _changes(before, after):
        service, server, sentence = _AS_BEFORE, minor("must not respond with it"), f"The error code `{code}`"
        if was is None:
            service = minor("a new error code; pinned clients raise the class of its error_type")
            server, sentence = patch("may respond with it"), f"{sentence} ({_meaning(now)})"
        elif now is not None:
            service = major("it is raised as another class") if was["type"] != now["type"] else _AS_BEFORE
            server = minor("must respond accordingly")
            sentence = f"{sentence} is {_meaning(now)}, no longer {_meaning(was)}"
        yield _finding((new if now else old, listed_in), service, server, section, f"{sentence}.", code)


def _meaning(entry: Any) -> str:
    where = f", of {listed(entry['operations'])} only" if entry.get("operations") else ""
    return f"{entry['type']}, status {entry['status']}{where}"


def _subtypes(old: Revision, new: Revision) -> Iterator[Finding]:
    before, after = (
        {(value, type_): True for type_, values in _node(revision, _SUBTYPES).items() for value in values}
        for revision in (old, new)
    )
    for (value, type_), was, _, _ in _changes(before, after):
        server = minor("must send another type") if was else patch("may send it")
        sentence = f"`{value}` {'can no longer' if was else 'may'} be a subtype of `{type_}`."
        yield _finding((new, _SUBTYPES), NOTHING, server, "Changed", sentence, value)


def _texts(old: Revision, new: Revision) -> Iterator[Finding]:
    """Yield one finding each for the texts about the API, about errors, and about operations."""
    before, after = _texts_of(old), _texts_of(new)
    changed = [
        section for section, key in before if before[section, key] != after.get((section, key), before[section, key])
    ]
    for pointer in dict.fromkeys(changed):
        yield _finding((new, pointer), _AS_BEFORE, NOTHING, "Changed", f"Texts in `{pointer[-1]}`.", str(pointer[-1]))


def _texts_of(revision: Revision) -> dict[tuple[Pointer, object], Any]:
    """Return texts by the section of the document that they are reported for, and by what they are about."""
    actions = (*_ERROR_CODE, "x-error-actions")
    texts: dict[tuple[Pointer, object], Any] = {
        (("info",), None): {**_node(revision, ("info",)), "version": ""},
        (actions, None): _node(revision, actions),
    }
    for key, endpoint in revision.endpoints.items():
        messages = {status: message.pointer for status, message in endpoint.responses.items()}
        for part, pointer in {"operation": endpoint.operation.pointer, **messages}.items():
            node = revision.source.at(pointer)
            examples = node.get("content", {}).get(JSON_MEDIA_TYPE, {}).get("examples")
            texts[("paths",), (key, part)] = [examples, *(node.get(keyword) for keyword in _TEXTS)]
    return texts


def _changes(
    before: Mapping[_Key, Any], after: Mapping[_Key, Any]
) -> Iterator[tuple[_Key, Any | None, Any | None, Section]]:
    """Yield what differs: its key, the old and the new value (None where there is none), and the section."""
    for key in dict.fromkeys([*before, *after]):
        was, now = before.get(key), after.get(key)
        if was != now:
            yield key, was, now, "Added" if was is None else "Removed" if now is None else "Changed"


def _node(revision: Revision, pointer: Pointer) -> Any:
    """Return the node at `pointer`, or an empty mapping where there is none."""
    node: Any = revision.contract.document
    for part in pointer:
        node = node.get(part, {}) if isinstance(node, Mapping) else {}
    return node
