"""Checks the fields of a request against the schema that the contract has for it."""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import attrs
import jsonschema_rs

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.document import Document, Operation, request_schema, resolve, validator
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.records import JsonObject

_PLAIN_NAME: Final = re.compile(r"[\w.-]{1,64}", re.ASCII)
# Chosen, not measured: enough to recognise a mistake by, and the message stays short whatever a request holds.
_NAMES_SHOWN: Final = 10
# A shorter token was issued by nobody, and redacting it would remove half of every message.
_SHORTEST_SECRET: Final = 8


@attrs.frozen(slots=False)  # cached_property stores its value in the instance
class Fields:
    """Checks the request bodies of one operation, against a schema that is read when the first body arrives."""

    _document: Document = attrs.field(repr=False)
    _operation: Operation

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        schema: Mapping[str, Any] = resolve(self._document, request_schema(self._document, self._operation))
        return validator(self._document, schema)

    def check(self, body: JsonObject, secrets: frozenset[str]) -> None:
        """Check a body against the schema; a field name with one of the `secrets`, or its own token, is redacted in the error.

        Raises:
            ApiError: UNKNOWN_FIELDS, MISSING_FIELDS or INVALID_FIELD, in that order.
        """
        token = body.get("access_token")
        if isinstance(token, str) and len(token) >= _SHORTEST_SECRET:
            secrets |= {token}
        try:
            found = list(self._validator.iter_errors(body))
        # Lone surrogates and nesting of hundreds of levels are beyond the validator.
        except ValueError:
            raise invalid("body has a lone surrogate or is nested too deeply") from None
        kinds = jsonschema_rs.ValidationErrorKind
        # Those of the body first.
        unknown = [f"{_path(error)}{name}" for error in sorted(found, key=lambda error: len(error.instance_path))
                   if isinstance(error.kind, kinds.AdditionalProperties) for name in error.kind.unexpected]  # fmt: skip
        if unknown:
            raise unrecognised(unknown, secrets)
        missing = [f"{_path(error)}{error.kind.property}" for error in found if isinstance(error.kind, kinds.Required)]
        if missing:
            raise ApiError(errors.missing_fields(missing))
        if found:
            place = _redacted(_path(found[0]).removesuffix(".") or "body", secrets)
            raise invalid(f"{place} does not match the contract")


def invalid(message: str) -> ApiError:
    """Return the error that names a wrong value of a body."""
    return ApiError(errors.INVALID_FIELD.with_message(message))


def unrecognised(names: list[str], secrets: frozenset[str]) -> ApiError:
    """Return the error that names unknown properties, with those that contain a secret redacted."""
    shown = [_redacted(name, secrets) for name in names[:_NAMES_SHOWN]]
    if len(names) > _NAMES_SHOWN:
        shown.append(f"and {len(names) - _NAMES_SHOWN} more")
    message = f"the following fields are not recognized by this endpoint: {', '.join(shown)}"
    return ApiError(errors.UNKNOWN_FIELDS.with_message(message))


def _redacted(name: str, secrets: frozenset[str]) -> str:
    """Return a name that is safe in a message: short, in ASCII, and without a secret."""
    if any(secret in name for secret in secrets):
        return "[redacted]"
    return name if _PLAIN_NAME.fullmatch(name) else json.dumps(name[:64])


def _path(error: jsonschema_rs.ValidationError) -> str:
    """Return the path of the value, each step followed by a dot; empty for the body itself."""
    return "".join(f"{part}." for part in error.instance_path)
