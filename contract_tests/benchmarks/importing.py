"""Importing: the CPU time of a fresh process that imports a client."""

import os
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

import plaid_accounts
from benchmarks import peers
from benchmarks.decoding import OURS, PLAID, PYDANTIC, STOCK, response
from benchmarks.measuring import Effort, Measurement, cpu_time

HTTPX: Final = "httpx"
CALL: Final = f"{OURS['json']}, and a first call"
_CLIENT: Final = f"""
import httpx
from plaid_accounts import Client
client = Client(
    client_id="62f1c0ffee0ddba11f00dcaf", secret="3a7bd3e2360a3d29eea436fcfb7e44", base_url="http://127.0.0.1",
    transport=httpx.MockTransport(lambda _: httpx.Response(200, json={response(1)!r})),
)
"""
_ARGUMENT: Final = 'access_token="access-sandbox-8ab976e6-64bc-4b38-98f7-731e7a349970"'
_PROGRAMS: Final = {
    HTTPX: "import httpx",
    OURS["json"]: "from plaid_accounts import Client",
    CALL: f"{_CLIENT}client.accounts_get({_ARGUMENT})",
    f"{CALL} with await": f"{_CLIENT}import asyncio; asyncio.run(client.accounts_get_async({_ARGUMENT}))",
    f"{STOCK}, ready to call": f"from {peers.STOCK} import Client; import {peers.STOCK}.api.accounts.accounts_get",
    f"{PYDANTIC}, only models": f"import {peers.PYDANTIC}",
    f"{PLAID}, ready to call": "from plaid.api import plaid_api",
}


def measure(folder: Path, effort: Effort) -> Iterator[Measurement]:
    """Measure the CPU time of a fresh process that imports and exits, less that of one that imports nothing."""
    _link("plaid-accounts", "plaid-python", "pydantic", "python-dateutil", folder=folder / "linked")
    figures: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
    for program in _PROGRAMS.values():
        _cpu_time(program, folder)  # Compiles what has never been imported.
    for _ in range(effort.processes):
        empty = _cpu_time("pass", folder)
        for name, program in _PROGRAMS.items():
            figures[name].append(_cpu_time(program, folder) - empty)
    yield Measurement("importing in a fresh process, CPU time", "second", HTTPX, figures)


def _link(*distributions: str, folder: Path) -> None:
    """Link distributions and what they require into a folder.

    Without anything else, because httpx imports what it finds: its command line, for one, with click and rich.
    """
    wanted = [*distributions]
    linked = {*plaid_accounts.__path__}
    for name in wanted:
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # It is for other platforms.
        linked |= {str(found.locate_file(file.parts[0])) for file in found.files or () if file.suffix in (".py", ".so")}
        required = [re.split(r"[^\w.-]", text)[0] for text in found.requires or () if "extra ==" not in text]
        wanted += [other for other in required if other not in wanted]
    folder.mkdir()
    for path in map(Path, linked):
        (folder / path.name).symlink_to(path)


def _cpu_time(program: str, folder: Path) -> float:
    return cpu_time("-S", "-c", program, cwd=folder, PYTHONPATH=f"{folder}{os.pathsep}{folder / 'linked'}")
