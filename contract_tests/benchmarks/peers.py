"""Peers generated from the contract: the generator's stock client, pydantic models, msgspec structs."""

import importlib.util
import json
from pathlib import Path
from typing import Final

from benchmarks.measuring import cpu_time
from plaid_accounts_contract.contract import Contract

# Names to import from the folder that `generate` wrote to.
STOCK: Final = "stock_client"
PYDANTIC: Final = "pydantic_models"
PYDANTIC_DEFAULT: Final = "pydantic_default_models"
MSGSPEC: Final = "msgspec_models"
_MODEL_GENERATOR: Final = "datamodel_code_generator"


def generate(folder: Path) -> None:
    """Write each peer whose generator is installed into `folder`."""
    contract = folder / "contract.json"
    contract.write_text(json.dumps(Contract.load().document), encoding="utf-8")
    # The generator of the client with its own templates, configured with nothing but the name.
    config = folder / "stock.yaml"
    config.write_text(f"package_name_override: {STOCK}\npost_hooks: []\n", encoding="utf-8")
    options = ["--path", str(contract), "--output-path", STOCK, "--meta", "none", "--config", str(config)]
    cpu_time("-m", "openapi_python_client", "generate", "--fail-on-warning", *options, cwd=folder)
    if importlib.util.find_spec(_MODEL_GENERATOR):
        _generate_models(folder, PYDANTIC, "pydantic_v2.BaseModel")
        # The contract allows unknown fields; pydantic drops them unless told otherwise.
        keeping = (folder / f"{PYDANTIC}.py").read_text("utf-8")
        (folder / f"{PYDANTIC_DEFAULT}.py").write_text(keeping.replace("extra='allow'", "extra='ignore'"), "utf-8")
        _generate_models(folder, MSGSPEC, "msgspec.Struct", "--enum-field-as-literal", "all")


def _generate_models(folder: Path, name: str, kind: str, *options: str) -> None:
    source = ["--input", "contract.json", "--input-file-type", "openapi", "--output", f"{name}.py"]
    style = ["--target-python-version", "3.11", "--use-standard-collections", "--use-union-operator"]
    cpu_time(
        "-m",
        _MODEL_GENERATOR,
        *source,
        "--output-model-type",
        kind,
        *style,
        "--disable-timestamp",
        *options,
        cwd=folder,
    )
