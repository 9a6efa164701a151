"""Build hooks: what is built carries the contract, and requires the client at the contract's version."""

import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

# In the repository these stand outside this folder; in the source distribution, at their place inside it.
OUTSIDE = {
    "../openapi/openapi.yaml": "plaid_accounts_contract/openapi.yaml",
    "../LICENSE": "LICENSE",
}


class SameVersionOfClient(MetadataHookInterface):
    """Requires the group `runtime` and the client at this distribution's own version."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Sets `project.dependencies`."""
        pyproject = tomllib.loads(Path(self.root, "pyproject.toml").read_text(encoding="utf-8"))
        client = f"plaid-accounts=={metadata['version']}"
        metadata["dependencies"] = [client, *pyproject["dependency-groups"]["runtime"]]


class ContractInside(BuildHookInterface[BuilderConfig]):
    """Copies the contract into what is built; an editable install reads it where it is written."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the files to `force_include`, unless they stand inside already, as in a source distribution."""
        if version == "editable":
            return
        for source, target in OUTSIDE.items():
            path = Path(self.root, source)
            # A wheel takes its licence from `license-files`, hence only from a source distribution.
            wanted = self.target_name == "sdist" or target.startswith("plaid_accounts_contract/")
            if wanted and path.is_file():
                build_data["force_include"][str(path)] = target
