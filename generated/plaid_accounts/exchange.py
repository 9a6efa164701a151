"""One call over HTTP: sent, repeated where that may help, read within bounds, and told apart.

Nothing here raises while a request is at hand. What went wrong is returned, so that no frame of the traceback that the
caller sees holds a header or a body with secrets.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from json import dumps
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    NamedTuple,
    Protocol,
    Self,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

import httpx

from .decode import read
from .errors import (
    BY_TYPE,
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
from .types import Response, Unset

if TYPE_CHECKING:
    from httpx_retries import Retry


class Model(Protocol):
    """What every model can do."""

    @classmethod
    def from_dict(cls, src_dict: Any) -> Self: ...

    def to_dict(self) -> dict[str, Any]: ...


T = TypeVar("T")
M = TypeVar("M", bound=Model)


class Secrets(tuple[str, ...]):
    """What must not be seen of an exception. Only strings of some length: a short one occurs by chance."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secrets()"

    def show_in(self, text: str) -> bool:
        """Whether a text holds one of them, as it is or as JSON writes it."""
        return any(secret in text or dumps(secret)[1:-1] in text for secret in self)

    def removed_from(self, value: Any) -> Any:
        """A JSON value without them."""
        if isinstance(value, str):
            for secret in self:
                value = value.replace(secret, _REDACTED)
        elif value.__class__ is list:
            return [self.removed_from(item) for item in value]
        elif value.__class__ is dict:
            return {self.removed_from(name): self.removed_from(item) for name, item in value.items()}
        return value


_REDACTED = "[redacted]"


class Answer:
    """A complete response, without the request that it answers; its repr shows nothing that a server may have repeated."""

    __slots__ = ("content", "headers", "secrets", "status_code")

    def __init__(self, response: httpx.Response, content: bytes, secrets: Secrets) -> None:
        self.status_code = response.status_code
        self.headers = response.headers
        self.content = content
        self.secrets = secrets

    def __repr__(self) -> str:
        return f"Answer(status_code={self.status_code})"


Outcome = Answer | PlaidAccountsError


class Policy(NamedTuple):
    """How a call is made."""

    retry: Retry
    max_bytes: int
    secrets: Secrets
    reads: bool


def request_body(model: type[M], body: M) -> dict[str, Any]:
    """The JSON of a request.

    Raises:
        ArgumentError: It is not of the model, or has a value that the contract does not allow.
    """
    checked = _checked(model, body)
    if isinstance(checked, str):
        raise ArgumentError(f"{checked}; nothing was sent")
    return checked


def _checked(model: type[M], body: object) -> dict[str, Any] | str:
    """The JSON, or what is wrong with the body."""
    if not isinstance(body, model):
        return f"the body must be of the class {model.__name__}, not {type(body).__name__}"
    try:
        json = body.to_dict()
        # What is read again is another where something was taken for a list that is none.
        if type(body).from_dict(json) == body:
            return json
    except DecodeError as error:
        return f"{error.path} must be {error.expected}, not {error.found}"
    except (AttributeError, TypeError, ValueError):
        pass
    return _misfit(body, model, "") or f"a property of {model.__name__} contradicts its annotation"


def _misfit(value: Any, hint: Any, place: str) -> str:
    """What contradicts an annotation, by the name of the property; empty if nothing does."""
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
    """Sends a request, again where the policy says so, and reads the answer."""
    retry = policy.retry
    while True:
        outcome: Outcome
        fault: Exception | None = None
        status: int | None = None
        try:
            response = http.send(request, stream=True, follow_redirects=False)
            try:
                status = response.status_code
                body = _Body(response, policy)
                for chunk in response.iter_bytes():
                    body.add(chunk)
                outcome = body.answer()
            finally:
                response.close()
        except (httpx.RequestError, MalformedResponseError) as error:
            fault = error
            outcome = _failure(error, status, request, policy)
        except RuntimeError:
            if not http.is_closed:
                raise
            outcome = TransportConnectionError(
                "the client was closed during the call: close it when all calls are done"
            )
        if not _worth_repeating(retry, outcome, fault):
            return outcome
        retry = retry.increment()
        retry.sleep(_pause(outcome))


async def send_async(http: httpx.AsyncClient, request: httpx.Request, policy: Policy) -> Outcome:
    """Does what `send` does, for asyncio and trio."""
    retry = policy.retry
    while True:
        outcome: Outcome
        fault: Exception | None = None
        status: int | None = None
        try:
            response = await http.send(request, stream=True, follow_redirects=False)
            try:
                status = response.status_code
                body = _Body(response, policy)
                async for chunk in response.aiter_bytes():
                    body.add(chunk)
                outcome = body.answer()
            finally:
                await response.aclose()
        except (httpx.RequestError, MalformedResponseError) as error:
            fault = error
            outcome = _failure(error, status, request, policy)
        except RuntimeError:
            if not http.is_closed:
                raise
            outcome = TransportConnectionError(
                "the client was closed during the call: close it when all calls are done"
            )
        if not _worth_repeating(retry, outcome, fault):
            return outcome
        retry = retry.increment()
        await retry.asleep(_pause(outcome))


