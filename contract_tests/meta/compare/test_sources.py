"""What can be compared: a file, what a commit has, what was released, what Plaid published."""

import shutil
import subprocess
import zipfile
from pathlib import Path
from unittest.mock import Mock

import attrs
import pytest

from compare import Failure, behaviour, clients, plaid_document, revisions, upstream
from compare.clients import ROOT
from compare.revisions import CONTRACT, Revision
from compare.schemas import Schema
from compare.upstream import Deviation
from meta.compare.edits import CURRENT

PUBLISHED = Path(__file__).with_name("published.yaml")
KEY = ("post", "/accounts/get")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit: the contract and the client of the working tree."""
    root = tmp_path / "repository"
    shutil.copytree(ROOT / "openapi", root / "openapi")
    shutil.copytree(ROOT / "generated", root / "generated", ignore=shutil.ignore_patterns("__pycache__"))
    _git(root, "init", "--quiet")
    _commit(root)
    return root


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True)


def _commit(root: Path) -> None:
    _git(root, "add", ".")
    _git(root, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "--quiet", "--message=any")


@pytest.fixture(scope="module")
def published() -> Revision:
    """The document beside this file."""
    return revisions.of_file(PUBLISHED)


def test_the_client_of_a_commit(repository: Path) -> None:
    """The client in a commit is compared only if it was generated from the contract there."""
    revision = revisions.of_ref("HEAD", repository)
    assert revision.version == revisions.of_tree().version
    record = revision.folder / "provenance.json"
    assert record.read_bytes() == (ROOT / "generated" / "provenance.json").read_bytes()
    assert revision.package is not None
    contract = repository / CONTRACT
    contract.write_text(f"{contract.read_text('utf-8')}# edited\n", "utf-8")
    _commit(repository)
    assert revisions.of_ref("HEAD", repository).package is None


def test_the_last_release_is_the_newest_tag(repository: Path) -> None:
    """The last release is the tag with the highest version; other tags don't count."""
    assert revisions.last_release(repository) is None
    for tag in ("v0.9.0", "v0.10.0", "vague", "v1.0.0-trial"):
        _git(repository, "tag", tag)
    assert revisions.last_release(repository) == "v0.10.0"


def test_an_invalid_ref(repository: Path) -> None:
    """A name that is neither file nor ref is named, and so is a commit without a contract."""
    with pytest.raises(Failure, match="nowhere is neither a file nor a git ref"):
        revisions.of_ref("nowhere", repository)
    _git(repository, "rm", "--quiet", CONTRACT)
    _commit(repository)
    with pytest.raises(Failure, match=f"HEAD has no {CONTRACT}"):
        revisions.of_ref("HEAD", repository)


def test_wheels(tmp_path: Path) -> None:
    """Of two wheels, the suite's gives the contract and the client's the client; either may be named."""
    suite = tmp_path / "plaid_accounts_contract-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(suite, "w") as archive:
        archive.write(ROOT / CONTRACT, "plaid_accounts_contract/openapi.yaml")
    client = tmp_path / "plaid_accounts-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(client, "w") as archive:
        for path in (ROOT / "generated" / "plaid_accounts").rglob("*.py"):
            archive.write(path, path.relative_to(ROOT / "generated"))
    for wheel in (suite, client):
        revision = revisions.of_wheel(wheel)
        assert revision.contract.document == revisions.of_tree().contract.document
        assert (revision.folder / "plaid_accounts" / "client.py").is_file()
        assert revision.package is not None
    suite.write_bytes(b"broken")
    with pytest.raises(Failure, match=r"cannot read the wheels beside plaid_accounts-0\.1\.0"):
        revisions.of_wheel(client)
    suite.unlink()
    with pytest.raises(Failure, match=r"has no contract: put plaid_accounts_contract-0\.1\.0-\*\.whl beside it"):
        revisions.of_wheel(client)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"openapi: [3.1.0", "is not valid YAML"),
        (b"\xff\xff", "is not valid YAML"),
        (b"[]", "is not a valid OpenAPI document"),
        (b"openapi: 3.1.0\npaths: {}\n", "KeyError 'info'"),
        (
            b"paths: {/a: {get: {$ref: '#/no', responses: {200: {$ref: '#/x'}}}}}\ninfo: {}\ncomponents: {}",
            "not a valid",
        ),
        (b"openapi: 3.0.0\npaths: {/other: {}}\n", "has no operation of the contract: /accounts/get"),
    ],
)
def test_files_that_are_not_contracts(tmp_path: Path, content: bytes, message: str) -> None:
    """A file that is not a contract is named, with what is wrong."""
    path = tmp_path / "file.yaml"
    path.write_bytes(content)
    with pytest.raises(Failure, match=message):
        revisions.of_file(path)


def _schema(revision: Revision, *place: str) -> Schema:
    schema = revision.endpoints[KEY].body("200")
    inner = schema and schema.at(place)
    assert inner is not None
    return inner


def test_null_in_every_way_it_is_written(published: Revision) -> None:
    """Null is read from `nullable` in place, beside allOf, of a component, and from an enum; a body is never null."""
    nullable = {place for place, schema in _schema(published).places() if schema.nullable}
    account, item = ("accounts", "[]"), ("item",)
    assert nullable == {
        (*account, "balances", "available"), (*account, "balances", "current"), (*account, "mask"),
        (*account, "subtype"), (*item, "error"), (*item, "error", "display_message"), (*item, "mood"),
    }  # fmt: skip
    error = published.endpoints[KEY].body("400")
    assert error is not None
    assert not error.nullable
    assert _schema(published, *account, "subtype").values == ("checking", "savings", "401k", "vault")


