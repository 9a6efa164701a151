from typing import TYPE_CHECKING

from ..types import OpenEnum


class AccountHolderCategory(OpenEnum):
    BUSINESS = "business"
    PERSONAL = "personal"
    UNRECOGNIZED = "unrecognized"
    if TYPE_CHECKING:
        # Values that the contract doesn't list are members too: a type checker knows that the listed ones aren't all.
        # Any string: from a literal a checker would conclude that `value` is never another one.
        _UNLISTED = __name__

    def __str__(self) -> str:
        return str(self.value)
