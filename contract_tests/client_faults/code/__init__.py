"""Faults of the generated code: each changes one expression or statement of one file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from client_faults.code.choice import choose
from client_faults.code.explained import Explained
from client_faults.code.mutants import Mutant, mutants
from client_faults.code.promises import promises
from client_faults.fault import ClientFault


def derive(package: Path) -> Iterator[ClientFault]:
    """Give the faults that are tried of the code of a package.

    Raises:
        LookupError: a file is new and nobody has said which promises it keeps, or a fault is explained that is not there.

    """
    files = sorted(path.relative_to(package).as_posix() for path in package.rglob("*.py"))
    found = [mutant for file in files for mutant in mutants(package, file)]
    explained = Explained.load()
    explained.require_current(found)
    return (_fault(mutant, explained) for mutant in choose(found))


def _fault(mutant: Mutant, explained: Explained) -> ClientFault:
    part = mutant.file.removesuffix(".py").replace("/", ".")
    digest = hashlib.sha256(mutant.key.encode()).hexdigest()[:6]
    return ClientFault(
        id=f"code:{'.'.join(filter(None, (part, mutant.function)))}:{mutant.operator}-{digest}",
        kind=f"code/{mutant.file.partition('/')[0]}",
        statement=f"In `{mutant.line}`, `{mutant.was}` becomes `{mutant.becomes}`.",
        promises=promises(mutant.file, mutant.function),
        edit=mutant,
        lines={mutant.file: mutant.lines},
        equivalent=explained.equivalent.get(mutant.key, ""),
        accepted=explained.accepted.get(mutant.key, ""),
    )
