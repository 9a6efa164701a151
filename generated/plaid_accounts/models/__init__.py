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
from .accounts_balance_get_request import AccountsBalanceGetRequest
from .accounts_balance_get_request_options import AccountsBalanceGetRequestOptions
from .accounts_get_request import AccountsGetRequest
from .accounts_get_request_options import AccountsGetRequestOptions
from .accounts_get_response import AccountsGetResponse
from .country_code import CountryCode
from .item import Item
from .item_auth_method import ItemAuthMethod
from .link_token_create_request import LinkTokenCreateRequest
from .link_token_create_request_update import LinkTokenCreateRequestUpdate
from .link_token_create_request_user import LinkTokenCreateRequestUser
from .link_token_create_response import LinkTokenCreateResponse
from .new_accounts_available_webhook import NewAccountsAvailableWebhook
from .plaid_error import PlaidError
from .plaid_error_type import PlaidErrorType
from .product import Product
from .update_type import UpdateType
from .verification_status import VerificationStatus
from .webhook_environment import WebhookEnvironment
from .webhook_verification_key import WebhookVerificationKey
from .webhook_verification_key_get_request import WebhookVerificationKeyGetRequest
from .webhook_verification_key_get_response import WebhookVerificationKeyGetResponse

__all__ = (
    "Account",
    "AccountBalances",
    "AccountHolderCategory",
    "AccountNumberFormat",
    "AccountsBalanceGetRequest",
    "AccountsBalanceGetRequestOptions",
    "AccountsGetRequest",
    "AccountsGetRequestOptions",
    "AccountsGetResponse",
    "AccountSubtype",
    "AccountType",
    "AccountVerificationInsights",
    "AccountVerificationInsightsNetworkStatus",
    "AccountVerificationInsightsPreviousReturns",
    "CountryCode",
    "Item",
    "ItemAuthMethod",
    "LinkTokenCreateRequest",
    "LinkTokenCreateRequestUpdate",
    "LinkTokenCreateRequestUser",
    "LinkTokenCreateResponse",
    "NewAccountsAvailableWebhook",
    "PlaidError",
    "PlaidErrorType",
    "Product",
    "UpdateType",
    "VerificationStatus",
    "WebhookEnvironment",
    "WebhookVerificationKey",
    "WebhookVerificationKeyGetRequest",
    "WebhookVerificationKeyGetResponse",
)
