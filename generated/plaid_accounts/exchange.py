"""One call over HTTP: sent, retried if that may help, read within bounds, and classified.

The frames here hold headers and bodies with secrets: `Client.send` removes them from every exception.
"""

from __future__ import annotations

import json
import math
import time
import zlib
from collections.abc import Callable, Iterable
from functools import partial
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    NamedTuple,
    Protocol,
    Self,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import httpx

from .connections import OwnAsyncClient
from .deadlines import until
from .decode import read
from .errors import (
    BY_TYPE,
    TYPE_OF_CODE,
    ApiError,
    ArgumentError,
    DecodeError,
    MalformedResponseError,
    PlaidAccountsError,
    TransportConnectionError,
    TransportError,
    TransportTimeoutError,
)
from .models.plaid_error import PlaidError
from .redaction import Secrets, chain, redact, without_inner_frames
from .types import UNSET, Attempt, Response, Unset

if TYPE_CHECKING:
    from httpx_retries import Retry


class Model(Protocol):
    """What every model can do."""

    @classmethod
    def from_dict(cls, src_dict: Any, *, strict: bool = False) -> Self: ...

    def to_dict(self) -> dict[str, Any]: ...


T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
M = TypeVar("M", bound=Model)


class Reader(Protocol[T_co]):
    """What reads the JSON of a success: a model."""

    def from_dict(self, src_dict: Any, *, strict: bool = False) -> T_co: ...


class RawResponse:
    """A complete response, without its request; its repr shows nothing that a server may have echoed."""

    __slots__ = ("attempts", "content", "headers", "secrets", "status_code")
    attempts: int

    def __init__(self, response: httpx.Response, content: bytes, secrets: Secrets) -> None:
        self.status_code = response.status_code
        self.headers = response.headers
        self.content = content
        self.secrets = secrets

    def __repr__(self) -> str:
        return f"RawResponse(status_code={self.status_code})"


Outcome = RawResponse | PlaidAccountsError


class Policy(NamedTuple):
    """How a call is made; `ends` is its deadline, a time of `time.monotonic`."""

    operation: str
    retry: Retry
    max_bytes: int
    secrets: Secrets
    ends: float | None
    on_attempt: Callable[[Attempt], object] | None
    reads: bool

    def left(self) -> float:
        """Return the seconds until the deadline."""
        return math.inf if self.ends is None else self.ends - time.monotonic()


def request_body(model: type[M], body: M) -> dict[str, Any]:
    """Return the JSON of a request.

    Raises:
        ArgumentError: It is not of the model, or has a value that the contract does not allow.
    """
    checked = _checked(model, body)
    if isinstance(checked, str):
        raise ArgumentError(f"{checked}; nothing was sent")
    return checked


def _checked(model: type[M], body: object) -> dict[str, Any] | str:
    """Return the JSON, or what is wrong with the body."""
    if not isinstance(body, model):
        return f"the body must be of the class {model.__name__}, not {type(body).__name__}"
    try:
        value = body.to_dict()
        try:
            # Decoded, it differs from the body if something was mistaken for a list.
            same = type(body).from_dict(value, strict=True) == body
        except DecodeError:
            # A subclass of str is as good as a string once it is JSON.
            value = json.loads(json.dumps(value, allow_nan=False))
            same = type(body).from_dict(value, strict=True) == body
            if not same:
                raise
        if same:
            return value
    except DecodeError as error:
        return f"{error.path} must be {error.expected}, not {error.found}"
    except (AttributeError, TypeError, ValueError):
        pass
    return _misfit(body, model, "") or f"a property of {model.__name__} contradicts its annotation"


