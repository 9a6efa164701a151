"""What is done to a node of the code: the operators of mutmut, and some for what code like this does wrong.

mutmut's tell nothing of a message, a statement left out or a member of a list that is missing; these are added. Its way
with strings is left out: letters changed within prose break nothing that anyone relies on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import libcst as cst
from mutmut.mutation import mutators

Operator = Callable[[Any], Iterator[cst.CSTNode]]

_LEFT_OUT: Final = (mutators.operator_string,)


def mutations(node: cst.CSTNode) -> Iterator[tuple[str, cst.CSTNode]]:
    """Give each node that may stand in place of `node`, with the name of the operator that made it."""
    for kind, operator in (*mutators.mutation_operators, *_OWN):
        if isinstance(node, kind) and operator not in _LEFT_OUT:
            name = operator.__name__.removeprefix("operator_").strip("_")
            for changed in operator(node):
                if not _is_same_number(node, changed):
                    yield name, changed


def _is_same_number(node: cst.CSTNode, changed: cst.CSTNode) -> bool:
    """Tell whether a number so large that one more is the same number is written in another way."""
    if not isinstance(node, cst.Float) or not isinstance(changed, cst.Float):
        return False
    return node.evaluated_value == changed.evaluated_value


def _text(node: cst.SimpleString) -> Iterator[cst.CSTNode]:
    value = node.evaluated_value
    if isinstance(value, str) and value and not node.value.startswith(('"""', 'r"')):
        # Prose is emptied, a word changed.
        yield node.with_changes(value='""' if " " in value.strip() else repr(f"{value}X"))


def _formatted(_: cst.FormattedString) -> Iterator[cst.CSTNode]:
    yield cst.SimpleString('""')


def _condition(node: cst.If) -> Iterator[cst.CSTNode]:
    for value in ("True", "False"):
        yield node.with_changes(test=cst.Name(value))


def _returned(node: cst.Return) -> Iterator[cst.CSTNode]:
    if node.value is not None and not (isinstance(node.value, cst.Name) and node.value.value == "None"):
        yield node.with_changes(value=cst.Name("None"))


def _member(node: cst.Tuple | cst.List | cst.Set) -> Iterator[cst.CSTNode]:
    if len(node.elements) > 1:
        for index in range(len(node.elements)):
            rest = [element for place, element in enumerate(node.elements) if place != index]
            if isinstance(node, cst.Tuple):
                rest[-1] = rest[-1].with_changes(comma=cst.Comma())
            yield node.with_changes(elements=rest)


def _entry(node: cst.Dict) -> Iterator[cst.CSTNode]:
    for index in range(len(node.elements)):
        yield node.with_changes(elements=[entry for place, entry in enumerate(node.elements) if place != index])


def _caught(node: cst.ExceptHandler) -> Iterator[cst.CSTNode]:
    """Let the handler raise what it was to handle."""
    yield node.with_changes(body=cst.IndentedBlock([cst.SimpleStatementLine([cst.Raise()])]))


def _statement(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    if len(node.body) == 1 and _does_something(node.body[0]):
        yield node.with_changes(body=[cst.Pass()])


def _does_something(statement: cst.BaseSmallStatement) -> bool:
    if isinstance(statement, (cst.Raise, cst.Del, cst.AugAssign)):
        return True
    if isinstance(statement, cst.Expr):
        return not isinstance(statement.value, (cst.SimpleString, cst.ConcatenatedString, cst.Ellipsis))
    if isinstance(statement, cst.Assign):
        # A local name that is never bound would only be a NameError.
        return all(isinstance(target.target, (cst.Attribute, cst.Subscript)) for target in statement.targets)
    return False


_OWN: Final[Sequence[tuple[Any, Operator]]] = (
    (cst.SimpleString, _text),
    (cst.FormattedString, _formatted),
    (cst.If, _condition),
    (cst.Return, _returned),
    (cst.Tuple, _member),
    (cst.List, _member),
    (cst.Set, _member),
    (cst.Dict, _entry),
    (cst.ExceptHandler, _caught),
    (cst.SimpleStatementLine, _statement),
)
