"""Lists how the contract differs from a copy of Plaid's published document: `make upstream`, python -m compare.upstream."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs

from compare import deviations, editions
from compare.deviations import Deviation
from compare.failure import Failure, status_of

_WIDTH: Final = 120
_EPILOG: Final = """\
openapi/decisions.yaml lists what was decided; its reasons stand in openapi/README.md. Everything else is to do: follow
Plaid's document in openapi.yaml, or decide otherwise and say so in both files.

Compared are operations and webhooks of the contract: fields, types, null, listed values, statuses, keys, hosts.
Descriptions are not, nor are error codes, which stand only in Plaid's documentation. A webhook is held against the
component of the same name, as Plaid's document lists no webhooks.

exit status: 0 nothing is to do; 1 something is; 2 it could not be judged"""


def main(arguments: list[str] | None = None) -> int:
    """Compare and print; give the exit status."""
    options = _parser().parse_args(arguments)
    return status_of(lambda: _run(options.file, as_json=options.json))


def _run(file: Path | None, *, as_json: bool) -> int:
    if file is None:
        raise Failure("name a copy of Plaid's document: make upstream FILE=2020-09-14.yml")
    document, contract = editions.of_file(file), editions.of_tree()
    if not document.is_published:
        raise Failure(
            f"{file} is OpenAPI {document.source.document.get('openapi')}, not 3.0 as Plaid's: see make compare"
        )
    decided = deviations.decisions()
    found = deviations.deviations(document, contract, decided)
    to_do = [entry for entry in found if entry.decision is None]
    if as_json:
        print(json.dumps({"to_do": len(to_do), "deviations": [attrs.asdict(entry) for entry in found]}, indent=1))
    else:
        print(f"== upstream: {contract.label} {contract.version} beside {document.label} {document.version}")
        print("\n".join(_screen(found, decided)))
    return 1 if to_do else 0


def _screen(found: Sequence[Deviation], decided: Mapping[str, str]) -> Iterator[str]:
    to_do = [entry for entry in found if entry.decision is None]
    for entries in _grouped(to_do).values():
        whats = [_short(entry, entries[0]) for entry in entries]
        yield textwrap.fill(f"TO DO    {', '.join(whats)}: {entries[0].said}", _WIDTH, subsequent_indent=" " * 9)
        yield f"         {entries[0].place}"
    for title in dict.fromkeys(decided.values()):
        decided_so = _grouped([entry for entry in found if entry.decision == title]).values()
        covered = [_short(entry, entries[0]) for entries in decided_so for entry in entries]
        if covered:
            yield textwrap.fill(f"decided  {title}", _WIDTH, subsequent_indent=" " * 9)
            yield textwrap.fill(", ".join(covered), _WIDTH, initial_indent=" " * 11, subsequent_indent=" " * 11)
    idle = [listed for listed in decided if not any(deviations.covers(listed, entry) for entry in found)]
    # A part of Plaid's document says nothing of the rest.
    if idle and deviations.is_whole(found):
        yield textwrap.fill(
            f"idle     decided, but no difference: {', '.join(idle)}", _WIDTH, subsequent_indent=" " * 9
        )
    yield f"{len(to_do)} to do, {len(found) - len(to_do)} decided"


def _grouped(found: Sequence[Deviation]) -> dict[tuple[str, str], list[Deviation]]:
    """Put together what is said alike of one component, such as its properties or the values of a list."""
    grouped: dict[tuple[str, str], list[Deviation]] = {}
    for entry in found:
        grouped.setdefault((_component(entry), entry.said), []).append(entry)
    return grouped


def _component(entry: Deviation) -> str:
    """Name the component; what is none is named by itself, but operations that are missing are told together."""
    if not deviations.is_whole([entry]):
        return ""
    head, dot, _ = entry.what.partition(" value ")[0].partition(".")
    return head if dot or " value " in entry.what else entry.what


def _short(entry: Deviation, first: Deviation) -> str:
    """Leave out what an entry has in common with the first of those told together."""
    if entry is first:
        return entry.what
    head, value, rest = entry.what.partition(" value ")
    return rest if value else head.partition(".")[2] or head


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make upstream",
        description="List how the contract differs from a copy of Plaid's published document, such as 2020-09-14.yml.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="the copy, in YAML or JSON")
    parser.add_argument("--json", action="store_true", help="print a JSON document")
    return parser


if __name__ == "__main__":
    sys.exit(main())
