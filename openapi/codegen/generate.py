"""Generate the client from the contract, or check that the checked-in client is up to date.

Exit status: 0 done or no drift, 1 drift, 2 generation failed and the old client was left untouched.
"""

import argparse
import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

import drift
import provenance
import stock
import swap
from failure import Failure

CODEGEN = Path(__file__).resolve().parent
ROOT = CODEGEN.parent.parent
GENERATED = ROOT / "generated"
# The state that the last generation left; without it, or in any other state, the next one does its work.
LAST = ROOT / ".cache" / "generated"


def main() -> int:
    """Run the command line and return the exit status."""
    options = _parser().parse_args()
    try:
        if options.adopt_stock:
            return adopt_stock()
        return check(options.contract, options.output) if options.check else generate(options.contract, options.output)
    except Failure as failure:
        print(f"error: {failure}\nnothing was written", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: nothing was written", file=sys.stderr)
        return 130


def generate(contract: Path, output: Path) -> int:
    """Make `output` the client of `contract`."""
    _require_replaceable(output)
    if output != GENERATED or not LAST.is_file() or LAST.read_text("utf-8") != _state(contract):
        with tempfile.TemporaryDirectory(prefix="plaid-accounts-") as scratch:
            fresh = _fresh(contract, Path(scratch))
            with swap.only_writer(output):
                swap.replace(output, fresh)
        if output == GENERATED:
            LAST.parent.mkdir(exist_ok=True)
            LAST.write_text(_state(contract), "utf-8")
    print(f"{_short(output)} is up to date with {_short(contract)}")
    return 0


def check(contract: Path, output: Path) -> int:
    """Print how `output` differs from the client of `contract`; return 1 if it does."""
    with tempfile.TemporaryDirectory(prefix="plaid-accounts-") as scratch:
        differences = drift.report(output, _fresh(contract, Path(scratch)))
    if differences is None:
        print(f"{_short(output)} is up to date with {_short(contract)}")
        return 0
    print(f"drift: {_short(output)} is out of date with {_short(contract)}\n{differences}\nrun: make generate")
    return 1


def adopt_stock() -> int:
    """Record the generator's files that the templates override, after they were compared."""
    changed = stock.adopt(CODEGEN / "templates")
    print("\n".join(changed) or "nothing changed")
    return 0


def _state(contract: Path) -> str:
    """Return a digest of everything that generation reads and writes, by content: dates tell too little."""
    files = [contract, ROOT / "requirements.txt", *CODEGEN.rglob("*"), *GENERATED.rglob("*")]
    named = [(str(path), path.read_bytes()) for path in sorted(files) if path.is_file() and path.suffix != ".pyc"]
    tools = provenance.installed_tools(ROOT / "requirements.txt")
    return hashlib.sha256(repr([sys.version, tools, named]).encode()).hexdigest()


def _fresh(contract: Path, scratch: Path) -> Path:
    import generator  # noqa: PLC0415 - takes half a second to import
    import validation  # noqa: PLC0415 - takes half a second to import

    if not contract.is_file():
        raise Failure(f"{contract} does not exist")
    validation.require_valid(contract, _short(contract))
    tools = provenance.installed_tools(ROOT / "requirements.txt")
    generator.require_known_keys(CODEGEN / "config.yaml")
    stock.require_known(CODEGEN / "templates")
    package = generator.run(contract, CODEGEN, scratch)
    fresh = scratch / "client"
    shutil.copytree(package, fresh / package.name)
    (fresh / provenance.FILE).write_text(provenance.text(contract, CODEGEN, tools), encoding="utf-8")
    return fresh


def _require_replaceable(output: Path) -> None:
    """Refuse to replace a folder that contains something other than a client."""
    if not output.parent.is_dir():
        raise Failure(f"{output.parent} is not a folder")
    ours = not output.exists() or (output.is_dir() and not any(output.iterdir()))
    if not ours and not (output / provenance.PACKAGE).is_dir() and not (output / provenance.FILE).is_file():
        raise Failure(f"{output} is not a generated client; name a new or empty folder")


def _short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def _path(text: str) -> Path:
    return Path(text).resolve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Generate the client from the contract.")
    parser.add_argument("--check", action="store_true", help="only report whether the client is up to date")
    parser.add_argument(
        "--adopt-stock",
        action="store_true",
        help="record the stock files that the templates override, after comparing them",
    )
    parser.add_argument("--contract", type=_path, default=ROOT / "openapi/openapi.yaml", metavar="FILE")
    parser.add_argument("--output", type=_path, default=GENERATED, metavar="FOLDER")
    return parser


if __name__ == "__main__":
    sys.exit(main())
