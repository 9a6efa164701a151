"""A response on its way back from the reference server, as a fault sees it and may change it."""

import json
from dataclasses import dataclass, field, replace
from typing import Self

from mutation.server_faults.call import Json, RawHeaders
from plaid_accounts_contract.reference_server import answers
from plaid_accounts_contract.reference_server.errors import ErrorKind


@dataclass(frozen=True, slots=True)
class Answer:
    """A response with its whole body.

    `announced` is the Content-Length where it is not that of the body; `pieces` is the number of chunks in which the
    body is sent without any Content-Length, 0 for one body with its length.
    """

    status: int
    headers: RawHeaders = field(repr=False)
    body: bytes = field(repr=False)
    announced: int | None = None
    pieces: int = 0

    @classmethod
    def of_error(cls, kind: ErrorKind) -> Self:
        """Give the answer that says a documented error."""
        response = answers.failure(kind)
        return cls(response.status_code, tuple(response.raw_headers), bytes(response.body))

    @property
    def json(self) -> Json:
        """The body's value; None if it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def header(self, name: str) -> str | None:
        """Give the first value of a header, or None."""
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == name.encode()), None)

    def with_json(self, value: Json) -> "Answer":
        """Give the answer with another body, written as JSON."""
        return replace(self, body=encode(value))

    def with_body(self, body: bytes) -> "Answer":
        """Give the answer with another body."""
        return replace(self, body=body)

    def with_status(self, status: int) -> "Answer":
        """Give the answer with another status."""
        return replace(self, status=status)

    def with_header(self, name: str, value: str | None) -> "Answer":
        """Give the answer with a header replaced, or taken out where `value` is None."""
        kept = tuple((key, old) for key, old in self.headers if key.lower() != name.lower().encode())
        added = () if value is None else ((name.encode(), value.encode("latin-1")),)
        return replace(self, headers=(*kept, *added))


def encode(value: Json) -> bytes:
    """Write a value as the reference server does; a lone surrogate stays escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
