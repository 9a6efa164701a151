"""What changes for code that uses the client: griffe's breaking changes, annotations, and a typed service under mypy."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import attrs
import griffe

from compare import Failure, clients
from compare.clients import CACHE, PACKAGE, ROOT
from compare.revisions import CONSUMER, Revision

REMOVED: Final = griffe.BreakageKind.OBJECT_REMOVED.value.lower()
"""griffe's words for something that no longer exists."""
# How the client works inside; nobody imports from here.
_INTERNAL: Final = frozenset({"configuration", "connections", "decode", "exchange"})


@attrs.frozen
class Breakage:
    """A change of the client's interface that code written for the old one may not survive."""

    path: str
    """The name within the package, such as `models.account.Account.name`."""
    message: str
    parameter: str = ""

    @property
    def words(self) -> frozenset[str]:
        """The parts of its name, plain."""
        return frozenset(plain(part) for part in (*self.path.split("."), self.parameter) if part)


def plain(name: str) -> str:
    """Return letters and digits in lower case: what the names of a property and of its attribute share."""
    return re.sub(r"[^a-z0-9]+", "", name.lower())


def breakages(old: Path, new: Path) -> list[Breakage]:
    """Return what the client in `new` breaks of the one in `old`; both are folders with the package."""
    before, after = (
        griffe.load(PACKAGE, search_paths=[str(folder)], try_relative_path=False, allow_inspection=False)
        for folder in (old, new)
    )
    found = dict.fromkeys([*_of_griffe(before, after), *_of_annotations(before, after)])
    public = [item for item in found if item.path.split(".")[0] not in _INTERNAL]
    # A removed module stands for its members.
    return [item for item in public if not any(other.path.startswith(f"{item.path}.") for other in public)]


def service_errors(old: Revision, new: Revision) -> tuple[str, ...] | None:
    """Return mypy's errors for the old contract's typed service with the new client; None if it fails with the old one."""
    text = old.consumer or (ROOT / CONSUMER).read_text(encoding="utf-8")
    if clients.same(old.folder, new.folder):
        return ()
    return None if _mypy(text, old.folder) else _mypy(text, new.folder)


def _of_griffe(before: griffe.Object | griffe.Alias, after: griffe.Object | griffe.Alias) -> Iterator[Breakage]:
    for breakage in griffe.find_breaking_changes(before, after):
        # The value of a constant is neither a name nor a signature.
        if breakage.kind == griffe.BreakageKind.ATTRIBUTE_CHANGED_VALUE:
            continue
        value = breakage.new_value if breakage.old_value is None else breakage.old_value
        parameter = value.name if isinstance(value, griffe.Parameter) else ""
        message = breakage.kind.value.lower() + (f": {parameter}" if parameter else "")
        yield Breakage(breakage.obj.canonical_path.removeprefix(f"{PACKAGE}."), message, parameter)


def _of_annotations(before: griffe.Object | griffe.Alias, after: griffe.Object | griffe.Alias) -> Iterator[Breakage]:
    """Yield what griffe leaves out: attributes of models that may hold more, and arguments that accept less."""
    for path, old in _members(before, ""):
        try:
            new = after[path]
        except KeyError:
            continue
        if isinstance(old, griffe.Attribute) and isinstance(new, griffe.Attribute) and path.startswith("models."):
            if _union(new.annotation) - _union(old.annotation):
                yield Breakage(path, f"is annotated {new.annotation or ''}, was {old.annotation or ''}")
        elif isinstance(old, griffe.Function) and isinstance(new, griffe.Function) and not old.name.startswith("_"):
            for parameter in old.parameters:
                now = next((entry for entry in new.parameters if entry.name == parameter.name), None)
                if now is not None and _union(parameter.annotation) - _union(now.annotation):
                    message = f"accepts {now.name}: {now.annotation or ''}, accepted {parameter.annotation or ''}"
                    yield Breakage(path, message, now.name)


def _members(owner: griffe.Object | griffe.Alias, path: str) -> Iterator[tuple[str, griffe.Object]]:
    for name, member in owner.members.items():
        if member.is_alias or not isinstance(member, griffe.Object):
            continue
        inner = f"{path}.{name}".removeprefix(".")
        if member.is_module or member.is_class:
            yield from _members(member, inner)
        else:
            yield inner, member


def _union(annotation: object) -> frozenset[str]:
    return frozenset(part.strip() for part in str(annotation or "").split(" | "))


@cache
def _mypy(service: str, client: Path) -> tuple[str, ...]:
    """Return the errors of mypy for a service with the client in a folder."""
    options = ["--strict", "--config-file=", "--follow-imports=silent", "--no-error-summary", "--no-color-output"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, Path(CONSUMER).name)
        path.write_text(service, encoding="utf-8")
        command = [sys.executable, "-m", "mypy", *options, f"--cache-dir={CACHE / 'mypy'}", path.name]
        environment = os.environ | {"MYPYPATH": str(client)}
        ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=folder)
    if ended.returncode not in (0, 1):
        raise Failure(f"mypy could not check the typed service: {(ended.stderr or ended.stdout).strip()[-400:]}")
    return tuple(line for line in ended.stdout.splitlines() if ": error:" in line)
