"""Faults in what options.account_ids does."""

from typing import Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call, Json
from mutation.server_faults.fault import fault
from mutation.server_faults.middleware import Handler
from mutation.server_faults.tampering import calls, listings, only
from plaid_accounts_contract.reference_server.records import to_object


def _has_filter(call: Call) -> bool:
    return bool(call.wanted)


def _has_none(call: Call) -> bool:
    return call.account_ids is None


def _nothing(_: list[Json], __: Call) -> list[Json]:
    return []


def _one_too_many(listed: list[Json], call: Call) -> list[Json]:
    shown = {account["account_id"] for account in listed}
    others = [to_object(account) for account in call.item.accounts] if call.item else []
    return [*listed, *[account for account in others if account["account_id"] not in shown][:1]]


def _of_the_same_type(listed: list[Json], call: Call) -> list[Json]:
    types = {account["type"] for account in listed}
    others = [to_object(account) for account in call.item.accounts] if call.item else []
    return [account for account in others if account["type"] in types]


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
        "filter-ten-at-most",
        "Lists ten of the accounts asked for at most.",
        "account-ids-filter",
        only(listings(lambda listed, _: listed[:10]), _has_filter),
    ),
    fault(
        "filter-ignored-for-other-items",
        "Ignores options.account_ids for all Items but the first.",
        "account-ids-filter",
        only(
            calls(lambda call: call.with_filter(None)),
            lambda call: _has_filter(call) and call.item is not None and not call.item.closed_accounts,
        ),
    ),
    fault(
        "filter-by-type",
        "Lists every account of the same type as one asked for.",
        "account-ids-filter",
        only(listings(_of_the_same_type), _has_filter),
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
        only(listings(_nothing), _has_filter),
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
        "listing-empty",
        "Lists no accounts where no filter is given.",
        "account-ids-filter",
        only(listings(_nothing), _has_none),
    ),
    fault(
        "empty-options-empty-listing",
        "Takes options without account_ids for a filter that names no account.",
        "account-ids-filter",
        only(listings(_nothing), lambda call: _has_none(call) and "options" in call.fields),
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

FAULTS: Final = (*OBEYED, *REPEATED)
