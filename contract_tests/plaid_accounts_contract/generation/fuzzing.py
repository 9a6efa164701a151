"""Requests made by Schemathesis: examples, coverage and fuzzing over the contract narrowed to one target.

Schemathesis only writes the requests. What comes back is judged by the run, and nothing that the target says flows into
what is written next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema

from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.contract import Contract, Operation
from plaid_accounts_contract.generation.narrowing import narrow
from plaid_accounts_contract.settings import Mode, Settings
from plaid_accounts_contract.wire.exchange import Request

Case = schemathesis.Case[Any]
_SENDABLE: Final = re.compile(r"[ -~]{0,1024}")
_OF_THE_SENDER: Final = (
    "accept", "accept-encoding", "connection", "content-length", "user-agent", "x-schemathesis-testcaseid"
)  # fmt: skip
_BASE: Final = "http://target.invalid"


def schemas(contract: Contract, settings: Settings, test_data: TestData) -> dict[Mode, BaseSchema]:
    """Return, for each mode of credentials, the schema that generates requests to the primary operation."""
    number = settings.generated_requests
    return {
        mode: _schema(settings, narrow(contract, contract.primary, test_data, mode), number) for mode in settings.modes
    }


def schema_of(
    contract: Contract,
    settings: Settings,
    test_data: TestData,
    operation: Operation,
    mode: Mode,
    *,
    fields: Mapping[str, Any],
) -> BaseSchema:
    """Return the schema that generates requests to an additional operation; `fields` make a valid one."""
    narrowed = narrow(contract, operation, test_data, mode, fields)
    return _schema(settings, narrowed, settings.generated_requests_of_additional)


def effort(number: int) -> hypothesis.settings:
    """Return the settings of a generated test with so many examples."""
    return hypothesis.settings(
        max_examples=number,
        deadline=None,
        database=None,
        # How fast the target answers and how much of what is drawn can be sent is no fault of the test.
        suppress_health_check=[
            HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )  # fmt: skip


def body_of(contract: Contract, operation: Operation) -> Any:
    """Return a body that the contract allows, the plainest that is drawn, always the same."""
    document = {name: part for name, part in contract.document.items() if name != "security"}
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict({}))
    strategy = schema[operation.path][operation.method].as_strategy()
    quiet = hypothesis.settings(effort(20), derandomize=True, phases=[hypothesis.Phase.generate])
    valid = contract.validator(contract.request(operation)).is_valid
    return hypothesis.find(strategy.map(_body), valid, settings=quiet)


def _body(case: Case) -> Any:
    return case.body


def _schema(settings: Settings, narrowed: dict[str, Any], number: int) -> BaseSchema:
    config = SchemathesisConfig.from_dict(
        {
            "seed": settings.seed,
            "base-url": _BASE,
            "generation": {"database": "none", "max-examples": number},
            "phases": {
                "coverage": {"enabled": not settings.quick},
                "fuzzing": {"error-feedback": {"enabled": False}},
                "stateful": {"enabled": False},
            },
            "cache": {"enabled": False},
        }
    )
    return schemathesis.openapi.from_dict(narrowed, config=config)


def request_of(case: Case, mode: Mode) -> Request | None:
    """Return the request of a generated case, or None if its headers cannot be sent at all.

    HTTP libraries and proxies refuse control characters and very long headers by themselves, so such a header says
    nothing about the target.
    """
    arguments = case.as_transport_kwargs(base_url=_BASE)
    prepared = requests.Request(**arguments).prepare()
    headers = tuple((_text(name), _text(value)) for name, value in prepared.headers.items())
    if not all(_SENDABLE.fullmatch(name) and _SENDABLE.fullmatch(value) for name, value in headers):
        return None
    url = urlsplit(str(prepared.url))
    body = prepared.body or b""
    if not isinstance(body, bytes | str):
        return None
    return Request(
        method=str(prepared.method),
        path=url.path + (f"?{url.query}" if url.query else ""),
        headers=tuple((name, value) for name, value in headers if name.lower() not in _OF_THE_SENDER),
        body=body.encode("utf-8") if isinstance(body, str) else body,
        purpose=_purpose(case),
        mode=mode,
    )


def _purpose(case: Case) -> str:
    meta = case.meta
    if meta is None:
        return "generated"
    description = getattr(meta.phase.data, "description", None)
    return f"{meta.phase.name.value}: {description}" if description else meta.phase.name.value


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
