"""Builds requests: valid ones, and valid ones with one change."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.contract import Operation
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import MISSING, Headers, Request, merge

CLIENT_ID_HEADER: Final = "PLAID-CLIENT-ID"
SECRET_HEADER: Final = "PLAID-SECRET"  # noqa: S105 - the name of a header


@attrs.frozen
class RequestBuilder:
    """Builds requests to one operation with the credentials of `test_data`.

    `template` has the properties of a valid body, without credentials; None stands for the access_token alone.
    """

    test_data: TestData
    operation: Operation
    template: Mapping[str, Any] | None = attrs.field(default=None, repr=False)
    path: str = attrs.field(default=attrs.Factory(lambda self: self.operation.path, takes_self=True))
    """The path with the values of its parameters, and the query."""

    def valid(
        self,
        mode: Mode,
        account_ids: Sequence[str] | None = None,
        *,
        access_token: str | None = None,
        purpose: str = "",
    ) -> Request:
        """Return a valid request; `account_ids` is the filter, `access_token` defaults to the first Item's."""
        return self.request(mode, self.fields(account_ids, access_token), purpose=purpose)

    def fields(self, account_ids: Sequence[str] | None = None, access_token: str | None = None) -> dict[str, Any]:
        """Return the properties of a valid body, without credentials."""
        issued = {"access_token": self.test_data.primary.access_token}
        fields: dict[str, Any] = dict(issued if self.template is None else self.template)
        if access_token and "access_token" in fields:
            fields["access_token"] = access_token
        if account_ids is not None:
            fields["options"] = {"account_ids": list(account_ids)}
        return fields

    def request(
        self,
        mode: Mode,
        fields: Mapping[str, Any],
        *,
        client_id: Any = None,
        secret: Any = None,
        headers: Mapping[str, str | None] | None = None,
        purpose: str = "",
    ) -> Request:
        """Return a request with these properties; a credential may be replaced, or left out by MISSING."""
        pair = {
            "client_id": self.test_data.client_id if client_id is None else client_id,
            "secret": self.test_data.secret if secret is None else secret,
        }
        given = {name: value for name, value in pair.items() if value is not MISSING}
        body = strict_json.encode({**given, **fields} if mode == "body" else dict(fields))
        return self.raw(
            mode,
            b"" if self.operation.request_body is None else body,
            given if mode == "header" else {},
            headers=headers,
            purpose=purpose,
        )

    def raw(
        self,
        mode: Mode,
        body: bytes,
        credentials: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str | None] | None = None,
        method: str | None = None,
        purpose: str = "",
    ) -> Request:
        """Return a request with exactly this body; `credentials` go into headers, by default the issued ones."""
        if credentials is None:
            issued = {"client_id": self.test_data.client_id, "secret": self.test_data.secret}
            credentials = issued if mode == "header" else {}
        names = {"client_id": CLIENT_ID_HEADER, "secret": SECRET_HEADER}
        sent: Headers = () if self.operation.request_body is None else (("Content-Type", "application/json"),)
        sent = merge(sent, ((names[name], str(value)) for name, value in credentials.items()))
        sent = merge(sent, (headers or {}).items())
        return Request(method or self.operation.method, self.path, sent, body, purpose, mode)
