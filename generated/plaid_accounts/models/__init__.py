"""Contains all the data models used in inputs/outputs"""

from .account import Account
from .account_balances import AccountBalances
from .account_holder_category import AccountHolderCategory
from .account_number_format import AccountNumberFormat
from .account_subtype import AccountSubtype
from .account_type import AccountType
from .account_verification_insights import AccountVerificationInsights
from .account_verification_insights_network_status import (
    AccountVerificationInsightsNetworkStatus,
)
from .account_verification_insights_previous_returns import (
    AccountVerificationInsightsPreviousReturns,
)
from .accounts_get_request import AccountsGetRequest
from .accounts_get_request_options import AccountsGetRequestOptions
from .accounts_get_response import AccountsGetResponse
from .item import Item
from .item_auth_method import ItemAuthMethod
from .plaid_error import PlaidError
from .plaid_error_type import PlaidErrorType
from .product import Product
from .update_type import UpdateType
from .verification_status import VerificationStatus

__all__ = (
    "Account",
    "AccountBalances",
    "AccountHolderCategory",
    "AccountNumberFormat",
    "AccountsGetRequest",
    "AccountsGetRequestOptions",
    "AccountsGetResponse",
    "AccountSubtype",
    "AccountType",
    "AccountVerificationInsights",
    "AccountVerificationInsightsNetworkStatus",
    "AccountVerificationInsightsPreviousReturns",
    "Item",
    "ItemAuthMethod",
    "PlaidError",
    "PlaidErrorType",
    "Product",
    "UpdateType",
    "VerificationStatus",
)
