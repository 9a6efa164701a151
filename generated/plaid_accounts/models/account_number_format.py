from ..types import OpenEnum


class AccountNumberFormat(OpenEnum):
    INVALID = "invalid"
    UNKNOWN = "unknown"
    VALID = "valid"

    def __str__(self) -> str:
        return str(self.value)
