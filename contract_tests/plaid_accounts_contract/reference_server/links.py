"""Sessions of Link: the link_tokens that were issued, and until when each is valid."""

import threading
import uuid
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs

UPDATE_MODE_SECONDS: Final = 1800
"""How long a link_token of update mode is valid. Source: https://plaid.com/docs/api/link/."""

# Bounds the memory of a server that runs for long.
_KEPT: Final = 10_000


@attrs.frozen
class LinkSession:
    """One link_token: its Item, whether the user selects accounts, and until when it is valid."""

    link_token: str = attrs.field(repr=False)
    access_token: str = attrs.field(repr=False)
    selects_accounts: bool
    expiration: datetime


class Links:
    """The most recent sessions of one server."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, LinkSession] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, access_token: str, *, selects_accounts: bool) -> LinkSession:
        """Start a session."""
        expiration = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=UPDATE_MODE_SECONDS)
        session = LinkSession(f"link-sandbox-{uuid.uuid4()}", access_token, selects_accounts, expiration)
        with self._lock:
            self._sessions[session.link_token] = session
            if len(self._sessions) > _KEPT:
                self._sessions.popitem(last=False)
        return session

    def end(self, link_token: str) -> LinkSession:
        """Complete a session; a link_token is valid for one.

        Raises:
            LookupError: the link_token is unknown, used or expired.
        """
        with self._lock:
            session = self._sessions.pop(link_token, None)
        if session is None or session.expiration <= datetime.now(UTC):
            raise LookupError("this link_token is unknown, was used already, or has expired after half an hour")
        return session
