"""junit.xml: a test case for each row of the table, for continuous integration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.reports.blocks import Block
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.reports.rows import Row
from plaid_accounts_contract.reports.terminal import block_lines

SUITE: Final = "plaid-accounts-contract"


def render(report: Report) -> str:
    """Return junit.xml.

    Skipped are clauses that were not observed, are known to fail, or are SHOULD while MUST decides.
    """
    root = ET.Element("testsuites", name=SUITE)
    suite = ET.SubElement(root, "testsuite", name=SUITE)
    properties = ET.SubElement(suite, "properties")
    run = report.run
    described = {"contract": run.contract.version, "target": report.base_url, "seed": str(run.settings.seed),
                 "exchanges": str(len(run.exchanges)), "verdict": str(report.outcome.verdict)}  # fmt: skip
    for name, value in described.items():
        ET.SubElement(properties, "property", name=name, value=value)
    for row in report.rows:
        _case(suite, row, [block for block in report.blocks if row.id in block.rows])
    for text in report.stale:
        case = ET.SubElement(suite, "testcase", classname=SUITE, name="known-failing file", time="0")
        ET.SubElement(case, "failure", type="stale", message=text)
    if report.outcome.verdict is Verdict.ERROR:
        case = ET.SubElement(suite, "testcase", classname=SUITE, name="verdict", time="0")
        ET.SubElement(case, "error", type="error", message="; ".join(report.reasons[:1])).text = "\n".join(
            report.reasons
        )
    counted = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for element in (root, suite):
        for name, tag in counted.items():
            element.set(name, str(len(suite.findall(f".//{tag}"))))
        element.set("time", f"{report.seconds:.3f}")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(suite: ET.Element, row: Row, blocks: Sequence[Block]) -> None:
    case = ET.SubElement(suite, "testcase", classname=f"{SUITE}.{row.level}", name=row.id, time="0")
    failing = [block for block in blocks if block.binding and not block.known]
    text = "\n\n".join("\n".join(block_lines(block)) for block in blocks)
    if failing:
        first = failing[0]
        message = f"{first.path or 'response'}: got {first.got}, expected {first.expected}"
        ET.SubElement(case, "failure", type=first.level, message=message).text = text
    elif blocks:
        why = "known failing" if all(block.known for block in blocks) else "SHOULD does not decide the verdict"
        ET.SubElement(case, "skipped", message=why)
        ET.SubElement(case, "system-out").text = text
    elif row.verdict is Verdict.NOT_OBSERVED:
        ET.SubElement(case, "skipped", message="not observed")
