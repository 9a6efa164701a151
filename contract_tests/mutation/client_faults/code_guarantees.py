"""Which guarantees each part of the client's code keeps: what may catch a mutant of it."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Final

from plaid_accounts_contract.client.guarantees import GUARANTEES

_READING: Final = (
    "malformed-named", "annotation-holds", "round-trip", "unknown-fields-kept", "unknown-enum-kept", "json-and-orjson-same",
    "error-tree-only", "models-are-values",
)  # fmt: skip
_SENDING: Final = ("wire-valid", "wire-method-path-headers", "arguments-checked", "sync-async-same")
_TRANSPORT: Final = (
    "connection-faults", "timeouts", "retries", "size-limit", "no-redirects", "own-transport", "lifecycle", "threads", "tasks",
    "secrets-hidden", "error-tree-only",
)  # fmt: skip
_TAKING: Final = ("webhook-genuine", "webhook-refused", "webhook-once", "webhook-keys")
_ERRORS: Final = (
    "error-by-type",
    "error-fields",
    "error-advice",
    "error-tree-only",
    "malformed-named",
    "secrets-hidden",
)

_KEPT_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "decode.py:deviating": (*_READING, "deviations"),
    "decode.py:*": (*_READING, "deviations", "secrets-hidden", "wire-valid", "arguments-checked"),
    "redaction.py:printable": ("error-fields",),
    "redaction.py:*": ("secrets-hidden", "error-fields", "connection-faults"),
    "cancellation.py:*": ("lifecycle", "connection-faults"),
    "deadlines.py:*": ("timeouts", "connection-faults", "lifecycle"),
    "exchange.py:RawResponse*": ("secrets-hidden", "error-fields", "round-trip", "live-equals-raw", "error-tree-only"),
    "exchange.py:request_body": (*_SENDING, "secrets-hidden"),
    "exchange.py:_remove_secrets": ("secrets-hidden", "connection-faults"),
    "exchange.py:send*": _TRANSPORT,
    "exchange.py:_Body*": ("size-limit", "round-trip", "live-equals-raw", *_TRANSPORT),
    "exchange.py:_wait": ("retries", "timeouts"),
    "exchange.py:_next": ("retries", "timeouts"),
    "exchange.py:_report": ("retries",),
    "exchange.py:_shorten": ("timeouts",),
    "exchange.py:retry_after": ("retries", "error-fields"),
    "exchange.py:_failure": (*_TRANSPORT, "error-advice"),
    "exchange.py:interpret": (*_ERRORS, "round-trip", "no-redirects", "live-equals-raw"),
    "exchange.py:*": (*_ERRORS, *_READING, "wire-valid", "no-redirects", "connection-faults", "arguments-checked"),
    "errors.py:Webhook*": ("webhook-refused", "webhook-once", "models-are-values", "secrets-hidden"),
    "errors.py:*": (*_ERRORS, "deviations", "connection-faults", "models-are-values"),
    "types.py:OpenEnum*": ("unknown-enum-kept", "models-are-values", "error-by-type"),
    "types.py:make_lenient*": ("unknown-fields-kept", "deviations", "models-are-values", "threads", "tasks"),
    "types.py:as_list": ("arguments-checked", "wire-valid"),
    "types.py:invalid_properties": ("deviations",),
    "types.py:settle": ("deviations", "models-are-values"),
    "types.py:Response*": ("round-trip", "models-are-values", "secrets-hidden", "sync-async-same", "error-fields"),
    "types.py:*": ("models-are-values", "surface", "round-trip", "secrets-hidden"),
    "configuration.py:*": ("configuration", "https-required", "credentials-placement", "retries", "timeouts", "size-limit",
                           "wire-method-path-headers", "surface", "secrets-hidden", "own-transport"),
    "connections.py:*after_fork": ("forks",),
    "connections.py:*": (*_TRANSPORT, "configuration", "forks"),
    "webhooks.py:*": (*_TAKING, "surface"),
    "webhook_tokens.py:*": (*_TAKING, "secrets-hidden"),
    "webhook_keys.py:*": ("webhook-keys", "configuration"),
    "client.py:*": (*_SENDING, *_TRANSPORT, "configuration", "credentials-placement", "surface"),
    "api/*:*": (*_SENDING, "secrets-hidden", "timeouts", "retries", "connection-faults", "round-trip", "error-by-type", "surface"),
    "models/*:*.from_dict": (*_READING, "arguments-checked"),
    "models/*:*.to_dict": ("round-trip", "unknown-fields-kept", "wire-valid", "unknown-enum-kept", "models-are-values",
                           "webhook-genuine"),
    "models/*:*": ("models-are-values", "unknown-fields-kept", "surface", "secrets-hidden", *_READING),
}  # fmt: skip


def guarantees(file: str, function: str) -> tuple[str, ...]:
    """Return the guarantees that a function of a file keeps; all of them for a file that the table does not name."""
    place = f"{file}:{function}"
    kept = next((kept for pattern, kept in _KEPT_BY.items() if fnmatchcase(place, pattern)), tuple(GUARANTEES))
    return tuple(dict.fromkeys(kept))
