"""A call as a workflow of one HTTP task, in the format of each engine.

SimWorkflow: https://simworkflow.com/pages/0Dva3zi0JjFWp73I6NrVZJ (workflow definition) and
https://simworkflow.com/pages/0AkxhG0m6sP7ooYLFCKocH (HTTP task).
Conductor: https://docs.conductor-oss.org/documentation/configuration/workflowdef/systemtasks/http-task.html; secrets as
in https://orkes.io/content/how-to-videos/secrets. `make engine` runs the export on Conductor OSS.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

import attrs
import jsonschema_rs

from plaid_accounts_contract.contract import JSON_MEDIA_TYPE
from plaid_accounts_contract.export.http_call import HttpCall, RetryPolicy

_MILLISECONDS: Final = 1000


def workflow(
    engine: str, call: HttpCall, credentials: str | None, owner_email: str = "owner@example.com"
) -> dict[str, Any]:
    """Return `call` as a workflow of one HTTP task, valid against the engine's schema.

    `credentials` is the id of SimWorkflow's saved credentials; with None a gateway adds the client_id and secret.
    """
    policy = RetryPolicy.of_the_client(call.operation.method)
    if credentials is None:
        call = attrs.evolve(call, credential_headers={})
    if engine == "conductor":
        written = _conductor(call, policy) | {"ownerEmail": owner_email}
    else:
        written = _simworkflow(call, policy, credentials)
    jsonschema_rs.validate(schema(engine), written)
    return written


def schema(engine: str) -> dict[str, Any]:
    """Return the JSON Schema of the engine's workflow definitions, limited to HTTP tasks."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name(f"{engine}.schema.json").read_text("utf-8"))
    return found


def _simworkflow(call: HttpCall, policy: RetryPolicy, credentials: str | None) -> dict[str, Any]:
    title = call.operation.definition["summary"]
    task = {
        "type": "Http",
        **({} if credentials is None else {"credentials": credentials}),
        "httpRequest": {
            "url": call.url,
            "method": call.operation.method,
            "headers": dict(call.headers),
            "body": call.body_with(lambda parameter: f"${{$.{parameter.name}}}"),
        },
        "retry": {
            "intervalSeconds": policy.first_wait_seconds,
            "maxAttempts": policy.retries,
            "backoffRate": policy.backoff_rate,
        },
        "connectionTimeoutSeconds": policy.connect_seconds,
        "readTimeoutSeconds": policy.read_seconds,
        "end": True,
    }
    return {
        "name": f"{title} ({call.environment})",
        "description": f"{call.operation.method} {call.operation.path}. Input: {', '.join(call.parameters) or 'none'}.",
        "startTask": title,
        "tasks": {title: task},
    }


def _conductor(call: HttpCall, policy: RetryPolicy) -> dict[str, Any]:
    """Return the definition; it names the secrets `plaid_client_id` and `plaid_secret` of the Conductor cluster."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", call.operation.id).lower()
    secrets = {header: f"${{workflow.secrets.plaid_{key}}}" for header, key in call.credential_headers.items()}
    others = {header: value for header, value in call.headers.items() if header not in ("Accept", "Content-Type")}
    request = {
        "uri": call.url,
        "method": call.operation.method,
        "accept": JSON_MEDIA_TYPE,
        "contentType": JSON_MEDIA_TYPE,
        "headers": {**others, **secrets},
        "body": call.body_with(lambda parameter: f"${{workflow.input.{parameter.name}}}"),
        "connectionTimeOut": policy.connect_seconds * _MILLISECONDS,
        "readTimeOut": policy.read_seconds * _MILLISECONDS,
    }
    seconds = policy.connect_seconds + policy.read_seconds
    definition: dict[str, Any] = {
        "name": name,
        "retryCount": policy.retries,
        "retryLogic": "EXPONENTIAL_BACKOFF",
        "retryDelaySeconds": policy.first_wait_seconds,
        "responseTimeoutSeconds": seconds,
        # Conductor demands more than the response may take.
        "timeoutSeconds": 2 * seconds,
        "timeoutPolicy": "RETRY",
    }
    if "client" in call.rate_limits:
        definition["rateLimitPerFrequency"] = call.rate_limits["client"]
        definition["rateLimitFrequencyInSeconds"] = call.rate_limits["seconds"]
    task = {
        "name": name,
        "taskReferenceName": f"{name}_ref",
        "type": "HTTP",
        "inputParameters": {"http_request": request},
        "taskDefinition": definition,
    }
    return {
        "name": f"{name}_{call.environment}",
        "description": f"{call.operation.method} {call.operation.path}: {call.operation.definition['summary']}",
        "version": 1,
        "schemaVersion": 2,
        "inputParameters": list(call.parameters),
        "tasks": [task],
        "outputParameters": {"response": f"${{{name}_ref.output.response.body}}"},
    }
