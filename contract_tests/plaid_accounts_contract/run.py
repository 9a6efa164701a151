"""A run against one target: sends requests, judges every exchange, keeps the ledger."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

import attrs

from plaid_accounts_contract import clauses, expectations, requirements
from plaid_accounts_contract.contract import Contract, Operation
from plaid_accounts_contract.evidence import Evidence, Memory
from plaid_accounts_contract.exchange import Exchange, Request, Response
from plaid_accounts_contract.findings import Finding, Ledger
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.subject import Subject
from plaid_accounts_contract.targets import Target, Unreachable


class OutOfTime(Unreachable):
    """The run has used up its time limit."""


@attrs.define
class Run:
    """Everything that happens to one target, from the first request to the verdict.

    `listener` is told of every exchange once it is judged; `exchanges` are kept in the order of sending. `unusable`
    says why nothing can be asked beyond the first exchanges, `aborted` why the run ended before its time.
    """

    contract: Contract
    settings: Settings
    target: Target
    subject: Subject
    operation: Operation
    ledger: Ledger = attrs.field(factory=Ledger)
    exchanges: list[Exchange] = attrs.field(factory=list)
    origin: str = ""
    listener: Callable[[Run], None] | None = attrs.field(default=None, repr=False)
    begun: float = attrs.field(factory=time.monotonic)
    unusable: str = ""
    aborted: str = ""
    _memory: Memory = attrs.field(factory=Memory, init=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.begun

    def send(self, request: Request) -> Exchange:
        """Send one request and judge the exchange.

        Raises:
            Unreachable: the target answers nothing any more, or the time is used up.

        """
        if self.seconds > self.settings.time_limit:
            msg = f"the run took more than {self.settings.time_limit:g} seconds (--time-limit)"
            raise OutOfTime(msg)
        return self.judge(request, self._answer(request))

    def judge(self, request: Request, response: Response) -> Exchange:
        """Judge one exchange and add what is found to the ledger."""
        with self._lock:
            exchange = Exchange(len(self.exchanges) + 1, request, response, self.origin)
            self.exchanges.append(exchange)
            for finding in self._findings(exchange):
                self.ledger.record(finding)
        if self.listener is not None:
            self.listener(self)
        return exchange

    def _answer(self, request: Request) -> Response:
        try:
            return self.target.send(request)
        except Unreachable as error:
            # A server that is alive but drops this very request has crashed on it; one that is gone cannot be judged.
            self.target.send(self.plain_request())
            try:
                return self.target.send(request)
            except Unreachable:
                return Response(0, (), b"", damage=str(error))

    def plain_request(self) -> Request:
        """Return the plainest valid request: no filter, credentials in the first mode that the target supports."""
        from plaid_accounts_contract.requests import Author  # noqa: PLC0415 - requests are written for a run

        return Author(self.subject, self.operation).valid(self.settings.modes[0])

    def _findings(self, exchange: Exchange) -> Iterable[Finding]:
        expectation = expectations.expect(self.contract, self.operation, self.subject, exchange.request)
        evidence = Evidence(self.contract, self.operation, self.subject, exchange, expectation, self._memory)
        failed_on_purpose = expectation.failure is not None
        if exchange.request.method == self.operation.method and (exchange.response.status < 500 or failed_on_purpose):
            yield from self._clause_findings(evidence)
        for requirement in self.contract.requirements.values():
            for outcome in requirements.CHECKS[requirement.id](evidence):
                self.ledger.observe(requirement.id)
                if outcome is not None:
                    yield Finding(
                        requirement.id, requirement.level, outcome.path, outcome.got, outcome.expected,
                        requirement.pointer, exchange,
                    )  # fmt: skip

    def _clause_findings(self, evidence: Evidence) -> Iterable[Finding]:
        if not evidence.status:
            return
        for clause in clauses.observed(evidence):
            self.ledger.observe(clause)
        for breach in clauses.breaches(evidence):
            yield Finding(
                breach.clause, "MUST", breach.path, breach.got, breach.expected, breach.pointer, evidence.exchange
            )
