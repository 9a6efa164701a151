"""The known-failing file: what it may say, what it excuses, and when it is out of date."""

from pathlib import Path

import pytest

from meta.injection import CONTRACT, each_account, outcome_of, unchanged
from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.runner import known_failing
from plaid_accounts_contract.runner.known_failing import Entry
from plaid_accounts_contract.runner.verdict import conclude
from plaid_accounts_contract.settings import SettingsError

MASK = "#/components/schemas/Account/required/mask"


def load(tmp_path: Path, text: str) -> tuple[Entry, ...]:
    """Read a file with this text."""
    path = tmp_path / "known"
    path.write_text(text, "utf-8")
    return known_failing.load(path, CONTRACT)


def test_a_line_is_a_clause_a_path_and_a_reason(tmp_path: Path) -> None:
    """Comments and blank lines are passed over, positions in a path do not count, and a pointer is no comment."""
    text = f"""
# a comment
account-ids-filter   # ticket 12: the filter is ignored
status-documented
{MASK} accounts[3].mask # no masks yet
  #/components/schemas/Account/properties/subtype/oneOf
"""
    assert load(tmp_path, text) == (
        Entry("account-ids-filter", "", 3, "ticket 12: the filter is ignored"),
        Entry("status-documented", "", 4),
        Entry(MASK, "accounts[].mask", 5, "no masks yet"),
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
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, line)
    assert message in str(raised.value)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """A folder, and bytes that are no UTF-8, are named with the option."""
    (tmp_path / "latin").write_bytes(b"\xff\n")
    for path in (tmp_path, tmp_path / "latin"):
        with pytest.raises(SettingsError, match="--known-failing: cannot read"):
            known_failing.load(path, CONTRACT)


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
