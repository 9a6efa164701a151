"""Contract tests for servers and clients of Plaid's accounts API.

`assert_conforms` checks one response; the command `plaid-accounts-contract` checks a server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plaid_accounts_contract.conformance import DoesNotConform, assert_conforms

__all__ = ["DoesNotConform", "assert_conforms"]


def __getattr__(name: str) -> object:
    """Import on use: the reference server and the pytest plugin need nothing of the checks."""
    if name in __all__:
        from plaid_accounts_contract import conformance  # noqa: PLC0415 - see above

        return getattr(conformance, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
