"""Pytest plugin of `make faults`: records what became of each fault, prints the totals and writes `.faults/faults.md`.

A test module has one test for each fault, parametrised by `fault` with the fault's id as the id of the test, and calls
`record` with the outcome. `fault` is a row of either table of faults.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from mutation.client_faults.fault import ClientFault
from mutation.runner import Outcome, Record
from mutation.server_faults.fault import Fault

FOLDER: Final = Path(".faults")
_PASSING: Final = ("caught", "refused", "not observed", "no alarm")
_PROPERTY: Final = "fault"


@pytest.fixture
def record(request: pytest.FixtureRequest, record_property: Any) -> Record:
    """Return what a test reports its outcome with; it fails the test unless the fault was caught, or is equivalent."""
    fault: Fault | ClientFault = request.node.callspec.params["fault"]

    def record_outcome(outcome: Outcome, caught_by: str = "", detail: str = "") -> None:
        stale = bool(fault.equivalent) and outcome != "survived"
        shown: Outcome = "equivalent" if fault.equivalent and not stale else outcome
        row = {"id": fault.id, "kind": fault.kind, "statement": fault.statement, "breaks": fault.breaks}
        note = fault.equivalent or detail
        record_property(_PROPERTY, {**row, "outcome": shown, "caught_by": caught_by, "detail": note})
        if stale or (shown != "equivalent" and outcome not in _PASSING):
            marked = f", though marked equivalent: {fault.equivalent}" if stale else ""
            pytest.fail(f"{outcome}{marked}: {fault.statement} [{fault.breaks}] {detail}", pytrace=False)

    return record_outcome


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--list`."""
    parser.addoption("--list", action="store_true", dest="list_faults", help="list the faults instead of running them")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Make `--list` collect only, in this process."""
    if config.option.list_faults:
        config.option.collectonly = True


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Print id, clause and statement of each selected fault under `--list`."""
    if not config.option.list_faults:
        return
    for item in items:
        fault: Fault | ClientFault | None = getattr(item, "callspec", None) and item.callspec.params.get("fault")  # type: ignore[attr-defined]
        if fault is not None:
            print(fault.id, fault.breaks, fault.statement, sep="\t")
    number = len(items)
    items.clear()  # Pytest would list them once more, by the ids of the tests.
    pytest.exit(f"{number} tests", returncode=0)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the totals of each kind, and write the whole table."""
    reports = (report for listed in terminalreporter.stats.values() for report in listed)
    called = (report for report in reports if getattr(report, "when", "") == "call")
    rows = [value for report in called for name, value in report.user_properties if name == _PROPERTY]
    if not rows or hasattr(config, "workerinput"):
        return
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / "faults.md"
    totals = [*_totals(rows)]
    path.write_text("\n".join([*_markdown(totals, rows), ""]), "utf-8")
    terminalreporter.section("faults")
    for kind, *counts in totals:
        terminalreporter.write_line(f"{kind:40}" + "".join(f"{count!s:>12}" for count in counts))
    terminalreporter.write_line(f"written: {path}")


def _totals(rows: list[dict[str, str]]) -> Iterator[tuple[Any, ...]]:
    seen = [outcome for outcome in get_args(Outcome) if any(row["outcome"] == outcome for row in rows)]
    yield ("kind", "total", *seen)
    for kind in [*dict.fromkeys(row["kind"] for row in rows), "all"]:
        counted = Counter(row["outcome"] for row in rows if kind in (row["kind"], "all"))
        yield (kind, counted.total(), *(counted[outcome] for outcome in seen))


def _markdown(totals: list[tuple[Any, ...]], rows: list[dict[str, str]]) -> Iterator[str]:
    yield from ("# Faults", "")
    yield from _table(totals)
    yield ""
    outcomes = ((f"{row['outcome']}: {row['detail']}" if row["detail"] else row["outcome"]) for row in rows)
    cells = [
        (f"`{row['id']}`: {row['statement']}", row["breaks"], outcome, row["caught_by"])
        for row, outcome in zip(rows, outcomes, strict=True)
    ]
    yield from _table([("fault", "breaks", "outcome", "caught by"), *cells])


def _table(rows: list[tuple[Any, ...]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield "| " + " | ".join(str(cell).replace("|", r"\|").replace("\n", " ") for cell in row) + " |"
        if number == 0:
            yield "|" + "---|" * len(row)
