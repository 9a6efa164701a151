"""Faults in the status and the media type of a response, and in which body goes with which status."""

from collections.abc import Callable, Iterator
from typing import Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Json
from mutation.server_faults.fault import Fault
from mutation.server_faults.middleware import Tamper
from mutation.server_faults.tampering import answers

_OTHER_STATUSES: Final = (201, 202, 203, 206, 302, 401, 403, 404, 409, 415, 418, 422, 451, 501, 502, 504, 599)
_MEDIA_TYPES: Final = {
    "text": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "problem": "application/problem+json",
    "javascript": "application/javascript",
}


def faults(status: int, documented: set[int], another: Json, required: str) -> Iterator[Fault]:
    """Yield the faults of one status.

    `another` is the body of another status, which lacks the property whose clause is `required`.
    """
    yield from of_headers(status, documented)
    yield _fault(status, "empty", "is empty", "response-encoding", _body(status, b""))
    yield _fault(status, "page", "is a page of HTML", "response-encoding", _body(status, b"<html></html>"))
    yield _fault(status, "body-of-another", "is that of another status", required, _json(status, another))


def of_headers(status: int, documented: set[int]) -> Iterator[Fault]:
    """Yield the faults in what comes before the body of one status: the status itself and the media type."""
    for name, value in _MEDIA_TYPES.items():
        yield _fault(status, f"media-type-{name}", f"is called {value}", "media-type", _media_type(status, value))
    yield _fault(status, "media-type-none", "has no Content-Type", "media-type", _media_type(status, None))
    for other in _OTHER_STATUSES:
        if other not in documented and _fits(status, other):
            yield _fault(
                status, f"status-{other}", f"comes with status {other}", "status-documented", _status(status, other)
            )


def _fits(status: int, other: int) -> bool:
    """Whether a server may come to answer `other` for `status`: of the same class, or a redirect for an error."""
    return other // 100 == status // 100 or (other // 100 == 3 and status // 100 == 4)


def _fault(status: int, name: str, says: str, breaks: str, tamper: Tamper) -> Fault:
    kind = "derived/" + {"media": "media type", "status": "status"}.get(name.split("-", 1)[0], "whole body")
    return Fault(id=f"{status}::{name}", kind=kind, statement=f"A {status} {says}.", breaks=breaks, tamper=tamper)


def _answers(status: int, change: Callable[[Answer], Answer]) -> Tamper:
    return answers(lambda answer, _: change(answer) if answer.status == status else answer)


def _status(status: int, other: int) -> Tamper:
    return _answers(status, lambda answer: answer.with_status(other))


def _media_type(status: int, value: str | None) -> Tamper:
    return _answers(status, lambda answer: answer.with_header("content-type", value))


def _body(status: int, body: bytes) -> Tamper:
    return _answers(status, lambda answer: answer.with_body(body))


def _json(status: int, body: Json) -> Tamper:
    return _answers(status, lambda answer: answer.with_json({**body, "request_id": answer.json["request_id"]}))