def _misfit(value: Any, hint: Any, place: str) -> str:
    """Return what contradicts an annotation, by the name of the property; empty if nothing does."""
    allowed = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    for kind in allowed:
        inner: Iterable[tuple[str, Any, Any]] = ()
        if get_origin(kind) is list and value.__class__ is list:
            inner = ((f"{place}[{index}]", item, get_args(kind)[0]) for index, item in enumerate(value))
        elif not isinstance(kind, type) or not isinstance(value, kind):
            continue
        elif hasattr(kind, "from_dict"):
            hints = get_type_hints(kind)
            inner = ((f"{place}.{name}".lstrip("."), getattr(value, name), hints[name]) for name in hints)
        elif getattr(value, "tzinfo", value) is None:
            return f"{place} needs an offset, such as tzinfo=datetime.UTC"
        return next(filter(None, (_misfit(item, wanted, name) for name, item, wanted in inner)), "")
    named = [getattr(get_origin(kind) or kind, "__name__", str(kind)) for kind in allowed if kind not in _LEFT_OUT]
    return f"{place} must be {' or '.join(named)}, not {type(value).__name__}"


_LEFT_OUT = (Unset, type(None))


def send(http: httpx.Client, request: httpx.Request, policy: Policy) -> Outcome:
    """Send a request, again if the policy says so, and read the response.

    A client or transport of the caller is not interrupted: the deadline is checked between its steps.
    """
    attempts, retry = 0, policy.retry
    with until(policy.ends):
        try:
            while True:
                attempts += 1
                begun = time.monotonic()
                outcome, cause = _attempt(http, request, policy)
                _report(policy, outcome, attempts, begun)
                outcome.attempts = attempts
                wait = _wait(retry, outcome, cause, policy)
                if wait is None:
                    return outcome
                time.sleep(wait)
                retry = _next(retry, wait)
        except BaseException as error:
            redact(error, policy.secrets)
            raise


def _attempt(
    http: httpx.Client, request: httpx.Request, policy: Policy
) -> tuple[RawResponse | PlaidAccountsError, Exception | None]:
    try:
        _shorten(request, policy)
        response = http.send(request, stream=True, follow_redirects=False)
        try:
            body = _Body(response, policy)
            for chunk in () if body.complete else response.iter_raw():
                body.add(chunk)
            return body.result(), None
        finally:
            response.close()
    except (httpx.RequestError, MalformedResponseError, _OutOfTime) as error:
        return _failure(error, request, policy), error
    except RuntimeError:
        if not http.is_closed:
            raise
    return TransportConnectionError(_CLOSED), None


async def send_async(http: httpx.AsyncClient, request: httpx.Request, policy: Policy) -> Outcome:
    """Do what `send` does, with asyncio or trio; the deadline interrupts whatever the call waits for."""
    from anyio import move_on_after, sleep

    attempts, retry = 0, policy.retry
    with move_on_after(None if policy.ends is None else policy.left()):
        try:
            while True:
                attempts += 1
                begun = time.monotonic()
                outcome, cause = await _attempt_async(http, request, policy)
                _report(policy, outcome, attempts, begun)
                outcome.attempts = attempts
                wait = _wait(retry, outcome, cause, policy)
                if wait is None:
                    return outcome
                await sleep(wait)
                retry = _next(retry, wait)
        except BaseException as error:
            redact(error, policy.secrets)
            raise
    expired = _failure(_OutOfTime(), request, policy)
    expired.attempts = attempts
    return expired


async def _attempt_async(
    http: httpx.AsyncClient, request: httpx.Request, policy: Policy
) -> tuple[RawResponse | PlaidAccountsError, Exception | None]:
    try:
        if isinstance(http, OwnAsyncClient):
            response = await http.send_once(request)
        else:
            response = await http.send(request, stream=True, follow_redirects=False)
        try:
            body = _Body(response, policy)
            if not body.complete:
                async for chunk in cast("httpx.AsyncByteStream", response.stream):
                    body.add(chunk)
            return body.result(), None
        finally:
            await response.aclose()
    except (httpx.RequestError, MalformedResponseError, _OutOfTime) as error:
        return _failure(error, request, policy), error
    except RuntimeError:
        if not http.is_closed:
            raise
    return TransportConnectionError(_CLOSED), None


