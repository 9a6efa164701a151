"""The context passed to every check, and what a check returns."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs

from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.checks.oracle import Expectation
from plaid_accounts_contract.contract import Contract, Operation
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import Exchange


@attrs.define(eq=False)
class RunHistory:
    """The request_ids and link_tokens of a run, each with the number of the first exchange that returned it.

    `refused` are the modes in which the target takes no credentials, although they are right.
    """

    request_ids: dict[str, int] = attrs.field(factory=dict)
    link_tokens: dict[str, int] = attrs.field(factory=dict)
    refused: frozenset[str] = frozenset()


@attrs.frozen(slots=False)
class CheckContext:
    """One exchange, what was expected of it, and what the run knows."""

    contract: Contract
    operation: Operation
    test_data: TestData
    exchange: Exchange
    expectation: Expectation
    history: RunHistory

    @property
    def status(self) -> int:
        """The status of the response; 0 without one."""
        return self.exchange.response.status

    @property
    def accepted(self) -> bool:
        """Whether the target accepted the request: a status from 200 to 299."""
        return 200 <= self.status < 300

    @property
    def right_method(self) -> bool:
        """Whether the request used the operation's method."""
        return self.exchange.request.method == self.operation.method

    @property
    def rate_limited(self) -> bool:
        """Whether a rate limit rejected the request."""
        return self.status == 429

    @property
    def limited_instead(self) -> bool:
        """Whether a rate limit, which may occur at any time, replaces another expected error."""
        expected = self.contract.error_codes.get(self.expectation.failure or "")
        return self.rate_limited and expected is not None and expected.status != 429

    @property
    def conclusive(self) -> bool:
        """Whether the status says something about the request: rate limits and server errors have clauses of their own."""
        return not self.rate_limited and 0 < self.status < 500

    @property
    def undocumented_refusal(self) -> bool:
        """Whether the request was refused with a status that the operation does not document."""
        return 400 <= self.status < 500 and self.contract.response(self.operation, self.status) is None

    @property
    def sent(self) -> Mapping[str, Any]:
        """The JSON object of the request; empty if its body is anything else."""
        value = strict_json.parse(self.exchange.request.body).value
        return value if isinstance(value, Mapping) else {}

    @property
    def body(self) -> Mapping[str, Any]:
        """The JSON object of the response; empty if its body is anything else."""
        value = self.exchange.json
        return value if isinstance(value, Mapping) else {}

    @property
    def error_code(self) -> str | None:
        """The error_code of the response, if it is a string."""
        code = self.body.get("error_code")
        return code if isinstance(code, str) else None

    @property
    def item(self) -> Mapping[str, Any] | None:
        """The item of a success, if it has one."""
        item = self.body.get("item") if self.accepted else None
        return item if isinstance(item, Mapping) else None

    @property
    def has_accounts(self) -> bool:
        """Whether this is a success with a list of accounts."""
        return self.accepted and isinstance(self.body.get("accounts"), list)

    @cached_property
    def accounts(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The path and value of each account of a success."""
        listed: Any = self.body["accounts"] if self.has_accounts else ()
        return [(f"accounts[{index}]", account) for index, account in enumerate(listed) if isinstance(account, dict)]

    @property
    def account_ids(self) -> list[str]:
        """The ids of the accounts of a success, in order."""
        return [str(account.get("account_id")) for _, account in self.accounts]


@attrs.frozen
class Failed:
    """Where a requirement is violated, what was found there and what was expected."""

    path: str
    got: str
    expected: str


CheckResult = Failed | None
Check = Callable[[CheckContext], Iterator[CheckResult]]
"""Yields a result each time the exchange exercises its requirement, None if that is met; nothing if it does not."""


def expect(met: bool, path: str, got: str, expected: str) -> CheckResult:
    """Return the result of a check."""
    return None if met else Failed(path, got, expected)


def unique(context: CheckContext, name: str, known: dict[str, int]) -> Iterator[CheckResult]:
    """Yield whether the text at `name` is new; `known` has the number of the first exchange that returned each."""
    value = context.body.get(name)
    if isinstance(value, str) and value:
        first = known.setdefault(value, context.exchange.number)
        # The first one can't be a repetition.
        if first != context.exchange.number or len(known) > 1:
            yield expect(first == context.exchange.number, name, f"the {name} of exchange {first}", f"a new {name}")
