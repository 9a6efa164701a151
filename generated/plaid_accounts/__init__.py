"""A client library for accessing Plaid accounts"""

from . import errors
from .client import Client
from .configuration import VERSION as __version__
from .types import UNSET, Response, Unset

__all__ = (
    "UNSET",
    "Client",
    "Response",
    "Unset",
    "__version__",
    "errors",
)
