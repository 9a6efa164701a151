"""Faults in what an access token opens."""

import re
from collections.abc import Callable
from typing import Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call
from mutation.server_faults.fault import fault
from mutation.server_faults.middleware import Tamper
from mutation.server_faults.tampering import answers, calls, recoded, refusing
from plaid_accounts_contract.reference_server import errors


def first_item_token(call: Call) -> str:
    """Give the token of the world's first Item."""
    return next(iter(call.world.items))


def _tolerant(matches: Callable[[str, str], bool]) -> Tamper:
    """Accept what `matches` the token of an Item for it."""

    def change(call: Call) -> Call:
        given = call.token
        if not isinstance(given, str) or not given or given in call.world.items:
            return call
        near = next((token for token in call.world.items if matches(given, token)), None)
        return call if near is None else call.with_fields(access_token=near)

    return calls(change)


def _tolerant_of_small_items(matches: Callable[[str, str], bool]) -> Tamper:
    def change(call: Call) -> Call:
        small = [token for token, item in call.world.items.items() if 0 < len(item.accounts) < 4]
        given = call.token
        if not isinstance(given, str) or given in call.world.items:
            return call
        near = next((token for token in small if matches(given, token)), None)
        return call if near is None else call.with_fields(access_token=near)

    return calls(change)


def _known_by_item_id(call: Call) -> Call:
    owners = (token for token, item in call.world.items.items() if item.details.item_id == call.token)
    owner = next(owners, None)
    return call if owner is None else call.with_fields(access_token=owner)


def _anything(_: str, __: str) -> bool:
    return True


def _of_another_environment(given: str, token: str) -> bool:
    return given.replace("production", "sandbox") == token or "production" in given


def _pattern(given: str, token: str) -> bool:
    return "%" in given and re.fullmatch(re.escape(given).replace("%", ".*"), token) is not None


def _known_by_account(call: Call) -> Call:
    """Open the Item that the ids of the filter belong to."""
    if call.item is not None or not isinstance(call.token, str):
        return call
    owners = (token for token, item in call.world.items.items() if set(call.wanted) & set(item.account_ids()))
    owner = next(owners, None)
    return call if owner is None else call.with_fields(access_token=owner)


def _empty(answer: Answer, _: Call) -> Answer:
    if b"INVALID_ACCESS_TOKEN" not in answer.body:
        return answer
    body = {"accounts": [], "item": None, "request_id": answer.json["request_id"]}
    return answer.with_status(200).with_json(body)


FAULTS: Final = (
    fault(
        "token-unchecked",
        "Opens the first Item with any token that it does not know.",
        "access-token-checked",
        _tolerant(_anything),
    ),
    fault(
        "token-prefix-accepted",
        "Compares a token as far as the given one goes.",
        "access-token-checked",
        _tolerant(lambda given, token: token.startswith(given)),
    ),
    fault(
        "token-extension-accepted",
        "Accepts whatever begins with a token.",
        "access-token-checked",
        _tolerant(lambda given, token: given.startswith(token)),
    ),
    fault(
        "token-last-character-ignored",
        "Compares all but the last character of a token.",
        "access-token-checked",
        _tolerant(lambda given, token: given[:-1] == token[:-1]),
    ),
    fault(
        "token-middle-ignored",
        "Compares the first and the last sixteen characters of a token only.",
        "access-token-checked",
        _tolerant(lambda given, token: (given[:16], given[-16:]) == (token[:16], token[-16:])),
    ),
    fault(
        "token-end-compared",
        "Compares the last twelve characters of a token only.",
        "access-token-checked",
        _tolerant(lambda given, token: given[-12:] == token[-12:]),
    ),
    fault(
        "token-prefix-of-small-items-accepted",
        "Compares the tokens of Items with fewer than four accounts as far as the given one goes.",
        "access-token-checked",
        _tolerant_of_small_items(lambda given, token: len(given) > 20 and token.startswith(given)),
    ),
    fault(
        "token-in-quotes-accepted",
        "Strips quotes from a token.",
        "access-token-checked",
        _tolerant(lambda given, token: given.strip("'\"") == token),
    ),
    fault(
        "bearer-token-accepted",
        "Accepts a token that begins with Bearer.",
        "access-token-checked",
        _tolerant(lambda given, token: given.removeprefix("Bearer ") == token),
    ),
    fault(
        "item-id-opens-item",
        "Opens an Item with its item_id in place of its token.",
        "access-token-checked",
        calls(_known_by_item_id),
    ),
    fault(
        "token-trimmed",
        "Strips white space from a token before it compares.",
        "access-token-checked",
        _tolerant(lambda given, token: given.strip() == token),
    ),
    fault(
        "token-cut-at-nul",
        "Reads a token up to the first NUL.",
        "access-token-checked",
        _tolerant(lambda given, token: given.split("\0")[0] == token),
    ),
    fault(
        "token-of-another-environment",
        "Accepts any token of the production environment.",
        "access-token-checked",
        _tolerant(_of_another_environment),
    ),
    fault(
        "token-as-pattern",
        "Looks a token up as a pattern in which % stands for anything.",
        "access-token-checked",
        _tolerant(_pattern),
    ),
    fault(
        "token-replaced-by-account-ids",
        "Finds the Item by the account ids of the filter where it does not know the token.",
        "access-token-checked",
        calls(_known_by_account),
    ),
    fault(
        "unknown-token-empty",
        "Answers a token that it does not know with no accounts and no item.",
        "access-token-checked",
        answers(_empty),
    ),
    fault(
        "unknown-token-item-not-found",
        "Names a token that it does not know ITEM_NOT_FOUND.",
        "access-token-checked",
        recoded("INVALID_ACCESS_TOKEN", errors.CATALOGUE["ITEM_NOT_FOUND"]),
    ),
    fault(
        "unknown-token-404",
        "Refuses a token that it does not know with status 404.",
        "status-documented",
        answers(lambda answer, _: answer.with_status(404) if b"INVALID_ACCESS_TOKEN" in answer.body else answer),
    ),
    fault(
        "token-caseless",
        "Compares tokens without regard to case.",
        "identifiers-case-sensitive",
        _tolerant(lambda given, token: given.lower() == token.lower()),
    ),
    fault(
        "tokens-of-small-items-refused-with-filter",
        "Refuses the tokens of Items with fewer than four accounts where a filter is given.",
        "valid-requests-accepted",
        refusing(
            errors.INVALID_ACCESS_TOKEN,
            lambda call: call.item is not None and 0 < len(call.item.accounts) < 4 and bool(call.wanted),
        ),
    ),
)
