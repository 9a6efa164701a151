"""One violation as every report shows it: what it takes to understand and reproduce it, and no secret.

All text in a block is redacted and printable; a report only adds the escaping of its own format.
"""

from collections.abc import Iterator, Mapping
from http.client import responses as PHRASES  # noqa: N812 - a constant
from typing import Any, Final

import attrs

from plaid_accounts_contract.checks.findings import Group
from plaid_accounts_contract.checks.schema import plain
from plaid_accounts_contract.contract import Contract, Level, Pointer
from plaid_accounts_contract.redaction.curl import curl
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.reports.excerpt import around, body_text
from plaid_accounts_contract.reports.rows import rows_of, statement_of
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.wire.exchange import Exchange, Headers

# What fits beside a body on a screen; a server may send any number of headers of any length.
_HEADERS: Final = 20
_HEADER_LENGTH: Final = 200
_NEEDED: Final = ("content-type", "plaid-client-id", "plaid-secret", "plaid-version")


@attrs.frozen
class Message:
    """A request or a response: its first line, its headers and an excerpt of its body.

    `path` leads to the part of the body that `body` shows; it is empty for the beginning of the body.
    """

    line: str
    headers: tuple[str, ...]
    body: str
    path: str = ""


@attrs.frozen
class Block:
    """One violation. report.json holds its attributes under these names, so renaming one changes that format.

    `rows` are the rows of the table that it belongs to; `binding` is whether it decides the verdict, `known` whether
    the known-failing file lists it; `beside` names the other clauses that the exchange shown breaks; `operations` are
    the operationIds of its exchanges, empty if all are of the primary operation.
    """

    clause: str
    rows: tuple[str, ...]
    level: Level
    binding: bool
    known: bool
    statement: str
    place: str
    path: str
    got: str
    expected: str
    advice: str
    count: int
    exchanges: int
    of: int
    beside: tuple[str, ...]
    number: int
    mode: str
    purpose: str
    sent: Message
    answered: Message
    curl: str
    operations: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """What the violation means for the verdict."""
        if self.known:
            return "known failing"
        return "fail" if self.binding else "should"

    @property
    def frequency(self) -> str:
        """In how many exchanges it occurred, and how many times."""
        times = f", {self.count} times" if self.count != self.exchanges else ""
        where = f" ({', '.join(self.operations)})" if self.operations else ""
        return f"in {self.exchanges} of {self.of} exchanges{times}{where}"

    @property
    def request(self) -> str:
        """Which request the exchange shown began with."""
        return f"{self.purpose or 'not stated'} (exchange {self.number}, credentials: {self.mode})"


def blocks(outcome: Outcome, redactor: Redactor) -> list[Block]:
    """Return a block for each violation, those that decide the verdict first."""
    made = [_block(outcome, group, redactor) for group in outcome.run.results.violations()]
    return sorted(made, key=lambda block: (block.known, not block.binding))


def _block(outcome: Outcome, group: Group, redactor: Redactor) -> Block:
    run, violation = outcome.run, group.example
    exchange = violation.exchange

    return Block(
        clause=violation.clause,
        rows=tuple(rows_of(outcome, group)),
        level=violation.level,
        binding=violation.level == "MUST" or run.settings.level == "SHOULD",
        known=violation.key in outcome.known,
        statement=statement_of(run.contract, violation.clause, violation.pointer),
        place=run.contract.place(violation.pointer),
        path=redactor.safe(violation.path),
        got=redactor.safe(violation.got),
        expected=redactor.safe(violation.expected),
        advice=_advice(run.contract, violation.clause, violation.path, violation.pointer),
        count=group.count,
        exchanges=len(group.exchanges),
        of=len(run.exchanges),
        beside=tuple(_beside(outcome, group)),
        number=exchange.number,
        mode=exchange.request.mode,
        purpose=redactor.safe(exchange.request.purpose),
        sent=Message(
            redactor.safe(f"{exchange.request.method} {exchange.request.path}"),
            _headers(exchange.request.headers, redactor),
            body_text(exchange.request.body, redactor),
        ),
        answered=_response(exchange, violation.path, redactor),
        curl=_reproduce(run, exchange, redactor),
        operations=tuple(_operations(outcome, group)),
    )


def _reproduce(run: Run, exchange: Exchange, redactor: Redactor) -> str:
    request = exchange.request
    if run.recorded and not request.body:
        return "# The request was not recorded."
    if run.recorded:
        # No setting holds the cookies of a browser, and the API needs none.
        request = attrs.evolve(request, headers=tuple(one for one in request.headers if one[0].lower() in _NEEDED))
    compressed = exchange.response.header("content-encoding") is not None
    return curl(request, redactor, run.modes[0] if run.modes else "header", compressed=compressed)


def _operations(outcome: Outcome, group: Group) -> list[str]:
    contract = outcome.run.contract
    requests = [outcome.run.exchanges[number - 1].request for number in sorted(group.exchanges)]
    found = dict.fromkeys(contract.operation_at(request.path, request.method).id for request in requests)
    return [] if list(found) == [contract.primary.id] else list(found)


def _response(exchange: Exchange, path: str, redactor: Redactor) -> Message:
    response = exchange.response
    if not response.status:
        return Message("no response", (), redactor.safe(response.transport_error))
    shown, body = around(exchange, path, redactor)
    line = f"{response.status} {PHRASES.get(response.status, '')}".rstrip()
    return Message(line, _headers(response.headers, redactor), body, redactor.safe(shown))


def _headers(headers: Headers, redactor: Redactor) -> tuple[str, ...]:
    lines = [redactor.safe(f"{name}: {value}") for name, value in headers[:_HEADERS]]
    cut = [line if len(line) <= _HEADER_LENGTH else f"{line[:_HEADER_LENGTH]}..." for line in lines]
    more = len(headers) - _HEADERS
    return (*cut, *([f"... and {more} more"] if more > 0 else []))


def _beside(outcome: Outcome, group: Group) -> Iterator[str]:
    """Yield the other clauses that the exchange shown breaks: one mistake may break several."""
    number = group.example.exchange.number
    for other in outcome.run.results.violations():
        if number in other.exchanges and other.example.clause != group.example.clause:
            yield other.example.clause


def _advice(contract: Contract, clause: str, path: str, pointer: Pointer) -> str:
    if clause in ("credentials-header", "credentials-body"):
        other = {"credentials-header": "body", "credentials-body": "header"}[clause]
        return f"If the server takes credentials in the {other} alone, leave this mode out: --modes {other}."
    place = _enum_of(contract, pointer)
    if plain(clause) == "error-code-listed" and path == "error_code":
        place = ("components", "schemas", "PlaidError", "properties", "error_code", "x-error-codes")
    if place is None:
        return ""
    return (
        "Plaid adds values without notice. If the server is right and the contract is out of date, add the value at "
        f"openapi.yaml:{contract.line(place)}."
    )


def _enum_of(contract: Contract, pointer: Pointer) -> Pointer | None:
    """Return where the contract lists the values that a clause allows, if it is about listed values."""
    if not pointer:
        return None
    if pointer[-1] == "enum":
        return pointer
    node: Any = contract.at(pointer)
    for index in range(len(node) if pointer[-1] == "oneOf" else 0):
        target = contract.follow((*pointer, index))
        schema = contract.at(target)
        if isinstance(schema, Mapping) and "enum" in schema:
            return (*target, "enum")
    return None
