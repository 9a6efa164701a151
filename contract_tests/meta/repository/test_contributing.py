"""The walk through one edit in CONTRIBUTING.md goes as written, and a step that is forgotten is told."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from meta.repository.checkout import ROOT, Checkout
from meta.repository.working_copy import GIT, VERSION


def _document() -> str:
    """The document, with the version of the contract, and the one after a minor change, for those it speaks of."""
    first, second, third = map(int, VERSION.split("."))
    following = f"{first}.{second + 1}.0" if first else f"{first}.{second}.{third + 1}"
    text = (ROOT / ".github/CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.replace("0.1.1", "(following)").replace("0.1.0", VERSION).replace("(following)", following)


DOCUMENT = _document()


@dataclass(frozen=True)
class Step:
    """A block of the document: an edit of a file, or commands with some of the lines that they print."""

    language: str
    text: str

    def take(self, copy: Checkout) -> None:
        """Do in the copy what the block says."""
        if self.language == "diff":
            self._edit(copy)
        for command, expected in self._commands():
            told = _run(copy, command)
            lines = iter([line.rstrip() for line in told.splitlines()])
            for line in expected:
                # Each is looked for behind the one before.
                assert line in lines, f"$ {command}\ndoes not print, at this place,\n{line}\nbut\n{told}"

    def _edit(self, copy: Checkout) -> None:
        name, *lines = self.text.splitlines()
        path = copy.root / name.strip()
        old = "".join(f"{line[1:]}\n" for line in lines if line[:1] in {" ", "-"})
        new = "".join(f"{line[1:]}\n" for line in lines if line[:1] in {" ", "+"})
        assert path.read_text(encoding="utf-8").count(old) == 1, f"{name} holds not exactly once:\n{old}"
        copy.edit(path, old, new)

    def _commands(self) -> Iterator[tuple[str, list[str]]]:
        for command, expected in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", self.text, re.MULTILINE):
            yield command, [line.rstrip() for line in expected.splitlines()]


STEPS = [Step(*found) for found in re.findall(r"^```(diff|console)\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)]
FIELD, GENERATE, _compare, NEW_VERSION, CHANGELOG, *_rest = STEPS
# What is done in spite of each thing that is forgotten.
DONE = {
    "regenerating after the edit": [FIELD],
    "the version": [FIELD, CHANGELOG],
    "the changelog": [FIELD, NEW_VERSION],
    "regenerating after the new version": [FIELD, GENERATE, NEW_VERSION],
    "the version in the suite's README": [NEW_VERSION],
    "the reference server": [FIELD],
    "the commit": [FIELD],
}
# Of the tests behind a target, those that tell.
PART = {
    "make test-meta": "make --silent generate && .venv/bin/python -m pytest -q "
    "contract_tests/meta/{test_documents,reference_server/test_dataset}.py"
}
TOLD = re.findall(r"^\| ([^|`]+?) \| `([^`]+)` \| `([^`]+)` \|$", DOCUMENT, re.MULTILINE)


def test_the_walk(released: Checkout) -> None:
    """Every edit and command of the walk goes as the document says, and leaves nothing that is not committed."""
    for step in STEPS:
        step.take(released)
    assert _run(released, "git status --short") == ""
    assert _run(released, "git log --oneline").count("\n") == 2


@pytest.mark.parametrize(("forgotten", "command", "says"), TOLD, ids=[row[0] for row in TOLD])
def test_a_forgotten_step_is_told(released: Checkout, forgotten: str, command: str, says: str) -> None:
    """The command that the document names fails and says what is missing."""
    for step in DONE[forgotten]:
        step.take(released)
    part = f"{PART[command]} -k {says}" if command in PART else command
    result = released.run(["bash", "-c", f"{part} 2>&1"])
    assert result.returncode, result.stdout
    assert says in result.stdout, result.stdout


def test_each_forgotten_step_is_in_the_document() -> None:
    """The table has a row for each step that can be forgotten."""
    assert [row[0] for row in TOLD] == list(DONE)


def _run(copy: Checkout, command: str) -> str:
    return copy.run(["bash", "-c", f"{command} 2>&1"], **GIT).stdout
