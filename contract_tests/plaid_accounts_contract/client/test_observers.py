"""Exceptions of others that pass through the client: no frame of theirs shows a key or a token to an error tracker."""

import asyncio
import json
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import FrameType
from typing import Any, Final

import h11
import httpx
import pytest

from plaid_accounts_contract.client import bodies, leaks
from plaid_accounts_contract.client.calls import (
    ACCESS_TOKEN,
    SECRETS,
    call,
    client,
    errors,
    installed,
    prepared,
    responding,
)
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.misbehaving_servers import hang, serving
from plaid_accounts_contract.client.operations import METHODS, PRIMARY, Method
from plaid_accounts_contract.client.recorder import ALL


class SoftTimeLimitError(Exception):
    """An exception that the client does not know."""


_WITH_TOKEN: Final = [
    method for method in METHODS if any(argument.name == "access_token" for argument in method.arguments)
]
RAISED: Final = (KeyboardInterrupt, SoftTimeLimitError, SystemExit, MemoryError, RuntimeError)
PLACES: Final = ("header", "body")
STYLES: Final = ("sync", "async")


def _raised(begin: Callable[[], object]) -> BaseException:
    try:
        begin()
    except BaseException as error:  # noqa: BLE001 - which one it is is what the tests check
        return error
    raise AssertionError("nothing was raised")


def _check(error: BaseException, *, frame: str = "") -> None:
    leaks.check(error, SECRETS)
    assert frame in "".join(
        entry.name for link in leaks.chain(error) for entry in traceback.extract_tb(link.__traceback__)
    )


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize("kind", RAISED)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("style", STYLES)
@guarantee("secrets-hidden")
def test_an_exception_of_a_transport_shows_no_secret(
    kind: type[BaseException], place: str, style: Any, method: Method
) -> None:
    """An exception of the caller's transport keeps the caller's frames and words, and loses the keys and tokens in both."""

    def in_the_callers_code(request: httpx.Request) -> httpx.Response:
        raise kind(f"no response for {request.headers.raw!r} {request.content!r}")

    error = _raised(lambda: _fail(client(in_the_callers_code, credentials_in=place), style, method))
    assert isinstance(error, kind)
    assert str(error).startswith("no response for ")
    _check(error, frame="in_the_callers_code")


def _fail(made: Any, style: Any, method: Method = PRIMARY) -> None:
    error = call(made, style, method=method).error
    assert error is not None
    raise error


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("style", STYLES)
@guarantee("secrets-hidden")
def test_an_exception_of_a_hook_shows_no_secret(place: str, style: Any) -> None:
    """An event hook of the caller's httpx client that raises, with the request too, shows no key and no token."""

    def hook(response: httpx.Response) -> None:
        response.raise_for_status()

    async def awaited_hook(response: httpx.Response) -> None:
        response.raise_for_status()

    transport = httpx.MockTransport(responding({}, 500))
    given: dict[str, Any] = {
        "http_client": httpx.Client(transport=transport, event_hooks={"response": [hook]}),
        "async_http_client": httpx.AsyncClient(transport=transport, event_hooks={"response": [awaited_hook]}),
    }
    error = call(client(credentials_in=place, **given), style).failure(httpx.HTTPStatusError)
    _check(error, frame="hook")


@pytest.mark.parametrize("place", PLACES)
@guarantee("secrets-hidden")
def test_a_cancelled_call_shows_no_secret(place: str) -> None:
    """A call that asyncio.timeout ends, and a task that is cancelled, show no key and no token."""

    async def time_out(made: Any) -> None:
        async with asyncio.timeout(0.05):
            await made.accounts_get_async(access_token=SECRETS[2])

    async def cancel() -> None:
        started = asyncio.Event()

        async def never(_: httpx.Request) -> httpx.Response:
            started.set()
            await asyncio.Event().wait()
            raise AssertionError

        made = client(transport=httpx.MockTransport(never), credentials_in=place)
        task = asyncio.create_task(made.accounts_get_async(access_token=SECRETS[2]))
        await started.wait()
        task.cancel()
        await task

    with serving(hang) as url:
        error = _raised(lambda: asyncio.run(time_out(client(base_url=url, credentials_in=place))))
    assert isinstance(error, TimeoutError)
    _check(error)
    error = _raised(lambda: asyncio.run(cancel()))
    assert isinstance(error, asyncio.CancelledError)
    _check(error)


