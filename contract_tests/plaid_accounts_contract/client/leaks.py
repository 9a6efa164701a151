"""Finds secrets in everything that can be shown of an exception."""

import gc
import pickle
import sys
import traceback
import types
from collections.abc import Iterable, Iterator
from typing import Any, Final

_OUTSIDE: Final = (
    types.ModuleType,
    type,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.CodeType,
    types.FrameType,
)
_HERE: Final = "plaid_accounts_contract"


def check(error: BaseException | None, secrets: Iterable[str]) -> None:
    """Check that no secret is in an exception, in its causes, or in what debuggers and loggers print of it.

    Raises:
        AssertionError: one does; the message names the places, or there is no exception.
    """
    assert error is not None, "no exception was raised"
    wanted = [*secrets]
    places = dict.fromkeys(
        place for link in chain(error) for place, text in _views(link) if any(secret in text for secret in wanted)
    )
    assert not places, f"a secret shows in: {'; '.join(places)}"


def chain(error: BaseException) -> list[BaseException]:
    """Return an exception and all its causes and contexts, suppressed ones too."""
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop()
        if link is None or any(link is known for known in found):
            continue
        found.append(link)
        waiting += [link.__cause__, link.__context__]
        waiting += link.exceptions if isinstance(link, BaseExceptionGroup) else []
    return found


def _views(error: BaseException) -> Iterator[tuple[str, str]]:
    name = type(error).__name__
    yield f"str of {name}", str(error)
    yield f"repr of {name}", repr(error)
    yield f"args of {name}", repr(error.args)
    yield f"notes of {name}", repr(getattr(error, "__notes__", ()))
    yield f"attributes of {name}", repr(vars(error))
    yield f"traceback of {name}", "".join(traceback.format_exception(error))
    yield f"pickle of {name}", _pickled(error)
    yield from ((f"{place} of {name}", text) for place, text in _frames(error))
    yield from ((f"{place} held by {name}", text) for place, text in _held(error))


def _pickled(error: BaseException) -> str:
    try:
        return pickle.dumps(error).decode("latin-1")
    except Exception:  # noqa: BLE001 - an exception of another package need not be picklable
        return ""


def _frames(error: BaseException) -> Iterator[tuple[str, str]]:
    """Yield the local variables of every frame outside of these tests.

    Raises:
        AssertionError: one of them cannot be shown, such as a model that was not read to its end.
    """
    try:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    except AttributeError as problem:
        msg = f"the local variables of {type(error).__name__} cannot be shown: {problem}"
        raise AssertionError(msg) from problem
    for frame in shown.stack:
        if _HERE not in frame.filename and frame.locals:
            for variable, text in frame.locals.items():
                yield f"local variable {variable} in {frame.name}", text


def _held(error: BaseException) -> Iterator[tuple[str, str]]:
    """Yield every string reachable from the exception, apart from tracebacks and other exceptions."""
    # The body of a malformed response is there for those who call this method.
    body = getattr(error, "response_body", lambda: None)()
    seen: set[int] = {id(sys.modules), *({id(body)} if body else ())}
    waiting: list[Any] = [error.args, vars(error)]
    while waiting:
        held = waiting.pop()
        if id(held) in seen or isinstance(held, (*_OUTSIDE, types.TracebackType, BaseException)):
            continue
        seen.add(id(held))
        if isinstance(held, (str, bytes, bytearray)):
            yield "text", held if isinstance(held, str) else held.decode("latin-1")
        else:
            waiting += gc.get_referents(held)
