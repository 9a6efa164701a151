"""Faults of the generated code: each changes one expression or statement of one file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from client_faults.code.choice import choose, key
from client_faults.code.mutants import Mutant, mutants
from client_faults.code.promises import promises
from client_faults.fault import ClientFault


def derive(package: Path) -> Iterator[ClientFault]:
    """Give the faults that are tried of the code of a package."""
    files = sorted(path.relative_to(package).as_posix() for path in package.rglob("*.py"))
    taken: set[str] = set()
    for mutant in choose(mutant for file in files for mutant in mutants(package, file)):
        fault = _fault(mutant)
        if fault.id not in taken:
            taken.add(fault.id)
            yield fault


def _fault(mutant: Mutant) -> ClientFault:
    part = mutant.file.removesuffix(".py").replace("/", ".")
    digest = hashlib.sha256(key(mutant).encode()).hexdigest()[:6]
    return ClientFault(
        id=f"code:{'.'.join(filter(None, (part, mutant.function)))}:{mutant.operator}-{digest}",
        kind=f"code/{mutant.file.partition('/')[0]}",
        statement=f"In `{mutant.line}`, `{mutant.was}` becomes `{mutant.becomes}`.",
        promises=promises(mutant.file, mutant.function),
        edit=mutant,
        lines={mutant.file: mutant.lines},
    )
