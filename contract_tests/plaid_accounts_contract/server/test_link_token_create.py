"""/link/token/create in update mode: each request gets a link_token of its own, valid for 30 minutes."""

from typing import Any

from plaid_accounts_contract.checks.link import OPERATION
from plaid_accounts_contract.server.requests import DATA, OFFERED, in_each_mode, of_operation, send
from plaid_accounts_contract.settings import Mode

pytestmark = of_operation(OPERATION)


@in_each_mode
def test_each_item_gets_tokens_of_its_own(mode: Mode) -> None:
    """Every token's Item can enter update mode, with and without account selection."""
    builder = OFFERED[OPERATION]
    updates: list[dict[str, Any]] = [{"update": {"account_selection_enabled": value}} for value in (True, False)]
    for item in DATA.items:
        fields = builder.fields(access_token=item.access_token)
        send(
            builder.request(mode, {**fields, **update}, purpose="update mode")
            for update in (*updates, {"update": {}}, {})
        )


@in_each_mode
def test_invalid_settings_are_refused(mode: Mode) -> None:
    """A request with an unknown, missing or invalid property is rejected, inside `user` and `update` too."""
    builder = OFFERED[OPERATION]
    wrong: list[dict[str, Any]] = [
        {"user": {}}, {"user": {"client_user_id": ""}}, {"user": {"client_user_id": 5}},
        {"user": {"client_user_id": "user-1", "colour": "red"}}, {"update": {"account_selection_enabled": "yes"}},
        {"update": {"everything": True}}, {"country_codes": []}, {"country_codes": ["us"]},
        {"country_codes": "US"}, {"language": "english"}, {"language": "EN"},
    ]  # fmt: skip
    send(
        builder.request(mode, {**builder.fields(), **change}, purpose=f"an invalid {next(iter(change))}")
        for change in wrong
    )
