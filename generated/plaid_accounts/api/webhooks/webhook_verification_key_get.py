from collections.abc import Mapping
from functools import partial
from typing import Any

import httpx

from ...client import Client
from ...exchange import request_body
from ...models.webhook_verification_key_get_request import (
    WebhookVerificationKeyGetRequest,
)
from ...models.webhook_verification_key_get_response import (
    WebhookVerificationKeyGetResponse,
)
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: WebhookVerificationKeyGetRequest,
    plaid_version: str | Unset,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(plaid_version, Unset):
        headers["Plaid-Version"] = plaid_version

    _kwargs: dict[str, Any] = {
        "operation": "webhook_verification_key_get",
        "method": "post",
        "url": "/webhook_verification_key/get",
    }

    _kwargs["json"] = request_body(WebhookVerificationKeyGetRequest, body)
    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    _kwargs["secrets"] = (
        body.client_id,
        body.secret,
    )
    return _kwargs


def sync_detailed(
    *,
    body: WebhookVerificationKeyGetRequest,
    plaid_version: str | Unset = "2020-09-14",
    client: Client,
    timeout: float | httpx.Timeout | None = None,
    total_timeout: float | Unset | None = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[WebhookVerificationKeyGetResponse]:
    """Retrieve a webhook verification key

    Args:
        client: The address and the keys.
        plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
            contract describes 2020-09-14.
        body: The key to retrieve.
        timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
        total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
        headers: Additional headers of this call; they can't replace the client's own.

    Raises:
        PlaidAccountsError: One of the exceptions drawn in `errors`.

    Returns:
        Response[WebhookVerificationKeyGetResponse]
    """

    # A partial, because the repr of its arguments shows no secret; what it returns does.
    return client.send(
        partial(
            _get_kwargs,
            body=body,
            plaid_version=plaid_version,
        ),
        WebhookVerificationKeyGetResponse,
        timeout=timeout,
        total_timeout=total_timeout,
        headers=headers,
    )


async def asyncio_detailed(
    *,
    body: WebhookVerificationKeyGetRequest,
    plaid_version: str | Unset = "2020-09-14",
    client: Client,
    timeout: float | httpx.Timeout | None = None,
    total_timeout: float | Unset | None = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response[WebhookVerificationKeyGetResponse]:
    """Retrieve a webhook verification key

    Args:
        client: The address and the keys.
        plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
            contract describes 2020-09-14.
        body: The key to retrieve.
        timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
        total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
        headers: Additional headers of this call; they can't replace the client's own.

    Raises:
        PlaidAccountsError: One of the exceptions drawn in `errors`.

    Returns:
        Response[WebhookVerificationKeyGetResponse]
    """

    # A partial, because the repr of its arguments shows no secret; what it returns does.
    return await client.send_async(
        partial(
            _get_kwargs,
            body=body,
            plaid_version=plaid_version,
        ),
        WebhookVerificationKeyGetResponse,
        timeout=timeout,
        total_timeout=total_timeout,
        headers=headers,
    )


def sync(
    *,
    body: WebhookVerificationKeyGetRequest,
    plaid_version: str | Unset = "2020-09-14",
    client: Client,
    timeout: float | httpx.Timeout | None = None,
    total_timeout: float | Unset | None = UNSET,
    headers: Mapping[str, str] | None = None,
) -> WebhookVerificationKeyGetResponse:
    """Retrieve a webhook verification key

    Args:
        client: The address and the keys.
        plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
            contract describes 2020-09-14.
        body: The key to retrieve.
        timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
        total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
        headers: Additional headers of this call; they can't replace the client's own.

    Raises:
        PlaidAccountsError: One of the exceptions drawn in `errors`.

    Returns:
        WebhookVerificationKeyGetResponse
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
    body: WebhookVerificationKeyGetRequest,
    plaid_version: str | Unset = "2020-09-14",
    client: Client,
    timeout: float | httpx.Timeout | None = None,
    total_timeout: float | Unset | None = UNSET,
    headers: Mapping[str, str] | None = None,
) -> WebhookVerificationKeyGetResponse:
    """Retrieve a webhook verification key

    Args:
        client: The address and the keys.
        plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
            contract describes 2020-09-14.
        body: The key to retrieve.
        timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
        total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
        headers: Additional headers of this call; they can't replace the client's own.

    Raises:
        PlaidAccountsError: One of the exceptions drawn in `errors`.

    Returns:
        WebhookVerificationKeyGetResponse
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
