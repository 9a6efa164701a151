from collections.abc import Mapping
from functools import partial
from typing import Any

import httpx

from ...client import Client
from ...exchange import request_body
from ...models.link_token_create_request import LinkTokenCreateRequest
from ...models.link_token_create_response import LinkTokenCreateResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: LinkTokenCreateRequest,
    plaid_version: str | Unset,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(plaid_version, Unset):
        headers["Plaid-Version"] = plaid_version

    _kwargs: dict[str, Any] = {
        "operation": "link_token_create",
        "method": "post",
        "reads": False,
        "url": "/link/token/create",
    }

    _kwargs["json"] = request_body(LinkTokenCreateRequest, body)
    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    _kwargs["secrets"] = (
        body.access_token,
        body.client_id,
        body.secret,
    )
    return _kwargs


def sync_detailed(
    *,
    body: LinkTokenCreateRequest,
    plaid_version: str | Unset = "2020-09-14",
    client: Client,
    timeout: float | httpx.Timeout | None = None,
    total_timeout: float | Unset | None = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[LinkTokenCreateResponse]:
    """Start Link's update mode for an Item

    Args:
        client: The address and the keys.
        plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
            contract describes 2020-09-14.
        body: The Item to open in Link's update mode, the user, and the options of Link.
        timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
        total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
        headers: Additional headers of this call; they can't replace the client's own.

    Raises:
        PlaidAccountsError: One of the exceptions drawn in `errors`.

    Returns:
        Response[LinkTokenCreateResponse]
    """

    # A partial, because the repr of its arguments shows no secret; what it returns does.
    return client.send(
        partial(
            _get_kwargs,
            body=body,
            plaid_version=plaid_version,
        ),
        LinkTokenCreateResponse,
        timeout=timeout,
        total_timeout=total_timeout,
        headers=headers,
    )


async def asyncio_detailed(
    *,
    body: LinkTokenCreateRequest,
    plaid_version: str | Unset = "2020-09-14",
    client: Client,
    timeout: float | httpx.Timeout | None = None,
    total_timeout: float | Unset | None = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[LinkTokenCreateResponse]:
    """Start Link's update mode for an Item

    Args:
        client: The address and the keys.
        plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
            contract describes 2020-09-14.
        body: The Item to open in Link's update mode, the user, and the options of Link.
        timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
        total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
        headers: Additional headers of this call; they can't replace the client's own.

    Raises:
        PlaidAccountsError: One of the exceptions drawn in `errors`.

    Returns:
        Response[LinkTokenCreateResponse]
    """

    # A partial, because the repr of its arguments shows no secret; what it returns does.
    return await client.send_async(
        partial(
            _get_kwargs,
            body=body,
            plaid_version=plaid_version,
        ),
        LinkTokenCreateResponse,
        timeout=timeout,
        total_timeout=total_timeout,
        headers=headers,
    )


def sync(
    *,
    body: LinkTokenCreateRequest,
    plaid_version: str | Unset = "2020-09-14",
    client: Client,
    timeout: float | httpx.Timeout | None = None,
    total_timeout: float | Unset | None = UNSET,
    headers: Mapping[str, str] | None = None,
) -> LinkTokenCreateResponse:
    """Start Link's update mode for an Item

    Args:
        client: The address and the keys.
        plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
            contract describes 2020-09-14.
        body: The Item to open in Link's update mode, the user, and the options of Link.
        timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
        total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
        headers: Additional headers of this call; they can't replace the client's own.

    Raises:
        PlaidAccountsError: One of the exceptions drawn in `errors`.

    Returns:
        LinkTokenCreateResponse
    """

    response = sync_detailed(
        client=client,
        body=body,
        plaid_version=plaid_version,
        timeout=timeout,
        total_timeout=total_timeout,
        headers=headers,
    )
    return response.parsed


async def asyncio(
    *,
    body: LinkTokenCreateRequest,
    plaid_version: str | Unset = "2020-09-14",
    client: Client,
    timeout: float | httpx.Timeout | None = None,
    total_timeout: float | Unset | None = UNSET,
    headers: Mapping[str, str] | None = None,
) -> LinkTokenCreateResponse:
    """Start Link's update mode for an Item

    Args:
        client: The address and the keys.
        plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
            contract describes 2020-09-14.
        body: The Item to open in Link's update mode, the user, and the options of Link.
        timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
        total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
        headers: Additional headers of this call; they can't replace the client's own.

    Raises:
        PlaidAccountsError: One of the exceptions drawn in `errors`.

    Returns:
        LinkTokenCreateResponse
    """

    response = await asyncio_detailed(
        client=client,
        body=body,
        plaid_version=plaid_version,
        timeout=timeout,
        total_timeout=total_timeout,
        headers=headers,
    )
    return response.parsed
