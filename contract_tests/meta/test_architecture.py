"""ARCHITECTURE.md agrees with the code: packages, allowed imports, and the modules that a response passes."""

import importlib
import io
import os
import re
import sys
import threading
import tomllib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import plaid_accounts_contract
from meta.injection import CONTRACT, Injection, MutableResponse, each_account
from plaid_accounts_contract.checks.context import CheckContext, Failed
from plaid_accounts_contract.checks.findings import Group, Violation
from plaid_accounts_contract.checks.oracle import Expectation
from plaid_accounts_contract.checks.schema import Mismatch
from plaid_accounts_contract.reference_server import reference_dataset, running
from plaid_accounts_contract.reports.blocks import Block
from plaid_accounts_contract.reports.terminal import Console
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.runner.runner import open_run
from plaid_accounts_contract.runner.verdict import conclude
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Exchange, Response

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "contract_tests/ARCHITECTURE.md").read_text("utf-8")
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
FAULT = "request-id-empty"
# What carries the response; a module that creates, returns or prints one of these is on its way.
CARRIERS = (Response, Exchange, Expectation, CheckContext, Mismatch, Failed, Violation, Group, Block)


def _fenced(kind: str) -> list[str]:
    found = re.search(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"ARCHITECTURE.md has no block {kind!r}"
    return found[1].splitlines()


def test_the_page_lists_every_package() -> None:
    """The tables have a row for each package and public module of the suite, and each package beside it."""
    folder = Path(plaid_accounts_contract.__file__).parent
    suite = {path.parent.name for path in folder.glob("*/__init__.py")} | {
        path.stem for path in folder.glob("[!_]*.py")
    }
    beside = {path.parent.name for path in folder.parent.glob("*/*.py")} - {folder.name}
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == suite | beside


def test_the_page_draws_the_layers_of_the_linter() -> None:
    """The layers and the forbidden imports of the page are those of import-linter's configuration."""
    (layers,) = (contract["layers"] for contract in LINTER if contract["type"] == "layers")
    assert _fenced("layers") == layers
    assert re.findall(r"^- (.+)$", PAGE, re.MULTILINE) == [
        entry["name"] for entry in LINTER if entry["type"] == "forbidden"
    ]


def _billed_for_balances(response: MutableResponse) -> None:
    response.value = {**response.value, "item": {**response.value["item"], "billed_products": ["balance"]}}


@pytest.mark.parametrize(
    ("change", "unused"),
    [(each_account(lambda one: one.pop("mask")), "checks.accounts"), (_billed_for_balances, "checks.schema")],
)
def test_a_response_passes_the_modules_of_the_page(change: Callable[[MutableResponse], None], unused: str) -> None:
    """From the socket to the failure block a response passes at most ten modules, in the order of the page."""
    with running(Injection(change)) as server:
        settings = complete(Settings(), reference_dataset(), server.url)
        with open_run(settings, CONTRACT) as run:
            console = Console(io.StringIO(), settings, CONTRACT)
            run.results.groups.clear()
            with _traced() as modules:
                run.send(run.plain_request())
                console.finish(conclude(run), 0.0)
    walk = [line.split()[0] for line in _fenced("walk response")]
    assert modules == [module for module in walk if module != unused]
    assert len(modules) <= 10


@contextmanager
def _traced() -> Generator[list[str]]:
    """Collect the modules of the suite that create, return or print a carrier, in the order of the first time."""
    modules: list[str] = []

    def note(frame: FrameType | None) -> None:
        name = "" if frame is None else frame.f_globals.get("__name__", "")
        _, _, module = name.partition("plaid_accounts_contract.")
        if module and module not in modules:
            modules.append(module)

    def profile(frame: FrameType, event: str, value: Any) -> None:
        if event == "return" and isinstance(value, CARRIERS) and frame.f_code.co_name != "<genexpr>":
            note(frame)
        elif event == "call" and frame.f_code.co_name == "__init__" and isinstance(frame.f_locals["self"], CARRIERS):
            note(frame.f_back)
            note(frame)
        elif event == "call" and any(isinstance(local, Block) for local in frame.f_locals.values()):
            note(frame)

    sys.setprofile(profile)
    try:
        yield modules
    finally:
        sys.setprofile(None)


def test_a_fault_passes_the_modules_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From its row to the table a planted fault passes the modules of the page, in their order."""
    server_runs = importlib.import_module("mutation.runner.server_runs")
    exchange = importlib.import_module("mutation.server_faults.exchange")
    modules: list[str] = []

    def is_carrier(value: Any) -> bool:
        carriers = (exchange.Request, exchange.Response, server_runs.Result)
        return isinstance(value, carriers) or getattr(value, "id", "") == FAULT

    def profile(frame: FrameType, event: str, _: Any) -> None:
        name = frame.f_globals.get("__name__", "")
        if event == "call" and name.startswith("mutation.") and not frame.f_code.co_name.startswith("<"):
            # pytest collects every row before it runs one.
            begun = modules or frame.f_code.co_name == "test_fault"
            if begun and name not in modules and any(map(is_carrier, frame.f_locals.values())):
                modules.append(name)

    def no_requests(*_: Any) -> Any:
        return server_runs.Corpus((), (), frozenset())

    # The preflight shows this fault; no request needs to be recorded and replayed.
    monkeypatch.setattr(server_runs, "record", no_requests)
    monkeypatch.chdir(tmp_path)
    test = ROOT / "contract_tests/mutation/runner/test_server_faults.py"
    options = ["-c", os.devnull, "--rootdir", str(test.parent), "--import-mode=importlib", "-p", "no:cacheprovider"]
    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        status = pytest.main([f"{test}::test_fault[{FAULT}]", *options])
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    assert status == pytest.ExitCode.OK
    assert modules == [line.split()[0] for line in _fenced("walk fault")]
