"""Faults in which account ids a filter may name."""

from collections.abc import Callable
from typing import Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call
from mutation.server_faults.fault import fault
from mutation.server_faults.middleware import Tamper
from mutation.server_faults.tampering import answers, calls, recoded
from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.records import to_object

_CODE: Final = errors.INVALID_ACCOUNT_ID.code


def _open(call: Call) -> list[str]:
    return [] if call.item is None else call.item.account_ids()


def _tolerant(matches: Callable[[str, str], bool]) -> Tamper:
    """Accept an id that `matches` the id of an open account for it."""

    def change(call: Call) -> Call:
        unknown = set(call.wanted) - set(_open(call))
        if not unknown:
            return call
        near = {
            entry: next((known for known in _open(call) if entry and matches(entry, known)), entry)
            for entry in call.wanted
        }
        return call.with_filter([near[entry] for entry in call.wanted])

    return calls(change)


def _known_only(call: Call) -> Call:
    known = [entry for entry in call.wanted if entry in _open(call)]
    return call.with_filter(known) if known and len(known) < len(call.wanted) else call


def _all_if_none_known(call: Call) -> Call:
    known = call.item is not None and not set(call.wanted) & set(_open(call))
    return call.with_filter(None) if call.wanted and known else call


def _first_checked(call: Call) -> Call:
    return _known_only(call) if call.wanted and call.wanted[0] in _open(call) else call


def _last_checked(call: Call) -> Call:
    return _known_only(call) if call.wanted and call.wanted[-1] in _open(call) else call


def _ends_checked(call: Call) -> Call:
    known = _open(call)
    return _known_only(call) if call.wanted and {call.wanted[0], call.wanted[-1]} <= set(known) else call


def _closed_dropped(call: Call) -> Call:
    closed = {account.account_id for account in call.item.closed_accounts} if call.item else set[str]()
    kept = [entry for entry in call.wanted if entry not in closed]
    return call.with_filter(kept) if kept and len(kept) < len(call.wanted) else call


def _renamed(call: Call, names: dict[str, str]) -> Call:
    """Read some ids of the filter as others."""
    return call.with_filter([names.get(entry, entry) for entry in call.wanted]) if names else call


def _by_position(call: Call) -> Call:
    known = _open(call)
    return _renamed(call, {entry: known[int(entry)] for entry in call.wanted if entry in map(str, range(len(known)))})


def _by_mask(call: Call) -> Call:
    masks = {account.mask: account.account_id for account in call.item.accounts if account.mask} if call.item else {}
    return _renamed(call, {entry: masks[entry] for entry in call.wanted if entry in masks})


def _by_persistent_id(call: Call) -> Call:
    ids = {account.persistent_account_id: account.account_id for account in call.item.accounts} if call.item else {}
    return _renamed(call, {entry: ids[entry] for entry in call.wanted if entry in ids})


def _foreign_dropped(call: Call) -> Call:
    foreign = {entry for item in call.world.items.values() if item is not call.item for entry in item.account_ids()}
    kept = [entry for entry in call.wanted if entry not in foreign]
    return call.with_filter(kept) if kept and len(kept) < len(call.wanted) else call


def _none_found(answer: Answer, call: Call) -> Answer:
    if _CODE not in answer.body.decode() or call.item is None:
        return answer
    body = {"accounts": [], "item": to_object(call.item.details), "request_id": answer.json["request_id"]}
    return answer.with_status(200).with_json(body)


FAULTS: Final = (
    fault("unknown-id-dropped", "Drops unknown ids from a filter.", "account-ids-unknown", calls(_known_only)),
    fault(
        "unknown-id-lists-all",
        "Lists all accounts where the filter names no known one.",
        "account-ids-unknown",
        calls(_all_if_none_known),
    ),
    fault(
        "unknown-id-empty-listing",
        "Answers an unknown id with no accounts.",
        "account-ids-unknown",
        answers(_none_found),
    ),
    fault(
        "unknown-id-first-checked",
        "Checks the first id of a filter only.",
        "account-ids-unknown",
        calls(_first_checked),
    ),
    fault(
        "unknown-id-last-checked", "Checks the last id of a filter only.", "account-ids-unknown", calls(_last_checked)
    ),
    fault(
        "unknown-id-in-the-middle-dropped",
        "Checks the first and the last id of a filter only.",
        "account-ids-unknown",
        calls(_ends_checked),
    ),
    fault(
        "closed-id-dropped",
        "Drops ids of closed accounts from a filter.",
        "account-ids-unknown",
        calls(_closed_dropped),
    ),
    fault(
        "account-id-start-ignored",
        "Compares all but the first character of an account id.",
        "account-ids-unknown",
        _tolerant(lambda given, known: given[1:] == known[1:]),
    ),
    fault(
        "account-id-middle-ignored",
        "Compares the first and the last eight characters of an account id only.",
        "account-ids-unknown",
        _tolerant(lambda given, known: (given[:8], given[-8:]) == (known[:8], known[-8:])),
    ),
    fault(
        "account-id-by-position",
        "Takes a number in a filter for the position of an account.",
        "account-ids-unknown",
        calls(_by_position),
    ),
    fault(
        "mask-for-account-id",
        "Takes the mask of an account for its id.",
        "account-ids-unknown",
        calls(_by_mask),
    ),
    fault(
        "persistent-account-id-for-account-id",
        "Takes the persistent_account_id of an account for its id.",
        "account-ids-unknown",
        calls(_by_persistent_id),
    ),
    fault(
        "foreign-id-dropped",
        "Drops ids of other Items from a filter, and refuses other unknown ones.",
        "account-ids-unknown",
        calls(_foreign_dropped),
    ),
    fault(
        "account-id-prefix-accepted",
        "Compares an account id as far as the given one goes.",
        "account-ids-unknown",
        _tolerant(lambda given, known: known.startswith(given)),
    ),
    fault(
        "account-id-extension-accepted",
        "Accepts whatever begins with an account id.",
        "account-ids-unknown",
        _tolerant(lambda given, known: given.startswith(known)),
    ),
    fault(
        "account-id-trimmed",
        "Strips white space from account ids.",
        "account-ids-unknown",
        _tolerant(lambda given, known: given.strip() == known),
    ),
    fault(
        "account-id-as-pattern",
        "Takes % in a filter for any account.",
        "account-ids-unknown",
        _tolerant(lambda given, _: given == "%"),
    ),
    fault(
        "account-ids-in-one-string",
        "Takes an id with a comma in it for several ids.",
        "account-ids-unknown",
        calls(
            lambda call: (
                call.with_filter([part for entry in call.wanted for part in entry.split(",")])
                if any("," in entry for entry in call.wanted)
                else call
            )
        ),
    ),
    fault(
        "unknown-id-named-token",
        "Names an unknown id INVALID_ACCESS_TOKEN.",
        "account-ids-unknown",
        recoded(_CODE, errors.INVALID_ACCESS_TOKEN),
    ),
    fault(
        "unknown-id-404",
        "Refuses an unknown id with status 404.",
        "status-documented",
        answers(lambda answer, _: answer.with_status(404) if _CODE in answer.body.decode() else answer),
    ),
    fault(
        "account-id-caseless",
        "Compares account ids without regard to case.",
        "identifiers-case-sensitive",
        _tolerant(lambda given, known: given.lower() == known.lower()),
    ),
)
