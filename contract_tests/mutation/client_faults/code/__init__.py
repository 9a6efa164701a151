"""Faults of the generated code: each changes one expression or statement of one file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from mutation.client_faults.code.choice import choose
from mutation.client_faults.code.guarantees import guarantees
from mutation.client_faults.code.mutants import Mutant, mutants
from mutation.client_faults.fault import ClientFault


def derive(package: Path) -> Iterator[ClientFault]:
    """Give the faults that are tried of the code of a package.

    Raises:
        LookupError: a file is new and nobody has said which guarantees it keeps.

    """
    files = sorted(path.relative_to(package).as_posix() for path in package.rglob("*.py"))
    return (_fault(mutant) for mutant in choose(mutant for file in files for mutant in mutants(package, file)))


def _fault(mutant: Mutant) -> ClientFault:
    part = mutant.file.removesuffix(".py").replace("/", ".")
    digest = hashlib.sha256(mutant.key.encode()).hexdigest()[:6]
    return ClientFault(
        id=f"code:{'.'.join(filter(None, (part, mutant.function)))}:{mutant.operator}-{digest}",
        kind=f"code/{mutant.file.partition('/')[0]}",
        statement=f"In `{mutant.line}`, `{mutant.was}` becomes `{mutant.becomes}`.",
        guarantees=guarantees(mutant.file, mutant.function),
        edit=mutant,
        near=_near(mutant),
        lines={mutant.file: mutant.lines},
        key=mutant.key,
    )


def _near(mutant: Mutant) -> str:
    """Return the operation, component or error that a piece of code is about, by the name that the contract has for it."""
    folder, _, rest = mutant.file.partition("/")
    if folder == "errors.py":
        return next(iter(re.findall(r'"([A-Z_]+)"', mutant.line)), "")
    if folder == "models":
        return mutant.function.partition(".")[0]
    name = rest.rpartition("/")[2].removesuffix(".py") if folder == "api" else mutant.function.rpartition(".")[2]
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name.removesuffix("_async").strip("_"))
