"""The known-failing file: violations that do not fail a run, until they are fixed.

Each line is a clause, or a clause and the path of the value. A clause is the id of a requirement, the JSON pointer of a
schema's clause as in a report, `status-documented` or `media-type`; for an additional operation it begins with the
operationId and a colon, unless it is a schema's. A `#` followed by a space starts a comment with the reason. An entry
whose clause was observed and not violated is stale, and fails the run.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from plaid_accounts_contract.checks import schema as schema_checks
from plaid_accounts_contract.checks.findings import INDEX, Results
from plaid_accounts_contract.contract import Contract, Pointer, reference_to
from plaid_accounts_contract.settings import Settings, SettingsError, existing_file

Key = tuple[str, str]

# A pointer begins with #/, and is no comment.
_COMMENT: Final = re.compile(r"(?:^|\s)#(?!/).*$")
_SCHEMA: Final = schema_checks.schema_clause(200).removesuffix("200")
_ROWS: Final = (schema_checks.STATUS, schema_checks.MEDIA_TYPE)


@attrs.frozen
class Entry:
    """A known violation: a clause and the path of the value, without positions; an empty path stands for any."""

    clause: str
    path: str = ""
    line: int = 0

    def matches(self, key: Key) -> bool:
        """Return whether the entry covers the violation `key`."""
        return self.clause == key[0] and self.path in ("", key[1])


def load(settings: Settings, contract: Contract) -> tuple[Entry, ...]:
    """Read the known-failing file of the settings, if there is one."""
    if not settings.known_failing:
        return ()
    path = existing_file(settings.known_failing, "--known-failing")
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"--known-failing: cannot read {path}: {error}") from None
    entries = (_entry(line, number, path, contract) for number, line in enumerate(lines, 1))
    return tuple(entry for entry in entries if entry is not None)


def apply(entries: Sequence[Entry], results: Results) -> tuple[frozenset[Key], tuple[Entry, ...]]:
    """Return the violations that are known, and the entries that are stale."""
    known = frozenset(key for key in results.groups for entry in entries if entry.matches(key))
    stale = (entry for entry in entries if _observed(entry, results) and not any(map(entry.matches, results.groups)))
    return known, tuple(stale)


def _observed(entry: Entry, results: Results) -> bool:
    if not entry.clause.startswith("#/"):
        return results.observed[entry.clause] > 0
    # Results count the schema of a body as one clause, not each clause of the schema.
    return any(count > 0 for name, count in results.observed.items() if schema_checks.plain(name).startswith(_SCHEMA))


def _entry(line: str, number: int, path: Path, contract: Contract) -> Entry | None:
    words = _COMMENT.sub("", line).split()
    if not words:
        return None
    clause, rest = words[0], words[1:]
    if len(rest) > 1:
        raise SettingsError(f"{path}:{number}: an entry is a clause and at most one path; a comment begins with `# `")
    known = list(_pointers(contract) if clause.startswith("#/") else _names(contract))
    if clause not in known:
        near = difflib.get_close_matches(clause, known, 1)
        hint = f"did you mean {near[0]}?" if near else "`plaid-accounts-contract requirements` lists the requirements"
        raise SettingsError(f"{path}:{number}: the contract has no clause {clause!r}; {hint}")
    return Entry(clause, INDEX.sub("[]", rest[0]) if rest else "", number)


def _names(contract: Contract) -> Iterator[str]:
    """Yield the name of every clause other than a schema's, for every operation that it applies to."""
    yield from contract.requirements
    for operation in contract.operations:
        for name in (*(entry.id for entry in contract.requirements_of(operation)), *_ROWS):
            yield schema_checks.named(contract, operation, name)


def _pointers(contract: Contract) -> Iterator[str]:
    """Yield the name of every clause of a component's schema as in a report."""
    for name, schema in contract.document["components"]["schemas"].items():
        yield from map(reference_to, _below(schema, ("components", "schemas", name)))


def _below(node: Any, pointer: Pointer) -> Iterator[Pointer]:
    yield pointer
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _below(value, (*pointer, key))
            # A clause of `required` is named after the property, not its position.
            if key == "required" and isinstance(value, list):
                yield from ((*pointer, key, entry) for entry in value)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _below(value, (*pointer, index))