# The file of the constructors of models, of current and of older versions of attrs.
_ATTRS: Final = ("<attrs generated methods plaid_accounts.", "<attrs generated init plaid_accounts.")


class _Signal:
    """Interrupts the client at a place where a signal can: a function begins there, or one of C has ended."""

    def __init__(self, place: object = None) -> None:
        self._place = place
        self.places: dict[tuple[str, str, str, int], None] = {}

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        names = (frame.f_globals.get("__name__", ""), frame.f_code.co_filename)
        if event in ("call", "c_return") and any(name.startswith(("plaid_accounts.", *_ATTRS)) for name in names):
            place = (frame.f_code.co_filename, frame.f_code.co_name, event, frame.f_lineno)
            if place == self._place:
                raise SoftTimeLimitError
            self.places[place] = None


def _calling(made: Any) -> None:
    made.accounts_get(access_token=ACCESS_TOKEN, account_ids=["a"])


async def _awaiting(made: Any) -> None:
    await made.accounts_get_async(access_token=ACCESS_TOKEN, account_ids=["a"])


def _creating(_: Any) -> None:
    client()


def _interrupted(begin: Callable[[Any], Awaitable[None] | None], signal: _Signal) -> None:
    """Begin something, with a client that has been used before."""
    made = client(responding(bodies.complete()), credentials_in="body")
    _calling(made)

    async def run() -> None:
        sys.setprofile(signal)
        try:
            begun = begin(made)
            if begun is not None:
                await begun
        finally:
            sys.setprofile(None)

    asyncio.run(run())


@pytest.mark.parametrize("begin", [_calling, _awaiting, _creating])
@guarantee("secrets-hidden")
def test_a_signal_shows_no_secret(begin: Callable[[Any], Awaitable[None] | None]) -> None:
    """An exception that a signal raises anywhere in a call, or in the constructor, shows no key and no token."""
    complete = _Signal()
    _interrupted(begin, complete)
    # At the first place nothing of the client has run yet.
    places = [*complete.places][1:]
    assert places, "no place of the client was recorded"
    for place in places:
        error = _raised(lambda place=place: _interrupted(begin, _Signal(place)))  # type: ignore[misc]
        assert isinstance(error, SoftTimeLimitError)
        _check(error)


@pytest.mark.parametrize("method", _WITH_TOKEN, ids=lambda method: str(method.id))
@guarantee("secrets-hidden")
def test_a_signal_while_a_request_is_made_shows_no_secret(method: Method) -> None:
    """An exception that a signal raises while a method makes its request shows no key and no token."""
    function = getattr(installed().Client, f"{method.name}_async")
    given = prepared(method, bodies.minimal_request(method)) | {"access_token": ACCESS_TOKEN}
    named = {each.word(function): given[each.name] for each in method.arguments if each.name in given}

    async def begin(made: Any) -> None:
        # The response is that of another operation.
        with suppress(errors().DecodeError):
            await function(made, **method.needed, **named)

    complete = _Signal()
    _interrupted(begin, complete)
    places = [place for place in complete.places if place[0].startswith(_ATTRS)]
    assert places, "no constructor of a request was recorded"
    for place in places:
        error = _raised(lambda place=place: _interrupted(begin, _Signal(place)))  # type: ignore[misc]
        _check(error)


@pytest.mark.parametrize(
    ("library", "function"),
    [(json.JSONEncoder, "encode"), (h11.Connection, "send_with_data_passthrough")],
    ids=["json", "h11"],
)
@pytest.mark.parametrize("style", STYLES)
@guarantee("secrets-hidden")
def test_an_exception_in_a_library_shows_no_secret(
    monkeypatch: pytest.MonkeyPatch, library: type, function: str, style: Any
) -> None:
    """An exception that a signal raises in a library that the client calls shows no key and no token."""

    def interrupt(*_: object, **__: object) -> None:
        raise SoftTimeLimitError

    monkeypatch.setattr(library, function, interrupt)
    with serving(hang) as url:
        _check(call(client(base_url=url), style).failure(SoftTimeLimitError))


@guarantee("secrets-hidden")
def test_a_signal_is_not_taken_for_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that a signal raises while the connections are set up passes through as it is."""

    def interrupt(*_: object, **__: object) -> None:
        raise SoftTimeLimitError

    monkeypatch.setattr(httpx.Client, "__init__", interrupt)
    error = call(client()).failure(SoftTimeLimitError)
    _check(error)
