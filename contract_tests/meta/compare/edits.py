"""Edits of the contract, from `edits.yaml`."""

import copy
from pathlib import Path
from typing import Any, Final

import yaml

from compare import revisions
from compare.clients import ROOT
from compare.revisions import CONTRACT, Revision
from plaid_accounts_contract.contract import Contract, pointer_of

CURRENT: Final = revisions.of_tree()
KINDS: Final[dict[str, dict[str, Any]]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
"""The edits by what they are to a pinned client, and by name."""

Meaning = tuple[str, str, str, str]


def edited(folder: Path, *names: str, version: str = "") -> Revision:
    """Write the contract with edits, and another version of its own if one is given, into a folder, and read it."""
    document = copy.deepcopy(dict(Contract.load(ROOT / CONTRACT).document))
    document["info"] |= {"version": version} if version else {}
    known = {edit: row["steps"] for kind in KINDS.values() for edit, row in kind.items()}
    for step in (step for edit in names for step in known[edit]):
        document = _edited(document, step)
    path = folder / "edited.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return revisions.of_file(path)


def meanings(kind: str) -> dict[str, Meaning]:
    """Return by sentence what the edits of a kind mean."""
    rows = (row["means"] for row in KINDS[kind].values())
    return {sentence: tuple(meaning) for row in rows for sentence, meaning in row.items()}


def _edited(document: Any, step: dict[str, Any]) -> Any:
    if "rename" in step:
        return yaml.safe_load(yaml.safe_dump(document).replace(step["rename"], step["to"]))
    if "remove" in step:
        owner, key = _owner(document, step["remove"])
        del owner[key]
        return document
    value = step["to"]
    if "copy" in step:
        source, key = _owner(document, step["copy"])
        value = copy.deepcopy(source[key])
    owner, key = _owner(document, step["to"] if "copy" in step else step["set"])
    if key == "-":
        owner.append(value)
    else:
        owner[key] = value
    return document


def _owner(document: Any, path: str) -> tuple[Any, Any]:
    """Return the object or list that holds a node, and the node's key."""
    *steps, last = pointer_of(f"#{path if path.startswith('/') else f'/components/schemas/{path}'}")
    for step in steps:
        document = document[_key(document, step)]
    return document, _key(document, last)


def _key(owner: Any, step: Any) -> Any:
    if isinstance(owner, dict) or step == "-":
        return step
    names = [{entry.get("id"), entry.get("code"), entry.get("x-environment")} if isinstance(entry, dict) else {entry}
             for entry in owner]  # fmt: skip
    return next(index for index, known in enumerate(names) if step in known)
