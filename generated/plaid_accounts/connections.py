"""The httpx clients behind a client: created on first use, shared by threads, one for each event loop and process."""

from __future__ import annotations

import os
import ssl
import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from weakref import WeakKeyDictionary, WeakSet

import httpx

from .configuration import DEFAULT_TIMEOUT
from .deadlines import bind
from .errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

H = TypeVar("H", httpx.Client, httpx.AsyncClient)


class Connections:
    """The httpx clients supplied by the caller, or else our own.

    Our own are never used in a process that inherited them by a fork: parent and child would read each other's responses
    from the shared sockets.
    """

    def __init__(
        self,
        transport: httpx.BaseTransport | httpx.AsyncBaseTransport | None,
        given: httpx.Client | None,
        given_async: httpx.AsyncClient | None,
        *,
        proxy: httpx.Proxy | None,
        ssl_context: ssl.SSLContext | None,
        trust_env: bool,
    ) -> None:
        """Set up, without opening a connection.

        Raises:
            ConfigurationError: An argument is of the wrong kind, or contradicts another.
        """
        _check(transport, given, given_async, own={"proxy": proxy, "ssl_context": ssl_context})
        self._transport = transport
        self._given = given
        self._given_async = given_async
        self._settings: dict[str, Any] = {"timeout": DEFAULT_TIMEOUT, "trust_env": trust_env, "proxy": proxy}
        if ssl_context is not None:
            self._settings["verify"] = ssl_context
        # The loop in which connections that are not ours were first used; they belong to it.
        self._loop_of_given: Any = None
        self._renew()
        forget_after_fork(self)

    def _renew(self) -> None:
        self._own: httpx.Client | None = None
        self._own_async: WeakKeyDictionary[Any, httpx.AsyncClient] = WeakKeyDictionary()
        # Another thread may have held the lock at the moment of a fork.
        self._lock = threading.Lock()
        self._entered: Counter[Any] = Counter()

    def after_fork(self) -> None:
        """Forget the connections of the parent process, without closing them."""
        # Kept, because the garbage collector would report them as unclosed sockets.
        _inherited.extend([self._own, *self._own_async.values()])
        self._renew()

    def is_given(self, http: httpx.Client | httpx.AsyncClient) -> bool:
        """Whether the caller supplied this httpx client."""
        return http is self._given or http is self._given_async

    @property
    def is_own_network(self) -> bool:
        """Whether our own connections are used, not a client or transport supplied by the caller."""
        return self._transport is None and self._given is None and self._given_async is None

    def blocking(self) -> httpx.Client:
        """Return the httpx client for calls without `await`.

        Raises:
            ConfigurationError: It is closed or can't be created, or only the asynchronous half is configured.
        """
        if self._given is not None:
            return _open(self._given, "http_client")
        http = self._own
        if http is None:
            if self._given_async is not None and self._transport is None:
                raise ConfigurationError(_HALF.format("async_http_client", "http_client", "ends in _async"))
            if self._transport is not None and not isinstance(self._transport, httpx.BaseTransport):
                raise ConfigurationError("transport= only works with await: call the method that ends in _async")
            with self._lock:
                http = self._own = self._own or bind(self._create(httpx.Client))
        return http

    def awaited(self) -> httpx.AsyncClient:
        """Return the httpx client for calls with `await` in the running event loop, to which its connections belong.

        Raises:
            ConfigurationError: It is closed, can't be created or belongs to another event loop, or only the synchronous half
                is configured.
        """
        loop = running_loop()
        if self._given_async is not None:
            self._claim(loop, "async_http_client")
            return _open(self._given_async, "async_http_client")
        http = self._own_async.get(loop)
        if http is None:
            if self._given is not None and self._transport is None:
                raise ConfigurationError(_HALF.format("http_client", "async_http_client", "does not end in _async"))
            if self._transport is not None:
                if not isinstance(self._transport, httpx.AsyncBaseTransport):
                    raise ConfigurationError("transport= only works without await: call the method without _async")
                self._claim(loop, "transport")
            from .pool import bind_async

            with self._lock:
                http = self._own_async[loop] = bind_async(self._create(OwnAsyncClient, limits=_LIMITS))
        return http

    def _claim(self, loop: Any, argument: str) -> None:
        transport = getattr(self._given_async, "_transport", self._transport)
        if isinstance(transport, (httpx.MockTransport, httpx.ASGITransport)):
            return  # They hold no connections.
        if self._loop_of_given is None:
            self._loop_of_given = loop
        elif self._loop_of_given is not loop:
            raise ConfigurationError(
                f"{argument}= was first used in another event loop, to which its connections belong: pass one for each"
                " event loop, or leave it out and this client keeps connections for each loop"
            )

    def _create(self, kind: Callable[..., H], **settings: Any) -> H:
        try:
            http = kind(transport=self._transport, **self._settings, **settings)
            setattr(http, "_cookies", _JAR)
            return http
        # Not any: a signal handler may raise here too.
        except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
            problem = f"the connections can't be set up ({type(error).__name__})"
        # Outside of the handler: what httpx raises may quote a proxy's password.
        raise ConfigurationError(f"{problem}: check proxy=, ssl_context= and the proxy variables of the environment")

    def enter(self, *, awaiting: bool) -> None:
        """Count a block that begins: of `with`, or of `async with` in the running event loop."""
        owner = running_loop() if awaiting else None
        with self._lock:
            self._entered[owner] += 1

    def leave(self, *, awaiting: bool) -> bool:
        """Count a block of the same kind that ends; return whether it was the last."""
        owner = running_loop() if awaiting else None
        with self._lock:
            left = self._entered.pop(owner, 1) - 1
            if left:
                self._entered[owner] = left
        return left == 0

    def close(self) -> None:
        """Close our own httpx client for calls without `await`."""
        with self._lock:
            http, self._own = self._own, None
        if http is not None:
            http.close()

    async def aclose(self) -> None:
        """Close our own httpx client for calls with `await` in the running event loop."""
        with self._lock:
            http = self._own_async.pop(running_loop(), None)
        if http is not None:
            await http.aclose()


