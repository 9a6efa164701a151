"""A SimWorkflow workflow definition of one HTTP task.

Format: https://simworkflow.com/pages/0Dva3zi0JjFWp73I6NrVZJ (workflow definition) and
https://simworkflow.com/pages/0AkxhG0m6sP7ooYLFCKocH (HTTP task).
"""

from __future__ import annotations

from typing import Any

from plaid_accounts_contract.export.effort import Effort
from plaid_accounts_contract.export.http_call import HttpCall, Parameter


def workflow(call: HttpCall, effort: Effort, credentials: str) -> dict[str, Any]:
    """Write the definition; `credentials` is the id of saved credentials that send the headers of the secrets."""
    task = call.operation.definition["summary"]
    return {
        "name": f"{task} ({call.environment})",
        "description": f"{call.operation.method} {call.operation.path}. Input: {', '.join(call.parameters) or 'none'}.",
        "startTask": task,
        "tasks": {task: _task(call, effort, credentials)},
    }


def _task(call: HttpCall, effort: Effort, credentials: str) -> dict[str, Any]:
    return {
        "type": "Http",
        "credentials": credentials,
        "httpRequest": {
            "url": call.url,
            "method": call.operation.method,
            "headers": dict(call.headers),
            "body": call.body_with(_expression),
        },
        "retry": {
            "intervalSeconds": effort.first_wait_seconds,
            "maxAttempts": effort.retries,
            "backoffRate": effort.backoff_rate,
        },
        "connectionTimeoutSeconds": effort.connect_seconds,
        "readTimeoutSeconds": effort.read_seconds,
        "end": True,
    }


def _expression(parameter: Parameter) -> str:
    return f"${{$.{parameter.name}}}"