_CLOSED = "the client was closed during the call: close it when all calls are done"


class _OutOfTime(Exception):
    """The call has reached its deadline."""


def _shorten(request: httpx.Request, policy: Policy) -> None:
    """Cut the timeouts of an attempt down to what is left of the call."""
    left = policy.left()
    if left <= 0:
        raise _OutOfTime
    timeouts: dict[str, float | None] = request.extensions.get("timeout", {})
    if any(seconds is None or seconds > left for seconds in timeouts.values()) and left < math.inf:
        shorter = {name: left if seconds is None else min(seconds, left) for name, seconds in timeouts.items()}
        request.extensions = {**request.extensions, "timeout": shorter}


class _Body:
    """The body of a response while it arrives, decompressed within bounds."""

    def __init__(self, response: httpx.Response, policy: Policy) -> None:
        self._response = response
        self._policy = policy
        self._chunks: list[bytes] = []
        self._room = policy.max_bytes
        self._zlib: Any = None
        # A transport of the caller may return a body that it has read, and decompressed, by itself.
        self.complete = response.is_stream_consumed
        if self.complete:
            self._keep(response.content)
            return
        coding = response.headers.get("Content-Encoding", "identity").strip().lower() or "identity"
        if coding not in _CODINGS:
            raise self._malformed(f"the body has a Content-Encoding that was not offered. {_ELSEWHERE}")
        self._window = _CODINGS[coding]
        self._head = b""
        if self._window:
            self._zlib = zlib.decompressobj(self._window)

    def add(self, chunk: bytes) -> None:
        """Take a chunk as received.

        Raises:
            MalformedResponseError: The body is longer than the policy allows, or not compressed as its header says.
        """
        if self._policy.left() <= 0:
            raise _OutOfTime
        if self._zlib is None:
            self._keep(chunk)
            return
        if len(self._head) < 2:
            chunk, self._head = self._head + chunk, (self._head + chunk)[:2]
            if len(chunk) < 2:
                return
            if self._window == zlib.MAX_WBITS and (chunk[0] & 15 != 8 or (chunk[0] << 8 | chunk[1]) % 31):
                # Some servers send deflate without the two bytes that zlib puts before it.
                self._window = -zlib.MAX_WBITS
                self._zlib = zlib.decompressobj(self._window)
        try:
            self._inflate(chunk)
            return
        except zlib.error:
            pass
        raise self._malformed(_NOT_COMPRESSED)

    def _inflate(self, chunk: bytes) -> None:
        while chunk:
            if self._zlib.eof:
                self._zlib = zlib.decompressobj(self._window)  # A body may be compressed in several parts.
            # One byte more than there is room for shows that there is too much.
            self._keep(self._zlib.decompress(chunk, self._room + 1))
            chunk = self._zlib.unconsumed_tail or self._zlib.unused_data

    def _keep(self, data: bytes) -> None:
        self._room -= len(data)
        if self._room < 0:
            advice = "raise max_response_bytes= if that is expected"
            raise self._malformed(f"the body is longer than {self._policy.max_bytes} bytes; {advice}")
        if data:
            self._chunks.append(data)

    def _malformed(self, problem: str) -> MalformedResponseError:
        error = MalformedResponseError(problem, status_code=self._response.status_code)
        error.headers = _safe(self._response.headers, self._policy.secrets)
        return error

    def result(self) -> RawResponse:
        """Return the complete response."""
        if self._zlib is not None and self._head and not self._zlib.eof:
            raise self._malformed(_NOT_COMPRESSED)
        return RawResponse(self._response, b"".join(self._chunks), self._policy.secrets)


