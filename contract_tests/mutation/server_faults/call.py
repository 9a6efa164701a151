"""A request on its way to the reference server, as a fault sees it and may change it."""

import json
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.world import World

Json: TypeAlias = Any
RawHeaders: TypeAlias = tuple[tuple[bytes, bytes], ...]

CREDENTIALS: Final = {"client_id": "plaid-client-id", "secret": "plaid-secret"}
"""The credentials as they are called in the body, and in the headers."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request with its whole body, and the world that it is about. Header names are in lower case."""

    method: str
    headers: RawHeaders = field(repr=False)
    body: bytes = field(repr=False)
    world: World = field(repr=False)

    @property
    def json(self) -> Json:
        """The body's value, or None if it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def fields(self) -> dict[str, Json]:
        """The properties of the body; none if it is no object."""
        value = self.json
        return value if isinstance(value, dict) else {}

    @property
    def token(self) -> Json:
        """What stands as access_token, whatever it is; None if nothing does."""
        return self.fields.get("access_token")

    @property
    def item(self) -> Item | None:
        """The Item that the token opens."""
        return self.world.item_of(self.token) if isinstance(self.token, str) else None

    @property
    def options(self) -> dict[str, Json]:
        """What stands as options; empty if it is no object."""
        options = self.fields.get("options")
        return options if isinstance(options, dict) else {}

    @property
    def account_ids(self) -> Json:
        """What stands as options.account_ids, whatever it is; None if nothing does."""
        return self.options.get("account_ids")

    @property
    def wanted(self) -> list[str]:
        """The ids that the filter names; none if there is no filter that can be read."""
        ids = self.account_ids
        return [entry for entry in ids if isinstance(entry, str)] if isinstance(ids, list) else []

    def header(self, name: str) -> str | None:
        """Give the first value of a header, or None."""
        return next((value.decode("latin-1") for key, value in self.headers if key == name.encode()), None)

    def given(self, credential: str) -> Json:
        """Give what stands as `client_id` or `secret`, in the header first, then in the body; None if nothing does."""
        in_header = self.header(CREDENTIALS[credential])
        return self.fields.get(credential) if in_header is None else in_header

    def issued(self, credential: str) -> str:
        """Give the `client_id` or `secret` that was issued."""
        credentials = self.world.credentials
        return credentials.client_id if credential == "client_id" else credentials.secret

    @property
    def in_headers(self) -> bool:
        """Whether a credential stands in the headers."""
        return any(self.header(name) is not None for name in CREDENTIALS.values())

    @property
    def in_body(self) -> bool:
        """Whether a credential stands in the body."""
        return any(name in self.fields for name in CREDENTIALS)

    def with_body(self, body: bytes) -> "Call":
        """Give the call with another body."""
        return replace(self, body=body)

    def with_json(self, value: Json) -> "Call":
        """Give the call with another body, written as JSON."""
        return replace(self, body=json.dumps(value).encode())

    def with_fields(self, **changes: Json) -> "Call":
        """Give the call with some properties of its body replaced or added."""
        return self.with_json({**self.fields, **changes})

    def without(self, *names: str) -> "Call":
        """Give the call without some properties of its body."""
        fields = self.fields
        if not set(names) & set(fields):
            return self
        return self.with_json({name: value for name, value in fields.items() if name not in names})

    def with_filter(self, account_ids: list[str] | None) -> "Call":
        """Give the call with another filter, or with none."""
        options = {name: value for name, value in self.options.items() if name != "account_ids"}
        return self.with_fields(options=options if account_ids is None else {**options, "account_ids": account_ids})

    def with_header(self, name: str, value: str | None) -> "Call":
        """Give the call with a header replaced, or taken out where `value` is None."""
        kept = tuple((key, old) for key, old in self.headers if key != name.encode())
        added = () if value is None else ((name.encode(), value.encode("latin-1")),)
        return replace(self, headers=(*kept, *added))

    def with_credential(self, credential: str, value: str) -> "Call":
        """Give the call with another `client_id` or `secret`, in the place where it has one."""
        call = self
        if call.header(CREDENTIALS[credential]) is not None:
            call = call.with_header(CREDENTIALS[credential], value)
        return call.with_fields(**{credential: value}) if credential in call.fields else call

    def authenticated(self) -> "Call":
        """Give the call with the issued credentials in its headers and none in its body."""
        call = self.without(*CREDENTIALS)
        for credential, header in CREDENTIALS.items():
            call = call.with_header(header, self.issued(credential))
        return call
