"""The commands `requirements` and `explain`: all requirements as a list, or one in detail."""

import difflib
import json
import textwrap

from plaid_accounts_contract.contract import Contract, Requirement


def list_requirements(contract: Contract, *, as_json: bool = False) -> str:
    """Return every requirement with id, level, statement and place in the contract."""
    entries = list(contract.requirements.values())
    if as_json:
        listed = [
            {"id": entry.id, "level": entry.level, "statement": entry.statement, "source": entry.source,
             "place": contract.place(entry.pointer), "operations": _operations(contract, entry)}
            for entry in entries
        ]  # fmt: skip
        return json.dumps(listed, indent=2, ensure_ascii=False)
    return "\n".join(
        f"{entry.id:<28} {entry.level:<6} openapi.yaml:{contract.line(entry.pointer)}\n"
        + textwrap.fill(entry.statement, 100, initial_indent="    ", subsequent_indent="    ")
        for entry in entries
    )


def explain(contract: Contract, name: str) -> str:
    """Describe the requirement `name`, or raise LookupError, whose message names the nearest."""
    requirement = contract.requirements.get(name)
    if requirement is None:
        near = difflib.get_close_matches(name, contract.requirements, 1)
        hint = f"did you mean {near[0]}?" if near else "`plaid-accounts-contract requirements` lists them"
        raise LookupError(f"unknown requirement {name!r}; {hint}")
    return (
        f"{requirement.id} ({requirement.level})\n{textwrap.fill(requirement.statement, 100)}\n\n"
        f"applies to  {', '.join(_operations(contract, requirement))}\n"
        f"defined at  {contract.place(requirement.pointer)}\nsource      {requirement.source}"
    )


def _operations(contract: Contract, requirement: Requirement) -> list[str]:
    return [operation.id for operation in contract.operations if contract.requires(requirement.id, operation)]
