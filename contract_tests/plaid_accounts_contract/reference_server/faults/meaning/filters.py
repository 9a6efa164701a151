"""Faults in what options.account_ids does."""

from collections.abc import Callable
from typing import Final

from ... import errors
from ...records import to_object
from ..answer import Answer
from ..call import Call, Json
from ..fault import fault
from ..middleware import Handler, Tamper
from ..tampering import answers, calls, listings, only, recoded

_CODE: Final = errors.INVALID_ACCOUNT_ID.code


def _open(call: Call) -> list[str]:
    return [] if call.item is None else call.item.account_ids()


def _has_filter(call: Call) -> bool:
    return bool(call.wanted)


def _has_none(call: Call) -> bool:
    return call.account_ids is None


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


def _foreign_dropped(call: Call) -> Call:
    foreign = {entry for item in call.world.items.values() if item is not call.item for entry in item.account_ids()}
    kept = [entry for entry in call.wanted if entry not in foreign]
    return call.with_filter(kept) if kept and len(kept) < len(call.wanted) else call


def _none_found(answer: Answer, call: Call) -> Answer:
    if _CODE not in answer.body.decode() or call.item is None:
        return answer
    body = {"accounts": [], "item": to_object(call.item.details), "request_id": answer.json["request_id"]}
    return answer.with_status(200).with_json(body)


def _one_too_many(listed: list[Json], call: Call) -> list[Json]:
    shown = {account["account_id"] for account in listed}
    others = [to_object(account) for account in call.item.accounts] if call.item else []
    return [*listed, *[account for account in others if account["account_id"] not in shown][:1]]


def _complement(listed: list[Json], call: Call) -> list[Json]:
    shown = {account["account_id"] for account in listed}
    others = [to_object(account) for account in call.item.accounts] if call.item else []
    return [account for account in others if account["account_id"] not in shown]


def _repeated(listed: list[Json], call: Call) -> list[Json]:
    """List an account as often as it is asked for."""
    by_id = {account["account_id"]: account for account in listed}
    return [by_id[entry] for entry in call.wanted if entry in by_id]


def _sticky(honest: Handler) -> Handler:
    last: dict[str, list[str]] = {}

    async def handle(call: Call) -> Answer:
        if call.item is not None and call.wanted:
            last[call.token] = call.wanted
        elif call.item is not None and _has_none(call) and call.token in last:
            call = call.with_filter(last[call.token])
        return await honest(call)

    return handle


OBEYED: Final = (
    fault(
        "filter-ignored",
        "Ignores options.account_ids.",
        "account-ids-filter",
        only(calls(lambda call: call.with_filter(None)), _has_filter),
    ),
    fault(
        "filter-ignored-in-body-mode",
        "Ignores options.account_ids where the credentials stand in the body.",
        "account-ids-filter",
        only(calls(lambda call: call.with_filter(None)), lambda call: _has_filter(call) and call.in_body),
    ),
    fault(
        "filter-one-too-many",
        "Lists one account more than asked for.",
        "account-ids-filter",
        only(listings(_one_too_many), _has_filter),
    ),
    fault(
        "filter-first-only",
        "Lists the first of the accounts asked for only.",
        "account-ids-filter",
        only(listings(lambda listed, _: listed[:1]), _has_filter),
    ),
    fault(
        "filter-last-lacking",
        "Leaves out the last account where several are asked for.",
        "account-ids-filter",
        only(listings(lambda listed, _: listed[:-1]), lambda call: len(call.wanted) > 1),
    ),
    fault(
        "filter-two-at-most",
        "Lists two of the accounts asked for at most.",
        "account-ids-filter",
        only(listings(lambda listed, _: listed[:2]), _has_filter),
    ),
    fault(
        "filter-inverted",
        "Lists the accounts that are not asked for.",
        "account-ids-filter",
        only(listings(_complement), _has_filter),
    ),
    fault(
        "filter-empties",
        "Lists no accounts where a filter is given.",
        "account-ids-filter",
        only(listings(lambda *_: []), _has_filter),
    ),
    fault(
        "filter-sticks",
        "Keeps the filter of a request for the next one without a filter.",
        "account-ids-filter",
        _sticky,
    ),
    fault(
        "listing-five-at-most",
        "Lists five accounts at most.",
        "account-ids-filter",
        listings(lambda listed, _: listed[:5]),
    ),
    fault(
        "listing-last-lacking",
        "Leaves out the last account where no filter is given.",
        "account-ids-filter",
        only(listings(lambda listed, _: listed[:-1] if len(listed) > 1 else listed), _has_none),
    ),
    fault(
        "listing-loans-lacking",
        "Leaves out loans where no filter is given.",
        "account-ids-filter",
        only(listings(lambda listed, _: [entry for entry in listed if entry["type"] != "loan"]), _has_none),
    ),
    fault(
        "empty-options-empty-listing",
        "Takes options without account_ids for a filter that names no account.",
        "account-ids-filter",
        only(listings(lambda *_: []), lambda call: _has_none(call) and "options" in call.fields),
    ),
)

UNKNOWN: Final = (
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
        "account-ids-unknown",
        answers(lambda answer, _: answer.with_status(404) if _CODE in answer.body.decode() else answer),
    ),
    fault(
        "account-id-caseless",
        "Compares account ids without regard to case.",
        "identifiers-case-sensitive",
        _tolerant(lambda given, known: given.lower() == known.lower()),
    ),
)

REPEATED: Final = (
    fault(
        "repeated-id-repeats-account",
        "Lists an account as often as the filter names it.",
        "account-ids-unique",
        only(listings(_repeated), _has_filter),
    ),
    fault(
        "first-account-twice",
        "Lists the first account twice.",
        "account-ids-unique",
        listings(lambda listed, _: [*listed, *listed[:1]]),
    ),
    fault(
        "last-account-twice-with-filter",
        "Lists the last account twice where a filter is given.",
        "account-ids-unique",
        only(listings(lambda listed, _: [*listed, *listed[-1:]]), _has_filter),
    ),
)

FAULTS: Final = (*OBEYED, *UNKNOWN, *REPEATED)
