"""Applications to test in this process: ASGI or WSGI, served on a free port of this machine."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from a2wsgi import WSGIMiddleware

from plaid_accounts_contract.reference_server.running import running
from plaid_accounts_contract.settings import SettingsError


@contextmanager
def serving(name: str) -> Generator[str]:
    """Serve the application that `name` (`package.module:name`) leads to, and yield its base URL.

    Raises:
        SettingsError: there is no such module, or no application in it.

    """
    app = load(name)
    with running(app if _is_asgi(app) else WSGIMiddleware(app)) as server:  # type: ignore[arg-type]
        yield server.url


def load(name: str) -> Any:
    """Return the application that `name` leads to; modules of the current folder count.

    Raises:
        SettingsError: there is no such module, or no application in it.

    """
    module_name, separator, attribute = name.partition(":")
    if not separator or not attribute:
        msg = f"--app: expected package.module:name, got {name!r}"
        raise SettingsError(msg)
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        value = importlib.import_module(module_name)
        for part in attribute.split("."):
            value = getattr(value, part)
    except (ImportError, AttributeError) as error:
        msg = f"--app: cannot load {name!r}: {error}"
        raise SettingsError(msg) from None
    if not callable(value):
        msg = f"--app: {name!r} is a {type(value).__name__}, not an application"
        raise SettingsError(msg)
    return value


def _is_asgi(app: Any) -> bool:
    if inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(getattr(app, "__call__", None)):  # noqa: B004
        return True
    # ASGI takes scope, receive and send; WSGI takes environ and start_response.
    parameters = inspect.signature(app).parameters.values()
    return sum(parameter.default is parameter.empty for parameter in parameters) == 3
