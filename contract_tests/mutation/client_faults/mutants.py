"""Faults of the generated code: mutmut's operators, and a few that it lacks, on every file of the client."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import attrs
import libcst as cst
import yaml
from mutmut.mutation import mutators

from mutation.client_faults.fault import CLIENT, ClientFault, Sources
from plaid_accounts_contract.client.guarantees import GUARANTEES

# Not executed, or of no effect on a call.
_SKIPPED: Final = (cst.Annotation, cst.Import, cst.ImportFrom, cst.Decorator, cst.TypeAlias, cst.Assert)
_GENERICS: Final = ("dict", "list", "type", "tuple", "set", "Final", "Callable")
_NOT_VALUES: Final = ("__all__", "__slots__")
# Returning None from these is a type error.
_NEVER_NONE: Final = ("__repr__", "__str__", "__bool__")
_PER_FUNCTION: Final = 2
"""Mutants of each function. 7,000 are possible, most of them alike; two take five CPU minutes, and cover every operator."""


def _text(node: cst.SimpleString) -> Iterator[cst.CSTNode]:
    value = node.evaluated_value
    if isinstance(value, str) and value and not node.value.startswith(('"""', 'r"')):
        # mutmut changes letters of prose, which breaks nothing; here prose is emptied, and a word changed.
        yield node.with_changes(value='""' if " " in value.strip() else repr(f"{value}X"))


def _condition(node: cst.If) -> Iterator[cst.CSTNode]:
    for value in ("True", "False"):
        yield node.with_changes(test=cst.Name(value))


def _returned(node: cst.Return) -> Iterator[cst.CSTNode]:
    if node.value is not None and not (isinstance(node.value, cst.Name) and node.value.value == "None"):
        yield node.with_changes(value=cst.Name("None"))


def _member(node: cst.Tuple | cst.List | cst.Set | cst.Dict) -> Iterator[cst.CSTNode]:
    if len(node.elements) > 2:
        yield node.with_changes(elements=node.elements[1:])


def _caught(node: cst.ExceptHandler) -> Iterator[cst.CSTNode]:
    yield node.with_changes(body=cst.IndentedBlock([cst.SimpleStatementLine([cst.Raise()])]))


