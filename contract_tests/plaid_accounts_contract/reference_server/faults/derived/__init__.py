"""Faults derived from a contract document: every clause of every response broken in every way, statuses and lists too."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..fault import Fault
from ..honest import answered
from . import lists, statuses
from .bodies import Deriving
from .schemas import resolve

_ERROR_CODE: Final = "#/components/schemas/PlaidError/properties/error_code"
_ACCOUNT_TYPE: Final = "#/components/schemas/AccountType"


def derive(document: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Give every fault that follows from the one operation of `document` and the reference world."""
    return tuple(_derived(document))


def _derived(document: Mapping[str, Any]) -> Iterator[Fault]:
    responses = document["paths"]["/accounts/get"]["post"]["responses"]
    honest = {int(status): answered(int(status)) for status in responses}
    introduced: set[str] = set()
    yield from lists.of_error_codes(resolve(document, _ERROR_CODE)["x-error-codes"])
    yield from lists.of_subtypes(resolve(document, _ACCOUNT_TYPE)["x-subtypes"])
    for status, known in honest.items():
        schema = _schema(document, responses[str(status)])
        yield from Deriving(document, status, schema, known, introduced).faults()
        another = next(others[0] for other, others in honest.items() if (other == 200) is not (status == 200))
        lacking = next(name for name in resolve(document, schema)["required"] if name not in another)
        yield from statuses.faults(status, set(honest), another, f"{schema}/required/{lacking}")


def _schema(document: Mapping[str, Any], response: Mapping[str, Any]) -> str:
    if "$ref" in response:
        response = resolve(document, response["$ref"])
    return str(response["content"]["application/json"]["schema"]["$ref"])
