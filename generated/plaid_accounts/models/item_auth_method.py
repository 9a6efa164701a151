from typing import TYPE_CHECKING

from ..types import OpenEnum


class ItemAuthMethod(OpenEnum):
    AUTOMATED_MICRODEPOSITS = "AUTOMATED_MICRODEPOSITS"
    DATABASE_INSIGHTS = "DATABASE_INSIGHTS"
    DATABASE_MATCH = "DATABASE_MATCH"
    INSTANT_AUTH = "INSTANT_AUTH"
    INSTANT_MATCH = "INSTANT_MATCH"
    INSTANT_MICRODEPOSITS = "INSTANT_MICRODEPOSITS"
    INVESTMENTS_FALLBACK = "INVESTMENTS_FALLBACK"
    SAME_DAY_MICRODEPOSITS = "SAME_DAY_MICRODEPOSITS"
    TRANSFER_MIGRATED = "TRANSFER_MIGRATED"
    if TYPE_CHECKING:
        # Values that the contract doesn't list are members too: a type checker knows that the listed ones aren't all.
        # Any string: from a literal a checker would conclude that `value` is never another one.
        _UNLISTED = __name__

    def __str__(self) -> str:
        return str(self.value)
