"""Verdicts on servers that drop connections, crash, stop responding or limit requests, or have known violations."""

import json
import re
import time
from collections.abc import Generator
from pathlib import Path

import attrs
import pytest

from meta.commands import QUICK, command, credentials
from meta.injection import CONTRACT, Injection, each_account, outcome_of, unchanged
from meta.other_servers import Handler, serving
from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.reference_server import RateLimit, create_app, running
from plaid_accounts_contract.runner import known_failing
from plaid_accounts_contract.runner.known_failing import Entry
from plaid_accounts_contract.runner.local_target import reference_server
from plaid_accounts_contract.runner.run import OutOfTime, Run
from plaid_accounts_contract.runner.runner import open_run
from plaid_accounts_contract.runner.verdict import conclude
from plaid_accounts_contract.settings import Settings, SettingsError
from plaid_accounts_contract.wire.exchange import Request, Response
from plaid_accounts_contract.wire.target import Pace, Target, Unreachable

MASK = "#/components/schemas/Account/required/mask"


class DropsLongIds(Handler):
    """Closes the connection on a long id, like a process that crashes and is restarted."""

    def drops(self, _body: bytes) -> bool:
        """Whether the request holds such an id."""
        return b"x" * 5000 in _body


class DiesOfDepth(Handler):
    """Stops responding after a very deeply nested body."""

    dead = False

    def drops(self, body: bytes) -> bool:
        """Whether it has received one."""
        type(self).dead = self.dead or b"[" * 1000 in body or b'{"options":' * 100 in body
        return self.dead


@attrs.define
class Silent(Target):
    """Times out requests whose purpose is "silence", and records the timeout of each."""

    given: list[float | None] = attrs.field(factory=list)

    def send(self, request: Request, timeout: float | None = None) -> Response:
        """Send a request, or raise."""
        if request.purpose == "silence":
            self.given.append(timeout)
            raise Unreachable("no response")
        return super().send(request, timeout)


def test_an_omitted_property_is_one_violation(tmp_path: Path) -> None:
    """A required property missing from every response is status 1 and one violation, though the client can read none."""
    with running(Injection(each_account(lambda one: one.pop("mask")))) as server:
        command("check", server.url, *QUICK, "--report-dir", str(tmp_path), environment=credentials(), ends=1)
    faults = json.loads((tmp_path / "report.json").read_text())["faults"]
    assert {fault["clause"] for fault in faults} == {MASK}


def test_a_dropped_connection_violates_no_server_error(tmp_path: Path) -> None:
    """A server that drops one kind of request violates no-server-error; the run continues to its end."""
    with serving(DropsLongIds) as url:
        options = ("--modes", "header", "--examples", "1", "--report-dir", str(tmp_path))
        command("check", url, *options, environment=credentials(), ends=1)
    faults = json.loads((tmp_path / "report.json").read_text())["faults"]
    assert {fault["clause"] for fault in faults} == {"no-server-error"}


def test_the_time_limit_ends_a_run() -> None:
    """A run that takes longer than its limit is status 2 and names the option."""
    result = command("check", "--quick", "--time-limit", "0.5", ends=2)
    assert "--time-limit" in result.out


@pytest.mark.parametrize(("level", "verdict"), [("MUST", Verdict.PASS), ("SHOULD", Verdict.FAIL)])
def test_a_should_counts_at_its_level(level: str, verdict: Verdict) -> None:
    """A violated SHOULD is reported at either level and fails the run only at level SHOULD."""
    outcome = outcome_of(each_account(lambda one: one.update(type="other")), level=level)
    assert [group.example.clause for group in outcome.run.results.violations()] == ["subtype-of-type"]
    assert outcome.verdict is verdict


def test_a_request_that_crashes_a_server_is_sent_last_and_named() -> None:
    """A server that crashes on a request is status 2; the request is named, and all that these settings show was observed."""
    with serving(DiesOfDepth) as url:
        result = command("check", url, "--timeout", "2", "--examples", "1", environment=credentials(), ends=2)
    assert "Last request before it stopped responding: body: 100 objects deep" in " ".join(result.out.split())
    unobserved = [line.split()[0] for line in result.out.splitlines() if " not observed " in line]
    assert unobserved == ["clients-kept-apart", "item-error-returned", "schema-429", "schema-500", "schema-503"]


def test_timeouts_get_shorter(run: Run) -> None:
    """After three requests without a response the next get a shorter timeout, except plain ones."""
    with Silent(run.settings.base_url) as target:
        run.target = target
        run.exchanges[:] = [
            attrs.evolve(one, response=attrs.evolve(one.response, seconds=0.1)) for one in run.exchanges
        ]
        for _ in range(4):
            exchange = run.send(attrs.evolve(run.plain_request(), purpose="silence"))
            assert exchange.response.transport_error == "no response"
    assert target.given == [*[10.0] * 6, 2.0, 2.0]


