"""The export on Conductor OSS 3.21: what it keeps, what it retries, what a crash loses, what it shows."""

import time
from collections.abc import Generator
from typing import Any, Final

import pytest

from engine.conductor import Conductor, on_redis, on_sqlite
from engine.gateway import ITEMS, Gateway, gateway, token
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.export.formats import workflow
from plaid_accounts_contract.export.http_call import HttpCall

pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated function:DeprecationWarning")
NAME: Final = "accounts_get_sandbox"
BALANCES: Final = "accounts_balance_get_sandbox"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Generator[Conductor]:
    """Run a Conductor on SQLite."""
    with on_sqlite(tmp_path_factory.mktemp("conductor")) as conductor:
        yield conductor


@pytest.fixture(scope="module")
def front() -> Generator[Gateway]:
    """Run a gateway and the reference server."""
    with gateway() as started:
        yield started


@pytest.fixture
def gate(front: Gateway) -> Gateway:
    """Return the gateway without calls."""
    front.reset()
    return front


def _export(gate: Gateway, operation: str = "accountsGet", credentials: str | None = None) -> dict[str, Any]:
    return workflow("conductor", HttpCall.of(Contract.load(), operation, "sandbox", (), gate.url), credentials)


def test_the_export_runs(engine: Conductor, gate: Gateway) -> None:
    """The exported workflow is registered as it is written, runs, and its output is the body of the response."""
    engine.register(_export(gate))
    (ended,) = engine.finished([engine.run(NAME, access_token="7")])
    assert ended.status == "COMPLETED"
    assert ended.output["response"]["accounts"][0]["name"] == "Account 7"
    assert gate.server.calls[-1].json() == {"access_token": token("7")}


def test_an_error_of_an_item_ends_the_workflow_with_its_code(engine: Conductor, gate: Gateway) -> None:
    """ITEM_LOGIN_REQUIRED is in the reason that the workflow failed; Conductor first retries it, as any other failure."""
    engine.register(_export(gate))
    gate.server.fail_item("ITEM_LOGIN_REQUIRED", access_token=token("8"))
    (ended,) = engine.finished([engine.run(NAME, access_token="8")])
    assert ended.status == "FAILED"
    assert '"error_code":"ITEM_LOGIN_REQUIRED"' in ended.reason_for_incompletion
    assert [call.status for call in gate.server.calls] == [400, 400, 400]


@pytest.mark.parametrize(("code", "status"), [("ACCOUNTS_LIMIT", 429), ("INTERNAL_SERVER_ERROR", 500)])
def test_a_passing_error_is_retried(code: str, status: int, engine: Conductor, gate: Gateway) -> None:
    """A 429 and a 500 are retried, and the workflow completes."""
    engine.register(_export(gate))
    gate.server.fail_next(code)
    (ended,) = engine.finished([engine.run(NAME, access_token="9")])
    assert ended.status == "COMPLETED"
    assert [call.status for call in gate.server.calls] == [status, 200]


def test_this_conductor_has_no_secrets(engine: Conductor, gate: Gateway) -> None:
    """Conductor OSS replaces an expression for a secret by null, so that the call has no keys."""
    direct = _export(gate, credentials="secrets")
    direct["tasks"][0]["inputParameters"]["http_request"]["uri"] = f"{gate.server.url}/accounts/get"
    engine.register(direct)
    (ended,) = engine.finished([engine.run(NAME, access_token="10")])
    assert ended.status == "FAILED"
    assert '"error_code":"MISSING_FIELDS"' in ended.reason_for_incompletion


def test_a_crash_loses_no_call(engine: Conductor, gate: Gateway) -> None:
    """Killed halfway and started again, Conductor makes every call; it repeats only those whose end it hadn't stored.

    SQLite keeps the file, and ignores the rate limit.
    """
    definition = _export(gate, "accountsBalanceGet")
    engine.register(definition)
    # So that calls are under way when it is killed, and others wait.
    gate.server.delay_next(0.3, times=ITEMS)
    started = [engine.run(BALANCES, access_token=str(number)) for number in range(ITEMS)]
    killed = time.time()
    engine.kill()
    called = len(gate.calls)
    assert 0 < called < ITEMS
    engine.start()
    ended = engine.finished(started)
    assert [one.status for one in ended] == ["COMPLETED"] * ITEMS
    assert len(gate.times_used()) == ITEMS
    repeated = [one for one in ended if gate.times_used()[one.input["access_token"]] > 1]
    assert all(one.end_time / 1000 > killed for one in repeated)
    limit = definition["tasks"][0]["taskDefinition"]
    within = gate.most_calls_within(limit["rateLimitFrequencyInSeconds"])
    assert within > limit["rateLimitPerFrequency"]
    print(f"killed after {called} of {ITEMS} calls: {len(repeated)} repeated, none lost; {within} calls in a minute")


def test_nothing_shows_or_stores_a_secret(engine: Conductor, gate: Gateway) -> None:
    """Keys and tokens that a gateway adds are in no file of the engine, and in nothing that it shows of a workflow."""
    engine.register(_export(gate))
    identifier = engine.run(NAME, access_token="11")
    engine.finished([identifier])
    stored = b"".join(path.read_bytes() for path in engine.folder.iterdir())
    assert NAME.encode() in stored
    for secret in (gate.server.client_id, gate.server.secret, token("")):
        assert secret.encode() not in stored
        assert secret not in engine.shown(identifier)


def test_redis_keeps_the_rate_limit_nearly(tmp_path_factory: pytest.TempPathFactory, gate: Gateway) -> None:
    """With its queues in Redis, Conductor keeps the exported limit, but counts calls of one millisecond once."""
    definition = _export(gate, "accountsBalanceGet")
    limit = definition["tasks"][0]["taskDefinition"]
    # So that the test takes half a minute and not three.
    limit["rateLimitFrequencyInSeconds"] = 10
    with on_redis(tmp_path_factory.mktemp("redis")) as conductor:
        conductor.register(definition)
        ended = conductor.finished([conductor.run(BALANCES, access_token=str(number)) for number in range(ITEMS)])
    assert [one.status for one in ended] == ["COMPLETED"] * ITEMS
    within = gate.most_calls_within(limit["rateLimitFrequencyInSeconds"])
    assert within < 1.5 * limit["rateLimitPerFrequency"]
    seconds = gate.calls[-1][0] - gate.calls[0][0]
    print(f"{within} calls in the busiest 10 seconds, {limit['rateLimitPerFrequency']} allowed; all in {seconds:.0f} s")
