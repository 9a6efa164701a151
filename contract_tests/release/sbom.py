"""A bill of materials (CycloneDX, JSON) of each distribution: what a service has installed with it, at tested versions."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from release.distributions import Distribution, find
from release.environments import Environment, create


def write(distribution: Distribution, wheels: Path, generator: Path, folder: Path) -> Path:
    """Write the bill of one distribution.

    Raises:
        subprocess.CalledProcessError: the generator failed; it has said why.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{distribution.name}.cdx.json"
    with tempfile.TemporaryDirectory() as scratch:
        environment = _with_dependencies(distribution, wheels, Path(scratch, "with"))
        described = Path(scratch, "pyproject.toml")
        described.write_text(_project(distribution), encoding="utf-8")
        options: list[str | Path] = [
            "--pyproject",
            described,
            "--mc-type",
            "library",
            "--sv",
            "1.6",
            "--output-reproducible",
        ]
        options += ["--short-PURLs", "--output-file", target]
        subprocess.run([generator, "environment", *options, environment.python], check=True)
    bill = json.loads(target.read_bytes())
    bill["metadata"]["component"] |= {
        "purl": f"pkg:pypi/{distribution.name}@{distribution.version}",
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(distribution.wheel.read_bytes()).hexdigest()}],
    }
    target.write_text(json.dumps(bill, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return target


def _with_dependencies(distribution: Distribution, wheels: Path, root: Path) -> Environment:
    """An environment with what the distribution brings along; the bill is about itself, so it stands apart."""
    requirement = f"{distribution.name}=={distribution.version}"
    environment = create(root, [requirement], [distribution.wheel.parent, wheels])
    environment.remove(distribution.name)
    return environment


def _project(distribution: Distribution) -> str:
    """What the generator reads of the distribution, from the metadata that is published."""
    metadata = distribution.metadata()
    required = [text for text in metadata.get_all("Requires-Dist") or [] if "extra ==" not in text]
    fields = {
        "name": distribution.name,
        "version": distribution.version,
        "description": metadata["Summary"],
        "license": metadata["License-Expression"],
        "dependencies": required,
    }
    # A JSON string or list of strings is one of TOML.
    return "[project]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in fields.items())


if __name__ == "__main__":
    built, filled, program, output = map(Path, sys.argv[1:])
    for one in find(built):
        print(write(one, filled, program, output))
