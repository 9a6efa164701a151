"""A server that answers `POST /accounts/get` as Plaid documents it, from made-up data and without a network.

`create_app` gives the ASGI application, `running` serves it on a real socket, `World` is the data behind it.
"""

from .app import create_app
from .credentials import Credentials
from .data import error_token, reference_world
from .items import Item
from .rate_limits import PRODUCTION_RATE_LIMIT, SANDBOX_RATE_LIMIT, RateLimit
from .running import Running, running
from .world import World

__all__ = [
    "PRODUCTION_RATE_LIMIT",
    "SANDBOX_RATE_LIMIT",
    "Credentials",
    "Item",
    "RateLimit",
    "Running",
    "World",
    "create_app",
    "error_token",
    "reference_world",
    "running",
]
