"""Values, paths and clauses as text for messages."""

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from plaid_accounts_contract.contract import Contract, Pointer, pointer_of
from plaid_accounts_contract.wire.exchange import MISSING

# A longer value would fill more than a line of the terminal report.
_LIMIT: Final = 80


def path_of(parts: Sequence[str | int]) -> str:
    """Return a path in the notation of Python and JavaScript: `accounts[3].balances.available`."""
    written = ""
    for part in parts:
        written += f"[{part}]" if isinstance(part, int) else f".{part}" if written else str(part)
    return written


def kind_of(value: object) -> str:
    """Return the name of the JSON type of a value."""
    if value is MISSING:
        return "nothing"
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    names = ((str, "string"), (int, "integer"), (float, "number"), (Mapping, "object"))
    return next((name for kind, name in names if isinstance(value, kind)), "array")


def describe(value: object) -> str:
    """Describe a value: its type, and the value itself if it is short."""
    kind = kind_of(value)
    if kind in ("nothing", "null"):
        return kind
    if isinstance(value, Mapping):
        return f"object with {count(len(value), 'property', 'properties')}"
    if isinstance(value, list):
        return f"array of {len(value)}"
    text = json.dumps(value, ensure_ascii=False)
    # Never the beginning of a text: redaction would not find a secret that is cut off.
    return f"{kind} {text}" if len(text) <= _LIMIT else f"{kind} of {len(text)} characters"


def listing(values: Sequence[str]) -> str:
    """Return the first five values and the number of the others."""
    named = ", ".join(values[:5]) if values else "none"
    return named if len(values) <= 5 else f"{named} and {len(values) - 5} more"


def clause(contract: Contract, pointer: Pointer, instance: Any) -> str:
    """Describe what the schema keyword at `pointer` requires."""
    comment = _comment(contract, pointer)
    if comment:
        return comment
    keyword, value = str(pointer[-1]), contract.at(pointer)
    if keyword == "type":
        return " or ".join([value] if isinstance(value, str) else value)
    if keyword == "enum":
        near = difflib.get_close_matches(str(instance), [str(entry) for entry in value], 1)
        return f"one of the {len(value)} listed values" + (f" (nearest: {near[0]!r})" if near else "")
    if keyword in ("oneOf", "anyOf"):
        return " or ".join(_alternative(contract, entry, instance) for entry in value)
    if keyword == "format":
        return "a date-time with offset (RFC 3339)" if value == "date-time" else f"format {value}"
    return f"{keyword} {json.dumps(value)}"


def _comment(contract: Contract, pointer: Pointer) -> str:
    for end in range(len(pointer), 0, -1):
        node = contract.at(pointer[:end])
        if pointer[end - 1] in ("not", "then", "else", "if") and isinstance(node, Mapping) and "$comment" in node:
            return str(node["$comment"])
    return ""


def _alternative(contract: Contract, schema: Mapping[str, Any], instance: Any) -> str:
    if "$ref" not in schema:
        return json.dumps(schema["const"]) if "const" in schema else str(schema["type"])
    pointer = pointer_of(schema["$ref"])
    target = contract.at(pointer)
    return clause(contract, (*pointer, "enum"), instance) if "enum" in target else f"{pointer[-1]} object"


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with what it counts: `1 change`, `2 changes`; `many` is an irregular plural."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
