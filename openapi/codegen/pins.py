"""The exact versions that generated code depends on."""

import re
from importlib.metadata import version
from pathlib import Path

from failure import Failure

GENERATOR = "openapi-python-client"
FORMATTER = "ruff"


def installed(requirements: Path) -> dict[str, str]:
    """Returns name and version of generator and formatter.

    Raises:
        Failure: The installed version is not the one in `requirements`.
    """
    pins = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", requirements.read_text(encoding="utf-8"), flags=re.MULTILINE))
    found = {name: version(name) for name in (GENERATOR, FORMATTER)}
    for name, got in found.items():
        if got != pins.get(name):
            message = (
                f"{name} {got} is installed, {requirements.name} pins {pins.get(name, 'no version')}; "
                "another version writes another client. Run: make generate"
            )
            raise Failure(message)
    return found