_HALF = (
    "{0}= was passed without {1}=, so this call would not use what is configured there, such as a proxy: pass {1}= too, call"
    " the method that {2}, or use proxy= and ssl_context=, which apply to both"
)

# As many as httpx opens, but all of them are kept: it closes all but 20 after each burst of calls.
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=5)


class _Forgetful(Protocol):
    def after_fork(self) -> None: ...


_forgetful: WeakSet[_Forgetful] = WeakSet()
_inherited: list[object] = []


def forget_after_fork(instance: _Forgetful) -> None:
    """Have a child process call the method `after_fork` of an instance before anything else."""
    _forgetful.add(instance)


def _after_fork() -> None:
    for instance in list(_forgetful):
        instance.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _check(transport: object, given: object, given_async: object, *, own: dict[str, object]) -> None:
    if given is not None and not isinstance(given, httpx.Client):
        raise ConfigurationError(f"http_client= takes an httpx.Client, not {_kind(given)}")
    if given_async is not None and not isinstance(given_async, httpx.AsyncClient):
        raise ConfigurationError(f"async_http_client= takes an httpx.AsyncClient, not {_kind(given_async)}")
    if transport is not None and not isinstance(transport, (httpx.BaseTransport, httpx.AsyncBaseTransport)):
        raise ConfigurationError(f"transport= takes a transport of httpx, not {_kind(transport)}")
    if transport is not None or given is not None or given_async is not None:
        for argument, value in own.items():
            if value is not None:
                raise ConfigurationError(
                    f"{argument}= has no effect on a transport or client of your own: set it up there"
                )


def _kind(value: object) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"


def _open(http: H, argument: str) -> H:
    if http.is_closed:
        raise ConfigurationError(f"the {argument}= passed is closed: keep it open as long as this client is used")
    return http


def running_loop() -> Any:
    """Return what connections belong to: the running loop of asyncio, or the running trio."""
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        trio: Any = sys.modules.get("trio")
        return _NO_LOOP if trio is None else trio.lowlevel.current_trio_token()


class _NoLoop:
    """Stands for an event loop that is neither asyncio's nor trio's."""


_NO_LOOP = _NoLoop()


class _NoCookies(httpx.Cookies):
    """The keys are in headers. A cookie, say of a proxy, would be shared by all threads, and parsing it takes time."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Ignore the cookies of a response."""


_JAR = _NoCookies()


class OwnAsyncClient(httpx.AsyncClient):
    """An httpx client of ours."""

    async def send_once(self, request: httpx.Request) -> httpx.Response:
        """Send a request without looking for what a client of ours has not: authentication, redirects and hooks."""
        if self.is_closed:
            raise RuntimeError
        return await self._send_single_request(request)
