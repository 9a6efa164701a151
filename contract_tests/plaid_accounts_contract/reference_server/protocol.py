"""What the server says to bytes that are no HTTP request, which no ASGI application ever sees."""

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from . import answers, errors


class DocumentedH11Protocol(H11Protocol):
    """uvicorn's HTTP/1.1, with a documented error in place of its plain text."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (uvicorn's words, which say no more than ours)
        """Answer INVALID_HEADERS and close the connection, unless an answer has begun."""
        # None until the first request, whatever its annotation says.
        cycle: RequestResponseCycle | None = getattr(self, "cycle", None)
        # A request that goes wrong in its body may have been answered in part.
        if cycle is None or cycle.response_complete or not cycle.response_started:
            response = answers.failure(errors.INVALID_HEADERS.saying("the request is not valid HTTP/1.1"))
            lines = [b"HTTP/1.1 400 Bad Request", b"connection: close"]
            lines += [name + b": " + value for name, value in response.raw_headers]
            self.transport.write(b"\r\n".join([*lines, b"", bytes(response.body)]))
        self.transport.close()
