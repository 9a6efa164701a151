"""The viewer that draws the contract: two files of Swagger UI, as an installed package carries them.

The package is a plugin for another tool. Nothing of it is imported, so that tool is not needed.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

_PACKAGE: Final = "mkdocs-swagger-ui-tag"
_FOLDER: Final = "mkdocs_swagger_ui_tag/swagger-ui"


class ViewerMissing(Exception):
    """The viewer is not installed; the message says how to install it."""


def script() -> Path:
    """Return the viewer's script.

    Raises:
        ViewerMissing: it is not installed.

    """
    return _file("javascripts/swagger-ui-bundle.js")


def style() -> Path:
    """Return the viewer's style sheet.

    Raises:
        ViewerMissing: it is not installed.

    """
    return _file("stylesheets/swagger-ui.css")


def _file(name: str) -> Path:
    try:
        path = Path(str(distribution(_PACKAGE).locate_file(f"{_FOLDER}/{name}")))
    except PackageNotFoundError:
        path = Path(_FOLDER, name)
    if not path.is_file():
        msg = f"the reference page needs {name.rpartition('/')[2]}: pip install --force-reinstall {_PACKAGE}"
        raise ViewerMissing(msg)
    return path
