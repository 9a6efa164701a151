"""Run the generator into an empty folder."""

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
from provenance import PACKAGE

# What the generator prints with every error: that files are left behind, where to report, where its libraries explain.
CHATTER = r"encountered while generating|please open an issue|For further information visit"


def require_known_keys(config: Path) -> None:
    """Refuse a configuration that the generator would partly ignore, or format by its own defaults."""
    try:
        loaded: dict[str, object] = YAML(typ="safe").load(config)  # pyright: ignore[reportUnknownMemberType]
        keys = set(loaded)
    except (OSError, TypeError, YAMLError) as error:
        raise Failure(f"{config.name} can't be read: {error}") from None
    unknown = sorted(keys - ConfigFile.model_fields.keys())
    if unknown:
        raise Failure(f"{config.name}: unknown key {', '.join(unknown)}, which the generator would ignore")
    if "post_hooks" not in keys:
        raise Failure(f"{config.name} sets no post_hooks: formatting would depend on files outside this folder")


def run(contract: Path, codegen: Path, scratch: Path) -> Path:
    """Generate from `contract` inside `scratch`; return the folder of the package."""
    project = scratch / "project"
    # Of the kinds of project, `uv` is one that marks the package as typed; only the package is kept.
    options: list[str | Path] = ["--path", contract, "--output-path", project, "--meta", "uv"]
    options += ["--config", codegen / "config.yaml", "--custom-template-path", codegen / "templates"]
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", *options]
    # Settings of the formatter are left out, and the programs of this environment come first.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RUFF_")}
    path = os.pathsep.join([sysconfig.get_path("scripts"), kept.get("PATH", os.defpath)])
    env = kept | {"PATH": path, "PYTHONUTF8": "1", "NO_COLOR": "1", "TYPER_STANDARD_TRACEBACK": "1"}
    result = subprocess.run(command, env=env, capture_output=True, text=True, check=False, encoding="utf-8")
    if result.returncode != 0:
        reason = _plain(result.stderr or result.stdout)
        own = reason.startswith("unsupported: ")
        raise Failure(f"{contract.name}: {reason}" if own else f"the generator rejects {contract.name}:\n{reason}")
    return project / PACKAGE


def _plain(output: str) -> str:
    """Reduce a traceback to its message and template, other output to what concerns the contract."""
    if "Traceback (most recent call last):" not in output:
        return "\n".join(line for line in output.splitlines() if line and not re.search(CHATTER, line))
    trace = output.rpartition("Traceback (most recent call last):\n")[2]
    message = re.sub(r"\A(?:[ ^~].*\n|\n)*", "", trace).strip()
    places = re.findall(r'File "(.+\.jinja)", line (\d+)', trace)
    return f"{message}\n  at {places[-1][0]}, line {places[-1][1]}" if places else message