# By how zlib calls what was offered in Accept-Encoding; at most one, for the bounds hold for one.
_CODINGS = {"identity": 0, "gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


def _report(policy: Policy, outcome: RawResponse | PlaidAccountsError, number: int, begun: float) -> None:
    if policy.on_attempt is None:
        return
    status, request_id, error_code = None, None, None
    if isinstance(outcome, RawResponse):
        status = outcome.status_code
        body = _loaded(outcome.content)
        request_id, error_code = _string(body, "request_id"), _string(body, "error_code")
    elif isinstance(outcome, MalformedResponseError):
        status = outcome.status_code
    seconds = time.monotonic() - begun
    policy.on_attempt(Attempt(policy.operation, number, status, seconds, request_id, error_code))


def _wait(
    retry: Retry, outcome: RawResponse | PlaidAccountsError, cause: Exception | None, policy: Policy
) -> float | None:
    """Return the seconds to wait before the next attempt, or None if there is none."""
    if retry.is_exhausted():
        return None
    if isinstance(outcome, RawResponse):
        retryable = retry.is_retryable_status_code(outcome.status_code)
    else:
        retryable = cause is not None and retry.is_retryable_exception(cause)
    if not retryable:
        return None
    wait = None
    if isinstance(outcome, RawResponse) and retry.respect_retry_after_header:
        wait = retry_after(outcome.headers)
        # Waiting in vain helps nobody.
        if wait is not None and wait > policy.left():
            return None
    wait = min(wait, retry.max_backoff_wait) if wait else retry.increment().backoff_strategy()
    # Of httpx-retries 0.5 and newer.
    total: float | None = getattr(retry, "total_timeout", None)
    if total is not None:
        wait = min(wait, max(0.0, total - retry.elapsed_sleep))
    return wait if wait < policy.left() else None


def _next(retry: Retry, waited: float) -> Retry:
    following = retry.increment()
    if hasattr(following, "elapsed_sleep"):
        following.elapsed_sleep += waited
    return following


def retry_after(headers: httpx.Headers) -> float | None:
    """Return the seconds of the header Retry-After, which has a number or a date."""
    from httpx_retries import Retry

    text = headers.get("Retry-After")
    if text is None:
        return None
    try:
        seconds = Retry().parse_retry_after(text)
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) else None


def _failure(
    error: httpx.RequestError | MalformedResponseError | _OutOfTime, request: httpx.Request, policy: Policy
) -> PlaidAccountsError:
    """Return the exception for a call without a complete response; its cause is `error`, without secrets."""
    if isinstance(error, MalformedResponseError):
        return error.with_traceback(None)
    address = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}{request.url.path}"
    if isinstance(error, _OutOfTime) or (isinstance(error, httpx.TimeoutException) and policy.left() <= 0):
        advice = "Check whether the network and the API work, or allow more time with total_timeout="
        failure: PlaidAccountsError = TransportTimeoutError(
            f"{address}: no complete response within the total timeout. {advice}."
        )
        if isinstance(error, _OutOfTime):
            return failure
        failure.__cause__ = _without_secrets(error, request, policy.secrets)
        return failure
    cause = _without_secrets(error, request, policy.secrets)
    kind = type(error).__name__
    if isinstance(error, httpx.DecodingError):
        failure = MalformedResponseError(_NOT_COMPRESSED)
    elif isinstance(error, httpx.TimeoutException):
        advice = "Check whether the network and the API work, or allow more time with timeout="
        failure = TransportTimeoutError(f"{address}: no response in time ({kind}). {advice}.")
    elif isinstance(error, (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError)):
        again = (
            "the call only reads, so it can be repeated" if policy.reads else "check first whether the call took effect"
        )
        advice = f"Check base_url, the network and any proxy; {again}"
        failure = TransportConnectionError(
            f"{address}: {(cause and str(cause).rstrip('.')) or 'the connection broke'} ({kind}). {advice}."
        )
    else:
        failure = TransportError(f"{address}: the request could not be sent ({kind}). Check base_url and http_client.")
    failure.__cause__ = cause
    return failure


