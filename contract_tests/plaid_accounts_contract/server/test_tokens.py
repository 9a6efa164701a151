"""Access tokens: each opens its own Item and nothing else; what was never issued opens nothing."""

from __future__ import annotations

from plaid_accounts_contract.server.requests import (
    BUILDER,
    RUN,
    altered,
    in_each_mode,
    neighbour,
    send,
    swap_case,
    transposed,
)
from plaid_accounts_contract.settings import Mode

TOKEN = RUN.test_data.primary.access_token
NEVER_ISSUED = {
    "last character changed": neighbour(TOKEN),
    "first character changed": altered(TOKEN, 0),
    "a character in the middle changed": altered(TOKEN, len(TOKEN) // 2),
    "two characters in each other's place": transposed(TOKEN),
    "its end alone": TOKEN[len(TOKEN) // 2 :],
    "a prefix": TOKEN[:-1],
    "one character more": TOKEN + "0",
    "another case": swap_case(TOKEN),
    "all upper case": TOKEN.upper(),
    "of the form of a token": "access-sandbox-00000000-0000-4000-8000-000000000000",
    "of another environment": "access-production-00000000-0000-4000-8000-000000000000",
    "a word": "token",
    "blank": "   ",
    "with a space before": " " + TOKEN,
    "with a line break after": TOKEN + "\n",
    "an account id": RUN.test_data.primary.account_ids[0],
    "the secret": RUN.test_data.secret,
    "the item_id": RUN.test_data.primary.item_id or "item",
    "in quotes": f'"{TOKEN}"',
    "with a scheme before": f"Bearer {TOKEN}",
    "a pattern": "access-sandbox-%",
    "not ASCII": "access-sandbox-äöü-\U0001f600",
    "with NUL": TOKEN + "\0",
    "very long": "access-sandbox-" + "0" * 20_000,
}


@in_each_mode
def test_every_item_is_read_by_its_own_token(mode: Mode) -> None:
    """Each token is answered with the accounts of its Item."""
    send(BUILDER.valid(mode, access_token=item.access_token, purpose="all accounts") for item in RUN.test_data.items)


@in_each_mode
def test_a_token_never_issued_is_refused(mode: Mode) -> None:
    """A token that was never issued opens nothing, however close it comes to one that was."""
    send(
        BUILDER.valid(mode, access_token=token, purpose=f"access token: {kind}")
        for kind, token in NEVER_ISSUED.items()
        if token != TOKEN
    )


@in_each_mode
def test_a_near_miss_of_any_token_is_refused(mode: Mode) -> None:
    """What is almost the token of an Item opens neither that Item nor another."""
    for item in RUN.test_data.items[1:]:
        token = item.access_token
        near = (neighbour(token), token[:-1], token + "0", altered(token, len(token) // 2), swap_case(token))
        misses = [miss for miss in near if miss not in {known.access_token for known in RUN.test_data.items}]
        send(BUILDER.valid(mode, access_token=miss, purpose="a near miss of another Item's token") for miss in misses)


@in_each_mode
def test_a_token_never_issued_is_refused_with_a_filter(mode: Mode) -> None:
    """Knowing account ids does not replace a token."""
    ids = RUN.test_data.primary.account_ids
    send([BUILDER.valid(mode, ids[:2], access_token=neighbour(TOKEN), purpose="unknown token, known ids")])
