"""The installed client, and a copy of it without orjson."""

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any, Final, Literal

Parser = Literal["json", "orjson"]
NAME: Final = "plaid_accounts"
_COPY: Final = "plaid_accounts_without_orjson"


def parsers() -> tuple[Parser, ...]:
    """Return the parsers that the client can use here."""
    return ("json", "orjson") if importlib.util.find_spec("orjson") else ("json",)


@cache
def package(parser: Parser) -> Any:
    """Return the client with this parser: the installed package, or a copy of it without orjson.

    A copy has classes of its own, so its objects are compared by what they hold.
    """
    installed = importlib.import_module(NAME)
    if parser == parsers()[-1]:
        return _complete(installed)
    with _no_orjson():
        return _complete(_copy(installed))


def _copy(installed: ModuleType) -> ModuleType:
    """Import the package again under another name, which works because its own imports are relative."""
    paths = [*installed.__path__]
    spec = importlib.util.spec_from_file_location(_COPY, installed.__file__, submodule_search_locations=paths)
    assert spec is not None
    assert spec.loader is not None
    copied = sys.modules[_COPY] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copied)
    return copied


def _complete(root: ModuleType) -> ModuleType:
    for module in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
        importlib.import_module(module.name)
    return root


@contextmanager
def _no_orjson() -> Generator[None]:
    before = {name: sys.modules.pop(name) for name in [*sys.modules] if name.split(".")[0] == "orjson"}
    sys.modules["orjson"] = None  # type: ignore[assignment]  # What makes `import orjson` fail.
    try:
        yield
    finally:
        del sys.modules["orjson"]
        sys.modules.update(before)
