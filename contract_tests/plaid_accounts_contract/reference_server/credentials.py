"""The client_id and secret of a request, in its headers or in its body."""

import hmac
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.errors import ApiError

RawHeaders = list[tuple[bytes, bytes]]
_HEADERS: Final = {"client_id": b"plaid-client-id", "secret": b"plaid-secret"}


@attrs.frozen
class Credentials:
    """An issued client_id and secret, neither of them in the repr; raise ValueError if one is empty."""

    client_id: str = attrs.field(repr=False)
    secret: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if not (self.client_id and self.secret):
            raise ValueError("client_id and secret must not be empty")

    def knows(self, headers: RawHeaders, body: Mapping[str, object]) -> bool:
        """Return whether a request has this pair."""
        try:
            self.check(headers, body)
        except ApiError:
            return False
        return True

    def check(self, headers: RawHeaders, body: Mapping[str, object]) -> None:
        """Check that a request has both, in its headers or in its body.

        Plaid does not document what counts when headers and body disagree. Here every value must be the issued one, so
        a request that contradicts itself is rejected.

        Raises:
            ApiError: INVALID_FIELD for one that is empty or not a string, MISSING_FIELDS for one that is in neither
                place, INVALID_API_KEYS for one that is not the issued one.
        """
        sent = {name: list(_sent(name, headers, body)) for name in _HEADERS}
        missing = [name for name, values in sent.items() if not values]
        if missing:
            raise ApiError(errors.missing_fields(missing))
        issued = {"client_id": self.client_id.encode(), "secret": self.secret.encode()}
        # A list, so that every value is compared and the time taken does not show which one was wrong.
        matches = [hmac.compare_digest(value, issued[name]) for name, values in sent.items() for value in values]
        if not all(matches):
            raise ApiError(errors.INVALID_API_KEYS)


def _sent(name: str, headers: RawHeaders, body: Mapping[str, object]) -> Iterator[bytes]:
    """Yield each value of a credential in the request, as bytes, since header values need not be ASCII."""
    values: list[object] = [value for header, value in headers if header.lower() == _HEADERS[name]]
    if name in body:
        values.append(body[name])
    for value in values:
        # JSON strings may hold lone surrogates, which plain UTF-8 cannot encode.
        data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        if not isinstance(data, bytes) or not data:
            raise ApiError(errors.not_a_text(name))
        yield data
