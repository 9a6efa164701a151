"""Sessions of Link: the tokens that were given out, and until when each is good."""

import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

UPDATE_MODE_SECONDS: Final = 1800
"""How long a link_token is good that was made for an Item. Source: https://plaid.com/docs/api/link/."""

_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class LinkSession:
    """One link_token: for which Item, whether the user chooses accounts in it, and until when it is good."""

    link_token: str = field(repr=False)
    access_token: str = field(repr=False)
    selects_accounts: bool
    expiration: datetime

    def is_good(self, now: datetime) -> bool:
        """Say whether Link would still open with it."""
        return now < self.expiration


class Links:
    """The sessions of one server; of very many, the last ones."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, LinkSession] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, access_token: str, *, selects_accounts: bool) -> LinkSession:
        """Give a new session."""
        expiration = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=UPDATE_MODE_SECONDS)
        session = LinkSession(f"link-sandbox-{uuid.uuid4()}", access_token, selects_accounts, expiration)
        with self._lock:
            self._sessions[session.link_token] = session
            if len(self._sessions) > _KEPT:
                self._sessions.popitem(last=False)
        return session

    def end(self, link_token: str) -> LinkSession:
        """Take a session that the user completes; a link_token is good for one.

        Raises:
            LookupError: it was not given out, was used already, or its time is over.
        """
        with self._lock:
            session = self._sessions.pop(link_token, None)
        if session is None or not session.is_good(datetime.now(UTC)):
            raise LookupError("this link_token was not given out, was used already, or its half hour is over")
        return session
