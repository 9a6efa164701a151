"""Faults in which accounts are shown, and in what belongs together within one."""

from collections.abc import Callable
from typing import Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call, Json
from mutation.server_faults.fault import fault
from mutation.server_faults.middleware import Handler
from mutation.server_faults.tampering import accounts, listings, only, successes
from plaid_accounts_contract.reference_server.records import to_object

_INSTITUTION: Final = "ins_128026"


def _closed(call: Call) -> list[Json]:
    return [] if call.item is None else [to_object(account) for account in call.item.closed_accounts]


def _asks_for_closed(call: Call) -> bool:
    return bool(set(call.wanted) & {account["account_id"] for account in _closed(call)})


def _closed_on_request(honest: Handler) -> Handler:
    async def handle(call: Call) -> Answer:
        if not _asks_for_closed(call):
            return await honest(call)
        closed = [account for account in _closed(call) if account["account_id"] in call.wanted]
        others = [entry for entry in call.wanted if entry not in {account["account_id"] for account in closed}]
        answer = await honest(call.with_filter(others or None))
        body = answer.json
        listed = body.get("accounts", []) if others else []
        return answer.with_json({**body, "accounts": [*listed, *closed]}) if answer.status == 200 else answer

    return handle


def _dated(account: Json) -> Json:
    account["balances"]["last_updated_datetime"] = "2026-10-30T07:15:09Z"
    return account


def _is(kind: str, subtype: str) -> Callable[[Json], bool]:
    return lambda account: (account["type"], account["subtype"]) == (kind, subtype)


def _elsewhere(body: Json, _: Call) -> Json:
    """Name another institution in the item whose balances are dated."""
    dated = body["item"].get("institution_id") == _INSTITUTION
    return {**body, "item": {**body["item"], "institution_id": "ins_56"}} if dated else body


FAULTS: Final = (
    fault(
        "closed-account-listed",
        "Lists closed accounts with the open ones.",
        "active-accounts-only",
        listings(lambda listed, call: [*listed, *_closed(call)] if not call.wanted else listed),
    ),
    fault(
        "closed-account-on-request",
        "Lists a closed account where the filter names it.",
        "active-accounts-only",
        _closed_on_request,
    ),
    fault(
        "closed-account-listed-with-empty-options",
        "Lists closed accounts where options are given without a filter.",
        "active-accounts-only",
        only(
            listings(lambda listed, call: [*listed, *_closed(call)]),
            lambda call: "options" in call.fields and call.account_ids is None,
        ),
    ),
    fault(
        "subtype-of-another-type",
        "Gives accounts of type depository the subtype of a card.",
        "subtype-of-type",
        accounts(lambda entry: {**entry, "subtype": "credit card"}, of=_is("depository", "savings")),
    ),
    fault(
        "type-of-another-subtype",
        "Gives retirement plans the type depository.",
        "subtype-of-type",
        accounts(lambda entry: {**entry, "type": "depository"}, of=_is("investment", "401k")),
    ),
    fault(
        "type-other-for-all",
        "Gives every account the type other.",
        "subtype-of-type",
        accounts(lambda entry: {**entry, "type": "other"}),
    ),
    fault(
        "balances-dated-everywhere",
        "Dates the balances of every account.",
        "last-updated-institution",
        accounts(_dated),
    ),
    fault(
        "cards-dated-everywhere",
        "Dates the balances of every card.",
        "last-updated-institution",
        accounts(_dated, of=lambda entry: entry["type"] == "credit"),
    ),
    fault(
        "dated-at-another-institution",
        "Names another institution for the Item whose balances are dated.",
        "last-updated-institution",
        successes(_elsewhere),
    ),
)
