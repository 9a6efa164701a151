"""What answers each operation: a handler written for it, or one that is generated from the contract."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from plaid_accounts_contract.reference_server.accounts_balance_get import accounts_balance_get
from plaid_accounts_contract.reference_server.accounts_get import accounts_get
from plaid_accounts_contract.reference_server.document import Document, Operation
from plaid_accounts_contract.reference_server.fields import Fields
from plaid_accounts_contract.reference_server.generated import Generated
from plaid_accounts_contract.reference_server.link_token_create import LinkTokenCreate
from plaid_accounts_contract.reference_server.serving import Handler
from plaid_accounts_contract.reference_server.webhook_verification_key_get import WebhookVerificationKeyGet

WRITTEN: Final[Mapping[str, Handler]] = MappingProxyType(
    {"accountsGet": accounts_get, "accountsBalanceGet": accounts_balance_get}
)
"""The handlers that somebody has written, by operationId."""

OF_FIELDS: Final[Mapping[str, Callable[[Fields], Handler]]] = MappingProxyType(
    {"linkTokenCreate": LinkTokenCreate, "webhookVerificationKeyGet": WebhookVerificationKeyGet}
)
"""Those that leave their fields to the schema that the contract has for them."""


def handler_of(document: Document, operation: Operation) -> Handler:
    """Give what answers an operation of the document."""
    if operation.id in WRITTEN:
        return WRITTEN[operation.id]
    if operation.id in OF_FIELDS:
        return OF_FIELDS[operation.id](Fields(document, operation))
    return Generated(document, operation)
