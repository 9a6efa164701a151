"""The guarantees of the client in one sentence each, and the decorator that ties a test to one of them."""

import functools
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final, ParamSpec

P = ParamSpec("P")

GUARANTEES: Final[Mapping[str, str]] = {
    "surface": "The package has a method for each operation, a model for each object and an enum for each list of values.",
    "wire-valid": "A request body is JSON that the contract allows, and holds the caller's arguments and nothing else.",
    "wire-method-path-headers": "A request has the contract's method, path, media type and version, and a User-Agent.",
    "credentials-placement": "The credentials go where the client is configured to send them: in headers or in the body, never both.",
    "configuration": "A missing or invalid setting raises an error that names the argument and the environment variable.",
    "https-required": "A secret leaves this machine over https only.",
    "arguments-checked": "Arguments that the contract does not allow raise an error, and nothing is sent.",
    "round-trip": "Decoding and encoding a response gives back the same JSON, with date-times as the same instant.",
    "annotation-holds": "No attribute contradicts its annotation, whatever the response was.",
    "unknown-fields-kept": "A property that the contract does not name is kept and encoded again.",
    "unknown-enum-kept": "A value that an enum does not list is kept, equals its string and is recognisable as unknown.",
    "malformed-named": "A malformed response raises an error with the path, the expected and the actual type, never the value.",
    "deviations": "An invalid value of an optional property costs that attribute alone, is listed and logged; strict calls raise.",
    "error-tree-only": "Whatever bytes, media type and status come back, only documented exceptions are raised.",
    "json-and-orjson-same": "With and without the extra orjson, the same response gives the same objects and errors.",
    "error-by-type": "Each error_type of the contract raises a class of its own, an unlisted one their base class.",
    "error-fields": "An API error has its code, messages, request_id, status, body and Retry-After.",
    "error-advice": "The message of an error describes what to do next.",
    "secrets-hidden": "No exception, repr, log record, traceback or pickled error holds a credential or an access token.",
    "connection-faults": "A connection that breaks at any point raises a documented error, and never returns part of a response.",
    "size-limit": "A body longer than the limit is refused, compressed or not.",
    "timeouts": "Connecting, reading and the call as a whole have timeouts, for the client and for a single call.",
    "retries": "Transient failures are retried, twice by default, after Retry-After within bounds.",
    "no-redirects": "A redirect is an error, and its target is never requested.",
    "own-transport": "A transport or httpx client that the caller passes is used as it is.",
    "sync-async-same": "With and without await, the same call gives the same request, object or error.",
    "forks": "A process that forks gets its own responses, and so do its children.",
    "threads": "One client serves many threads, each with its own responses.",
    "tasks": "One client serves many tasks and event loops, each with its own responses.",
    "lifecycle": "A client works as a context manager, more than once, and leaves no connection open, even if a call is cancelled.",
    "webhook-genuine": "A webhook signed as Plaid documents gives its typed event, in whatever form its headers are passed.",
    "webhook-refused": "A webhook that is not genuine raises the exception for its reason, which quotes nothing of it.",
    "webhook-once": "The same delivery of a webhook is accepted once, where the caller remembers deliveries.",
    "webhook-keys": "Webhook keys are fetched once an hour, and unknown key ids hardly ever.",
    "models-are-values": "Models can be copied, pickled, compared, matched, converted to dicts and printed without secrets.",
    "live-equals-raw": "What the client returns from a real server equals the body that the server sent.",
}

CASES: Final[Counter[str]] = Counter()
_LOCK: Final = threading.Lock()


def count(identifier: str, cases: int = 1) -> None:
    """Add `cases` to the cases that a guarantee was tested with."""
    with _LOCK:
        CASES[identifier] += cases


def guarantee(identifier: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Tie a test to a guarantee, and count each run of it, each generated example too, as a case.

    Goes below Hypothesis' decorators, so that it runs for every example.

    Raises:
        KeyError: unknown guarantee.
    """
    GUARANTEES[identifier]

    def mark(test: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(test)
        def counted(*args: P.args, **kwargs: P.kwargs) -> None:
            count(identifier)
            test(*args, **kwargs)

        counted.__dict__["guarantee"] = identifier
        return counted

    return mark
