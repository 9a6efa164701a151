"""The httpx clients behind a client: made when needed, shared by threads, kept apart by event loop."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import httpx

from .configuration import DEFAULT_TIMEOUT
from .errors import ConfigurationError

H = TypeVar("H", httpx.Client, httpx.AsyncClient)


class Connections:
    """The httpx clients that were given, or else own ones."""

    def __init__(
        self,
        transport: httpx.BaseTransport | httpx.AsyncBaseTransport | None,
        given: httpx.Client | None,
        given_async: httpx.AsyncClient | None,
    ) -> None:
        self._transport = transport
        self._given = given
        self._given_async = given_async
        self._own: httpx.Client | None = None
        self._own_async: WeakKeyDictionary[Any, httpx.AsyncClient] = WeakKeyDictionary()
        self._lock = threading.Lock()
        self._entered: Counter[Any] = Counter()

    def is_given(self, http: httpx.Client | httpx.AsyncClient) -> bool:
        """Whether the user made this httpx client."""
        return http is self._given or http is self._given_async

    def blocking(self) -> httpx.Client:
        """The httpx client for calls without `await`.

        Raises:
            ConfigurationError: It is closed, or the transport does not fit.
        """
        if self._given is not None:
            return _open(self._given, "http_client")
        http = self._own
        if http is None:
            if self._transport is not None and not isinstance(self._transport, httpx.BaseTransport):
                raise ConfigurationError("transport= only works with await: call the method that ends in _async")
            with self._lock:
                http = self._own = self._own or _Http(transport=self._transport, timeout=DEFAULT_TIMEOUT)
        return http

    def awaited(self) -> httpx.AsyncClient:
        """The httpx client for calls with `await` in the running event loop, to which its connections belong.

        Raises:
            ConfigurationError: It is closed, or the transport does not fit.
        """
        if self._given_async is not None:
            return _open(self._given_async, "async_http_client")
        loop = _running_loop()
        http = self._own_async.get(loop)
        if http is None:
            if self._transport is not None and not isinstance(self._transport, httpx.AsyncBaseTransport):
                raise ConfigurationError("transport= only works without await: call the method without _async")
            with self._lock:
                http = self._own_async[loop] = _AsyncHttp(transport=self._transport, timeout=DEFAULT_TIMEOUT)
        return http

    def enter(self, *, awaiting: bool) -> None:
        """Counts a block that begins: of `with`, or of `async with` in the running event loop."""
        owner = _running_loop() if awaiting else None
        with self._lock:
            self._entered[owner] += 1

    def leave(self, *, awaiting: bool) -> bool:
        """Counts a block of the same kind that ends; returns whether it was the last."""
        owner = _running_loop() if awaiting else None
        with self._lock:
            left = self._entered.pop(owner) - 1
            if left:
                self._entered[owner] = left
        return left == 0

    def close(self) -> None:
        """Closes the own httpx client for calls without `await`."""
        with self._lock:
            http, self._own = self._own, None
        if http is not None:
            http.close()

    async def aclose(self) -> None:
        """Closes the own httpx client for calls with `await` in the running event loop."""
        with self._lock:
            http = self._own_async.pop(_running_loop(), None)
        if http is not None:
            await http.aclose()


def _open(http: H, argument: str) -> H:
    if http.is_closed:
        raise ConfigurationError(
            f"the {argument}= that was given is closed: keep it open as long as this client is used"
        )
    return http


def _running_loop() -> Any:
    """What connections belong to: the running loop of asyncio, or else all of trio's."""
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return httpx


class _NoCookies(httpx.Cookies):
    """The keys are in headers. A cookie, say of a proxy, would be shared by all threads, and reading it takes time."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Leaves the cookies of a response where they are."""


def _without_cookies(kind: type[H]) -> type[H]:
    jar = _NoCookies()
    return cast("type[H]", type(kind.__name__, (kind,), {"cookies": property(lambda _: jar)}))


_Http = _without_cookies(httpx.Client)
_AsyncHttp = _without_cookies(httpx.AsyncClient)
