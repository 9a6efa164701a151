"""What differs outside bodies: operations, statuses, parameters, servers, keys, requirements, error codes, words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from compare import differences, published, words
from compare.behaviour import Behaviour
from compare.editions import Edition
from compare.findings import NOTHING, Finding, Impact, Level, Section, place
from compare.operations import Key, Operation
from plaid_accounts_contract.contract import Contract, Pointer

_WORDS: Final = ("summary", "description", "x-rate-limits", "examples")
_ERRORS: Final = ("components", "schemas", "PlaidError", "properties", "error_code")
_UNHURT: Final = Impact(Level.PATCH, "reads as before")


def findings(old: Edition, new: Edition, seen: Behaviour) -> Iterator[Finding]:
    """Yield a finding for each difference outside the bodies."""
    yield from _operations(old, new)
    yield from _webhooks(old, new)
    for key, before in old.operations.items():
        if key in new.operations:
            yield from _answers(old, new, before, new.operations[key])
            yield from _parameters(old, new, key, seen)
    yield from _servers(old, new)
    if old.is_published or new.is_published:
        return
    yield from _keys(old, new)
    yield from _requirements(old, new)
    yield from _error_codes(old, new)
    yield from _subtypes(old, new)
    yield from _words(old, new)


def _found(
    at: tuple[Edition, Pointer],
    service: Impact,
    server: Impact,
    section: Section,
    sentence: str,
    *names: str,
    method: str = "",
) -> Finding:
    """Make a finding; `method` is the operation whose functions go with it."""
    classes = (method, f"{method}Async") if method else ()
    return Finding(
        place=place(*at), service=service, server=server, section=section, sentence=sentence, names=names, classes=classes
    )  # fmt: skip


def _operations(old: Edition, new: Edition) -> Iterator[Finding]:
    went = [operation for operation in _only(old, new) if not operation.is_webhook]
    came = {operation.id: operation for operation in _only(new, old) if not operation.is_webhook}
    for operation in went:
        moved = came.pop(operation.id, None)
        lost = Impact(Level.MAJOR, f"pinned clients still call {operation.label}")
        if moved is not None:
            sentence = f"`{moved.label}` is what `{operation.label}` was."
            yield _found((new, moved.pointer), lost, Impact(Level.MINOR, "has to answer there"), "Changed", sentence,
                         moved.path, method=operation.id)  # fmt: skip
        else:
            yield _found((old, operation.pointer), lost, Impact(Level.PATCH, "need not answer it"), "Removed",
                         f"`{operation.label}`.", operation.path, method=operation.id)  # fmt: skip
    for operation in came.values():
        yield _found((new, operation.pointer), Impact(Level.MINOR, "a new method"),
                     Impact(Level.MINOR, "has to answer it"), "Added", f"`{operation.label}`.", operation.path)  # fmt: skip


def _only(one: Edition, other: Edition) -> Iterator[Operation]:
    yield from (operation for key, operation in one.operations.items() if key not in other.operations)


def _webhooks(old: Edition, new: Edition) -> Iterator[Finding]:
    for webhook in (operation for operation in _only(old, new) if operation.is_webhook):
        lost = Impact(Level.MAJOR, "the client has no model of it any more; pinned clients read it still")
        yield _found((old, webhook.pointer), lost, Impact(Level.PATCH, "need not send it"), "Removed",
                     f"The {webhook.label}.", webhook.path, method=webhook.model)  # fmt: skip
    for webhook in (operation for operation in _only(new, old) if operation.is_webhook):
        known = any(operation.is_webhook for operation in old.operations.values())
        met = "raise WebhookUnlistedError for it, which has the whole body" if known else "read no webhooks"
        text = f"a new model; pinned clients {met}"
        yield _found((new, webhook.pointer), Impact(Level.MINOR, text), Impact(Level.PATCH, "may send it"), "Added",
                     f"The {webhook.label}.", webhook.path)  # fmt: skip


def _answers(old: Edition, new: Edition, before: Operation, after: Operation) -> Iterator[Finding]:
    for status in after.answers:
        if status not in before.answers:
            text = (
                "pinned clients raise ApiError for it" if int(status) >= 400 else "pinned clients read every 2xx alike"
            )
            at = (new, (*after.pointer, "responses", status))
            yield _found(at, Impact(Level.MINOR, text), Impact(Level.PATCH, "may answer so"), "Added",
                         f"Status {status} of `{after.label}`.", status)  # fmt: skip
    for status in before.answers:
        if status not in after.answers:
            at = (old, (*before.pointer, "responses", status))
            yield _found(at, _UNHURT, Impact(Level.MINOR, "may not answer so"), "Removed",
                         f"Status {status} of `{before.label}`.", status)  # fmt: skip
    if before.id != after.id:
        yield _found((new, after.pointer), Impact(Level.MAJOR, "the method has another name"), NOTHING, "Changed",
                     f"`{after.label}` is called `{after.id}`, no longer `{before.id}`.", after.id,
                     method=before.id)  # fmt: skip


def _parameters(old: Edition, new: Edition, key: Key, seen: Behaviour) -> Iterator[Finding]:
    before, after = old.operations[key].parameters, new.operations[key].parameters
    refused = {breach.place[-1:]: breach.said for breach in seen.breaches.get(key, ())}
    broken = {name: Impact(Level.MAJOR, f"requests of pinned clients are refused: {said}") for (name,), said in
              ((at, said) for at, said in refused.items() if at)}  # fmt: skip
    asks = Impact(Level.MINOR, "has to judge requests by it")
    for (_, name), entry in after.items():
        at = (new, entry.shape.pointer[:-1])
        if (entry.where, name) not in before:
            service = broken.get(name, Impact(Level.MINOR, "a new argument; requests without it are right"))
            yield _found(at, service, asks, "Added", f"The {entry.where} parameter `{entry.name}`.", entry.name)
            continue
        was = before[entry.where, name]
        changed = list(differences.compare(was.shape, entry.shape))
        if was.required != entry.required or changed:
            told = [words.sentence(difference, request=True).replace("`the body`", "it") for difference in changed]
            said = told[0] if told else f"it {'has to' if entry.required else 'need not'} be sent."
            service = broken.get(name, Impact(Level.MINOR, "requests of pinned clients are right"))
            yield _found(
                at, service, asks, "Changed", f"The {entry.where} parameter `{entry.name}`: {said}", entry.name
            )
    for (where, name), entry in before.items():
        if (where, name) not in after:
            yield _found((old, entry.shape.pointer[:-1]), Impact(Level.MAJOR, "the argument is gone"), asks, "Removed",
                         f"The {where} parameter `{entry.name}`.", entry.name)  # fmt: skip


def _servers(old: Edition, new: Edition) -> Iterator[Finding]:
    before, after = _environments(old), _environments(new)
    for name in [*before, *(name for name in after if name not in before)]:
        if before.get(name) == after.get(name):
            continue
        at = (new if name in after else old, ("servers",))
        if name not in before:
            yield _found(
                at, Impact(Level.MINOR, "a further environment"), NOTHING, "Added", f"The environment `{name}`.", name
            )
        elif name not in after:
            text = f"pinned clients still call {before[name]}, new ones refuse the environment"
            yield _found(at, Impact(Level.MAJOR, text), NOTHING, "Removed", f"The environment `{name}`.", name)
        else:
            text = f"pinned clients still call {before[name]}"
            sentence = f"The environment `{name}` is at {after[name]}."
            yield _found(at, Impact(Level.MAJOR, text), NOTHING, "Changed", sentence, name)


def _environments(edition: Edition) -> dict[str, str]:
    servers = published.servers(edition.source) if edition.is_published else edition.source.document.get("servers", ())
    return {server["x-environment"]: server["url"] for server in servers if "x-environment" in server}


def _keys(old: Edition, new: Edition) -> Iterator[Finding]:
    before, after = (_at(edition, ("components", "securitySchemes")) for edition in (old, new))
    for name in [*before, *(name for name in after if name not in before)]:
        if _sent(before.get(name)) != _sent(after.get(name)):
            section: Section = "Added" if name not in before else "Removed" if name not in after else "Changed"
            text = "pinned clients send their keys as before"
            yield _found((new, ("components", "securitySchemes", name)), Impact(Level.MAJOR, text),
                         Impact(Level.MINOR, "has to look for the keys elsewhere"), section,
                         f"The key `{name}`{_sent(after.get(name)) or ' is not sent any more'}.", name)  # fmt: skip
    if [_at(edition, ("security",)) for edition in (old,)] != [_at(edition, ("security",)) for edition in (new,)]:
        yield _found((new, ("security",)), Impact(Level.MAJOR, "pinned clients send their keys as before"),
                     Impact(Level.MINOR, "has to ask for other keys"), "Changed", "Which keys a request needs.", "keys")  # fmt: skip


def _sent(scheme: Mapping[str, Any] | None) -> str:
    return f" is sent in the {scheme.get('in')} {scheme.get('name')} ({scheme.get('type')})" if scheme else ""


def _requirements(old: Edition, new: Edition) -> Iterator[Finding]:
    before, after = old.contract.requirements, new.contract.requirements
    for name, rule in after.items():
        was = before.get(name)
        if was is None:
            yield _found((new, rule.pointer), NOTHING, Impact(Level.MINOR, "is checked for it"), "Added",
                         f"The requirement `{name}` ({rule.level}): {rule.statement}", name)  # fmt: skip
        elif (was.level, was.statement) != (rule.level, rule.statement):
            harder = was.level != rule.level and rule.level == "MUST"
            what = f"is {rule.level}" if was.level != rule.level else "has other words"
            server = (
                Impact(Level.MINOR, "is held to it") if harder else Impact(Level.PATCH, "see whether it asks for more")
            )
            yield _found((new, rule.pointer), NOTHING, server, "Changed", f"The requirement `{name}` {what}.", name)
        elif wider := _held(new, name) & {key for key in old.operations if key in new.operations} - _held(old, name):
            said = f"The requirement `{name}` holds for {words.listed([new.operations[key].label for key in sorted(wider)])}."
            yield _found((new, rule.pointer), NOTHING, Impact(Level.MINOR, "is checked for it"), "Changed", said, name)
    for name, rule in before.items():
        if name not in after:
            yield _found((old, rule.pointer), NOTHING, Impact(Level.PATCH, "is not held to it any more"), "Removed",
                         f"The requirement `{name}`.", name)  # fmt: skip


def _held(edition: Edition, requirement: str) -> set[Key]:
    """Return the operations that a requirement holds for."""
    contract = edition.contract
    named = {operation.id for operation in contract.operations if contract.requires(requirement, operation)}
    return {key for key, operation in edition.operations.items() if operation.id in named}


def _error_codes(old: Edition, new: Edition) -> Iterator[Finding]:
    before, after = (_codes(edition.contract) for edition in (old, new))
    for code in [*before, *(code for code in after if code not in before)]:
        was, now = before.get(code), after.get(code)
        if was == now:
            continue
        at = (new if now else old, (*_ERRORS, "x-error-codes"))
        if was is None:
            yield _found(at, Impact(Level.MINOR, "a further reason; pinned clients raise the class of its error_type"),
                         Impact(Level.PATCH, "may answer so"), "Added", f"The error code `{code}` ({_of(now)}).", code)  # fmt: skip
        elif now is None:
            yield _found(
                at, _UNHURT, Impact(Level.MINOR, "may not answer so"), "Removed", f"The error code `{code}`.", code
            )
        else:
            caught = was["type"] != now["type"]
            service = Impact(Level.MAJOR, "it is raised as another class") if caught else _UNHURT
            yield _found(at, service, Impact(Level.MINOR, "has to answer so"), "Changed",
                         f"The error code `{code}` is {_of(now)}, no longer {_of(was)}.", code)  # fmt: skip


def _codes(contract: Contract) -> dict[str, Any]:
    return {entry["code"]: entry for entry in _at_contract(contract, _ERRORS).get("x-error-codes", ())}


def _of(entry: Any) -> str:
    where = f", of {words.listed(entry['operations'])} alone" if entry.get("operations") else ""
    return f"{entry['type']}, status {entry['status']}{where}"


def _subtypes(old: Edition, new: Edition) -> Iterator[Finding]:
    pointer = ("components", "schemas", "AccountType")
    before, after = (_at(edition, pointer).get("x-subtypes", {}) for edition in (old, new))
    for name in [*before, *(name for name in after if name not in before)]:
        went = [value for value in before.get(name, ()) if value not in after.get(name, ())]
        came = [value for value in after.get(name, ()) if value not in before.get(name, ())]
        at = (new if name in after else old, (*pointer, "x-subtypes"))
        if went:
            yield _found(at, NOTHING, Impact(Level.MINOR, "has to give another type"), "Changed",
                         f"{words.listed(went)} are no subtypes of `{name}`.", *went)  # fmt: skip
        if came:
            yield _found(at, NOTHING, Impact(Level.PATCH, "may send them"), "Changed",
                         f"{words.listed(came)} may be subtypes of `{name}`.", *came)  # fmt: skip


def _words(old: Edition, new: Edition) -> Iterator[Finding]:
    """Yield one finding for all that is said of the whole, of operations and of errors."""
    shared = {
        key: sorted(operation.answers.keys() & new.operations[key].answers.keys())
        for key, operation in old.operations.items()
        if key in new.operations
    }
    parts: tuple[Callable[[Edition], Any], ...] = (
        lambda edition: {key: value for key, value in edition.source.document["info"].items() if key != "version"},
        lambda edition: [_said(edition, edition.operations[key], statuses) for key, statuses in shared.items()],
        lambda edition: _at(edition, _ERRORS).get("x-error-actions"),
    )
    pointers: tuple[Pointer, ...] = (("info",), ("paths",), (*_ERRORS, "x-error-actions"))
    for part, pointer in zip(parts, pointers, strict=True):
        if part(old) != part(new):
            yield _found(
                (new, pointer), _UNHURT, NOTHING, "Changed", f"What is said in `{pointer[-1]}`.", str(pointer[-1])
            )


def _said(edition: Edition, operation: Operation, statuses: list[str]) -> list[Any]:
    nodes = [operation.pointer, *(operation.answers[status].pointer for status in statuses)]
    return [
        {word: value for word, value in edition.source.at(node).items() if word in _WORDS}
        | {"content": edition.source.at(node).get("content", {}).get("application/json", {}).get("examples")}
        for node in nodes
    ]


def _at(edition: Edition, pointer: Pointer) -> Any:
    return _at_contract(edition.contract, pointer)


def _at_contract(contract: Contract, pointer: Pointer) -> Any:
    node: Any = contract.document
    for part in pointer:
        node = node.get(part, {}) if isinstance(node, Mapping) else {}
    return node
