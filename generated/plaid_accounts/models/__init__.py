"""Contains all the data models used in inputs/outputs"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_MODULES = {
    "Account": ".account",
    "AccountBalances": ".account_balances",
    "AccountHolderCategory": ".account_holder_category",
    "AccountNumberFormat": ".account_number_format",
    "AccountSubtype": ".account_subtype",
    "AccountType": ".account_type",
    "AccountVerificationInsights": ".account_verification_insights",
    "AccountVerificationInsightsNetworkStatus": ".account_verification_insights_network_status",
    "AccountVerificationInsightsPreviousReturns": ".account_verification_insights_previous_returns",
    "AccountsBalanceGetRequest": ".accounts_balance_get_request",
    "AccountsBalanceGetRequestOptions": ".accounts_balance_get_request_options",
    "AccountsGetRequest": ".accounts_get_request",
    "AccountsGetRequestOptions": ".accounts_get_request_options",
    "AccountsGetResponse": ".accounts_get_response",
    "CountryCode": ".country_code",
    "Item": ".item",
    "ItemAuthMethod": ".item_auth_method",
    "LinkTokenCreateRequest": ".link_token_create_request",
    "LinkTokenCreateRequestUpdate": ".link_token_create_request_update",
    "LinkTokenCreateRequestUser": ".link_token_create_request_user",
    "LinkTokenCreateResponse": ".link_token_create_response",
    "NewAccountsAvailableWebhook": ".new_accounts_available_webhook",
    "PlaidError": ".plaid_error",
    "PlaidErrorType": ".plaid_error_type",
    "Product": ".product",
    "UpdateType": ".update_type",
    "VerificationStatus": ".verification_status",
    "WebhookEnvironment": ".webhook_environment",
    "WebhookVerificationKey": ".webhook_verification_key",
    "WebhookVerificationKeyGetRequest": ".webhook_verification_key_get_request",
    "WebhookVerificationKeyGetResponse": ".webhook_verification_key_get_response",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import a model when it is first used: a call needs half of them."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=sys.modules[__name__])
        globals()[name] = found = getattr(import_module(_MODULES[name], __name__), name)
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
