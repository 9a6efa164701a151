"""A run against one target: sends requests, evaluates every exchange, keeps the results."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from typing import Final

import attrs

from plaid_accounts_contract.checks import oracle, registry
from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.checks.context import CheckContext, RunHistory
from plaid_accounts_contract.checks.findings import Results
from plaid_accounts_contract.contract import Contract, Operation
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.settings import Mode, Settings
from plaid_accounts_contract.wire.exchange import Exchange, Request, Response
from plaid_accounts_contract.wire.target import Target, Unreachable

# After three requests without a response the verdict is settled; the next ones get 20 times the usual response time.
_FULL_TIMEOUTS: Final = 3
_TIMES_USUAL: Final = 20


class OutOfTime(Unreachable):
    """The run has exceeded its time limit."""


@attrs.define
class Run:
    """One run, from the first request to the verdict.

    `listener` is called after each evaluated exchange; `exchanges` are in the order of sending. `unusable` is the reason
    why nothing can be sent after the preflight, `aborted` why the run ended early. `limited` counts the exchanges that an
    unexpected rate limit rejected. `not_offered` maps the operationId of an operation that is not tested to the reason.
    `refused` are the modes in which the target takes no credentials, `last` is the request that ended the run,
    `recorded` is whether the exchanges come from recordings, and `unreached` names the tests that an early end left out.
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
    refused: frozenset[Mode] = frozenset()
    recorded: bool = False
    last: Request | None = attrs.field(default=None, init=False)
    unreached: tuple[str, ...] = attrs.field(default=(), init=False)
    limited: int = attrs.field(default=0, init=False)
    not_offered: dict[str, str] = attrs.field(factory=dict, init=False)
    _dropped: int = attrs.field(default=0, init=False)
    _history: RunHistory = attrs.field(
        default=attrs.Factory(lambda run: RunHistory(refused=run.refused), takes_self=True), init=False
    )
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.begun

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes of the settings in which the target takes credentials."""
        return tuple(mode for mode in self.settings.modes if mode not in self.refused)

    @property
    def operation(self) -> Operation:
        """The operation of most requests."""
        return self.contract.primary

    def send(self, request: Request) -> Exchange:
        """Send one request and evaluate the exchange."""
        return self.evaluate(request, self.fetch(request))

    def fetch(self, request: Request) -> Response:
        """Send one request without evaluating the exchange; a request that the target drops has a status of 0.

        Raises:
            Unreachable: the target has stopped responding, or the time limit is exceeded.
        """
        try:
            return self._try(request)
        except OutOfTime:
            raise
        except Unreachable as error:
            # A server that is alive but drops this request twice has crashed on it; one that is gone sends no more.
            self._check_alive(request)
            try:
                return self._try(request)
            except OutOfTime:
                raise
            except Unreachable:
                self._dropped += 1
                return Response(0, (), b"", transport_error=str(error))

    def _try(self, request: Request, timeout: float = 0.0) -> Response:
        # Waiting for --rate-limit does not make the target slow.
        limit = self.settings.time_limit + len(self.exchanges) * self.target.pace.interval
        left, wanted = limit - self.seconds, timeout or self._timeout()
        if left > 0:
            try:
                return self.target.send(request, wanted if self.target.pace.interval else min(wanted, left))
            except Unreachable:
                if self.seconds < limit:
                    raise
        self.last = request
        raise OutOfTime(f"the run took more than {limit:g} seconds (--time-limit)") from None

    def evaluate(self, request: Request, response: Response) -> Exchange:
        """Check one exchange and record the results."""
        operation = self.contract.operation_at(request.path, request.method)
        expectation = oracle.expect(self.contract, operation, self.test_data, request)
        with self._lock:
            exchange = self._append(request, response)
            context = CheckContext(self.contract, operation, self.test_data, exchange, expectation, self._history)
            self.limited += context.rate_limited and expectation.failure is None
            registry.evaluate(context, self.results)
        if self.listener is not None:
            self.listener(self)
        return exchange

    def keep(self, request: Request, response: Response) -> Exchange:
        """Keep one exchange without checking it: the target need not offer what was requested."""
        with self._lock:
            return self._append(request, response)

    def plain_request(self) -> Request:
        """Return the simplest valid request: no filter, credentials in the first mode."""
        return RequestBuilder(self.test_data, self.operation).valid(self.modes[0])

    def _append(self, request: Request, response: Response) -> Exchange:
        exchange = Exchange(len(self.exchanges) + 1, self.target.complete(request), response, self.origin)
        self.exchanges.append(exchange.kept())
        return exchange

    def _timeout(self) -> float:
        if self._dropped < _FULL_TIMEOUTS:
            return self.target.timeout
        usual = statistics.median(each.response.seconds for each in self.exchanges if each.response.status)
        return min(self.target.timeout, max(1.0, _TIMES_USUAL * usual))

    def _check_alive(self, request: Request) -> None:
        try:
            self._try(self.plain_request(), self.target.timeout)
        except OutOfTime:
            raise
        except Unreachable as error:
            self.last = request
            raise Unreachable(f"{error}. Last request before it stopped responding: {request.purpose}") from None
