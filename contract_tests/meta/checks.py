"""Running the command as its user does: a process of its own, credentials in the environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import attrs

from plaid_accounts_contract.reference_server import World, reference_world


@attrs.frozen
class Result:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str


def credentials(world: World | None = None) -> dict[str, str]:
    """Return the environment variables for a server that serves `world`, with all that is known of it."""
    known = world or reference_world()
    sound = [item for item in known.items.values() if item.failure is None]
    first = next(item for item in sound if item.closed_accounts)
    return {
        "CONTRACT_CLIENT_ID": known.credentials.client_id,
        "CONTRACT_SECRET": known.credentials.secret,
        "CONTRACT_ACCESS_TOKEN": first.access_token,
        "CONTRACT_OTHER_ACCESS_TOKEN": ",".join(item.access_token for item in sound if item is not first),
        "CONTRACT_CLOSED_ACCOUNT_ID": first.closed_accounts[0].account_id,
    }


def command(*arguments: str, environment: Mapping[str, str] | None = None, cwd: Path | None = None) -> Result:
    """Run `python -m plaid_accounts_contract` with these arguments and, of CONTRACT_ variables, only these."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONTRACT_")}
    ended = subprocess.run(
        [sys.executable, "-m", "plaid_accounts_contract", *arguments],
        env={**inherited, **(environment or {})},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    return Result(ended.returncode, ended.stdout, ended.stderr)
