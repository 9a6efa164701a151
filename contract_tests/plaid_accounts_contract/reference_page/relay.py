"""Test request: sends what the form holds to the one destination, and says what came back and what is wrong with it."""

from __future__ import annotations

from http.client import responses as PHRASES  # noqa: N812 - a constant
from typing import Any, Final

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.requests import Request as Incoming
from starlette.responses import JSONResponse
from starlette.responses import Response as Reply

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.redaction.printable import decoded, printable
from plaid_accounts_contract.reference_page.destination import Destination
from plaid_accounts_contract.reference_page.indented import indented
from plaid_accounts_contract.reference_page.judged import Clause, judge
from plaid_accounts_contract.reference_page.outgoing import Unsendable, Wanted
from plaid_accounts_contract.reference_server import requests
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.requests import BodyLimit
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import Headers, Request, Response
from plaid_accounts_contract.wire.target import Target, Unreachable

_LIMIT: Final = BodyLimit(size=2**18, seconds=10)
_SHOWN: Final = 200_000
_UNSENDABLE: Final = 400
_NOT_JSON: Final = 415
_UNREACHABLE: Final = 502
"""The status of Test request itself, not of the destination's answer, which comes with a 200."""


@attrs.frozen
class Relay:
    """Sends one request of a visitor at a time; the destination's address and paths are not the visitor's to choose."""

    contract: Contract
    destination: Destination

    async def answer(self, incoming: Incoming) -> Reply:
        """Answer one click on Send."""
        if incoming.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return _problem(_NOT_JSON, "Content-Type application/json is wanted")
        try:
            wanted = Wanted.read(await requests.read(incoming, _LIMIT))
            return JSONResponse(await run_in_threadpool(self._send, wanted, self._address(incoming)))
        except ApiError as error:
            return _problem(_UNSENDABLE, error.kind.message)
        except Unsendable as error:
            return _problem(_UNSENDABLE, str(error))
        except Unreachable as error:
            return _problem(_UNREACHABLE, self._safe(f"{error}. Is the server running?"))
        except ClientDisconnect:
            return Reply(status_code=_UNSENDABLE)

    def _address(self, incoming: Incoming) -> str:
        """Return the base URL; the reference server's is the socket that this request came in by, not a header of it."""
        host, port = incoming.scope["server"]
        return self.destination.base_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def _send(self, wanted: Wanted, base_url: str) -> dict[str, Any]:
        operation, request = wanted.request(self.contract, self.destination)
        with Target(base_url, self.destination.timeout, version=self.contract.version) as target:
            response = target.send(request)
        found = judge(self.contract, operation, request, response)
        return {
            "sent": self._sent(base_url, request),
            "answered": self._answered(response),
            "milliseconds": round(1000 * response.seconds, 1),
            "conforms": all(entry.met for entry in found if entry.level == "MUST"),
            "clauses": [self._told(entry) for entry in found],
        }

    def _sent(self, base_url: str, request: Request) -> dict[str, Any]:
        line = f"{request.method} {base_url.rstrip('/')}{request.path}"
        return {"line": line, "headers": self._headers(request.headers), "body": self._body(request.body)}

    def _answered(self, response: Response) -> dict[str, Any]:
        body = response.body
        return {
            "status": response.status,
            "line": f"{response.status} {PHRASES.get(response.status, '')}".rstrip(),
            "headers": self._headers(response.headers),
            "body": self._body(body),
            "bytes": len(body),
            "cut": len(body) > _SHOWN,
        }

    def _headers(self, headers: Headers) -> list[str]:
        return [self._safe(f"{name}: {value}") for name, value in headers]

    def _body(self, body: bytes) -> str:
        text = decoded(body[:_SHOWN])
        sound = len(body) <= _SHOWN and not strict_json.parse(body).unreadable
        shown = indented(text) if sound else text
        return printable(self.destination.redactor.text(shown), lines=True)

    def _told(self, entry: Clause) -> dict[str, Any]:
        told = attrs.asdict(entry)
        return told | {name: self._safe(told[name]) for name in ("path", "got", "expected")}

    def _safe(self, text: str) -> str:
        return printable(self.destination.redactor.text(text))


def _problem(status: int, text: str) -> JSONResponse:
    return JSONResponse({"problem": text}, status)
