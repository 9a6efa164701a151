"""Methods: the operation is a POST and nothing else; OPTIONS may say so."""

from __future__ import annotations

from plaid_accounts_contract.server.requests import BUILDER, in_each_mode, send
from plaid_accounts_contract.settings import Mode

OTHERS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")


@in_each_mode
def test_other_methods_are_refused(mode: Mode) -> None:
    """The other methods are refused, with and without a body; OPTIONS may be answered, and breaks nothing."""
    valid = BUILDER.valid(mode)
    for method in OTHERS:
        send(
            [
                BUILDER.raw(mode, valid.body, method=method, purpose=f"{method} with the body of a valid request"),
                BUILDER.raw(mode, b"", method=method, purpose=f"{method} without a body"),
            ]
        )
