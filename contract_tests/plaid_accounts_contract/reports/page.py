"""report.html: one file without scripts, links to elsewhere or requests, for someone who has never seen the suite."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.reports.blocks import Block, Shown
from plaid_accounts_contract.reports.coverage import Coverage, Share
from plaid_accounts_contract.reports.headline import headline, stale_entries
from plaid_accounts_contract.reports.markup import Child, document, element
from plaid_accounts_contract.reports.report import Report, Section
from plaid_accounts_contract.reports.rows import Row
from plaid_accounts_contract.reports.tree import Tree

_STYLE: Final = Path(__file__).with_name("page.css")
_WORDS: Final = {Verdict.PASS: "conforms", Verdict.FAIL: "does not conform", Verdict.ERROR: "could not be judged"}
_STYLES: Final = {"known failing": "known", "not observed": "unseen"}
_ABOUT: Final = (
    "The suite sent requests to the server and held every answer against the contract, an OpenAPI document. "
    "A clause is pass if every answer that put it to the test met it, fail if one did not, and not observed if none put "
    "it to the test: then nothing is claimed. MUST clauses decide the verdict; SHOULD clauses do so on request."
)


def render(report: Report) -> str:
    """Return report.html."""
    style = _STYLE.read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", **{"http-equiv": "Content-Security-Policy", "content": policy}),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{report.outcome.verdict}: {report.base_url}"),
        element("style", style),
    )
    return document(element("html", head, element("body", *_body(report)), lang="en"))


def _body(report: Report) -> Iterator[ET.Element]:
    yield _verdict(report)
    yield _numbers(report)
    if report.blocks:
        yield element("h2", "What is wrong")
        yield from (_fault(block, number) for number, block in enumerate(report.blocks, 1))
    yield element("h2", "Clause by clause")
    yield _table(report.rows, report.blocks)
    yield element("h2", "How much of the contract was seen")
    yield from _coverage(report.coverage)
    for section in report.additional:
        yield from _section(section, report.blocks)
    yield element("h2", "The run")
    yield _list(report.settings.items())


def _section(section: Section, blocks: Iterable[Block]) -> Iterator[ET.Element]:
    yield element("h2", "Also ", element("code", section.title))
    yield element("p", f"{section.operation.id}: {section.told}.")
    if not section.note:
        yield _table(section.rows, blocks)
        yield from _coverage(section.coverage)


def _coverage(coverage: Coverage) -> Iterator[ET.Element]:
    shares = ((name, share) for name, share in coverage.shares.items() if share.total)
    yield element("div", *(_share(name, share) for name, share in shares))
    yield element("p", "What no answer showed is blue: nothing is claimed of it.", class_="faint")
    yield Tree(coverage).draw()


def _verdict(report: Report) -> ET.Element:
    outcome = report.outcome
    reasons = [element("p", reason) for reason in headline(outcome, report.redactor, report.seconds)[1:]]
    stale = [element("p", f"Stale entry of the known-failing file: {text}") for text in stale_entries(outcome)]
    return element(
        "section",
        element("h1", element("code", report.base_url), f" {_WORDS.get(outcome.verdict, str(outcome.verdict))}"),
        element(
            "p",
            element("span", str(outcome.verdict), class_=f"badge {outcome.verdict}"),
            f" {', '.join(_operations(report))}, contract {outcome.run.contract.version}, "
            f"Plaid's API {report.plaid_version}",
        ),
        *reasons,
        *stale,
        element("p", _ABOUT, class_="faint"),
        class_=f"verdict {outcome.verdict}",
    )


def _operations(report: Report) -> Iterator[str]:
    """Name the operations that something is claimed of."""
    operation = report.outcome.run.operation
    yield f"{operation.method} {operation.path}"
    yield from (section.title for section in report.additional if not section.note)


def _numbers(report: Report) -> ET.Element:
    run = report.outcome.run
    accepted = sum(exchange.response.status == 200 for exchange in run.exchanges)
    verdicts = [row.verdict for row in report.all_rows]
    told = {
        "faults": str(len(report.blocks)),
        "clauses pass": f"{verdicts.count(Verdict.PASS)} of {len(verdicts)}",
        "not observed": str(verdicts.count(Verdict.NOT_OBSERVED)),
        "exchanges": str(len(run.exchanges)),
        "answered 200": str(accepted),
        "seconds": f"{report.seconds:.1f}",
        "seed": str(run.settings.seed),
    }
    return element(
        "ul", *(element("li", element("strong", n), element("span", w)) for w, n in told.items()), class_="numbers"
    )


def _fault(block: Block, number: int) -> ET.Element:
    style = _style(block.word)
    header = element(
        "header",
        element("span", block.word, class_=f"badge {style}"),
        element("span", block.level, class_="faint"),
        element("h3", element("code", block.clause)),
    )
    told: dict[str, Child] = {
        "got": element("strong", block.got),
        "expected": block.expected,
        "where": element("code", block.path) if block.path else "the response as a whole",
        "in the contract": element("code", block.place),
        "how often": block.often,
        "request": f"{block.purpose or 'not stated'} (exchange {block.number}, credentials: {block.mode})",
        "what to do": block.advice,
        "also broken here": ", ".join(block.beside),
    }
    return element(
        "article",
        header,
        element("p", block.statement),
        _list((name, value) for name, value in told.items() if value != ""),
        _sides(block, opened=number <= 3),
        class_=f"fault of-{style}",
        id=f"fault-{number}",
    )


def _sides(block: Block, *, opened: bool) -> ET.Element:
    sides = element("div", _side("Sent", block.sent), _side("Answered", block.answered), class_="sides")
    some = {"open": "open"} if opened else {}
    return element(
        "details",
        element("summary", "The exchange, and a command that repeats it"),
        sides,
        element("p", "Reproduce", class_="faint"),
        element("pre", element("code", block.curl)),
        **some,
    )


def _side(name: str, shown: Shown) -> ET.Element:
    lines = "\n".join([shown.line, *shown.headers])
    place = element("p", "at ", element("code", shown.path), class_="faint") if shown.path else None
    body = element("pre", *_marked(shown.body)) if shown.body else element("p", "no body", class_="faint")
    return element("div", element("p", name, class_="faint"), element("pre", lines), place, body)


def _marked(body: str) -> Iterator[Child]:
    """Yield the lines of a body, the one that the fault is about marked."""
    for index, line in enumerate(body.split("\n")):
        yield "\n" if index else None
        yield element("mark", line) if line.startswith(">   ") else line


def _table(rows: Iterable[Row], blocks: Iterable[Block]) -> ET.Element:
    places: dict[str, int] = {}
    for number, block in enumerate(blocks, 1):
        for name in block.rows:
            places.setdefault(name, number)
    head = element(
        "tr",
        element("th", "clause", scope="col"),
        element("th", "level", scope="col", class_="whole"),
        element("th", "verdict", scope="col", class_="whole"),
        element("th", "observed", scope="col", class_="number whole"),
    )
    return element("table", element("thead", head), element("tbody", *(_row(row, places.get(row.id)) for row in rows)))


def _row(row: Row, place: int | None) -> ET.Element:
    name: ET.Element = element("code", row.id)
    badge = element("span", row.word, class_=f"badge {_style(row.style)}")
    verdict = badge if place is None else element("a", badge, href=f"#fault-{place}")
    remark = f"{row.failed} broken" if row.failed else row.hint
    return element(
        "tr",
        element("td", name, element("small", row.statement)),
        element("td", row.level, class_="whole"),
        element("td", verdict, class_="whole"),
        element("td", str(row.observed), element("small", remark) if remark else None, class_="number"),
    )


def _share(name: str, share: Share) -> ET.Element:
    bar = element("progress", value=str(share.seen), max=str(max(share.total, 1)))
    bar.set("aria-label", f"{name}: {share}")
    return element("div", element("span", name), bar, element("span", str(share), class_="faint"), class_="share")


def _list(entries: Iterable[tuple[str, Child]]) -> ET.Element:
    return element("dl", *(part for name, value in entries for part in (element("dt", name), element("dd", value))))


def _style(word: str) -> str:
    return _STYLES.get(word, word)
