"""Test request: sends what the form describes to the destination, and checks the response."""

import re
from http.client import responses as PHRASES  # noqa: N812 - a constant
from typing import Any, Final

import attrs
from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect
from starlette.requests import Request as Incoming
from starlette.responses import JSONResponse
from starlette.responses import Response as Reply

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.redaction.printable import decoded, printable
from plaid_accounts_contract.reference_page.clauses import Clause, check
from plaid_accounts_contract.reference_page.destination import Destination
from plaid_accounts_contract.reference_page.form import Form, InvalidForm
from plaid_accounts_contract.reference_server import requests
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.requests import BodyLimit
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import Headers, Request, Response
from plaid_accounts_contract.wire.target import Target, Unreachable

_LIMIT: Final = BodyLimit(size=2**18, seconds=10)
# Characters of a body that a browser still lays out at once.
_SHOWN: Final = 200_000
# Statuses of Test request itself; a response of the destination comes with a 200.
_INVALID: Final = 400
_NOT_JSON: Final = 415
_UNREACHABLE: Final = 502
_BUSY: Final = 503
_AT_ONCE: Final = 8

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


@attrs.frozen
class Relay:
    """Sends one request at a time; a visitor chooses neither the address nor the path."""

    contract: Contract
    destination: Destination
    # Threads of its own: the page needs those of Starlette.
    _waiting: CapacityLimiter = attrs.field(factory=lambda: CapacityLimiter(_AT_ONCE), init=False, repr=False)

    async def handle(self, incoming: Incoming) -> Reply:
        """Respond to one click on Send."""
        if incoming.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return _problem(_NOT_JSON, "invalid Content-Type: must be application/json")
        try:
            form = Form.read(await requests.read(incoming, _LIMIT))
            return await self._relay(form, self._address(incoming))
        except ApiError as error:
            return _problem(_INVALID, error.kind.message)
        except InvalidForm as error:
            return _problem(_INVALID, str(error))
        except Unreachable as error:
            return _problem(_UNREACHABLE, self._safe(f"{error}. Is the server running?"))
        except ClientDisconnect:
            return Reply(status_code=_INVALID)

    async def _relay(self, form: Form, base_url: str) -> Reply:
        if self._waiting.borrowed_tokens == self._waiting.total_tokens:
            return _problem(_BUSY, "too many requests wait for a response; try again when one has ended")
        return JSONResponse(await to_thread.run_sync(self._send, form, base_url, limiter=self._waiting))

    def _address(self, incoming: Incoming) -> str:
        """Return the base URL; that of the reference server is the socket of this request, not one of its headers."""
        host, port = incoming.scope["server"]
        return self.destination.base_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def _send(self, form: Form, base_url: str) -> dict[str, Any]:
        operation, request = form.request(self.contract, self.destination)
        to, version = self.destination, self.contract.version
        with Target(base_url, to.timeout, version=version, headers=to.headers, ca_file=to.ca_file) as target:
            request = target.complete(request)
            response = target.send(request)
        clauses = check(self.contract, operation, request, response)
        return {
            "request": self._request(base_url, request),
            "response": self._response(response),
            "milliseconds": round(1000 * response.seconds, 1),
            "conforms": all(clause.met for clause in clauses if clause.level == "MUST"),
            "clauses": [self._clause(clause) for clause in clauses],
        }

    def _request(self, base_url: str, request: Request) -> dict[str, Any]:
        line = f"{request.method} {base_url.rstrip('/')}{request.path}"
        return {"line": line, "headers": self._headers(request.headers), "body": self._body(request.body)}

    def _response(self, response: Response) -> dict[str, Any]:
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
        is_json = len(body) <= _SHOWN and not strict_json.parse(body).unreadable
        return printable(self.destination.redactor.text(indented(text) if is_json else text), lines=True)

    def _clause(self, clause: Clause) -> dict[str, Any]:
        shown = {name: self._safe(getattr(clause, name)) for name in ("path", "got", "expected")}
        return attrs.asdict(clause) | shown

    def _safe(self, text: str) -> str:
        return printable(self.destination.redactor.text(text))


def indented(text: str) -> str:
    """Return valid JSON with a line for each member; only white space changes, so 5000.0 stays 5000.0."""
    lines, line, depth, before = list[str](), "", 0, ""
    for piece in _TOKEN.findall(text):
        opened, closing = before in ("[", "{"), piece in ("]", "}")
        depth -= closing
        if (opened or before == "," or closing) and not (opened and closing):
            lines.append(line)
            line = "  " * depth
        line += f"{piece} " if piece == ":" else piece
        depth += piece in ("[", "{")
        before = piece
    return "\n".join((*lines, line))


def _problem(status: int, text: str) -> JSONResponse:
    return JSONResponse({"problem": text}, status)