def _without_secrets(error: httpx.RequestError, request: httpx.Request, secrets: Secrets) -> httpx.RequestError | None:
    """Remove the request, the frames that held it and any secret from an exception and from all that led to it."""
    error.request = request
    redact(error, secrets)
    links = [*chain(without_inner_frames(error))]
    shown = [link for link in links if secrets.show_in(f"{link} {link.args} {vars(link)}")]
    if any(link is not error for link in shown):
        error.__cause__ = error.__context__ = None
    return None if error in shown else error


def interpret(outcome: Outcome, reader: Reader[T], *, strict: bool) -> Response[T]:
    """Read a success.

    Raises:
        PlaidAccountsError: The outcome is anything else.
    """
    if isinstance(outcome, PlaidAccountsError):
        raise outcome
    status = outcome.status_code
    if 200 <= status < 300:
        parsed = _parsed(outcome, partial(reader.from_dict, strict=True) if strict else reader.from_dict)
        return Response(status_code=status, headers=outcome.headers, content=outcome.content, parsed=parsed)
    if 300 <= status < 400:
        advice = "Redirects are not followed, because secrets would be sent along: point base_url at the API itself"
        raise _explained(MalformedResponseError(f"the response is a redirect. {advice}."), outcome)
    body = _parsed(outcome, lambda value: PlaidError.from_dict(outcome.secrets.removed_from(value)))
    kind = TYPE_OF_CODE.get(body.error_code, "") if body.error_type is UNSET else body.error_type
    error = BY_TYPE.get(kind, ApiError)(
        body,
        status_code=status,
        retry_after=retry_after(outcome.headers),
        headers=_safe(outcome.headers, outcome.secrets),
    )
    error.attempts = outcome.attempts
    raise error


def _safe(headers: httpx.Headers, secrets: Secrets) -> httpx.Headers:
    coding = headers.encoding  # A header may have any bytes.
    items = [(secrets.removed_from(name), secrets.removed_from(value)) for name, value in headers.multi_items()]
    return httpx.Headers([(name.encode(coding), value.encode(coding)) for name, value in items], encoding=coding)


def _explained(error: MalformedResponseError, raw: RawResponse) -> MalformedResponseError:
    """Add what is known of the response to an exception."""
    error.status_code = raw.status_code
    error.attempts = raw.attempts
    error.headers = _safe(raw.headers, raw.secrets)
    error.request_id = raw.secrets.removed_from(_string(_loaded(raw.content), "request_id"))
    error.keep_body(raw.content)
    return error


def _loaded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _string(body: Any, name: str) -> str | None:
    value = cast("dict[str, object]", body).get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) else None


def _parsed(raw: RawResponse, decode: Callable[[Any], T]) -> T:
    result = _read(raw, decode)
    if isinstance(result, MalformedResponseError):
        # Frames and context hold values of the response.
        result.__context__ = None
        raise _explained(result, raw).with_traceback(None)
    return result


def _read(raw: RawResponse, decode: Callable[[Any], T]) -> T | MalformedResponseError:
    """Return the body as a model, or what is wrong with it."""
    media_type = raw.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not raw.content:
        return MalformedResponseError(f"the body is empty. {_ELSEWHERE}")
    if media_type != "application/json" and not media_type.endswith("+json"):
        return MalformedResponseError(f"the body is {_shown(media_type)}, not application/json. {_ELSEWHERE}")
    try:
        return read(raw.content, decode)
    except DecodeError as error:
        return error.without(raw.secrets.show_in)
    except MalformedResponseError as error:
        return MalformedResponseError(f"{error.problem}. {_ELSEWHERE}")


_ELSEWHERE = "A proxy or another server may have responded instead of the API: check base_url."
_NOT_COMPRESSED = f"the body is not compressed as its header says. {_ELSEWHERE}"


def _shown(media_type: str) -> str:
    """Return a media type as far as it can be shown: a server can send anything."""
    known = ("text/html", "text/plain", "text/xml", "application/xml", "application/octet-stream")
    return media_type if media_type in known else "of another media type" if media_type else "of no media type"