@pytest.fixture
def run() -> Generator[Run]:
    """A run that has just begun, against the reference server."""
    with reference_server(Settings()) as settings, open_run(settings, CONTRACT) as it:
        yield it


def test_a_server_that_mostly_responds_with_429_cannot_be_judged() -> None:
    """A rate limit that swallows most requests is status 2 with the option that helps, never a pass."""
    with running(create_app(rate_limit=RateLimit(per_item=20))) as server:
        result = command("check", server.url, *QUICK, environment=credentials(), ends=2)
    assert re.search(r"\d+ of \d+ requests were rejected with 429", result.out)
    assert "--rate-limit" in "".join(result.out.splitlines()[-3:-1])


def test_an_expected_rate_limit_is_no_obstacle(run: Run) -> None:
    """A token whose response is known to be a 429 does not count as a request that could not be judged."""
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


def test_the_time_that_a_rate_limit_costs_is_printed_first() -> None:
    """The beginning of a run says how many requests it will send at about which cost of time."""
    result = command("check", "--quick", "--rate-limit", "60000", ends=0)
    expected = re.search(r"(\d+) requests at 60000 per minute take about a minute", result.out)
    sent = re.search(r"(\d+) exchanges", result.out.splitlines()[-1])
    assert expected is not None
    assert sent is not None
    assert 0.8 < int(sent[1]) / int(expected[1]) < 1.25


# --- the known-failing file


def _read(tmp_path: Path, text: str) -> tuple[Entry, ...]:
    """Read a file with this text."""
    path = tmp_path / "known"
    path.write_text(text, "utf-8")
    return known_failing.load(Settings(known_failing=str(path)), CONTRACT)


def test_a_line_is_a_clause_and_a_path(tmp_path: Path) -> None:
    """Comments and blank lines are passed over, positions in a path do not count, and a pointer is no comment."""
    text = f"""
# a comment
account-ids-filter   # ticket 12: the filter is ignored
status-documented
{MASK} accounts[3].mask # no masks yet
  #/components/schemas/Account/properties/subtype/oneOf
"""
    assert _read(tmp_path, text) == (
        Entry("account-ids-filter", "", 3),
        Entry("status-documented", "", 4),
        Entry(MASK, "accounts[].mask", 5),
        Entry("#/components/schemas/Account/properties/subtype/oneOf", "", 6),
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "account-id-filter",
            "known:1: the contract has no clause 'account-id-filter'; did you mean account-ids-filter?",
        ),
        ("#/components/schemas/Account/required/maks", f"did you mean {MASK}?"),
        ("zzzz", "`plaid-accounts-contract requirements` lists the requirements"),
        ("media-type accounts[0] extra", "an entry is a clause and at most one path"),
    ],
)
def test_a_line_that_means_nothing_is_an_error(tmp_path: Path, line: str, message: str) -> None:
    """A clause that the contract lacks is named with its line and the nearest one that it has."""
    with pytest.raises(SettingsError, match=re.escape(message)):
        _read(tmp_path, line)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """A folder, and bytes that are no UTF-8, are named with the option."""
    (tmp_path / "latin").write_bytes(b"\xff\n")
    with pytest.raises(SettingsError, match="--known-failing: file not found"):
        known_failing.load(Settings(known_failing=str(tmp_path)), CONTRACT)
    with pytest.raises(SettingsError, match="--known-failing: cannot read"):
        known_failing.load(Settings(known_failing=str(tmp_path / "latin")), CONTRACT)


def test_an_entry_excuses_its_own_violation_alone() -> None:
    """A run whose only violation is known passes and names it; entries with another path or clause excuse nothing."""
    excused = outcome_of(each_account(lambda one: one.pop("mask")), [Entry(MASK)])
    assert (excused.verdict, excused.stale) == (Verdict.PASS, ())
    assert excused.known == {(MASK, "accounts[].mask")}
    other = conclude(excused.run, known=[Entry(MASK, "accounts[].name"), Entry("response-encoding")])
    assert (other.verdict, other.known) == (Verdict.FAIL, frozenset())


def test_a_stale_entry_fails_the_run() -> None:
    """An entry that was observed and found nothing fails the run; one that was not observed is kept."""
    entries = [Entry("account-ids-filter", line=1), Entry(MASK, line=2)]
    outcome = outcome_of(unchanged, [*entries, Entry("post-only", line=3)])
    assert outcome.verdict is Verdict.FAIL
    assert outcome.stale == tuple(entries)
