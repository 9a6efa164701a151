"""Every way in which the operators change a file of the client, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

import attrs
import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from mutation.client_faults.code.operators import mutations
from mutation.client_faults.package import Sources

# Nothing of this is run, or nothing that a call depends on.
_SKIPPED: Final = (cst.Annotation, cst.Import, cst.ImportFrom, cst.Decorator, cst.TypeAlias, cst.Assert)
_STATEMENTS: Final = (cst.SimpleStatementLine, cst.BaseCompoundStatement, cst.ExceptHandler)
# Their protocols allow no None; a type checker tells.
_NEVER_NONE: Final = ("__repr__", "__str__", "__bool__")
_TYPE_WORDS: Final = ("TypeVar", "cast")
_NO_VALUES: Final = ("__all__", "__slots__")


@attrs.define(eq=False, slots=False)
class Mutant:
    """One change of one file, in a function: by an operator, the `index`th that it makes of a node.

    `line` is the text of the first line that it changes, blanks at both ends left out; `lines` are the numbers of those of
    the statement that it is in.
    """

    file: str
    function: str
    operator: str
    index: int
    line: str
    lines: frozenset[int]
    _module: cst.Module = attrs.field(repr=False)
    _old: cst.CSTNode = attrs.field(repr=False)
    _new: cst.CSTNode = attrs.field(repr=False)

    @cached_property
    def was(self) -> str:
        """The code that is changed."""
        return _shown(self._module, self._old)

    @cached_property
    def becomes(self) -> str:
        """The code that comes in its place."""
        return _shown(self._module, self._new)

    @cached_property
    def key(self) -> str:
        """What names the change whatever happens around it: place, line, what it was and what it becomes."""
        return f"{self.file}:{self.function}: {self.line}: {self.was} -> {self.becomes}"

    @property
    def shape(self) -> tuple[str, ...]:
        """What it does to which kind of node."""
        return (self.operator, type(self._old).__name__, str(self.index))

    def sources(self, sound: Path) -> Sources:  # noqa: ARG002 - the file is known already
        """Return the text of the changed file."""
        changed = self._module.deep_replace(self._old, self._new)
        assert isinstance(changed, cst.Module)
        return {self.file: changed.code}


def mutants(package: Path, file: str) -> Iterator[Mutant]:
    """Give every change of a file of the package."""
    wrapper = MetadataWrapper(cst.parse_module((package / file).read_text("utf-8")))
    visitor = _Visitor(file, wrapper)
    wrapper.visit(visitor)
    yield from visitor.found


class _Visitor(cst.CSTVisitor):
    """Walks through a file, and keeps what the operators make of each node."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, file: str, wrapper: MetadataWrapper) -> None:
        super().__init__()
        self.found: list[Mutant] = []
        self._file = file
        self._module = wrapper.module
        self._names: list[str] = []
        self._statements: list[frozenset[int]] = [frozenset()]

    @cached_property
    def _text(self) -> list[str]:
        return self._module.code.splitlines()

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Keep the changes of a node, and go on to those within it."""
        if isinstance(node, _SKIPPED) or self._is_for_types(node) or _is_docstring(node):
            return False
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            self._names.append(node.name.value)
        if isinstance(node, _STATEMENTS):
            self._statements.append(self._extent(node))
        made: Counter[str] = Counter()
        for operator, changed in mutations(node):
            self._keep(node, operator, made[operator], changed)
            made[operator] += 1
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Leave the statement, function or class that a node is."""
        if isinstance(original_node, (cst.FunctionDef, cst.ClassDef)):
            self._names.pop()
        if isinstance(original_node, _STATEMENTS):
            self._statements.pop()

    def _extent(self, node: cst.CSTNode) -> frozenset[int]:
        """Return the lines of a statement; of one with a body, those above it."""
        place = self._place(node)
        first, last = place.start.line, place.end.line
        body = getattr(node, "body", None)
        if isinstance(body, cst.IndentedBlock):
            last = self._place(body.body[0]).start.line - 1
        return frozenset(range(first, max(first, last) + 1))

    def _place(self, node: cst.CSTNode) -> CodeRange:
        found: object = self.get_metadata(PositionProvider, node)
        assert isinstance(found, CodeRange)
        return found

    def _is_for_types(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.If):
            return isinstance(node.test, cst.Name) and node.test.value == "TYPE_CHECKING"
        if isinstance(node, cst.Call):
            return isinstance(node.func, cst.Name) and node.func.value in _TYPE_WORDS
        if isinstance(node, cst.Subscript):
            return _is_type(node)
        return isinstance(node, cst.Assign) and _is_declaration(node)

    def _keep(self, node: cst.CSTNode, operator: str, index: int, changed: cst.CSTNode) -> None:
        if operator == "returned" and self._names[-1] in _NEVER_NONE:
            return
        place = self.get_metadata(PositionProvider, node, None)
        first = place.start.line if place else min(self._statements[-1])
        line, function = self._text[first - 1].strip(), ".".join(self._names)
        lines = self._statements[-1]
        self.found.append(Mutant(self._file, function, operator, index, line, lines, self._module, node, changed))


def _shown(module: cst.Module, node: cst.CSTNode) -> str:
    code = " ".join(module.code_for_node(node).split())
    if isinstance(node, cst.If):
        return f"if {' '.join(module.code_for_node(node.test).split())}"
    return code[:80] if isinstance(node, cst.ExceptHandler) else code


def _is_docstring(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString)


def _is_declaration(node: cst.Assign) -> bool:
    if isinstance(node.value, cst.Call) and isinstance(node.value.func, cst.Name):
        return node.value.func.value == "TypeVar"
    return any(isinstance(target.target, cst.Name) and target.target.value in _NO_VALUES for target in node.targets)


def _is_type(node: cst.Subscript) -> bool:
    return isinstance(node.value, cst.Name) and node.value.value in (
        "dict",
        "list",
        "type",
        "tuple",
        "set",
        "Final",
        "Callable",
    )
