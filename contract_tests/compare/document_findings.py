"""Findings outside bodies: endpoints, statuses, parameters, servers, keys, requirements, error codes, texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from compare import differences, plaid_document
from compare.behaviour import Behaviour
from compare.differences import Section, listed
from compare.revisions import Revision
from compare.schemas import Endpoint, Key
from compare.verdict import NOTHING, Finding, Impact, major, minor, patch
from plaid_accounts_contract.contract import Pointer

_TEXTS: Final = ("summary", "description", "x-rate-limits", "examples")
_SCHEMES: Final = ("components", "securitySchemes")
_ERROR_CODE: Final = ("components", "schemas", "PlaidError", "properties", "error_code")
_SUBTYPES: Final = ("components", "schemas", "AccountType", "x-subtypes")
_AS_BEFORE: Final = patch("reads as before")
_VALIDATES: Final = minor("must validate requests against it")
_SAME_KEYS: Final = major("pinned clients send their keys as before")


def findings(old: Revision, new: Revision, seen: Behaviour) -> Iterator[Finding]:
    """Yield a finding for each difference outside the bodies."""
    yield from _operations(old, new)
    yield from _webhooks(old, new)
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


def _only(one: Revision, other: Revision, *, webhooks: bool) -> list[Endpoint]:
    keys = [key for key in one.endpoints if key not in other.endpoints]
    return [one.endpoints[key] for key in keys if one.endpoints[key].is_webhook == webhooks]


def _operations(old: Revision, new: Revision) -> Iterator[Finding]:
    added = {endpoint.operation.id: endpoint for endpoint in _only(new, old, webhooks=False)}
    for endpoint in _only(old, new, webhooks=False):
        operation = endpoint.operation
        moved = added.pop(operation.id, None)
        gone = major(f"pinned clients still call {endpoint.label}")
        if moved is None:
            yield _finding((old, operation.pointer), gone, patch("need not serve it"), "Removed",
                           f"`{endpoint.label}`.", operation.path, method=operation.id)  # fmt: skip
        else:
            yield _finding((new, moved.operation.pointer), gone, minor("must serve it there"), "Changed",
                           f"`{endpoint.label}` moved to `{moved.label}`.", moved.operation.path,
                           method=operation.id)  # fmt: skip
    for endpoint in added.values():
        yield _finding((new, endpoint.operation.pointer), minor("a new method"), minor("must serve it"), "Added",
                       f"`{endpoint.label}`.", endpoint.operation.path)  # fmt: skip


def _webhooks(old: Revision, new: Revision) -> Iterator[Finding]:
    for webhook in _only(old, new, webhooks=True):
        gone = major("the client loses its model; pinned clients still read it")
        yield _finding((old, webhook.operation.pointer), gone, patch("need not send it"), "Removed",
                       f"The {webhook.label}.", webhook.operation.path, method=webhook.model)  # fmt: skip
    any_before = any(endpoint.is_webhook for endpoint in old.endpoints.values())
    pinned = "raise WebhookUnlistedError for it, which has the complete body" if any_before else "read no webhooks"
    for webhook in _only(new, old, webhooks=True):
        yield _finding((new, webhook.operation.pointer), minor(f"a new model; pinned clients {pinned}"),
                       patch("may send it"), "Added", f"The {webhook.label}.", webhook.operation.path)  # fmt: skip


def _responses(old: Revision, new: Revision, before: Endpoint, after: Endpoint) -> Iterator[Finding]:
    for status in _in_either(after.responses, before.responses):
        endpoint, revision = (after, new) if status in after.responses else (before, old)
        at = (revision, (*endpoint.operation.pointer, "responses", status))
        sentence = f"Status {status} of `{endpoint.label}`."
        if status not in before.responses:
            is_error = int(status) >= 400
            service = minor("pinned clients " + ("raise ApiError for it" if is_error else "read every 2xx alike"))
            yield _finding(at, service, patch("may respond with it"), "Added", sentence, status)
        elif status not in after.responses:
            yield _finding(at, _AS_BEFORE, minor("must not respond with it"), "Removed", sentence, status)
    was, now = before.operation.id, after.operation.id
    if was != now:
        yield _finding((new, after.operation.pointer), major("the method has another name"), NOTHING, "Changed",
                       f"`{after.label}` is called `{now}`, no longer `{was}`.", now, method=was)  # fmt: skip


def _parameters(old: Revision, new: Revision, key: Key, seen: Behaviour) -> Iterator[Finding]:
    before, after = old.endpoints[key].parameters, new.endpoints[key].parameters
    rejected = {entry.place[-1]: entry.message for entry in seen.requests_rejected if entry.key == key and entry.place}
    for where, name in _in_either(after, before):
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
    before, after = _hosts(old), _hosts(new)
    for name in _in_either(before, after):
        was, now = before.get(name), after.get(name)
        at = (new if now else old, ("servers",))
        if was is None:
            yield _finding(at, minor("a new environment"), NOTHING, "Added", f"The environment `{name}`.", name)
        elif now is None:
            service = major(f"pinned clients still call {was}, new ones reject the environment")
            yield _finding(at, service, NOTHING, "Removed", f"The environment `{name}`.", name)
        elif was != now:
            service = major(f"pinned clients still call {was}")
            yield _finding(at, service, NOTHING, "Changed", f"The environment `{name}` is at {now}.", name)


def _hosts(revision: Revision) -> dict[str, str]:
    document = revision.source.document
    servers = plaid_document.servers(revision.source) if revision.is_published else document.get("servers", ())
    return {server["x-environment"]: server["url"] for server in servers if "x-environment" in server}


def _keys(old: Revision, new: Revision) -> Iterator[Finding]:
    before, after = _node(old, _SCHEMES), _node(new, _SCHEMES)
    for name in _in_either(before, after):
        was, now = _carrier(before.get(name)), _carrier(after.get(name))
        if was != now:
            section: Section = "Added" if name not in before else "Removed" if name not in after else "Changed"
            sentence = f"The key `{name}`{now or ' is no longer sent'}."
            server = minor("must look for the keys elsewhere")
            yield _finding((new, (*_SCHEMES, name)), _SAME_KEYS, server, section, sentence, name)
    if _node(old, ("security",)) != _node(new, ("security",)):
        yield _finding((new, ("security",)), _SAME_KEYS, minor("must require other keys"), "Changed",
                       "The keys that a request needs.", "keys")  # fmt: skip


def _carrier(scheme: Mapping[str, Any] | None) -> str:
    return f" is sent in the {scheme.get('in')} {scheme.get('name')} ({scheme.get('type')})" if scheme else ""


def _requirements(old: Revision, new: Revision) -> Iterator[Finding]:
    before, after = old.contract.requirements, new.contract.requirements
    for name in _in_either(after, before):
        was, now = before.get(name), after.get(name)
        subject = f"The requirement `{name}`"
        if now is None:
            assert was is not None
            yield _finding((old, was.pointer), NOTHING, patch("need not meet it"), "Removed", f"{subject}.", name)
            continue
        at = (new, now.pointer)
        if was is None:
            sentence = f"{subject} ({now.level}): {now.statement}"
            yield _finding(at, NOTHING, minor("must meet it"), "Added", sentence, name)
        elif was.level != now.level:
            server = minor("must meet it") if now.level == "MUST" else patch("check whether it demands more")
            yield _finding(at, NOTHING, server, "Changed", f"{subject} is {now.level}.", name)
        elif was.statement != now.statement:
            server = patch("check whether it demands more")
            yield _finding(at, NOTHING, server, "Changed", f"{subject} is reworded.", name)
        elif wider := _scope(new, name) & old.endpoints.keys() - _scope(old, name):
            operations = listed([new.endpoints[key].label for key in sorted(wider)])
            yield _finding(at, NOTHING, minor("must meet it"), "Changed", f"{subject} holds for {operations}.", name)


def _scope(revision: Revision, requirement: str) -> set[Key]:
    """Return the operations that a requirement holds for."""
    contract = revision.contract
    ids = {operation.id for operation in contract.operations if contract.requires(requirement, operation)}
    return {key for key, endpoint in revision.endpoints.items() if endpoint.operation.id in ids}


def _error_codes(old: Revision, new: Revision) -> Iterator[Finding]:
    before, after = (
        {entry["code"]: entry for entry in _node(revision, (*_ERROR_CODE, "x-error-codes"))} for revision in (old, new)
    )
    for code in _in_either(before, after):
        was, now = before.get(code), after.get(code)
        subject = f"The error code `{code}`"
        at = (new if now else old, (*_ERROR_CODE, "x-error-codes"))
        if was is None:
            service = minor("a new error code; pinned clients raise the class of its error_type")
            yield _finding(at, service, patch("may respond with it"), "Added", f"{subject} ({_meaning(now)}).", code)
        elif now is None:
            yield _finding(at, _AS_BEFORE, minor("must not respond with it"), "Removed", f"{subject}.", code)
        elif was != now:
            service = major("it is raised as another class") if was["type"] != now["type"] else _AS_BEFORE
            sentence = f"{subject} is {_meaning(now)}, no longer {_meaning(was)}."
            yield _finding(at, service, minor("must respond accordingly"), "Changed", sentence, code)


def _meaning(entry: Any) -> str:
    where = f", of {listed(entry['operations'])} only" if entry.get("operations") else ""
    return f"{entry['type']}, status {entry['status']}{where}"


def _subtypes(old: Revision, new: Revision) -> Iterator[Finding]:
    before, after = _node(old, _SUBTYPES), _node(new, _SUBTYPES)
    for name in _in_either(before, after):
        removed = [value for value in before.get(name, ()) if value not in after.get(name, ())]
        added = [value for value in after.get(name, ()) if value not in before.get(name, ())]
        at = (new if name in after else old, _SUBTYPES)
        if removed:
            sentence = f"{listed(removed)} can no longer be subtypes of `{name}`."
            yield _finding(at, NOTHING, minor("must send another type"), "Changed", sentence, *removed)
        if added:
            sentence = f"{listed(added)} may be subtypes of `{name}`."
            yield _finding(at, NOTHING, patch("may send them"), "Changed", sentence, *added)


def _texts(old: Revision, new: Revision) -> Iterator[Finding]:
    """Yield one finding each for the texts about the API, about operations, and about errors."""
    shared = [(key, set(old.endpoints[key].responses) & set(new.endpoints[key].responses))
              for key in old.endpoints if key in new.endpoints]  # fmt: skip

    def info(revision: Revision) -> Any:
        return {key: value for key, value in revision.source.document["info"].items() if key != "version"}

    def operations(revision: Revision) -> Any:
        return [_text(revision, revision.endpoints[key], sorted(statuses)) for key, statuses in shared]

    def actions(revision: Revision) -> Any:
        return _node(revision, (*_ERROR_CODE, "x-error-actions"))

    pointers: tuple[Pointer, ...] = (("info",), ("paths",), (*_ERROR_CODE, "x-error-actions"))
    for part, pointer in zip((info, operations, actions), pointers, strict=True):
        if part(old) != part(new):
            name = str(pointer[-1])
            yield _finding((new, pointer), _AS_BEFORE, NOTHING, "Changed", f"Texts in `{name}`.", name)


def _text(revision: Revision, endpoint: Endpoint, statuses: Iterable[str]) -> list[Any]:
    nodes = [
        revision.source.at(pointer)
        for pointer in (endpoint.operation.pointer, *(endpoint.responses[status].pointer for status in statuses))
    ]
    return [
        {word: value for word, value in node.items() if word in _TEXTS}
        | {"content": node.get("content", {}).get("application/json", {}).get("examples")}
        for node in nodes
    ]


def _in_either(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys([*first, *second]))


def _node(revision: Revision, pointer: Pointer) -> Any:
    """Return the node at `pointer`, or an empty mapping where there is none."""
    node: Any = revision.contract.document
    for part in pointer:
        node = node.get(part, {}) if isinstance(node, Mapping) else {}
    return node
