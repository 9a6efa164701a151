"""The subtypes that Plaid lists for each type of account.

Source: https://plaid.com/docs/api/accounts/#account-type-schema.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from plaid_accounts_contract.reference_server.accounts import AccountType

SUBTYPES: Final[Mapping[AccountType, tuple[str, ...]]] = MappingProxyType(
    {
        "depository": (
            *("checking", "savings", "hsa", "cd", "money market", "paypal", "prepaid", "cash management", "ebt"),
            "limited purpose checking",
        ),
        "credit": ("charge card", "credit card", "paypal"),
        "loan": (
            *("auto", "business", "commercial", "commercial line of credit", "construction", "consumer"),
            *("home equity", "home equity loan", "installment", "loan", "mortgage", "overdraft", "line of credit"),
            *("student", "other"),
        ),
        "investment": (
            *("529", "401a", "401k", "403B", "457b", "brokerage", "cash isa", "crypto exchange"),
            *("education savings account", "fhsa", "fixed annuity", "gic", "health reimbursement arrangement", "hsa"),
            *("ira", "isa", "keogh", "lif", "life insurance", "line of credit", "lira", "lrif", "lrsp", "mutual fund"),
            *("non-custodial wallet", "non-taxable brokerage account", "other", "other annuity", "other insurance"),
            *("pension", "prediction market", "prif", "profit sharing plan", "qshr", "rdsp", "resp", "retirement"),
            *("rlif", "roth", "roth 401k", "roth 403B", "roth 457b", "roth pension", "roth profit sharing plan"),
            *("roth thrift savings plan", "rrif", "rrsp", "sarsep", "sep ira", "simple ira", "sipp", "stock plan"),
            *("thrift savings plan", "tfsa", "trust", "ugma", "utma", "variable annuity"),
        ),
        "other": ("other",),
    }
)
"""The value `payroll` of the subtypes belongs to no type, and the type `brokerage` to old versions of the API only."""
