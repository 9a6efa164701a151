"""Runs the generator into an empty folder."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

from openapi_python_client.config import ConfigFile
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from failure import Failure

PACKAGE = "plaid_accounts"
# What the generator says whatever happened: that files are left behind, where to report, where its libraries explain.
CHATTER = r"encountered while generating|please open an issue|For further information visit"


def require_known_keys(config: Path) -> None:
    """Refuses a configuration that the generator would ignore in part or format by its own defaults.

    Raises:
        Failure: The file is missing or no YAML mapping, a key is unknown, or the formatting hooks are missing.
    """
    try:
        loaded: dict[str, object] = YAML(typ="safe").load(config)  # pyright: ignore[reportUnknownMemberType]
        keys = set(loaded)
    except (OSError, TypeError, YAMLError) as error:
        raise Failure(f"{config.name} can't be read: {error}") from None
    unknown = sorted(keys - ConfigFile.model_fields.keys())
    if unknown:
        raise Failure(f"{config.name}: the generator knows no {', '.join(unknown)} and would ignore it")
    if "post_hooks" not in keys:
        raise Failure(f"{config.name} sets no post_hooks: formatting would depend on files outside this folder")


def run(contract: Path, codegen: Path, scratch: Path) -> Path:
    """Generates from `contract` inside `scratch`; returns the folder of the package.

    Raises:
        Failure: The generator refused the contract, warned, crashed, or left a hook undone.
    """
    project = scratch / "project"
    # Of the kinds of project, `uv` is one that marks the package as typed; only the package is kept.
    options: list[str | Path] = ["--path", contract, "--output-path", project, "--meta", "uv"]
    options += ["--config", codegen / "config.yaml", "--custom-template-path", codegen / "templates"]
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", *options]
    result = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False, encoding="utf-8")
    if result.returncode != 0:
        raise Failure(f"the generator does not accept {contract.name}:\n{_plain(result.stderr or result.stdout)}")
    return project / PACKAGE


def _environment() -> dict[str, str]:
    """The caller's environment without what could reach the formatter, and with this environment's own first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RUFF_")}
    path = os.pathsep.join([sysconfig.get_path("scripts"), kept.get("PATH", os.defpath)])
    return kept | {"PATH": path, "PYTHONUTF8": "1", "NO_COLOR": "1", "TYPER_STANDARD_TRACEBACK": "1"}


def _plain(output: str) -> str:
    """Reduces a traceback to its message and the template it came from, other output to what concerns the contract."""
    if "Traceback (most recent call last):" not in output:
        return "\n".join(line for line in output.splitlines() if line and not re.search(CHATTER, line))
    trace = output.rpartition("Traceback (most recent call last):\n")[2]
    message = re.sub(r"\A(?: .*\n|\n)*", "", trace).strip()
    places = re.findall(r'File "(.+\.jinja)", line (\d+)', trace)
    return f"{message}\n  at {places[-1][0]}, line {places[-1][1]}" if places else message