class _Body:
    """The body of a response while it comes."""

    def __init__(self, response: httpx.Response, policy: Policy) -> None:
        self._response = response
        self._policy = policy
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Takes a piece, decompressed.

        Raises:
            MalformedResponseError: The body is longer than the policy allows.
        """
        self._size += len(chunk)
        if self._size > self._policy.max_bytes:
            advice = "raise max_response_bytes= if it should be"
            raise MalformedResponseError(f"the body is longer than {self._policy.max_bytes} bytes; {advice}")
        self._chunks.append(chunk)

    def answer(self) -> Answer:
        """The response, complete."""
        return Answer(self._response, b"".join(self._chunks), self._policy.secrets)


def _worth_repeating(retry: Retry, outcome: Outcome, fault: Exception | None) -> bool:
    if retry.is_exhausted():
        return False
    if isinstance(outcome, Answer):
        return retry.is_retryable_status_code(outcome.status_code)
    return fault is not None and retry.is_retryable_exception(fault)


def _pause(outcome: Outcome) -> httpx.Response | Exception:
    """What tells the policy how long to wait: the header Retry-After in seconds, if it can be understood."""
    if not isinstance(outcome, Answer):
        return outcome
    seconds = retry_after(outcome.headers)
    return httpx.Response(outcome.status_code, headers={"Retry-After": str(math.ceil(seconds))} if seconds else None)


def retry_after(headers: httpx.Headers) -> float | None:
    """The seconds that the header Retry-After asks to wait, given as a number or a date."""
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
    error: httpx.RequestError | MalformedResponseError, status: int | None, request: httpx.Request, policy: Policy
) -> PlaidAccountsError:
    """The exception for a call without a complete answer; its cause is `error`, made safe."""
    if isinstance(error, MalformedResponseError):
        error.status_code = status
        return error.with_traceback(None)
    _remove_secrets(error, request, policy.secrets)
    address = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}{request.url.path}"
    kind = type(error).__name__
    failure: PlaidAccountsError
    if isinstance(error, httpx.DecodingError):
        problem = f"the body is not compressed the way its header says. {_ELSEWHERE}"
        failure = MalformedResponseError(problem, status_code=status)
    elif isinstance(error, httpx.TimeoutException):
        advice = "See whether the network and the API are well, or allow more time with timeout="
        failure = TransportTimeoutError(f"{address}: no answer in time ({kind}). {advice}.")
    elif isinstance(error, (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError)):
        again = (
            "the call only reads, so it may be made again"
            if policy.reads
            else "see first whether the call was carried out"
        )
        advice = f"Check base_url, the network and any proxy; {again}"
        failure = TransportConnectionError(
            f"{address}: {str(error).rstrip('.') or 'the connection broke'} ({kind}). {advice}."
        )
    else:
        failure = TransportError(f"{address}: the request could not be sent ({kind}). Check base_url and http_client.")
    failure.__cause__ = error
    return failure


def _remove_secrets(error: httpx.RequestError, request: httpx.Request, secrets: Secrets) -> None:
    """Takes the request and the frames that held it from an exception and from all that led to it."""
    error.request = httpx.Request(request.method, request.url.copy_with(query=None))
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        link.__traceback__ = None
        if secrets.show_in(str(link)):
            link.args = (_REDACTED,)
        link = link.__cause__ or link.__context__


def interpret(outcome: Outcome, model: type[M]) -> Response[M]:
    """Decodes a success into `model`.

    Raises:
        PlaidAccountsError: The outcome is anything else.
    """
    if not isinstance(outcome, Answer):
        raise outcome
    status = outcome.status_code
    if 200 <= status < 300:
        parsed = _parsed(outcome, model.from_dict)
        return Response(status_code=status, headers=outcome.headers, content=outcome.content, parsed=parsed)
    if 300 <= status < 400:
        advice = "Redirects are not followed, because secrets would go along: point base_url at the API itself"
        raise MalformedResponseError(f"the answer is a redirect. {advice}.", status_code=status)
    body = _parsed(outcome, lambda value: PlaidError.from_dict(outcome.secrets.removed_from(value)))
    raise BY_TYPE.get(body.error_type, ApiError)(body, status_code=status, retry_after=retry_after(outcome.headers))


def _parsed(answer: Answer, decode: Callable[[Any], T]) -> T:
    result = _read(answer, decode)
    if isinstance(result, MalformedResponseError):
        result.status_code = answer.status_code
        # Frames and context hold values of the answer.
        result.__context__ = None
        raise result.with_traceback(None)
    return result


def _read(answer: Answer, decode: Callable[[Any], T]) -> T | MalformedResponseError:
    """The body as a model, or what is wrong with it."""
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not answer.content:
        return MalformedResponseError(f"the body is empty. {_ELSEWHERE}")
    if media_type != "application/json" and not media_type.endswith("+json"):
        return MalformedResponseError(f"the body is {_shown(media_type)}, not application/json. {_ELSEWHERE}")
    try:
        return read(answer.content, decode)
    except DecodeError as error:
        return error.without(answer.secrets.show_in)
    except MalformedResponseError as error:
        return MalformedResponseError(f"{error.problem}. {_ELSEWHERE}")


_ELSEWHERE = "A proxy or another server may have answered instead of the API: check base_url."


def _shown(media_type: str) -> str:
    """A media type as it may stand in a message: a server could put anything there."""
    known = ("text/html", "text/plain", "text/xml", "application/xml", "application/octet-stream")
    return media_type if media_type in known else "of another media type" if media_type else "of no media type"
