"""Generates a client from a changed contract, with the generator and templates of the real one."""

import copy
import json
import os
import sysconfig
import tempfile
from functools import cache, partial
from pathlib import Path
from typing import Any, Final
from unittest import mock

import openapi_python_client
from jinja2 import Environment, FileSystemBytecodeCache
from openapi_python_client.config import Config, ConfigFile, MetaType
from ruamel.yaml import YAML

from mutation.client_faults.document import Change, Node
from mutation.client_faults.fault import CLIENT, ClientFault, Refused, Sources
from plaid_accounts_contract.contract import Contract

_CODEGEN: Final = Path(__file__).parents[3] / "openapi" / "codegen"


def contract_fault(  # noqa: PLR0917 - a row of a table
    kind: str, title: str, deed: str, statement: str, change: Change, breaks: tuple[str, ...], *, equivalent: str = ""
) -> ClientFault:
    """Return the fault of a client that is generated after `change` of the contract; `title` is what is changed."""
    return ClientFault(
        id=f"contract:{title}:{deed}",
        kind=f"contract/{kind}",
        statement=f"{title} {statement}",
        guarantees=breaks,
        sources=partial(changed_client, change),
        near=title.partition(".")[0],
        equivalent=equivalent,
    )


def changed_client(change: Change) -> Sources:
    """Return the files that the generator writes differently after `change`; raise Refused where it refuses it."""
    document = copy.deepcopy(dict(_document()))
    change(document)
    with tempfile.TemporaryDirectory(prefix="client-fault-") as folder:
        ours, theirs = _texts(CLIENT), _texts(_generate(document, Path(folder)))
    return {name: theirs.get(name) for name in sorted(ours | theirs) if ours.get(name) != theirs.get(name)}


@cache
def _document() -> Node:
    return dict(Contract.load().document)


def _generate(document: Node, folder: Path) -> Path:
    contract, project = folder / "openapi.json", folder / "project"
    contract.write_text(json.dumps(document), "utf-8")
    options = ConfigFile.load_from_path(_CODEGEN / "config.yaml")
    config = Config.from_sources(options, MetaType.UV, contract, "utf-8", overwrite=False, output_path=project)
    # The generator runs `ruff`: the one of this environment, not another one on the PATH.
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    # Half of the time goes into compiling templates and parsing YAML; neither alters the client.
    environment = partial(Environment, bytecode_cache=FileSystemBytecodeCache())
    with (
        mock.patch.dict(os.environ, PATH=path),
        mock.patch.object(openapi_python_client, "Environment", environment),
        mock.patch.object(YAML, "load", _load_json),
    ):
        try:
            problems = openapi_python_client.generate(config=config, custom_template_path=_CODEGEN / "templates")
        except SystemExit as refusal:
            raise Refused(str(refusal)) from None
    if problems:
        raise Refused("; ".join(f"{problem.header}: {problem.detail}" for problem in problems))
    return project / CLIENT.name


def _load_json(_: YAML, path: Path) -> Any:
    return json.loads(path.read_bytes())


def _texts(package: Path) -> dict[str, str]:
    paths = (path for path in package.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
    return {path.relative_to(package).as_posix(): path.read_text("utf-8") for path in paths}
