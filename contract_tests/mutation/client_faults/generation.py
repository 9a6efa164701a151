"""Generates a client of a changed contract, by the generator and the templates that generate the real one."""

from __future__ import annotations

import copy
import json
import os
import sysconfig
import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, Final
from unittest import mock

import attrs
import openapi_python_client
from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache
from openapi_python_client.config import Config, ConfigFile, MetaType
from ruamel.yaml import YAML

from mutation.client_faults.fault import Refused
from mutation.client_faults.package import NAME, Sources, differences
from plaid_accounts_contract.contract import Contract

CODEGEN: Final = Path(__file__).parents[3] / "openapi" / "codegen"
Node = dict[str, Any]
Change = Callable[[Node], object]


@attrs.frozen
class ContractEdit:
    """Changes the contract; what the generator makes of it is the faulty client."""

    change: Change

    def sources(self, sound: Path) -> Sources:
        """Return every file that the generator writes in another way.

        Raises:
            Refused: the generator makes no client of the changed contract.

        """
        document = copy.deepcopy(dict(_document()))
        self.change(document)
        with tempfile.TemporaryDirectory(prefix="client-fault-") as folder:
            return differences(sound, generate(document, Path(folder)))


def unchanged(document: Node) -> None:
    """Change nothing."""


@cache
def _document() -> Mapping[str, Any]:
    return Contract.load().document


def generate(document: Node, folder: Path) -> Path:
    """Generate the client of a contract inside `folder`, and return the folder of the package.

    Raises:
        Refused: the generator makes no client of it.

    """
    contract, project = folder / "openapi.json", folder / "project"
    contract.write_text(json.dumps(document), "utf-8")
    options = ConfigFile.load_from_path(CODEGEN / "config.yaml")
    config = Config.from_sources(options, MetaType.UV, contract, "utf-8", overwrite=False, output_path=project)
    # The formatter of this environment, and of no other.
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    try:
        with _quickly():
            problems = openapi_python_client.generate(config=config, custom_template_path=CODEGEN / "templates")
    except SystemExit as refusal:
        raise Refused(str(refusal)) from None
    if problems:
        raise Refused("; ".join(f"{problem.header}: {problem.detail}" for problem in problems))
    return project / NAME


class _Compiled(BytecodeCache):
    """Templates that were compiled in this process, or in the one that it was forked from."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was compiled."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED: Final = _Compiled()


def _load(_: YAML, path: Path) -> Any:
    return json.loads(path.read_bytes())


@contextmanager
def _quickly() -> Generator[None]:
    """Compile each template once, and read the document as the JSON that it is: half the time, and the same client."""
    environment = partial(Environment, bytecode_cache=_COMPILED)
    with (
        mock.patch.object(openapi_python_client, "Environment", environment),
        mock.patch.object(YAML, "load", _load),
    ):
        yield
