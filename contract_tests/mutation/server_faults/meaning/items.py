"""Faults in which Item a response is about, and in what it says of the Item."""

import itertools
from typing import Any, Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call, Json
from mutation.server_faults.fault import fault
from mutation.server_faults.middleware import Handler
from mutation.server_faults.tampering import answers, calls, items, listings, only
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import to_object


def other_item(call: Call) -> Item:
    """Give an Item with accounts that the token does not open."""
    return next(item for token, item in call.world.items.items() if token != call.token and item.accounts)


def _of_other(call: Call) -> dict[str, Any]:
    return to_object(other_item(call).details)


def _account_of_other(call: Call) -> Json:
    return to_object(other_item(call).accounts[0])


def _of_everyone(_: list[Json], call: Call) -> list[Json]:
    return [to_object(account) for item in call.world.items.values() for account in item.accounts]


def _foreign_accounts(call: Call) -> bool:
    owned = set() if call.item is None else set(call.item.account_ids())
    return any(entry in item.account_ids() for item in call.world.items.values() for entry in set(call.wanted) - owned)


def _open_owner(call: Call) -> Call:
    """Open the Item of the first id of the filter."""
    owners = (token for token, item in call.world.items.items() if call.wanted[0] in item.account_ids())
    return call.with_fields(access_token=next(owners, call.token))


def _by_turns(honest: Handler) -> Handler:
    numbers = itertools.count()

    async def handle(call: Call) -> Answer:
        answer = await honest(call)
        if answer.status != 200 or next(numbers) % 2:
            return answer
        body = answer.json
        return answer.with_json({**body, "item": {**body["item"], "item_id": body["item"]["item_id"].upper()}})

    return handle


def _both_lists(item: Json, _: Call) -> Json:
    return {**item, "available_products": [*item["available_products"], *item["billed_products"][:1]]}


def _error(item: Json, _: Call) -> Json:
    error = {
        "error_type": "ITEM_ERROR",
        "error_code": "ITEM_LOGIN_REQUIRED",
        "error_message": "the login details of this item have changed",
        "display_message": None,
    }
    return {**item, "error": error}


def _shown(answer: Answer, call: Call, *, with_error: bool) -> Answer:
    if answer.status != 400 or call.item is None or call.item.failure is None:
        return answer
    error = {name: value for name, value in answer.json.items() if name != "request_id"}
    item = {**to_object(call.item.details), "error": error if with_error else None}
    body = {"accounts": [], "item": item, "request_id": answer.json["request_id"]}
    return answer.with_status(200).with_json(body)


OWNERSHIP: Final = (
    fault("item-of-another", "Shows another Item's item.", "own-item-only", items(lambda _, call: _of_other(call))),
    fault(
        "item-of-another-with-filter",
        "Shows another Item's item where a filter is given.",
        "own-item-only",
        only(items(lambda _, call: _of_other(call)), lambda call: bool(call.wanted)),
    ),
    fault(
        "account-of-another",
        "Lists an account of another Item as well.",
        "own-item-only",
        listings(lambda listed, call: [*listed, _account_of_other(call)]),
    ),
    fault("accounts-of-everyone", "Lists the accounts of every Item.", "own-item-only", listings(_of_everyone)),
    fault(
        "filter-opens-other-items",
        "Opens the Item that the first id of a filter belongs to.",
        "own-item-only",
        only(calls(_open_owner), _foreign_accounts),
    ),
    fault(
        "item-id-by-turns", "Gives the item_id in capital letters in every other answer.", "own-item-only", _by_turns
    ),
    fault(
        "item-id-constant",
        "Gives every Item the same item_id.",
        "own-item-only",
        items(lambda item, call: {**item, "item_id": next(iter(call.world.items.values())).details.item_id}),
    ),
)

PRODUCTS: Final = (
    fault(
        "billed-product-available",
        "Lists a billed product as available too.",
        "products-disjoint",
        items(_both_lists),
    ),
    fault(
        "available-product-billed",
        "Lists the last available product as billed too.",
        "products-disjoint",
        items(
            lambda item, _: {**item, "billed_products": [*item["billed_products"], *item["available_products"][-1:]]}
        ),
    ),
    fault(
        "balance-billed",
        "Lists balance as billed.",
        "balance-never-billed",
        items(lambda item, _: {**item, "billed_products": [*item["billed_products"], "balance"]}),
    ),
    fault(
        "balance-billed-where-available",
        "Lists balance as billed where it is available.",
        "balance-never-billed",
        items(
            lambda item, _: (
                {**item, "billed_products": ["balance", *item["billed_products"]]}
                if "balance" in item["available_products"]
                else item
            )
        ),
    ),
)

ERRORS: Final = (
    fault("item-error-in-success", "Shows an error in the item of a 200.", "item-error-null", items(_error)),
    fault(
        "item-error-with-filter",
        "Shows an error in the item where a filter is given.",
        "item-error-null",
        only(items(_error), lambda call: bool(call.wanted)),
    ),
    fault(
        "failing-item-shown-with-error",
        "Answers the token of an Item in error with the item, the error in it.",
        "item-error-null",
        answers(lambda answer, call: _shown(answer, call, with_error=True)),
    ),
    fault(
        "failing-item-shown-as-sound",
        "Answers the token of an Item in error with what is known of the Item.",
        "item-error-null",
        answers(lambda answer, call: _shown(answer, call, with_error=False)),
    ),
)

FAULTS: Final = (*OWNERSHIP, *PRODUCTS, *ERRORS)