def test_bounds_of_openapi_3_0(published: Revision) -> None:
    """Whether a bound itself is excluded is read from the flag beside it."""
    available, current = (
        _schema(published, "accounts", "[]", "balances", name).constraints for name in ("available", "current")
    )
    assert (available["minimum"], "exclusiveMinimum" in available) == (0, False)
    assert (current["exclusiveMinimum"], "minimum" in current) == (-1000000000, False)


def test_plaids_document_takes_the_frame_of_the_contract(published: Revision) -> None:
    """Statuses, names of components, parameters and keys are those of the contract; the version is Plaid's."""
    assert set(published.endpoints[KEY].responses) == set(CURRENT.endpoints[KEY].responses)
    document = published.contract.document
    assert {"Account", "AccountBalances", "AccountType", "VerificationStatus", "Product", "Mood"} <= set(
        document["components"]["schemas"]
    )
    assert document["security"] == CURRENT.contract.document["security"]
    assert published.version == "1.700.0"


def test_decisions_are_applied_to_plaids_document(published: Revision) -> None:
    """Of link/token/create only update mode is taken; a list of anything but strings is no list."""
    document = published.contract.document
    request = document["components"]["schemas"]["LinkTokenCreateRequest"]
    assert not {"eu_config", "labels"} & request["properties"].keys()
    assert request["required"] == ["access_token", "client_name", "country_codes", "language", "user"]
    assert "null" not in request["properties"]["access_token"]["type"]
    assert [*document["components"]["schemas"]["LinkTokenCreateRequestUser"]["properties"]] == ["client_user_id"]
    assert "enum" not in request["properties"]["language"]


def test_its_client_reads_its_responses(published: Revision, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client that is generated from it reads every response that it allows, and its requests are valid."""
    monkeypatch.setattr(clients, "made_alike", Mock(return_value=False))
    assert len(published.variants(KEY, "200")) > 50
    seen = behaviour.observe(published, published)
    assert seen.responses > 100
    assert seen.requests > 10
    assert (seen.by_old, seen.by_new, seen.requests_rejected) == ([], [], [])


def test_deviations_are_decided_or_to_do(published: Revision) -> None:
    """Each deviation is named; those in the list of decisions have the decision, the others none."""
    found = {entry.what: entry for entry in upstream.deviations(published, CURRENT, plaid_document.decisions())}
    to_do = {what: entry.said for what, entry in found.items() if entry.decision is None}
    assert to_do["AccountSubtype value 'vault'"] == "only in Plaid's document"
    assert to_do["Account.official_name"] == "only in the contract"
    assert to_do["x-plaid-version"] == "the contract follows 2020-09-14_1.729.1, this is 1.700.0"
    # A webhook is compared with the component of its name; a copy without an operation shows nothing of that.
    assert to_do["NewAccountsAvailableWebhook.institution_id"] == "only in Plaid's document"
    decided = {what: entry.decision for what, entry in found.items() if entry.decision}
    assert decided["statuses"] == "Statuses are listed one by one, without `default`."
    assert decided["PlaidError as a body"] == "An error body is never null."
    assert decided["Account.mask pattern"] == "`mask` is two to four letters or digits"
    assert decided["NewAccountsAvailableWebhook.item_id required"] == "A webhook states what it is."


def test_a_decision_for_many() -> None:
    """A decision may leave out a part of a name, but what only the contract has is decided by its full name."""
    theirs = Deviation(what="Item.mood", said="only in Plaid's document", place="")
    entries = [
        theirs,
        attrs.evolve(theirs, said="only in the contract"),
        attrs.evolve(theirs, what="Item.mood required"),
    ]
    assert [entry.is_covered_by("Item.*") for entry in entries] == [True, False, False]
    assert [entry.is_covered_by("*.mood required") for entry in entries] == [False, False, True]
    assert [entry.is_covered_by("Item.mood") for entry in entries] == [True, True, False]


def test_every_decision_is_in_the_readme() -> None:
    """Each title in the list of decisions is one of the README's."""
    readme = plaid_document.DECISIONS.with_name("README.md").read_text("utf-8")
    for title in plaid_document.decisions().values():
        assert f"· {title}**" in readme


def test_upstream(capsys: pytest.CaptureFixture[str]) -> None:
    """The command lists what is to do with its place, then what was decided, and ends with 1 while something is to do."""
    assert upstream.main([str(PUBLISHED)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("== upstream: openapi/openapi.yaml")
    assert "TO DO    Item.mood: only in Plaid's document" in lines
    assert any(line.startswith("         published.yaml:") for line in lines)
    assert "decided  An error body is never null." in lines
    assert lines[-1].endswith(" decided")
    assert "TO DO    POST /accounts/balance/get: not in this copy of Plaid's document; is it complete?" in lines
    assert lines[1].startswith(
        "older    this copy is 1.700.0, and the contract follows 1.729.1, which may be why only it"
    )
    assert not any(line.endswith("only in the contract") for line in lines)
    assert not any(line.startswith("unused") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "make upstream FILE=2020-09-14.yml"),
        (["absent.yml"], "cannot read absent.yml"),
        (["."], "cannot read ."),
        ([str(ROOT / CONTRACT)], "but Plaid's document is 3.0: to compare contracts, see make compare"),
    ],
)
def test_upstream_without_plaids_document(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without Plaid's document the command ends with 2 and explains how to name one."""
    assert upstream.main(arguments) == 2
    assert message in capsys.readouterr().err


def test_an_invalid_list_of_decisions(tmp_path: Path) -> None:
    """A list of decisions in another form is rejected by name."""
    path = tmp_path / "decisions.yaml"
    path.write_text("- decision: one\n", "utf-8")
    with pytest.raises(Failure, match=r"decisions\.yaml must be a list of entries"):
        plaid_document.decisions(path)
