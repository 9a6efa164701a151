from ..types import OpenEnum


class AccountHolderCategory(OpenEnum):
    BUSINESS = "business"
    PERSONAL = "personal"
    UNRECOGNIZED = "unrecognized"

    def __str__(self) -> str:
        return str(self.value)
