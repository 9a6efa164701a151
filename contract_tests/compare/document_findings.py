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
from plaid_accounts_contract.contract import JSON_MEDIA_TYPE, Pointer

_TEXTS: Final = ("summary", "description", "x-rate-limits", "examples")
_SCHEMES: Final = ("components", "securitySchemes")
_ERROR_CODE: Final = ("components", "schemas", "PlaidError", "properties", "error_code")
_SUBTYPES: Final = ("components", "schemas", "AccountType", "x-subtypes")
_AS_BEFORE: Final = patch("reads as before")
_VALIDATES: Final = minor("must validate requests against it")
_SAME_KEYS: Final = major("pinned clients send their keys as before")


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
    shared = [
        (pointer, other)
        for key, one in old.endpoints.items()
        if (two := new.endpoints.get(key))
        for pointer, other in [
            (one.operation.pointer, two.operation.pointer),
            *(
                (one.responses[status].pointer, two.responses[status].pointer)
                for status in one.responses
                if status in two.responses
            ),
        ]
    ]
    info, actions = ("info",), (*_ERROR_CODE, "x-error-actions")
    before, after = ({**revision.source.document["info"], "version": ""} for revision in (old, new))
    changed = {
        info: before != after,
        ("paths",): any(_text(old, one) != _text(new, other) for one, other in shared),
        actions: _node(old, actions) != _node(new, actions),
    }
    for pointer in (pointer for pointer, is_changed in changed.items() if is_changed):
        yield _finding((new, pointer), _AS_BEFORE, NOTHING, "Changed", f"Texts in `{pointer[-1]}`.", pointer[-1])


def _text(revision: Revision, pointer: Pointer) -> Any:
    node = revision.source.at(pointer)
    examples = node.get("content", {}).get(JSON_MEDIA_TYPE, {}).get("examples")
    return [examples, *(node.get(keyword) for keyword in _TEXTS)]


def _in_either(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys([*first, *second]))


def _node(revision: Revision, pointer: Pointer) -> Any:
    """Return the node at `pointer`, or an empty mapping where there is none."""
    node: Any = revision.contract.document
    for part in pointer:
        node = node.get(part, {}) if isinstance(node, Mapping) else {}
    return node
