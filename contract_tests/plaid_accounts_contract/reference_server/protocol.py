"""What an ASGI application has no say in: the log of requests, and the answer to bytes that are no HTTP request."""

import asyncio
import logging
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from plaid_accounts_contract.reference_server import answers, errors

_SILENT: Final = logging.Logger("silent", logging.CRITICAL)  # noqa: LOG001 (nobody else shall find it)


class DocumentedH11Protocol(H11Protocol):
    """uvicorn's HTTP/1.1, without its log of requests, and with a documented error in place of its plain text."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Begin a connection whose requests are not logged: a path or a query may hold a secret."""
        super().connection_made(transport)
        # uvicorn's own switch silences every uvicorn server of the process, and a handler added later undoes it.
        self.access_log = False

    def break_off(self) -> None:
        """Hang up in the middle of an exchange. That it is not finished is no news then, so it is not logged."""
        cycle = self._current()
        if cycle is not None:
            cycle.logger = _SILENT
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (uvicorn's words, which say no more than ours)
        """Answer INVALID_HEADERS and close the connection, unless an answer has begun."""
        cycle = self._current()
        # A request that goes wrong in its body may have been answered in part.
        if cycle is None or cycle.response_complete or not cycle.response_started:
            response = answers.failure(errors.INVALID_HEADERS.saying("the request is not valid HTTP/1.1"))
            lines = [b"HTTP/1.1 400 Bad Request", b"connection: close"]
            lines += [name + b": " + value for name, value in response.raw_headers]
            self.transport.write(b"\r\n".join([*lines, b"", bytes(response.body)]))
        self.transport.close()

    def _current(self) -> RequestResponseCycle | None:
        # None until the first request, whatever its annotation says.
        return getattr(self, "cycle", None)
