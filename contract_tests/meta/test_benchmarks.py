"""The benchmarks measure like with like: bodies that the contract allows, read to the same values by every engine."""

from __future__ import annotations

import datetime
import json
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks import canned_server, goals, payloads, peers, rounds
from benchmarks.engines import Engine, engines
from benchmarks.table import Table
from plaid_accounts_contract.contract import Contract

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "contract_tests/benchmarks/requirements.txt"
RESPONSE = ("components", "schemas", "AccountsGetResponse")
SEVERAL = 10


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Engine]]:
    """Give every engine that can be had here, with the peers that are generated from the contract."""
    folder = tmp_path_factory.mktemp("peers")
    peers.generate(folder)
    sys.path.insert(0, str(folder))
    try:
        yield engines()
    finally:
        sys.path.remove(str(folder))


@pytest.mark.parametrize("accounts", payloads.SIZES)
def test_bodies_follow_the_contract(accounts: int) -> None:
    """Each body is valid, has as many accounts as it says, and no two with the same id."""
    body = json.loads(payloads.body(accounts))
    assert [error.message for error in Contract.load().validator(RESPONSE).iter_errors(body)] == []
    assert len({account["account_id"] for account in body["accounts"]}) == accounts


def test_bodies_are_the_same_in_every_run() -> None:
    """Two bodies of one size are the same bytes."""
    assert payloads.body(SEVERAL) == payloads.body(SEVERAL)


def test_bodies_have_every_field() -> None:
    """From ten accounts on, a body has all that is required, and at least four in five of all properties there are."""
    body = payloads.response(SEVERAL)
    insights = next(
        account["verification_insights"] for account in body["accounts"] if "verification_insights" in account
    )
    seen = {
        "Account": {name for account in body["accounts"] for name in account},
        "AccountBalances": {name for account in body["accounts"] for name in account["balances"]},
        "AccountVerificationInsights": set(insights),
        "AccountVerificationInsightsNetworkStatus": set(insights["network_status"]),
        "AccountVerificationInsightsPreviousReturns": set(insights["previous_returns"]),
        "Item": set(body["item"]),
    }
    schemas = Contract.load().at(("components", "schemas"))
    for name, properties in seen.items():
        known = set(schemas[name]["properties"])
        assert set(schemas[name].get("required", ())) <= properties <= known
        assert len(properties) >= 0.8 * len(known), f"{name} lacks {known - properties}"


def test_engines_read_the_same(readers: dict[str, Engine]) -> None:
    """What each engine reads, written as JSON again, is the body: no engine is faster for leaving something out."""
    body = _comparable(payloads.response(SEVERAL))
    assert len(readers) >= 5
    for name, engine in readers.items():
        assert _comparable(engine.plain(engine.decode(payloads.body(SEVERAL)))) == body, name


def test_canned_server_answers_every_request() -> None:
    """The server of the measured calls gives the body again and again over one connection."""
    with canned_server.running(SEVERAL) as url, httpx.Client() as client:
        answers = [client.post(url, json={"number": number}) for number in range(3)]
    assert {answer.content for answer in answers} == {payloads.body(SEVERAL)}


def test_rounds_take_turns() -> None:
    """Every subject gets a figure in every round, and no subject has all its rounds before another."""
    calls: list[str] = []
    figures = rounds.interleaved(
        {"one": lambda: calls.append("one"), "two": lambda: calls.append("two")},
        rounds.Effort(rounds=4, batch=1e-6, processes=1, suites=1),
    )
    assert {name: len(values) for name, values in figures.items()} == {"one": 4, "two": 4}
    assert sum(one != other for one, other in pairwise(calls)) >= 4


@pytest.mark.parametrize(("figure", "met"), [(0.34, True), (0.36, False)])
def test_goals_compare_within_rounds(figure: float, met: bool) -> None:
    """A ratio is the median of the ratios of the rounds, so that a slow round counts no more than others."""
    figures = {name: [1.0, 50.0, 1.0] for name in ("stock client", "pydantic", "plaid-python")}
    figures |= {name: [figure, 50 * figure, 9.0] for name in ("plaid_accounts", "plaid_accounts + orjson")}
    columns = {str(column): figures for column in ("1", "10", "100", "1,000")}
    table = Table("decoding", "", "s", 1, "stock client", columns)
    first = goals.results({"decoding": table})[0]
    assert (first["measured"], first["met"]) == (figure, met)


def test_peers_are_locked() -> None:
    """Each peer is one exact version with a hash and no address, the same as in the suite's own environment."""
    lock = LOCK.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", lock.strip())
    pattern = r"([a-z0-9-]+)==([^\s;]+)(?: ; ([^\\]+?))? \\\n(?: {4}--hash=sha256:[0-9a-f]{64}(?: \\\n)?)+"
    assert [block for block in blocks if not re.fullmatch(pattern, block)] == []
    pinned = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", lock, re.MULTILINE))
    own = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE))
    assert {name: version for name, version in pinned.items() if own.get(name, version) != version} == {}
    assert {"plaid-python", "pydantic", "datamodel-code-generator", "msgspec", "openapi-python-client"} <= set(pinned)


def _comparable(value: Any) -> Any:
    """Return a JSON value with instants for date-times: there is more than one way to write them."""
    if isinstance(value, dict):
        return {name: _comparable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_comparable(inner) for inner in value]
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, str) and value[:2] == "20" and value[4:5] == "-":
        return datetime.datetime.fromisoformat(value).timestamp()
    return value
