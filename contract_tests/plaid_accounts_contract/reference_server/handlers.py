"""What answers each operation: a handler written for it, or one that is generated from the contract."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .accounts_get import accounts_get
from .document import Document, Operation
from .generated import Generated
from .serving import Handler

WRITTEN: Final[Mapping[str, Handler]] = MappingProxyType({"accountsGet": accounts_get})
"""The handlers that somebody has written, by operationId."""


def handler_of(document: Document, operation: Operation) -> Handler:
    """Give what answers an operation of the document."""
    return WRITTEN.get(operation.id) or Generated(document, operation)
