"""Prism as a proxy before the server: it validates what passes, and the suite's own requests are what passes."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from benchmarks.testers import document as documents
from benchmarks.testers import node
from benchmarks.testers.tester import Broken
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Request

_PACKAGE: Final = "@stoplight/prism-cli"
_HOST: Final = "127.0.0.1"
_START: Final = 60.0
_ANSWER: Final = 10.0
_SILENT: Final = 3
"""Unanswered requests after which no further ones are sent."""
_POSITION: Final = re.compile(r"\b\d+\b")
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")


@attrs.frozen
class Prism:
    """`prism proxy`, and the requests of a whole run of the suite sent through it."""

    contract: Contract
    requests: Sequence[Request] = attrs.field(repr=False)
    name: str = "Prism, as proxy"
    configuration: str = (
        "`prism proxy openapi.json URL --validate-request false`, and through it all requests of a default run of the "
        "suite that are JSON objects in UTF-8 sent by POST, since Prism leaves others without an answer. Its complaints "
        "are the violations in the header `sl-violations`, its own error responses, and requests without an answer."
    )

    @property
    def version(self) -> str:
        """The version that is installed."""
        return node.version(_PACKAGE)

    @property
    def missing(self) -> str:
        """What has to be installed first."""
        return node.missing(_PACKAGE)

    def complaints(self, url: str, known: Settings, folder: Path) -> list[str]:  # noqa: ARG002 - the requests hold it
        """Return the violations, without positions and values."""
        (folder / "openapi.json").write_text(json.dumps(documents.accounts_get(self.contract)), "utf-8")
        with _proxy(url, folder) as port:
            return sorted(set(_sent(port, self.requests)))


def readable(requests: Iterable[Request]) -> tuple[Request, ...]:
    """Return the requests that Prism can read: others it leaves without an answer, whatever the server does."""
    return tuple(request for request in requests if _is_readable(request))


def _is_readable(request: Request) -> bool:
    media_type = (request.header("content-type") or "").split(";")[0].strip().lower()
    if request.method != "POST" or media_type != "application/json":
        return False
    try:
        return isinstance(json.loads(request.body.decode("utf-8"), parse_constant=_refuse), dict)
    except (ValueError, RecursionError):
        return False


def _refuse(name: str) -> None:
    msg = f"{name} is no JSON"
    raise ValueError(msg)


@contextmanager
def _proxy(url: str, folder: Path) -> Generator[int]:
    with socket.create_server((_HOST, 0)) as reserved:
        port = int(reserved.getsockname()[1])
    command = [*node.program(_PACKAGE, "dist/index.js"), "proxy", "openapi.json", url, "--host", _HOST]
    # A log of each request would take half of its time.
    command += ["--port", str(port), "--validate-request", "false", "--verboseLevel", "silent"]
    log = folder / "log"
    with log.open("wb") as out, subprocess.Popen(command, cwd=folder, stdout=out, stderr=out) as prism:
        try:
            _await(port, prism, log)
            yield port
        finally:
            prism.terminate()


def _await(port: int, prism: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START
    while time.monotonic() < until and prism.poll() is None:
        try:
            socket.create_connection((_HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    msg = f"Prism does not listen:\n{log.read_text('utf-8', errors='replace')[-500:]}"
    raise Broken(msg)


def _sent(port: int, requests: Iterable[Request]) -> Iterator[str]:
    connection = http.client.HTTPConnection(_HOST, port, timeout=_ANSWER)
    silent = 0
    for request in requests:
        headers = {name: value.encode("latin-1") for name, value in request.headers}
        try:
            connection.request(request.method, request.path, request.body, headers)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            yield f"no answer: {type(error).__name__}"
            connection.close()
            silent += 1
            if silent == _SILENT:
                return
            continue
        yield from read(response.status, response.getheader("sl-violations"), body)
    connection.close()


def read(status: int, violations: str | None, body: bytes) -> Iterator[str]:
    """Yield the complaints that Prism makes of one exchange: in a header, or in place of the answer."""
    for violation in _listed(violations or "[]"):
        place = ".".join("*" if part.isdecimal() else part for part in violation.get("location", ()))
        message = _QUOTED.sub("…", _POSITION.sub("*", violation["message"]))
        yield f"{status} {place}: {message}"
    if b"stoplight.io/prism/errors" in body:
        problem = json.loads(body)
        yield f"{status} Prism: {urlsplit(str(problem.get('type'))).fragment or problem.get('title')}"


def _listed(violations: str) -> list[dict[str, Any]]:
    """Return the violations in the header; where they are too many for it, it says that in words."""
    try:
        listed: list[dict[str, Any]] = json.loads(violations)
    except ValueError:
        return [{"message": violations[:200]}]
    return listed
