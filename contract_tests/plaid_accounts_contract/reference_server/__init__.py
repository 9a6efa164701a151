"""A server that answers the contract's operations as Plaid documents them, from made-up data and without a network.

`create_app` gives the ASGI application, `running` serves it on a real socket, `World` is the data behind it.
"""

from .accounts import Account, Balances
from .app import create_app
from .credentials import Credentials
from .data import error_token, reference_world
from .items import Item, ItemDetails
from .rate_limits import PRODUCTION_RATE_LIMIT, SANDBOX_RATE_LIMIT, RateLimit
from .running import Running, running
from .world import World

__all__ = [
    "PRODUCTION_RATE_LIMIT",
    "SANDBOX_RATE_LIMIT",
    "Account",
    "Balances",
    "Credentials",
    "Item",
    "ItemDetails",
    "RateLimit",
    "Running",
    "World",
    "create_app",
    "error_token",
    "reference_world",
    "running",
]
