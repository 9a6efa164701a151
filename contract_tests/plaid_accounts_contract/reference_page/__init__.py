"""The reference page: the contract to read, and Test request, which sends one request and judges the answer.

`create_app` gives the ASGI application; `Destination` says where Test request sends.
"""

from plaid_accounts_contract.reference_page.app import create_app
from plaid_accounts_contract.reference_page.destination import Destination

__all__ = ["Destination", "create_app"]
