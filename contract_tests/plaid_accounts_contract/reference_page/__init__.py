"""The reference page: the contract to read, and Test request, which sends one request and checks the response."""

from plaid_accounts_contract.reference_page.app import create_app
from plaid_accounts_contract.reference_page.destination import Destination

__all__ = ["Destination", "create_app"]
