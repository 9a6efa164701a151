"""Link's update mode: each request gets a token of its own, good for half an hour."""

from __future__ import annotations

from typing import Any, Final

import pytest

from plaid_accounts_contract.checks import neighbours
from plaid_accounts_contract.runner import current_run, operations
from plaid_accounts_contract.server.requests import in_each_mode, send
from plaid_accounts_contract.settings import Mode

RUN = current_run.current()
OFFERED: Final = {operation.id: operation for operation in operations.available(RUN)}

pytestmark = [
    pytest.mark.additional,
    pytest.mark.skipif(neighbours.LINK not in OFFERED, reason="/link/token/create is not offered"),
]


@in_each_mode
def test_each_item_gets_tokens_of_its_own(mode: Mode) -> None:
    """Every token's Item can be gone through again, with and without a choice of accounts."""
    builder = operations.builder(RUN, OFFERED[neighbours.LINK])
    updates: list[dict[str, Any]] = [{"update": {"account_selection_enabled": value}} for value in (True, False)]
    for item in RUN.test_data.items:
        fields = builder.fields(access_token=item.access_token)
        send(
            builder.request(mode, {**fields, **update}, purpose="update mode")
            for update in (*updates, {"update": {}}, {})
        )


@in_each_mode
def test_what_the_user_object_and_the_update_lack_or_have_too_much_is_refused(mode: Mode) -> None:
    """Inside `user` and `update` too, unknown, missing and wrong properties refuse the request."""
    builder = operations.builder(RUN, OFFERED[neighbours.LINK])
    wrong: list[dict[str, Any]] = [
        {"user": {}}, {"user": {"client_user_id": ""}}, {"user": {"client_user_id": 5}},
        {"user": {"client_user_id": "user-1", "colour": "red"}}, {"update": {"account_selection_enabled": "yes"}},
        {"update": {"everything": True}}, {"country_codes": []}, {"country_codes": ["us"]},
        {"country_codes": "US"}, {"language": "english"}, {"language": "EN"},
    ]  # fmt: skip
    send(
        builder.request(mode, {**builder.fields(), **change}, purpose=f"{next(iter(change))} is wrong")
        for change in wrong
    )
