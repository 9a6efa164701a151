"""Access tokens: each opens its own Item and nothing else; what was never issued opens nothing."""

from __future__ import annotations

from plaid_accounts_contract.exchange import Mode
from plaid_accounts_contract.server.writing import AUTHOR, RUN, in_each_mode, neighbour, send, swap_case

TOKEN = RUN.subject.primary.access_token
NEVER_ISSUED = {
    "one character changed": neighbour(TOKEN),
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
    "an account id": RUN.subject.primary.account_ids[0],
    "the secret": RUN.subject.secret,
    "a pattern": "access-sandbox-%",
    "not ASCII": "access-sandbox-äöü-\U0001f600",
    "with NUL": TOKEN + "\0",
    "very long": "access-sandbox-" + "0" * 20_000,
}


@in_each_mode
def test_every_item_is_read_by_its_own_token(mode: Mode) -> None:
    """Each token is answered with the accounts of its Item."""
    send(AUTHOR.valid(mode, access_token=item.access_token, purpose="all accounts") for item in RUN.subject.items)


@in_each_mode
def test_a_token_never_issued_is_refused(mode: Mode) -> None:
    """A token that was never issued opens nothing, however close it comes to one that was."""
    send(
        AUTHOR.valid(mode, access_token=token, purpose=f"access token: {kind}")
        for kind, token in NEVER_ISSUED.items()
        if token != TOKEN
    )


@in_each_mode
def test_a_token_never_issued_is_refused_with_a_filter(mode: Mode) -> None:
    """Knowing account ids does not replace a token."""
    ids = RUN.subject.primary.account_ids
    send([AUTHOR.valid(mode, ids[:2], access_token=neighbour(TOKEN), purpose="unknown token, known ids")])
