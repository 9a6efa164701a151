"""Build hooks: what is built carries the contract, and requires the client at the contract's version."""

import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

# Where the contract is in the repository, and where in everything that is built from it.
OUTSIDE = "../openapi/openapi.yaml"
INSIDE = "plaid_accounts_contract/openapi.yaml"


class SameVersionOfClient(MetadataHookInterface):
    """Requires the group `runtime` and the client at this distribution's own version; the other groups are extras."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Sets `project.dependencies` and `project.optional-dependencies`."""
        groups = tomllib.loads(Path(self.root, "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
        metadata["dependencies"] = [f"plaid-accounts=={metadata['version']}", *groups.pop("runtime")]
        metadata["optional-dependencies"] = groups


class ContractInside(BuildHookInterface[BuilderConfig]):
    """Copies the contract into what is built; an editable install reads it where it is written."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the contract to `force_include`, from a source distribution as from the repository: in the same order."""
        if version == "editable":
            return
        outside = Path(self.root, OUTSIDE)
        contract = outside if outside.is_file() else Path(self.root, INSIDE)
        build_data["force_include"][str(contract)] = INSIDE
