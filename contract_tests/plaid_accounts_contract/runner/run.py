"""A run against one target: sends requests, judges every exchange, keeps the ledger."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

import attrs

from plaid_accounts_contract.checks import oracle, registry, schema
from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.checks.context import CheckContext, RunHistory
from plaid_accounts_contract.checks.findings import Results, Violation
from plaid_accounts_contract.contract import Contract, Operation
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Exchange, Request, Response
from plaid_accounts_contract.wire.target import Target, Unreachable

RATE_LIMITED: Final = 429
_PATIENCE: Final = 3
_HASTE: Final = 20


class OutOfTime(Unreachable):
    """The run has used up its time limit."""


@attrs.define
class Run:
    """Everything that happens to one target, from the first request to the verdict.

    `listener` is told of every exchange once it is judged; `exchanges` are kept in the order of sending. `unusable`
    says why nothing can be asked beyond the first exchanges, `aborted` why the run ended before its time. `limited`
    counts the exchanges that a rate limit kept from being judged. `not_offered` says why operations are not
    asked for any further, by operationId.
    """

    contract: Contract
    settings: Settings
    target: Target
    test_data: TestData
    results: Results = attrs.field(factory=Results)
    exchanges: list[Exchange] = attrs.field(factory=list)
    origin: str = ""
    listener: Callable[[Run], None] | None = attrs.field(default=None, repr=False)
    begun: float = attrs.field(factory=time.monotonic)
    unusable: str = ""
    aborted: str = ""
    limited: int = attrs.field(default=0, init=False)
    not_offered: dict[str, str] = attrs.field(factory=dict, init=False)
    _dropped: int = attrs.field(default=0, init=False)
    _history: RunHistory = attrs.field(factory=RunHistory, init=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.begun

    @property
    def operation(self) -> Operation:
        """The operation that most requests are about."""
        return self.contract.primary

    def send(self, request: Request) -> Exchange:
        """Send one request and judge the exchange.

        Raises:
            Unreachable: the target answers nothing any more, or the time is used up.

        """
        return self.evaluate(request, self.fetch(request))

    def fetch(self, request: Request) -> Response:
        """Send one request, and judge nothing yet.

        Raises:
            Unreachable: the target answers nothing any more, or the time is used up.

        """
        # What --rate-limit makes a run wait is no slowness of the target.
        limit = self.settings.time_limit + len(self.exchanges) * self.target.pace.interval
        if self.seconds > limit:
            msg = f"the run took more than {limit:g} seconds (--time-limit)"
            raise OutOfTime(msg)
        return self._answer(request)

    def evaluate(self, request: Request, response: Response) -> Exchange:
        """Judge one exchange and add what is found to the ledger."""
        with self._lock:
            exchange = self._keep(request, response)
            for violation in self._violations(exchange):
                self.results.record(violation)
        if self.listener is not None:
            self.listener(self)
        return exchange

    def keep(self, request: Request, response: Response) -> Exchange:
        """Keep one exchange that says nothing of conformance: what was asked for is not there, and need not be."""
        with self._lock:
            return self._keep(request, response)

    def _keep(self, request: Request, response: Response) -> Exchange:
        exchange = Exchange(len(self.exchanges) + 1, request, response, self.origin)
        self.exchanges.append(exchange)
        return exchange

    def _answer(self, request: Request) -> Response:
        try:
            return self.target.send(request, self._patience())
        except Unreachable as error:
            # A server that is alive but drops this very request has crashed on it; one that is gone cannot be judged.
            self._make_sure_of_life(request)
            try:
                return self.target.send(request, self._patience())
            except Unreachable:
                self._dropped += 1
                return Response(0, (), b"", transport_error=str(error))

    def _patience(self) -> float:
        """Seconds to wait for one answer: less where waiting has been in vain, as no verdict hangs on it any more."""
        if self._dropped < _PATIENCE:
            return self.target.timeout
        usual = statistics.median(each.response.seconds for each in self.exchanges if each.response.status)
        return min(self.target.timeout, max(1.0, _HASTE * usual))

    def _make_sure_of_life(self, request: Request) -> None:
        try:
            self.target.send(self.plain_request())
        except Unreachable as error:
            msg = f"{error}. The last request before it fell silent: {request.purpose}"
            raise Unreachable(msg) from None

    def plain_request(self) -> Request:
        """Return the plainest valid request: no filter, credentials in the first mode that the target supports."""
        return RequestBuilder(self.test_data, self.operation).valid(self.settings.modes[0])

    def _violations(self, exchange: Exchange) -> Iterable[Violation]:
        operation = self.contract.operation_at(exchange.request.path, exchange.request.method)
        expectation = oracle.expect(self.contract, operation, self.test_data, exchange.request)
        context = CheckContext(self.contract, operation, self.test_data, exchange, expectation, self._history)
        failed_on_purpose = expectation.failure is not None
        self.limited += exchange.response.status == RATE_LIMITED and not failed_on_purpose
        if exchange.request.method == operation.method and (exchange.response.status < 500 or failed_on_purpose):
            yield from self._clause_violations(context)
        for requirement in self.contract.requirements_of(operation):
            name = schema.named(self.contract, operation, requirement.id)
            for outcome in registry.CHECKS[requirement.id](context):
                self.results.observe(name)
                if outcome is not None:
                    yield Violation(
                        name, requirement.level, outcome.path, outcome.got, outcome.expected,
                        requirement.pointer, exchange,
                    )  # fmt: skip

    def _clause_violations(self, context: CheckContext) -> Iterable[Violation]:
        if not context.status:
            return
        for clause in schema.observed(context):
            self.results.observe(schema.named(self.contract, context.operation, clause))
        for breach in schema.mismatches(context):
            name = schema.named(self.contract, context.operation, breach.clause)
            yield Violation(name, "MUST", breach.path, breach.got, breach.expected, breach.pointer, context.exchange)
