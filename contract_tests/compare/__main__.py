"""Report what an edit of the contract means: `make compare`, or python -m compare in contract_tests."""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from compare import Failure, comparison, report, revisions, status_of
from compare.revisions import CONTRACT
from compare.verdict import Verdict

_EPILOG: Final = """\
Compares the documents, the clients generated from them, and what each client does with the responses and requests
of the other contract. A change is major if it breaks a pinned client or code written for it, minor if it adds
something to use or to serve, and patch otherwise. Before 1.0 a major change raises the second number of the version,
any other the third.

exit status: 0 info.version and openapi/CHANGELOG.md match the changes; 1 they don't; 2 no verdict"""


def main(arguments: list[str] | None = None) -> int:
    """Compare, print and write; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="make compare",
        description="Report what the edit of the contract means for services and servers, and which version comes next.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--against", metavar="WHAT", help="a git ref, a file or a released wheel (default: the newest tag v*)"
    )
    parser.add_argument("--contract", type=Path, metavar="FILE", help=f"the newer contract (default: {CONTRACT})")
    parser.add_argument("--json", action="store_true", help="print a JSON document")
    parser.add_argument("--summary", type=Path, metavar="FILE", help="append a Markdown summary to FILE")
    options = parser.parse_args(arguments)
    return status_of(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    new = revisions.of_file(options.contract) if options.contract else revisions.of_tree()
    against = options.against or revisions.last_release()
    verdict = comparison.compare(revisions.named(against), new) if against else Verdict(old=None, new=new)
    if options.json:
        print(json.dumps(report.document(verdict), indent=1, ensure_ascii=False))
    else:
        print(report.terminal(verdict))
    if options.summary:
        try:
            with options.summary.open("a", encoding="utf-8") as file:
                file.write(report.summary(verdict))
        except OSError as error:
            raise Failure(f"cannot write the summary to {options.summary}: {error.strerror}") from None
    return 1 if verdict.problems else 0


if __name__ == "__main__":
    sys.exit(main())
