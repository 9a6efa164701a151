"""The fields of a request, held against the schema that the contract has for it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import jsonschema_rs

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.document import Document, Operation, request_schema, resolve, validator
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.records import JsonObject
from plaid_accounts_contract.reference_server.requests import invalid, shown, unrecognised


class Fields:
    """Checks the bodies of one operation's requests."""

    def __init__(self, document: Document, operation: Operation) -> None:
        """Take the operation; its schema is read when the first body is checked."""
        self._document = document
        self._operation = operation

    @cached_property
    def _schema(self) -> Mapping[str, Any]:
        return resolve(self._document, request_schema(self._document, self._operation))

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        return validator(self._document, self._schema)

    def check(self, body: JsonObject, confidential: frozenset[str]) -> None:
        """Let pass a body that the schema allows; a field named like a `confidential` value is not shown in an error.

        Raises:
            ApiError: UNKNOWN_FIELDS, MISSING_FIELDS or INVALID_FIELD, in that order.
        """
        try:
            faults = list(self._validator.iter_errors(body))
        # Lone surrogates and nesting of hundreds of levels are beyond the validator.
        except ValueError:
            raise invalid("body must hold text and be nested as the contract says") from None
        kinds = jsonschema_rs.ValidationErrorKind
        unknown = [f"{_path(fault)}{name}" for fault in faults if isinstance(fault.kind, kinds.AdditionalProperties)
                   for name in fault.kind.unexpected]  # fmt: skip
        if unknown:
            raise unrecognised(unknown, confidential)
        missing = [f"{_path(fault)}{fault.kind.property}" for fault in faults if isinstance(fault.kind, kinds.Required)]
        if missing:
            message = f"the following required fields are missing: {', '.join(missing)}"
            raise ApiError(errors.MISSING_FIELDS.saying(message))
        if faults:
            place = shown(_path(faults[0]).removesuffix(".") or "body", confidential)
            raise invalid(f"{place} must be as the contract says")


def _path(fault: jsonschema_rs.ValidationError) -> str:
    """Write where a fault is, as far as the contract names it; the body itself is an empty path."""
    return "".join(f"{part}." for part in fault.instance_path)
