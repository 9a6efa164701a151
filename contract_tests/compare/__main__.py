"""Says what an edit of the contract means: `make compare`, or python -m compare in contract_tests."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Final

from compare import comparison, editions, report
from compare.editions import CONTRACT, Edition
from compare.failure import Failure, status_of
from compare.verdict import Verdict

_EPILOG: Final = """\
Compared are the documents, the clients generated from them, and what each client does with the answers and requests
of the other contract. A change is major where a pinned client or code written for it breaks, minor where there is
something new to use or to serve, patch otherwise. Before 1.0 a major change raises the second number of the version,
any other the third.

exit status: 0 info.version and openapi/CHANGELOG.md say what changed; 1 they don't; 2 it could not be judged"""


def main(arguments: list[str] | None = None) -> int:
    """Compare, print and write; give the exit status."""
    options = _parser().parse_args(arguments)
    return status_of(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    new = editions.of_file(options.contract) if options.contract else editions.of_tree()
    against = options.against or editions.last_release()
    if against is None:
        verdict = Verdict.of_first_release(new)
    else:
        old = edition(against)
        started = time.monotonic()
        done = comparison.compare(old, new, _progress(started, quiet=options.json))
        verdict = Verdict.of(done)
    print(
        json.dumps(report.document(verdict), indent=1, ensure_ascii=False) if options.json else report.screen(verdict)
    )
    if options.summary:
        _append(options.summary, report.summary(verdict))
    return 1 if verdict.problems else 0


def edition(name: str) -> Edition:
    """Return what a person calls by a file, a wheel or a git ref.

    Raises:
        Failure: there is no such thing.

    """
    path = Path(name)
    if path.suffix == ".whl":
        if not path.is_file():
            raise Failure(f"there is no file {name}")
        return editions.of_wheel(path.resolve())
    return editions.of_file(path) if path.is_file() else editions.of_ref(name)


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise Failure(f"the summary can't be written to {path}: {error.strerror}") from None


def _progress(started: float, *, quiet: bool) -> comparison.Progress:
    if quiet or not sys.stderr.isatty():
        return lambda _: None
    return lambda text: print(f"[{time.monotonic() - started:3.0f} s] {text}", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make compare",
        description="Say what the edit of the contract means for services and servers, and which version comes next.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--against", metavar="WHAT", help="a git ref, a file or a released wheel; without it, the newest tag v*"
    )
    parser.add_argument("--contract", type=Path, metavar="FILE", help=f"the newer contract (default: {CONTRACT})")
    parser.add_argument("--json", action="store_true", help="print a JSON document")
    parser.add_argument("--summary", type=Path, metavar="FILE", help="append a Markdown summary to FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
