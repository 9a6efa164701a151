"""report.html, junit.xml and summary.md, filled from the Jinja templates beside this module."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from plaid_accounts_contract.reports.blocks import Block
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.reports.terminal import block_lines

_HERE: Final = Path(__file__).parent
_BACKTICKS: Final = re.compile("`+")


def fill(template: Path, **values: Any) -> str:
    """Return a filled template; in one of HTML or XML, every value is escaped."""
    environment = Environment(
        loader=FileSystemLoader(template.parent),
        autoescape=select_autoescape(enabled_extensions=("html.jinja", "xml.jinja"), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.do"],
    )
    environment.filters.update(code=code, fence=fence)
    return environment.get_template(template.name).render(values)


def page(report: Report) -> str:
    """Return report.html: one file without scripts or links, for someone who has never seen the suite."""
    style = _HERE.joinpath("report.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    anchors = {name: number for number, block in reversed([*enumerate(report.blocks, 1)]) for name in block.rows}
    return fill(_HERE / "report.html.jinja", report=report, style=style, policy=policy, anchors=anchors)


def junit(report: Report) -> str:
    """Return junit.xml, for continuous integration."""
    return fill(_HERE / "junit.xml.jinja", report=report, texts=_texts(report))


def summary(report: Report) -> str:
    """Return summary.md, the GitHub job summary. What a target sent is in code, where nothing is markup."""
    return fill(_HERE / "summary.md.jinja", report=report, texts=_texts(report))


def _texts(report: Report) -> dict[Block, str]:
    return {block: "\n".join(block_lines(block)) for block in report.blocks}


def code(text: str) -> str:
    """Return `text` as a Markdown code span."""
    text = text.replace("\n", " ")
    ticks = fence(text, 1)
    return f"{ticks} {text} {ticks}" if text else "` `"


def fence(text: str, least: int = 3) -> str:
    """Return backticks to put around `text`, more than it has in a row."""
    return "`" * max(least, 1 + max((len(run) for run in _BACKTICKS.findall(text)), default=0))
