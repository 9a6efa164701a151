"""A task in the format of one engine, held against that format's JSON Schema before anyone sees it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from plaid_accounts_contract.export import conductor, simworkflow
from plaid_accounts_contract.export.effort import Effort
from plaid_accounts_contract.export.http_call import HttpCall

ENGINES: Final = ("simworkflow", "conductor")
"""The engines whose formats are written."""


def write(engine: str, call: HttpCall, credentials: str) -> dict[str, Any]:
    """Write `call` as a workflow of one HTTP task; `credentials` is what SimWorkflow's saved credentials are called.

    Raises:
        jsonschema_rs.ValidationError: the task breaks the engine's schema, so the fault is here.

    """
    effort = Effort.of_the_client(call.operation.method)
    written = (
        conductor.workflow(call, effort) if engine == "conductor" else simworkflow.workflow(call, effort, credentials)
    )
    jsonschema_rs.validate(schema(engine), written)
    return written


def schema(engine: str) -> dict[str, Any]:
    """Return the JSON Schema of the engine's workflow definitions, as far as HTTP tasks go."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name(f"{engine}.schema.json").read_text("utf-8"))
    return found
