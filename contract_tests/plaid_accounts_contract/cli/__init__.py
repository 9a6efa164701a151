"""The command `plaid-accounts-contract`, and the exit statuses of its checks."""

from typing import Final

OK: Final = 0
BROKEN: Final = 1
"""The server violates the contract, or the client breaks a guarantee."""
NO_VERDICT: Final = 2
