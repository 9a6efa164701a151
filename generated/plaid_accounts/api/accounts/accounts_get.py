from typing import Any

import httpx

from ...client import Client
from ...exchange import interpret, request_body
from ...models.accounts_get_request import AccountsGetRequest
from ...models.accounts_get_response import AccountsGetResponse
from ...types import Response, Unset


def _get_kwargs(
    *,
    body: AccountsGetRequest,
    plaid_version: str | Unset,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(plaid_version, Unset):
        headers["Plaid-Version"] = plaid_version

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/accounts/get",
    }

    _kwargs["json"] = request_body(AccountsGetRequest, body)
    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def sync_detailed(
    *,
    body: AccountsGetRequest,
    plaid_version: str | Unset = "2020-09-14",
    client: Client,
    timeout: float | httpx.Timeout | None = None,
) -> Response[AccountsGetResponse]:
    """Retrieve accounts

    Args:
        client: Where to send it, and the keys.
        plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
            contract describes 2020-09-14.
        body: The Item to read, and optionally which of its accounts.
        timeout: Seconds, or an httpx.Timeout; the client's own if left out.

    Raises:
        PlaidAccountsError: One of the exceptions drawn in `errors`.

    Returns:
        Response[AccountsGetResponse]
    """

    outcome = client.send(
        _get_kwargs(
            body=body,
            plaid_version=plaid_version,
        ),
        secrets=(
            body.access_token,
            body.client_id,
            body.secret,
        ),
        timeout=timeout,
    )
    return interpret(outcome, AccountsGetResponse)


async def asyncio_detailed(
    *,
    body: AccountsGetRequest,
    plaid_version: str | Unset = "2020-09-14",
    client: Client,
    timeout: float | httpx.Timeout | None = None,
) -> Response[AccountsGetResponse]:
    """Retrieve accounts

    Args:
        client: Where to send it, and the keys.
        plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
            contract describes 2020-09-14.
        body: The Item to read, and optionally which of its accounts.
        timeout: Seconds, or an httpx.Timeout; the client's own if left out.

    Raises:
        PlaidAccountsError: One of the exceptions drawn in `errors`.

    Returns:
        Response[AccountsGetResponse]
    """

    outcome = await client.send_async(
        _get_kwargs(
            body=body,
            plaid_version=plaid_version,
        ),
        secrets=(
            body.access_token,
            body.client_id,
            body.secret,
        ),
        timeout=timeout,
    )
    return interpret(outcome, AccountsGetResponse)


def sync(
    *,
    body: AccountsGetRequest,
    plaid_version: str | Unset = "2020-09-14",
    client: Client,
    timeout: float | httpx.Timeout | None = None,
) -> AccountsGetResponse:
    """Retrieve accounts

    Args:
        client: Where to send it, and the keys.
        plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
            contract describes 2020-09-14.
        body: The Item to read, and optionally which of its accounts.
        timeout: Seconds, or an httpx.Timeout; the client's own if left out.

    Raises:
        PlaidAccountsError: One of the exceptions drawn in `errors`.

    Returns:
        AccountsGetResponse
    """

    response = sync_detailed(
        client=client,
        body=body,
        plaid_version=plaid_version,
        timeout=timeout,
    )
    return response.parsed


async def asyncio(
    *,
    body: AccountsGetRequest,
    plaid_version: str | Unset = "2020-09-14",
    client: Client,
    timeout: float | httpx.Timeout | None = None,
) -> AccountsGetResponse:
    """Retrieve accounts

    Args:
        client: Where to send it, and the keys.
        plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
            contract describes 2020-09-14.
        body: The Item to read, and optionally which of its accounts.
        timeout: Seconds, or an httpx.Timeout; the client's own if left out.

    Raises:
        PlaidAccountsError: One of the exceptions drawn in `errors`.

    Returns:
        AccountsGetResponse
    """

    response = await asyncio_detailed(
        client=client,
        body=body,
        plaid_version=plaid_version,
        timeout=timeout,
    )
    return response.parsed
