"""`make sbom`: a bill of materials (CycloneDX JSON) of each distribution, with its dependencies at tested versions."""

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from release.distributions import Distribution, find
from release.environments import create, uv


def write(distribution: Distribution, wheels: Path, generator: Path, folder: Path) -> Path:
    """Write the bill of one distribution; raise subprocess.CalledProcessError if the generator fails, saying why."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{distribution.name}.cdx.json"
    with tempfile.TemporaryDirectory() as scratch:
        environment = create(Path(scratch, "environment"), distribution, wheels)
        # The bill is about the distribution itself, so its components are only what else is installed.
        uv("pip", "uninstall", "--python", environment.python, distribution.name)
        project = Path(scratch, "pyproject.toml")
        project.write_text(_project(distribution), encoding="utf-8")
        options: list[str | Path] = ["--pyproject", project, "--mc-type", "library", "--sv", "1.6"]
        options += ["--output-reproducible", "--short-PURLs", "--output-file", target]
        subprocess.run([generator, "environment", *options, environment.python], check=True)
    bill = json.loads(target.read_bytes())
    bill["metadata"]["component"] |= {
        "purl": f"pkg:pypi/{distribution.name}@{distribution.version}",
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(distribution.wheel.read_bytes()).hexdigest()}],
    }
    target.write_text(json.dumps(bill, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return target


def _project(distribution: Distribution) -> str:
    """Return a pyproject.toml for the generator, from the published metadata."""
    metadata = distribution.metadata()
    fields = {
        "name": distribution.name,
        "version": distribution.version,
        "description": metadata["Summary"],
        "license": metadata["License-Expression"],
        "dependencies": [text for text in metadata.get_all("Requires-Dist") or [] if "extra ==" not in text],
    }
    # JSON strings and lists of strings are valid TOML.
    return "[project]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in fields.items())


if __name__ == "__main__":
    built, filled, program, output = map(Path, sys.argv[1:])
    for one in find(built):
        print(write(one, filled, program, output))
