"""The client_id and secret that a request must carry, in its headers or in its body."""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.errors import ApiError

RawHeaders = list[tuple[bytes, bytes]]
_HEADERS = {"client_id": b"plaid-client-id", "secret": b"plaid-secret"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """An issued client_id and secret. Neither stands in the repr.

    Raises:
        ValueError: one of them is empty, so that nobody could send it.
    """

    client_id: str = field(repr=False)
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not (self.client_id and self.secret):
            raise ValueError("give a client_id and a secret that are not empty")

    def check(self, headers: RawHeaders, body: Mapping[str, object]) -> None:
        """Let pass a request that carries both, wherever they stand.

        Plaid does not document what counts when headers and body disagree. Here every value that is given must be the
        issued one, so a request that contradicts itself is refused.

        Raises:
            ApiError: INVALID_FIELD for one that is empty or no string, MISSING_FIELDS for one that stands nowhere,
                INVALID_API_KEYS for one that is not the one issued.
        """
        given = {name: list(_given(name, headers, body)) for name in _HEADERS}
        missing = [name for name, values in given.items() if not values]
        if missing:
            message = f"the following required fields are missing: {', '.join(missing)}"
            raise ApiError(errors.MISSING_FIELDS.saying(message))
        issued = {"client_id": self.client_id.encode(), "secret": self.secret.encode()}
        # A list, so that every value is compared and the time taken does not tell which one was wrong.
        matches = [hmac.compare_digest(value, issued[name]) for name, values in given.items() for value in values]
        if not all(matches):
            raise ApiError(errors.INVALID_API_KEYS)


def _given(name: str, headers: RawHeaders, body: Mapping[str, object]) -> Iterator[bytes]:
    """Give each value that the request has for a credential, as bytes, since header values need not be ASCII."""
    values: list[object] = [value for header, value in headers if header.lower() == _HEADERS[name]]
    if name in body:
        values.append(body[name])
    for value in values:
        # JSON strings may hold lone surrogates, which plain UTF-8 has no form for.
        data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        if not isinstance(data, bytes) or not data:
            raise ApiError(errors.INVALID_FIELD.saying(f"{name} must be a properly formatted, non-empty string"))
        yield data
