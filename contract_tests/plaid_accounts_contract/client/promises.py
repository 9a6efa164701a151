"""What the client promises, one sentence each; the tests that hold it to them, and how many cases they try."""

from __future__ import annotations

import functools
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final, ParamSpec

P = ParamSpec("P")

PROMISES: Final[Mapping[str, str]] = {
    "surface": "The package has a method for each operation, a model for each object, an enum for each list of values.",
    "wire-valid": "A request is JSON that the contract allows, and says what the caller said and nothing else.",
    "wire-method-path-headers": "A request has the contract's method, path, media type and version, and a User-Agent.",
    "credentials-placement": "The keys go where the client is told to put them, in headers or in the body, never both.",
    "configuration": "A setting that is missing or unusable is refused by an error that names argument and variable.",
    "https-required": "A secret leaves this machine by https alone.",
    "arguments-checked": "Arguments that the contract does not allow are refused, and nothing is sent.",
    "round-trip": "Decoding and encoding an answer gives back the same JSON, with date-times as the same instant.",
    "annotation-holds": "No attribute contradicts its annotation, whatever the answer was.",
    "unknown-fields-kept": "A property that the contract does not name is kept and encoded again.",
    "unknown-enum-kept": "A value that an enum does not list is kept, equals its string and is visible as unknown.",
    "malformed-named": "An answer of another shape is refused with path, expected and found type, never the value.",
    "error-tree-only": "Whatever bytes, media type and status come back, only documented exceptions are raised.",
    "json-and-orjson-same": "With and without the extra orjson the same answer gives the same objects and errors.",
    "error-by-type": "Each error_type of the contract raises a class of its own, an unlisted one their base.",
    "error-fields": "An API error has its code, messages, request_id, status, body and time to wait.",
    "error-advice": "The message of an error says what to do next.",
    "secrets-hidden": "No exception, repr, log record, traceback or pickle of an error holds a key or an access token.",
    "connection-faults": "A connection that breaks at any point raises a documented error, never a part of an answer.",
    "size-limit": "A body longer than the limit is refused, compressed or not.",
    "timeouts": "Connecting and reading have time limits, for the client and for a call.",
    "retries": "What may pass is tried again, twice unless told otherwise, as Retry-After asks within bounds.",
    "no-redirects": "A redirect is an error, and the place that it names is never asked.",
    "own-transport": "A transport or an httpx client of the caller's own is used as it is.",
    "sync-async-same": "With and without await the same call gives the same request, object or error.",
    "threads": "One client serves many threads, each with its own answers.",
    "tasks": "One client serves many tasks and event loops, each with its own answers.",
    "lifecycle": "A client works as a context manager, more than once, and leaves no connection open.",
    "webhook-genuine": "A webhook signed as Plaid documents gives its typed event, however its headers come.",
    "webhook-refused": "A webhook that is not genuine is refused by an exception for its reason, which quotes nothing of it.",
    "webhook-once": "The same delivery of a webhook is taken once, where the caller remembers deliveries.",
    "webhook-keys": "Keys of webhooks are asked for once an hour, and unknown ones hardly at all.",
    "models-are-values": "Models can be copied, pickled, compared, matched and turned into dicts, and shown without secrets.",
    "live-equals-raw": "What the client returns from a real server equals the body that the server sent.",
}

CASES: Final[Counter[str]] = Counter()
_LOCK: Final = threading.Lock()


def count(identifier: str, cases: int = 1) -> None:
    """Add to the cases that a promise was tried with."""
    with _LOCK:
        CASES[identifier] += cases


def promise(identifier: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Say which promise a test is about; each run of the test counts as a case, each generated example as well.

    Stands below Hypothesis' decorators, so that it sees every example.

    Raises:
        KeyError: there is no such promise.

    """
    PROMISES[identifier]

    def mark(test: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(test)
        def counted(*args: P.args, **kwargs: P.kwargs) -> None:
            count(identifier)
            test(*args, **kwargs)

        counted.__dict__["promise"] = identifier
        return counted

    return mark
