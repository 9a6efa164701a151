"""Faults of meaning carried over from `/accounts/get`: what every operation may get wrong, and what a listing may."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call
from mutation.server_faults.fault import Fault, fault
from mutation.server_faults.meaning import MEANING
from mutation.server_faults.middleware import ACCOUNTS_GET
from mutation.server_faults.tampering import answers, only, recoded
from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.document import (
    Document,
    Operation,
    operations,
    request_schema,
    resolve,
    response,
)

_ANY: Final = (
    "header-credentials-ignored", "header-client-id-ignored", "header-credentials-invalid",
    "body-credentials-ignored", "body-credentials-unknown", "body-credentials-need-header",
    "credentials-unchecked", "secret-unchecked", "client-id-unchecked", "header-credentials-unchecked",
    "secret-caseless", "client-id-caseless", "secret-in-success", "client-id-in-header", "request-in-errors",
    "unknown-field-ignored", "unknown-numbers-and-lists-ignored", "unknown-field-beginning-with-x-ignored",
    "crash-on-null", "body-in-array-accepted", "trailing-comma-accepted",
    "media-type-unchecked", "media-type-missing-accepted", "media-type-text-accepted",
    "get-answered", "put-answered", "delete-accepted", "request-id-lacking", "request-id-lacking-in-errors",
    "request-id-empty", "request-id-constant", "request-id-of-request", "request-id-recycled",
    "byte-order-mark", "name-twice", "error-code-in-lower-case", "error-code-unlisted", "error-type-constant",
    "body-in-string-accepted", "trailing-text-ignored", "comments-accepted", "media-type-beginning-accepted",
    "charset-refused", "media-type-in-capitals-refused", "unknown-null-ignored",
)  # fmt: skip
_WITH_TOKEN: Final = (
    "token-unchecked", "token-prefix-accepted", "token-extension-accepted", "token-last-character-ignored",
    "token-caseless", "missing-token-opens-first-item", "missing-token-named-invalid-token",
    "token-middle-ignored", "crash-on-long-token",
)  # fmt: skip
_WITH_ACCOUNTS: Final = (
    "crash-on-number", "account-id-caseless", "token-in-item", "unknown-option-ignored",
    "tokens-of-small-items-refused-with-filter", "options-needed", "options-without-filter-refused",
    "item-of-another", "item-of-another-with-filter", "account-of-another", "accounts-of-everyone",
    "filter-opens-other-items", "billed-product-available", "available-product-billed",
    "balance-billed", "balance-billed-where-available", "item-error-in-success", "item-error-with-filter",
    "failing-item-shown-with-error", "failing-item-shown-as-sound", "filter-ignored", "filter-ignored-in-body-mode",
    "filter-one-too-many", "filter-first-only", "filter-last-lacking", "repeated-id-repeats-account",
    "first-account-twice", "last-account-twice-with-filter", "unknown-id-dropped", "unknown-id-lists-all",
    "unknown-id-empty-listing", "unknown-id-first-checked", "unknown-id-last-checked", "closed-account-listed",
    "closed-account-on-request", "closed-account-listed-with-empty-options", "subtype-of-another-type",
    "type-of-another-subtype", "type-other-for-all", "balances-dated-everywhere", "cards-dated-everywhere",
    "dated-at-another-institution", "options-null-accepted", "options-empty-accepted",
    "options-of-any-type-accepted", "filter-null-accepted", "nan-for-null", "infinity-for-null",
    "name-twice-in-balances", "error-code-misspelt", "error-type-of-another",
    "crash-on-long-id", "crash-on-many-ids", "filter-string-accepted",
)  # fmt: skip


def _refused(answer: Answer, _: Call) -> Answer:
    return Answer.of_error(errors.INVALID_FIELD) if answer.status == 200 else answer


_PLAIN: Final = tuple(
    fault(name, statement, breaks, tamper)
    for name, statement, breaks, tamper in (
        (
            "lacking-named-invalid", "Names a lacking property INVALID_FIELD.", "required-fields",
            recoded("MISSING_FIELDS", errors.INVALID_FIELD),
        ),
        (
            "lacking-named-unknown", "Names a lacking property UNKNOWN_FIELDS.", "required-fields",
            recoded("MISSING_FIELDS", errors.UNKNOWN_FIELDS),
        ),
        (
            "invalid-named-institution", "Names a wrong value INSTITUTION_DOWN.", "field-values-checked",
            recoded("INVALID_FIELD", errors.CATALOGUE["INSTITUTION_DOWN"]),
        ),
        (
            "invalid-named-item", "Names a wrong value ITEM_NOT_FOUND.", "field-values-checked",
            recoded("INVALID_FIELD", errors.CATALOGUE["ITEM_NOT_FOUND"]),
        ),
        (
            "crash-where-lacking", "Fails with 500 where a property is lacking.", "no-server-error",
            recoded("MISSING_FIELDS", errors.INTERNAL_SERVER_ERROR),
        ),
        (
            "crash-on-invalid", "Fails with 500 on a wrong value.", "no-server-error",
            recoded("INVALID_FIELD", errors.INTERNAL_SERVER_ERROR),
        ),
        (
            "refused-throughout", "Refuses every request.", "valid-requests-accepted",
            answers(_refused),
        ),
        (
            "refused-by-length", "Refuses right requests whose body has an even length.", "valid-requests-accepted",
            only(answers(_refused), lambda call: len(call.body) % 2 == 0),
        ),
    )
)  # fmt: skip
"""What an operation that nobody has thought of may get wrong."""


def carried(document: Document) -> Iterator[Fault]:
    """Yield for each further operation of `document` the faults that it may have as well."""
    named = {fault.id: fault for fault in MEANING}
    for operation in operations(document):
        if operation.path != ACCOUNTS_GET:
            yield from (at(operation, named[name]) for name in _names(document, operation))
            yield from (at(operation, entry) for entry in _PLAIN)


def at(operation: Operation, fault: Fault) -> Fault:
    """Give a fault as one of another operation."""
    return replace(
        fault,
        id=f"{operation.id}:{fault.id}",
        kind=f"carried/{operation.path.strip('/')}",
        statement=f"{operation.method} {operation.path}: {fault.statement}",
        breaks=f"{operation.id}:{fault.breaks}",
        endpoint=operation.path,
    )


def _names(document: Document, operation: Operation) -> Iterator[str]:
    yield from _ANY
    if "access_token" in resolve(document, request_schema(document, operation)).get("properties", {}):
        yield from _WITH_TOKEN
    if "accounts" in resolve(document, response(document, operation, 200)["schema"]).get("properties", {}):
        yield from _WITH_ACCOUNTS
