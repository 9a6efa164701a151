"""The files of Swagger UI, which draws the contract."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

INSTALL: Final = 'pip install "plaid-accounts-contract[page]"'
"""Installs what only the page needs."""

# A plugin for another tool that carries the files; it is never imported, so that tool is not needed.
_VIEWER: Final = "mkdocs-swagger-ui-tag"
_VIEWER_FOLDER: Final = "mkdocs_swagger_ui_tag/swagger-ui"


class PageMissing(Exception):
    """What only the page needs is not installed; the message says how to install it."""


def viewer_file(name: str) -> Path:
    """Return a file of the viewer."""
    try:
        path = Path(str(distribution(_VIEWER).locate_file(f"{_VIEWER_FOLDER}/{name}")))
    except PackageNotFoundError:
        path = Path(_VIEWER_FOLDER, name)
    if not path.is_file():
        raise PageMissing(f"{path.name} is missing: {INSTALL}")
    return path
