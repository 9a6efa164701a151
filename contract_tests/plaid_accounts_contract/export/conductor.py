"""A Conductor workflow definition of one HTTP task.

Format: https://docs.conductor-oss.org/documentation/configuration/workflowdef/systemtasks/http-task.html; secrets as
in https://orkes.io/content/how-to-videos/secrets.
"""

from __future__ import annotations

import re
from typing import Any, Final

from plaid_accounts_contract.export.effort import Effort
from plaid_accounts_contract.export.http_call import MEDIA_TYPE, HttpCall, Parameter

_MILLISECONDS: Final = 1000


def workflow(call: HttpCall, effort: Effort) -> dict[str, Any]:
    """Write the definition; it names the secrets `plaid_client_id` and `plaid_secret` of the Conductor cluster."""
    name = _snake(call.operation.id)
    return {
        "name": f"{name}_{call.environment}",
        "description": f"{call.operation.method} {call.operation.path}: {call.operation.definition['summary']}",
        "version": 1,
        "schemaVersion": 2,
        "inputParameters": list(call.parameters),
        "tasks": [
            {
                "name": name,
                "taskReferenceName": f"{name}_ref",
                "type": "HTTP",
                "inputParameters": {"http_request": _http_request(call, effort)},
                "taskDefinition": _task_definition(name, call, effort),
            }
        ],
        "outputParameters": {"response": f"${{{name}_ref.output.response.body}}"},
    }


def _http_request(call: HttpCall, effort: Effort) -> dict[str, Any]:
    secrets = {header: f"${{workflow.secrets.plaid_{name}}}" for header, name in call.credential_headers.items()}
    kept = {name: value for name, value in call.headers.items() if name not in ("Accept", "Content-Type")}
    return {
        "uri": call.url,
        "method": call.operation.method,
        "accept": MEDIA_TYPE,
        "contentType": MEDIA_TYPE,
        "headers": {**kept, **secrets},
        "body": call.body_with(_expression),
        "connectionTimeOut": effort.connect_seconds * _MILLISECONDS,
        "readTimeOut": effort.read_seconds * _MILLISECONDS,
    }


def _task_definition(name: str, call: HttpCall, effort: Effort) -> dict[str, Any]:
    response = effort.connect_seconds + effort.read_seconds
    definition: dict[str, Any] = {
        "name": name,
        "retryCount": effort.retries,
        "retryLogic": "EXPONENTIAL_BACKOFF",
        "retryDelaySeconds": effort.first_wait_seconds,
        "responseTimeoutSeconds": response,
        "timeoutSeconds": 2 * response,
        "timeoutPolicy": "RETRY",
    }
    if "client" in call.rate_limits:
        definition["rateLimitPerFrequency"] = call.rate_limits["client"]
        definition["rateLimitFrequencyInSeconds"] = call.rate_limits["seconds"]
    return definition


def _expression(parameter: Parameter) -> str:
    return f"${{workflow.input.{parameter.name}}}"


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
