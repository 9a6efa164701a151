from typing import TYPE_CHECKING

from ..types import OpenEnum


class Product(OpenEnum):
    ASSETS = "assets"
    AUTH = "auth"
    BALANCE = "balance"
    BALANCE_PLUS = "balance_plus"
    BEACON = "beacon"
    CRA_BASE_REPORT = "cra_base_report"
    CRA_CASHFLOW_INSIGHTS = "cra_cashflow_insights"
    CRA_HOME_LENDING = "cra_home_lending"
    CRA_INCOME_INSIGHTS = "cra_income_insights"
    CRA_LEND_SCORE = "cra_lend_score"
    CRA_MONITORING = "cra_monitoring"
    CRA_NETWORK_INSIGHTS = "cra_network_insights"
    CRA_PARTNER_INSIGHTS = "cra_partner_insights"
    CRA_PLAID_CREDIT_SCORE = "cra_plaid_credit_score"
    CRA_QUALIFY = "cra_qualify"
    CREDIT_DETAILS = "credit_details"
    EMPLOYMENT = "employment"
    IDENTITY = "identity"
    IDENTITY_MATCH = "identity_match"
    IDENTITY_VERIFICATION = "identity_verification"
    INCOME = "income"
    INCOME_VERIFICATION = "income_verification"
    INVESTMENTS = "investments"
    INVESTMENTS_AUTH = "investments_auth"
    LAYER = "layer"
    LIABILITIES = "liabilities"
    PAYMENT_INITIATION = "payment_initiation"
    PAY_BY_BANK = "pay_by_bank"
    PROCESSOR_IDENTITY = "processor_identity"
    PROCESSOR_PAYMENTS = "processor_payments"
    PROFILE = "profile"
    PROTECT_LINKED_BANK = "protect_linked_bank"
    PROTECT_TRANSACTIONS = "protect_transactions"
    RECURRING_TRANSACTIONS = "recurring_transactions"
    SIGNAL = "signal"
    STANDING_ORDERS = "standing_orders"
    STATEMENTS = "statements"
    TRANSACTIONS = "transactions"
    TRANSACTIONS_REFRESH = "transactions_refresh"
    TRANSFER = "transfer"
    if TYPE_CHECKING:
        # Values that the contract doesn't list are members too: a type checker knows that the listed ones aren't all.
        # Any string: from a literal a checker would conclude that `value` is never another one.
        _UNLISTED = __name__

    def __str__(self) -> str:
        return str(self.value)
