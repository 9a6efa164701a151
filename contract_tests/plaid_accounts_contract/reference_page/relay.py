"""Test request: sends what the form describes to the destination, and checks the response."""

import re
from collections.abc import Iterator
from http.client import responses as PHRASES  # noqa: N812 - a constant
from typing import Any, Final

import attrs
from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect
from starlette.requests import Request as Incoming
from starlette.responses import JSONResponse
from starlette.responses import Response as Reply

from plaid_accounts_contract import conformance
from plaid_accounts_contract.checks import schema as schema_checks
from plaid_accounts_contract.checks.context import CheckContext
from plaid_accounts_contract.contract import Contract, Level, Operation, Pointer
from plaid_accounts_contract.redaction.printable import decoded, printable
from plaid_accounts_contract.reference_page.destination import Destination
from plaid_accounts_contract.reference_page.form import Form, InvalidForm
from plaid_accounts_contract.reference_server import requests
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.requests import BodyLimit
from plaid_accounts_contract.reports.rows import body_statement, statement_of
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import Headers, Request, Response
from plaid_accounts_contract.wire.target import Target, Unreachable

_LIMIT: Final = BodyLimit(size=2**18, seconds=10)
# Characters of a body that a browser still lays out at once.
_SHOWN: Final = 200_000
# Chosen, not measured: more requests than one person sends at a time; further ones wait.
_AT_ONCE: Final = 8

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


@attrs.frozen
class Clause:
    """One clause and its place in the contract; `path`, `got` and `expected` are empty if it is met."""

    clause: str
    level: Level
    met: bool
    statement: str
    place: str
    path: str = ""
    got: str = ""
    expected: str = ""


@attrs.frozen
class Relay:
    """Sends one request at a time; a visitor chooses neither the address nor the path."""

    contract: Contract
    destination: Destination
    # Threads of its own: the page needs those of Starlette.
    _waiting: CapacityLimiter = attrs.field(factory=lambda: CapacityLimiter(_AT_ONCE), init=False, repr=False)

    async def handle(self, incoming: Incoming) -> Reply:
        """Respond to one click on Send: with 200 if the destination responded, whatever its status."""
        if incoming.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return _problem(415, "invalid Content-Type: must be application/json")
        try:
            form = Form.read(await requests.read(incoming, _LIMIT))
            return await self._relay(form, self._address(incoming))
        except ApiError as error:
            return _problem(400, error.kind.message)
        except InvalidForm as error:
            return _problem(400, str(error))
        except Unreachable as error:
            return _problem(502, self.destination.redactor.safe(f"{error}. Is the server running?"))
        except ClientDisconnect:
            return Reply(status_code=400)

    async def _relay(self, form: Form, base_url: str) -> Reply:
        if self._waiting.borrowed_tokens == self._waiting.total_tokens:
            return _problem(503, "too many requests wait for a response; try again when one has ended")
        return JSONResponse(await to_thread.run_sync(self._send, form, base_url, limiter=self._waiting))

    def _address(self, incoming: Incoming) -> str:
        """Return the base URL; that of the reference server is the socket of this request, not one of its headers."""
        host, port = incoming.scope["server"]
        return self.destination.base_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def _send(self, form: Form, base_url: str) -> dict[str, Any]:
        operation, request = form.request(self.contract, self.destination)
        to, version = self.destination.settings, self.contract.version
        with Target(base_url, to.timeout, version=version, headers=to.headers, ca_file=to.ca_file) as target:
            request = target.complete(request)
            response = target.send(request)
        clauses = check(self.contract, operation, request, response)
        line = f"{request.method} {base_url.rstrip('/')}{request.path}"
        return {
            "request": {"line": line, "headers": self._headers(request.headers), "body": self._body(request.body)},
            "response": self._response(response),
            "milliseconds": round(1000 * response.seconds, 1),
            "conforms": all(clause.met for clause in clauses if clause.level == "MUST"),
            "clauses": [self._clause(clause) for clause in clauses],
        }

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
        return [self.destination.redactor.safe(f"{name}: {value}") for name, value in headers]

    def _body(self, body: bytes) -> str:
        text = decoded(body[:_SHOWN])
        is_json = len(body) <= _SHOWN and not strict_json.parse(body).unreadable
        return printable(self.destination.redactor.text(indented(text) if is_json else text), lines=True)

    def _clause(self, clause: Clause) -> dict[str, Any]:
        shown = {name: self.destination.redactor.safe(getattr(clause, name)) for name in ("path", "got", "expected")}
        return attrs.asdict(clause) | shown


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


def check(contract: Contract, operation: Operation, request: Request, response: Response) -> list[Clause]:
    """Check one response against the contract; broken clauses come first, MUST before SHOULD."""
    # As with `assert_conforms`, nothing is known of the server but this exchange.
    context = conformance.context_of(contract, operation, request, response)
    found = dict.fromkeys((*_schemas(context), *_requirements(context)))
    broken = {entry.clause for entry in found if not entry.met}
    kept = [entry for entry in found if not entry.met or entry.clause not in broken]
    return sorted(kept, key=lambda entry: (entry.met, entry.level))


def _schemas(context: CheckContext) -> Iterator[Clause]:
    contract, status = context.contract, context.status
    broken = set[str]()
    for mismatch in schema_checks.mismatches(context):
        statement = statement_of(contract, mismatch.clause, mismatch.pointer)
        place = contract.place(mismatch.pointer)
        yield Clause(mismatch.clause, "MUST", False, statement, place, mismatch.path, mismatch.got, mismatch.expected)
        broken.add(schema_checks.schema_clause(status) if mismatch.clause.startswith("#/") else mismatch.clause)
    responses: Pointer = (*context.operation.pointer, "responses")
    for name in schema_checks.observed(context):
        if name in broken:
            continue
        pointer, statement = responses, statement_of(contract, name, responses)
        if name == schema_checks.schema_clause(status):
            pointer = contract.response_schema(context.operation, status) or responses
            statement = body_statement(status, pointer)
        yield Clause(name, "MUST", True, statement, contract.place(pointer))


def _requirements(context: CheckContext) -> Iterator[Clause]:
    for requirement, outcome in conformance.requirement_outcomes(context):
        place = context.contract.place(requirement.pointer)
        shown = () if outcome is None else (outcome.path, outcome.got, outcome.expected)
        yield Clause(requirement.id, requirement.level, outcome is None, requirement.statement, place, *shown)
