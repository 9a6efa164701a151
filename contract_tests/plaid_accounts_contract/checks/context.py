"""What a check looks at: one exchange, what was expected of it, and what the run remembers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.checks.oracle import Expectation
from plaid_accounts_contract.contract import Contract, Operation
from plaid_accounts_contract.wire.exchange import Exchange


@attrs.define
class RunHistory:
    """What one exchange has to be compared with: request_ids and link_tokens, each with the number of its exchange."""

    request_ids: dict[str, int] = attrs.field(factory=dict)
    link_tokens: dict[str, int] = attrs.field(factory=dict)


@attrs.frozen
class CheckContext:
    """One exchange with everything that is known about it."""

    contract: Contract
    operation: Operation
    test_data: TestData
    exchange: Exchange
    expectation: Expectation
    history: RunHistory

    @property
    def status(self) -> int:
        """The response's status."""
        return self.exchange.response.status

    @property
    def accepted(self) -> bool:
        """Whether the target answered as if the request was right."""
        return 200 <= self.status < 300

    @property
    def body(self) -> Mapping[str, Any]:
        """The response's JSON object; empty if it is anything else."""
        value = self.exchange.json
        return value if isinstance(value, Mapping) else {}

    @property
    def error_code(self) -> str | None:
        """The error_code of the response, if it has one that is a string."""
        code = self.body.get("error_code")
        return code if isinstance(code, str) else None

    @property
    def item(self) -> Mapping[str, Any] | None:
        """The item of a 200, if it has one."""
        item = self.body.get("item") if self.accepted else None
        return item if isinstance(item, Mapping) else None

    @property
    def has_accounts(self) -> bool:
        """Whether this is a 200 with a list of accounts."""
        return self.accepted and isinstance(self.body.get("accounts"), list)

    def accounts(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the path and value of each account of a 200."""
        if self.has_accounts:
            for index, account in enumerate(self.body["accounts"]):
                if isinstance(account, Mapping):
                    yield f"accounts[{index}]", account

    @property
    def account_ids(self) -> list[str]:
        """The ids of the accounts of a 200, in order."""
        return [str(account.get("account_id")) for _, account in self.accounts()]