def _statement(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    only = node.body[0]
    call = isinstance(only, cst.Expr) and isinstance(only.value, (cst.Call, cst.Await))
    # Without an assignment of a local name, the next line is only a NameError.
    kept = isinstance(only, cst.Assign) and isinstance(only.targets[0].target, (cst.Attribute, cst.Subscript))
    if call or kept or isinstance(only, (cst.Raise, cst.Del)):
        yield node.with_changes(body=[cst.Pass()])


_Operator = Callable[[Any], Iterable[cst.CSTNode]]
_OPERATORS: Final[Sequence[tuple[Any, _Operator]]] = (
    *((kind, operator) for kind, operator in mutators.mutation_operators if operator is not mutators.operator_string),
    (cst.SimpleString, _text),
    (cst.If, _condition),
    (cst.Return, _returned),
    ((cst.Tuple, cst.List, cst.Set, cst.Dict), _member),
    (cst.ExceptHandler, _caught),
    (cst.SimpleStatementLine, _statement),
)  # fmt: skip


@attrs.define(eq=False, slots=False)
class _Mutant:
    """One node of a function, and what an operator makes of it."""

    file: str
    function: str
    operator: str
    module: cst.Module = attrs.field(repr=False)
    node: cst.CSTNode
    mutated: cst.CSTNode

    @cached_property
    def change(self) -> str:
        """The code before and after."""
        return f"{_code(self.node)} -> {_code(self.mutated)}"

    @cached_property
    def digest(self) -> str:
        """A hash of the change: a choice by it stays the same when other lines change."""
        return hashlib.sha256(f"{self.file}:{self.function}:{self.operator}:{self.change}".encode()).hexdigest()

    @property
    def group(self) -> tuple[str, str]:
        """What `_PER_FUNCTION` applies to: a function, or all of a name where files and classes differ in names alone."""
        folder = self.file.partition("/")[0]
        if folder not in ("models", "api", "errors.py"):
            return folder, self.function
        name = self.function.rpartition(".")[2]
        return folder, name if name.islower() else ""

    def sources(self) -> Sources:
        """Return the changed file."""
        changed = self.module.deep_replace(self.node, self.mutated)
        assert isinstance(changed, cst.Module)
        return {self.file: changed.code}


def faults(package: Path = CLIENT) -> Iterator[ClientFault]:
    """Yield a fixed selection of the mutants of `package`: some of each function, and one by each operator in each file."""
    groups: dict[tuple[str, str], list[_Mutant]] = {}
    for path in sorted(package.rglob("*.py")):
        module = cst.parse_module(path.read_text("utf-8"))
        visitor = _Visitor(path.relative_to(package).as_posix(), module)
        module.visit(visitor)
        for mutant in visitor.mutants:
            groups.setdefault(mutant.group, []).append(mutant)
    seen: set[tuple[str, str]] = set()
    for (place, _), mutants in groups.items():
        lots: dict[str, _Mutant] = {}
        for mutant in sorted(mutants, key=lambda mutant: mutant.digest):
            lots.setdefault(mutant.operator, mutant)
        for number, mutant in enumerate(lots.values()):
            if number < _PER_FUNCTION or (place, mutant.operator) not in seen:
                seen.add((place, mutant.operator))
                yield _fault(mutant)


def _fault(mutant: _Mutant) -> ClientFault:
    part = mutant.file.removesuffix(".py").replace("/", ".")
    return ClientFault(
        id=f"code:{'.'.join(filter(None, (part, mutant.function)))}:{mutant.operator}-{mutant.digest[:6]}",
        kind=f"code/{mutant.file.partition('/')[0]}",
        statement=f"{mutant.file}: `{mutant.change}`.",
        guarantees=_guarantees(f"{mutant.file}:{mutant.function}"),
        sources=mutant.sources,
        near=_near(mutant),
        key=f"{mutant.file}:{mutant.function}: {mutant.change}",
    )


def _guarantees(place: str) -> tuple[str, ...]:
    """Return the guarantees that a function of a file keeps; all of them for a file that the table does not name."""
    kept = next((kept for pattern, kept in _table().items() if fnmatchcase(place, pattern)), GUARANTEES)
    return tuple(dict.fromkeys(kept))


@cache
def _table() -> Mapping[str, Sequence[str]]:
    """Return what may catch a mutant, with the members of each group in its place."""
    table = yaml.safe_load(Path(__file__).with_name("code_guarantees.yaml").read_text("utf-8"))
    groups: dict[str, list[str]] = table["groups"]
    return {
        pattern: [each for name in names for each in groups.get(name, [name])]
        for pattern, names in table["kept_by"].items()
    }


def _near(mutant: _Mutant) -> str:
    """Return the operation, component or error code that a piece of code is about, as the contract names it."""
    folder, _, rest = mutant.file.partition("/")
    if folder == "errors.py":
        return next(iter(re.findall(r'"([A-Z_]+)"', mutant.change)), "")
    if folder == "models":
        return mutant.function.partition(".")[0]
    name = rest.rpartition("/")[2].removesuffix(".py") if folder == "api" else mutant.function.rpartition(".")[2]
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name.removesuffix("_async").strip("_"))


class _Visitor(cst.CSTVisitor):
    """Collects what each operator makes of each node of a file."""

    def __init__(self, file: str, module: cst.Module) -> None:
        super().__init__()
        self._module = module
        self.mutants: list[_Mutant] = []
        self._file = file
        self._names: list[str] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Collect the mutants of a node, and visit its children."""
        if isinstance(node, _SKIPPED) or _is_for_types(node):
            return False
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            self._names.append(node.name.value)
        # Each operator takes nodes of its own kind.
        matching: Any = node
        for kind, operator in _OPERATORS:
            if isinstance(node, kind) and not (operator is _returned and self._names[-1] in _NEVER_NONE):
                name = operator.__name__.removeprefix("operator_").strip("_")
                place = (self._file, ".".join(self._names), name, self._module, node)
                self.mutants += [_Mutant(*place, mutated) for mutated in operator(matching)]
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Leave a function or class."""
        if isinstance(original_node, (cst.FunctionDef, cst.ClassDef)):
            self._names.pop()


def _is_for_types(node: cst.CSTNode) -> bool:
    """Whether a node is a docstring, or concerns type checkers alone."""
    if isinstance(node, cst.Expr):
        return isinstance(node.value, cst.SimpleString)
    if isinstance(node, cst.If):
        return isinstance(node.test, cst.Name) and node.test.value == "TYPE_CHECKING"
    if isinstance(node, cst.Assign):
        names = [target.target.value for target in node.targets if isinstance(target.target, cst.Name)]
        return any(name in _NOT_VALUES for name in names)
    if isinstance(node, cst.Call):
        return isinstance(node.func, cst.Name) and node.func.value in ("TypeVar", "cast")
    return isinstance(node, cst.Subscript) and isinstance(node.value, cst.Name) and node.value.value in _GENERICS


def _code(node: cst.CSTNode) -> str:
    shown = node.test if isinstance(node, cst.If) else node
    return " ".join(cst.Module([]).code_for_node(shown).split())
