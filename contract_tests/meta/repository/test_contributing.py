"""The example in CONTRIBUTING.md works as written, and a missing step is reported."""

import re

import attrs
import pytest

from meta.repository.checkout import GIT, ROOT, VERSION, Checkout

# The copy of the repository is made once, in one process.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("contributing")]


def _document() -> str:
    """Return the document with the contract's version, and the next minor one, in place of its own."""
    first, second, third = map(int, VERSION.split("."))
    following = f"{first}.{second + 1}.0" if first else f"{first}.{second}.{third + 1}"
    text = (ROOT / ".github/CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.replace("0.1.1", "(following)").replace("0.1.0", VERSION).replace("(following)", following)


DOCUMENT = _document()


@attrs.frozen
class Step:
    """A block of the document: an edit of a file, or commands with some lines of their output."""

    language: str
    text: str

    def take(self, copy: Checkout) -> None:
        """Apply the block to the copy."""
        if self.language == "diff":
            self._edit(copy)
        for command, expected in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", self.text, re.MULTILINE):
            output = _run(copy, command)
            lines = iter([line.rstrip() for line in output.splitlines()])
            for line in map(str.rstrip, expected.splitlines()):
                # In this order: `any` consumes the lines before it; an ellipsis is any end.
                begins = line.removesuffix("…")
                found = any(seen.startswith(begins) if begins != line else seen == line for seen in lines)
                assert found, f"$ {command}\ndoes not print, at this place,\n{line}\nbut\n{output}"

    def _edit(self, copy: Checkout) -> None:
        name, *lines = self.text.splitlines()
        path = copy.root / name.strip()
        old = "".join(f"{line[1:]}\n" for line in lines if line[:1] in {" ", "-"})
        new = "".join(f"{line[1:]}\n" for line in lines if line[:1] in {" ", "+"})
        assert path.read_text(encoding="utf-8").count(old) == 1, f"{name} must contain exactly once:\n{old}"
        copy.edit(path, old, new)


STEPS, REQUEST = (
    [Step(*found) for found in re.findall(r"^```(diff|console)\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)]
    for part in DOCUMENT.split("## The other direction")
)
FIELD, GENERATE, _compare, NEW_VERSION, CHANGELOG, *_rest = STEPS
# The steps taken before the one that is missing shows up.
TAKEN = {
    "regenerating after the edit": [FIELD],
    "the version": [FIELD, CHANGELOG],
    "the changelog": [FIELD, NEW_VERSION],
    "regenerating after the new version": [FIELD, GENERATE, NEW_VERSION],
    "the version in the suite's README": [NEW_VERSION],
    "the reference server": [FIELD],
    "the commit": [FIELD],
}
# Instead of all tests behind a target, the files with the one that fails.
PART = {
    "make test-meta": "make --silent generate && .venv/bin/python -m pytest -q "
    "contract_tests/meta/{test_documents,reference_server/test_dataset}.py"
}
MISSING = re.findall(r"^\| ([^|`]+?) \| `([^`]+)` \| `([^`]+)` \|$", DOCUMENT, re.MULTILINE)


def test_the_walk(released: Checkout) -> None:
    """Every edit and command works as the document says, and everything is committed in the end."""
    for step in STEPS:
        step.take(released)
    assert _run(released, "git status --short") == ""
    assert _run(released, "git log --oneline").count("\n") == 2


def test_the_other_direction(released: Checkout) -> None:
    """A property of a request needs an edit of the contract alone, and everything passes with it."""
    for step in REQUEST:
        step.take(released)


@pytest.mark.parametrize(("step", "command", "message"), MISSING, ids=[row[0] for row in MISSING])
def test_a_missing_step_is_reported(released: Checkout, step: str, command: str, message: str) -> None:
    """The command that the document names fails and names the missing step."""
    for taken in TAKEN[step]:
        taken.take(released)
    part = f"{PART[command]} -k {message}" if command in PART else command
    result = released.run(["bash", "-c", f"{part} 2>&1"])
    assert result.returncode, result.stdout
    assert message in result.stdout, result.stdout


def test_each_step_is_in_the_document() -> None:
    """The table has a row for each step that can be missing."""
    assert [row[0] for row in MISSING] == list(TAKEN)


def _run(copy: Checkout, command: str) -> str:
    return copy.run(["bash", "-c", f"{command} 2>&1"], **GIT).stdout
