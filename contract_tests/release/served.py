"""The reference server as its users start it, with what it prints."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from release.environments import Environment


@dataclass(frozen=True)
class Served:
    """What the server printed about itself once it listened."""

    banner: str

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._after("Reference server at")

    @property
    def client_id(self) -> str:
        """The client_id that it accepts."""
        return self._after("client_id")

    @property
    def secret(self) -> str:
        """The secret that belongs to it."""
        return self._after("secret")

    @property
    def access_token(self) -> str:
        """The first token of a sound Item."""
        return self._after("Access tokens")

    def error_token(self, code: str) -> str:
        """The token that is answered with this error."""
        found = re.search(rf"^ +(\S+) .*\b{code}\b", self.banner, re.MULTILINE)
        assert found, f"no token answers {code}:\n{self.banner}"
        return found[1]

    def _after(self, title: str) -> str:
        found = re.search(rf"^ *{title}\s+(\S+)", self.banner, re.MULTILINE)
        assert found, f"{title!r} is not in what the server printed:\n{self.banner}"
        return found[1]


@contextmanager
def serving(environment: Environment) -> Generator[Served]:
    """Run the server on a free port until the block ends."""
    command: list[str | Path] = [environment.program("plaid-accounts-contract"), "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=environment.project, env=environment.variables(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            lines: list[str] = []
            for line in process.stdout:
                lines.append(line)
                if line.startswith("Ctrl-C"):
                    break
            yield Served("".join(lines))
        finally:
            process.terminate()
