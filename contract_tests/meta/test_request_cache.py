"""Requests are generated once for the embedded server, and kept for no other."""

import re
from pathlib import Path
from typing import Any, NoReturn

import attrs
import pytest

from meta.commands import QUICK, command, credentials
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.generation import fuzzing, request_cache
from plaid_accounts_contract.reference_server.app import create_app
from plaid_accounts_contract.reference_server.running import running
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Request

CONTRACT = Contract.load()
DOCUMENT = {**CONTRACT.document, "paths": {CONTRACT.primary.path: CONTRACT.document["paths"][CONTRACT.primary.path]}}


class Generated(Exception):
    """Requests were generated, not taken from the cache."""


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, Any]:
    """Return the inputs of a few requests; a folder to keep them in is one of the settings."""
    settings = Settings(cache_dir=str(tmp_path / "cache"), quick=True)
    return {"settings": settings, "document": DOCUMENT, "mode": "header", "number": 3}


@pytest.fixture
def kept(inputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Return the requests that are in the cache; generating others raises."""
    requests = [*request_cache.generated(**inputs)]
    _generate_no_more(monkeypatch)
    return requests


def _generate_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def generate(*_: object) -> NoReturn:
        raise Generated

    monkeypatch.setattr(fuzzing, "generate", generate)


def test_requests_are_generated_once(inputs: dict[str, Any], kept: list[Request]) -> None:
    """The same inputs give the same requests, byte for byte, without generating them again."""
    assert kept
    assert request_cache.generated(**inputs) == kept


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "change",
    [
        {"number": 4}, {"mode": "body"}, {"document": {**DOCUMENT, "info": {}}}, {"seed": 2}, {"quick": False},
    ],
    ids=str,
)  # fmt: skip
def test_other_inputs_generate_others(inputs: dict[str, Any], change: dict[str, Any]) -> None:
    """Whatever requests depend on is part of the key."""
    if not change.keys() <= inputs.keys():
        change = {"settings": attrs.evolve(inputs["settings"], **change)}
    with pytest.raises(Generated):
        request_cache.generated(**inputs | change)


@pytest.mark.usefixtures("kept")
def test_another_version_generates_others(inputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgrade of what generates requests replaces those that are kept."""
    monkeypatch.setattr(request_cache, "version", "0.".__add__)
    with pytest.raises(Generated):
        request_cache.generated(**inputs)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("change", [(r".$", ""), (r'"headers"', '"header"'), (r"^\{", "[{"), (r".*", "")], ids=str)
def test_a_damaged_file_is_not_used(inputs: dict[str, Any], change: tuple[str, str]) -> None:
    """A file that was cut or changed costs the time to generate, and breaks nothing."""
    (file,) = Path(inputs["settings"].cache_dir).iterdir()
    file.write_text(re.sub(*change, file.read_text("utf-8"), flags=re.DOTALL), "utf-8")
    with pytest.raises(Generated):
        request_cache.generated(**inputs)


def test_a_folder_that_cannot_be_written_is_done_without(inputs: dict[str, Any], tmp_path: Path) -> None:
    """Where nothing can be kept, requests are generated each time."""
    (tmp_path / "cache").write_text("a file")
    assert request_cache.generated(**inputs)


def test_a_second_run_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded server gets the same verdict and counts from requests that were kept."""
    options = ("check", *QUICK, "--cache-dir", str(tmp_path))
    first = command(*options)
    _generate_no_more(monkeypatch)
    second = command(*options, ends=0)
    # Port, progress and duration differ.
    passing = r":\d+\n|^  \d+ s: .*\n|[\d.]+ s,"
    first_out, second_out = (re.sub(passing, "", result.out, flags=re.MULTILINE) for result in (first, second))
    assert second_out == first_out


def test_nothing_is_kept_for_another_server(tmp_path: Path) -> None:
    """Requests to a server at a URL, which hold its token and keys, leave no file."""
    with running(create_app()) as server:
        command("check", server.url, *QUICK, "--cache-dir", str(tmp_path), environment=credentials(), ends=0)
    assert not [*tmp_path.iterdir()]
