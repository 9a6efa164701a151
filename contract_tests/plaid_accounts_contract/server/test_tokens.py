"""Access tokens: each opens its own Item, and what was never issued opens nothing."""

from plaid_accounts_contract.redaction.near_misses import near_miss, wrong_values
from plaid_accounts_contract.server.requests import (
    BUILDER,
    DATA,
    MODES,
    PRIMARY,
    if_failing_items_are_known,
    in_each_mode,
    send,
)  # fmt: skip
from plaid_accounts_contract.settings import Mode

TOKEN = PRIMARY.access_token
NEVER_ISSUED = {
    **wrong_values(TOKEN),
    "of the form of a token": "access-sandbox-00000000-0000-4000-8000-000000000000",
    "of another environment": "access-production-00000000-0000-4000-8000-000000000000",
    "a word": "token",
    "blank": "   ",
    "an account id": PRIMARY.account_ids[0],
    "the secret": DATA.secret,
    "the item_id": PRIMARY.item_id or "item",
    "with a scheme before": f"Bearer {TOKEN}",
    "not ASCII": "access-sandbox-äöü-\U0001f600",
    "very long": "access-sandbox-" + "0" * 20_000,
}


@in_each_mode
def test_every_item_is_read_by_its_own_token(mode: Mode) -> None:
    """Each token returns the accounts of its Item."""
    send(BUILDER.valid(mode, access_token=item.access_token, purpose="all accounts") for item in DATA.items)


@in_each_mode
def test_a_token_never_issued_is_refused(mode: Mode) -> None:
    """A token that was never issued is refused, however similar it is to an issued one."""
    send(
        BUILDER.valid(mode, access_token=token, purpose=f"access_token: {kind}")
        for kind, token in NEVER_ISSUED.items()
        if token != TOKEN
    )


@in_each_mode
def test_a_near_miss_of_any_token_is_refused(mode: Mode) -> None:
    """A near miss of an Item's token opens neither that Item nor another."""
    for item in DATA.items[1:]:
        misses = [(how, miss) for how, miss in wrong_values(item.access_token).items() if DATA.item_of(miss) is None]
        send(
            BUILDER.valid(mode, access_token=miss, purpose=f"another Item's token {how}")
            for how, miss in misses[MODES.index(mode) :: len(MODES)]
        )


@in_each_mode
def test_a_token_never_issued_is_refused_with_a_filter(mode: Mode) -> None:
    """Known account ids do not replace a token."""
    ids = PRIMARY.account_ids[:2]
    send([BUILDER.valid(mode, ids, access_token=near_miss(TOKEN), purpose="unknown token, known ids")])


@if_failing_items_are_known
def test_failing_items_respond_with_their_error() -> None:
    """An Item that is known to fail returns its error, with the type and status listed for it."""
    for token, code in DATA.failing.items():
        send(BUILDER.valid(mode, access_token=token, purpose=f"an Item that fails with {code}") for mode in MODES)
