"""junit.xml: a test case for each row of the table, as continuous integration reads it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.reports.blocks import Block
from plaid_accounts_contract.reports.headline import headline, stale_entries
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.reports.rows import Row
from plaid_accounts_contract.reports.text import block_lines

SUITE = "plaid-accounts-contract"


def render(report: Report) -> str:
    """Return junit.xml.

    A clause that was not observed, is known to fail, or is SHOULD while MUST decides, counts as skipped.
    """
    suite = ET.Element("testsuite", name=SUITE)
    _properties(suite, report)
    for row in report.all_rows:
        _row(suite, row, [block for block in report.blocks if row.id in block.rows])
    for text in stale_entries(report.outcome):
        case = ET.SubElement(suite, "testcase", classname=SUITE, name="known-failing file", time="0")
        ET.SubElement(case, "failure", type="stale", message=text)
    if report.outcome.verdict is Verdict.ERROR:
        reasons = headline(report.outcome, report.redactor, report.seconds)[1:]
        case = ET.SubElement(suite, "testcase", classname=SUITE, name="judgement", time="0")
        ET.SubElement(case, "error", type="error", message=reasons[0] if reasons else "").text = "\n".join(reasons)
    _count(suite, report.seconds)
    root = ET.Element("testsuites", {key: value for key, value in suite.attrib.items() if key != "name"}, name=SUITE)
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _properties(suite: ET.Element, report: Report) -> None:
    outer = ET.SubElement(suite, "properties")
    run = report.outcome.run
    told = {"contract": run.contract.version, "target": report.base_url, "seed": str(run.settings.seed),
            "exchanges": str(len(run.exchanges)), "verdict": str(report.outcome.verdict)}  # fmt: skip
    for name, value in told.items():
        ET.SubElement(outer, "property", name=name, value=value)


def _row(suite: ET.Element, row: Row, blocks: Sequence[Block]) -> None:
    case = ET.SubElement(suite, "testcase", classname=f"{SUITE}.{row.level}", name=row.id, time="0")
    failing = [block for block in blocks if block.binding and not block.known]
    text = "\n\n".join("\n".join(block_lines(block)) for block in blocks)
    if failing:
        first = failing[0]
        message = f"{first.path or 'response'}: got {first.got}, expected {first.expected}"
        ET.SubElement(case, "failure", type=first.level, message=message).text = text
    elif blocks:
        why = "known failing" if all(block.known for block in blocks) else "SHOULD, which does not decide the verdict"
        ET.SubElement(case, "skipped", message=why)
        ET.SubElement(case, "system-out").text = text
    elif row.verdict is Verdict.NOT_OBSERVED:
        ET.SubElement(case, "skipped", message="not observed")


def _count(suite: ET.Element, seconds: float) -> None:
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f".//{tag}"))))
    suite.set("time", f"{seconds:.3f}")
