"""A server for the operations of the contract that responds as Plaid documents, with made-up data and no network.

`create_app` returns the ASGI application, `running` serves it on a real socket, `scripted_server` does both for a test,
`Dataset` is the data behind it.
"""

from plaid_accounts_contract.reference_server.accounts import Account, Balances
from plaid_accounts_contract.reference_server.app import create_app, scripted_server
from plaid_accounts_contract.reference_server.credentials import Credentials
from plaid_accounts_contract.reference_server.data import error_token, reference_dataset
from plaid_accounts_contract.reference_server.dataset import Dataset
from plaid_accounts_contract.reference_server.items import Item, ItemDetails
from plaid_accounts_contract.reference_server.rate_limits import RateLimit
from plaid_accounts_contract.reference_server.running import Running, running
from plaid_accounts_contract.reference_server.scripting import Call, ReferenceServer

__all__ = [
    "Account",
    "Balances",
    "Call",
    "Credentials",
    "Dataset",
    "Item",
    "ItemDetails",
    "RateLimit",
    "ReferenceServer",
    "Running",
    "create_app",
    "error_token",
    "reference_dataset",
    "running",
    "scripted_server",
]
