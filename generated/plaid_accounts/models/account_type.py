from ..types import OpenEnum


class AccountType(OpenEnum):
    BROKERAGE = "brokerage"
    CREDIT = "credit"
    DEPOSITORY = "depository"
    INVESTMENT = "investment"
    LOAN = "loan"
    OTHER = "other"

    def __str__(self) -> str:
        return str(self.value)
