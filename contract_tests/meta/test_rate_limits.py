"""Servers with a rate limit: what it keeps from being seen is not passed over, and keeping to it takes its time."""

from __future__ import annotations

import re
import time
from collections.abc import Generator

import attrs
import pytest

from meta.checks import command, credentials
from meta.injection import CONTRACT
from plaid_accounts_contract.reference_server import RateLimit, create_app, reference_world, running
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.runner.run import OutOfTime, Run
from plaid_accounts_contract.runner.runner import open_run
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.target import Pace


@pytest.fixture
def run() -> Generator[Run]:
    """A run that has just begun, against the reference server."""
    with (
        running(create_app()) as server,
        open_run(complete(Settings(), reference_world(), server.url), CONTRACT) as it,
    ):
        yield it


def test_a_server_that_mostly_answers_429_cannot_be_judged() -> None:
    """A rate limit that swallows most requests is status 2 with the option that helps, never a pass."""
    with running(create_app(rate_limit=RateLimit(per_item=20))) as server:
        result = command("check", server.url, "--quick", environment=credentials())
    assert result.status == 2, result.out + result.err
    assert re.search(r"\d+ of \d+ requests were rejected with 429", result.out)
    assert "--rate-limit" in "".join(result.out.splitlines()[-3:-1])


def test_an_expected_rate_limit_is_no_obstacle(run: Run) -> None:
    """A token whose answer is known to be a 429 does not count as a request that could not be judged."""
    limited = next(token for code, token in run.settings.error_tokens if "LIMIT" in code)
    request = attrs.evolve(run.plain_request(), body=f'{{"access_token":"{limited}"}}'.encode())
    assert run.send(request).response.status == 429
    assert run.limited == 0


def test_waiting_for_the_rate_limit_is_not_counted_as_slowness(run: Run) -> None:
    """The time limit grows by the pause before each request, and ends the run beyond that."""
    run.target.pace = Pace(3600.0)
    run.begun = time.monotonic() - 1800
    assert run.send(run.plain_request()).response.status == 200
    run.begun = time.monotonic() - 3600.0 * len(run.exchanges) - run.settings.time_limit - 1
    with pytest.raises(OutOfTime, match="--time-limit"):
        run.send(run.plain_request())


def test_the_time_that_a_rate_limit_costs_is_told_first() -> None:
    """The beginning of a run says how many requests it will send at about which cost of time."""
    result = command("check", "--quick", "--rate-limit", "60000")
    assert result.status == 0, result.out + result.err
    expected = re.search(r"(\d+) requests at 60000 per minute take about a minute", result.out)
    sent = re.search(r"(\d+) exchanges", result.out.splitlines()[-1])
    assert expected is not None
    assert sent is not None
    assert 0.8 < int(sent[1]) / int(expected[1]) < 1.25
