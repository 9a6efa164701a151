from __future__ import annotations

import json
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import httpx

from . import configuration
from .configuration import (
    DEFAULT_TIMEOUT,
    MAX_RESPONSE_BYTES,
    RETRIES,
    USER_AGENT,
    Environment,
)
from .connections import Connections
from .errors import ArgumentError, ConfigurationError
from .types import UNSET, Unset

# Models, and what sends and reads, are imported by the first call: that keeps `import plaid_accounts` short.
if TYPE_CHECKING:
    import datetime

    from httpx_retries import Retry

    from .exchange import Outcome, Policy
    from .models.accounts_get_response import AccountsGetResponse
    from .models.country_code import CountryCode
    from .models.link_token_create_request_update import LinkTokenCreateRequestUpdate
    from .models.link_token_create_request_user import LinkTokenCreateRequestUser
    from .models.link_token_create_response import LinkTokenCreateResponse
    from .models.webhook_verification_key_get_response import (
        WebhookVerificationKeyGetResponse,
    )

_METHODS = ("POST",)
_SHORTEST_SECRET = 8
"""Shorter strings are not looked for in what a server answers: they occur by chance."""

_url = lru_cache(maxsize=64)(httpx.URL)


class Client:
    """The API of the contract, one method for each operation and another for use with `await`.

    One client serves any number of threads and tasks. It may be used as a context manager, which closes its
    connections at the end, as often as needed, and without one. Its settings don't change.
    """

    def __init__(
        self,
        *,
        client_id: str | None = None,
        secret: str | None = None,
        environment: Environment | None = None,
        base_url: str | None = None,
        credentials_in: Literal["header", "body"] = "header",
        timeout: float | httpx.Timeout | None = None,
        retries: int | Retry = RETRIES,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        transport: httpx.BaseTransport | httpx.AsyncBaseTransport | None = None,
        http_client: httpx.Client | None = None,
        async_http_client: httpx.AsyncClient | None = None,
    ) -> None:
        """Sets up a client; nothing is sent.

        Args:
            client_id: Identifies the application. Can be sent in the body as client_id instead. From PLAID_CLIENT_ID if not given.
            secret: The application's key for the environment. Can be sent in the body as secret instead. From PLAID_SECRET if not given.
            environment: Which host to call, one of production, sandbox. From PLAID_ENV if not given.
            base_url: Another address instead; https, or http on this machine.
            credentials_in: Whether the keys go in headers or in the body.
            timeout: Seconds for connecting and for each read and write, or an httpx.Timeout. If not given, 5 to connect and
                30 for the rest, or what a given httpx client has.
            retries: Further attempts after status 408, 429, 500, 502, 503, 504 or a broken connection, after the time
                that the answer asks for (at most 30 s), else after some seconds; 0 for none. Or an httpx_retries.Retry.
                A call that does more than read is repeated after status 429 or without a connection only.
            max_response_bytes: A longer body, decompressed, is refused.
            transport: What sends requests, instead of the network.
            http_client: Used as it is for all methods without `await`, and never closed.
            async_http_client: Used as it is for all methods with `await`, and never closed.

        Raises:
            ConfigurationError: A setting is missing or cannot be used.
        """
        client_id_given = configuration.secret(client_id)
        secret_given = configuration.secret(secret)
        environment_given = configuration.secret(environment)
        base_url_given = configuration.secret(base_url)
        # Some tools print the local variables of a traceback: these now hide what they hold, also if it was mixed up.
        del client_id, secret, environment, base_url
        if credentials_in not in ("header", "body"):
            raise ConfigurationError('credentials_in= takes "header" or "body"')
        self._keys = {
            "client_id": configuration.key("client_id", "PLAID_CLIENT_ID", client_id_given),
            "secret": configuration.key("secret", "PLAID_SECRET", secret_given),
        }
        self._base_url = configuration.address(environment_given, base_url_given)
        self._in_body = credentials_in == "body"
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": USER_AGENT}
        if not self._in_body:
            headers |= {
                "PLAID-CLIENT-ID": self._keys["client_id"],
                "PLAID-SECRET": self._keys["secret"],
            }
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        self._timeout = None if timeout is None else configuration.timeout(timeout)
        self._retry = configuration.retry(retries, _METHODS)
        self._careful_retry = configuration.retry(retries, _METHODS, reads=False)
        self._max_response_bytes = configuration.size(max_response_bytes)
        self._connections = Connections(transport, http_client, async_http_client)

    def __repr__(self) -> str:
        return f"Client(base_url={getattr(self, '_base_url', None)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a Client holds a secret and connections: make another one instead of a copy or a pickle")

    def accounts_get(
        self,
        *,
        access_token: str,
        account_ids: list[str] | None = None,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
    ) -> AccountsGetResponse:
        """Retrieve accounts

        Returns the open accounts of the access token's Item with their cached balances. Nothing is fetched
        from the institution, so balances can be a day old or, for Items without a product that refreshes
        them, much older.

        Args:
            access_token: Identifies the Item whose accounts are read. Case-sensitive.
            account_ids: The accounts to return; without it, all. An id that the Item does not have is an error.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds, or an httpx.Timeout; the client's own if left out.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        from .api.accounts import accounts_get
        from .models import AccountsGetRequest, AccountsGetRequestOptions

        body = AccountsGetRequest(
            access_token=access_token,
            options=AccountsGetRequestOptions(
                account_ids=account_ids,
            )
            if account_ids is not None
            else UNSET,
        )
        del access_token  # An exception's traceback shows local variables to some tools.
        return accounts_get.sync(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
        )

    async def accounts_get_async(
        self,
        *,
        access_token: str,
        account_ids: list[str] | None = None,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
    ) -> AccountsGetResponse:
        """Retrieve accounts

        Returns the open accounts of the access token's Item with their cached balances. Nothing is fetched
        from the institution, so balances can be a day old or, for Items without a product that refreshes
        them, much older.

        Args:
            access_token: Identifies the Item whose accounts are read. Case-sensitive.
            account_ids: The accounts to return; without it, all. An id that the Item does not have is an error.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds, or an httpx.Timeout; the client's own if left out.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        from .api.accounts import accounts_get
        from .models import AccountsGetRequest, AccountsGetRequestOptions

        body = AccountsGetRequest(
            access_token=access_token,
            options=AccountsGetRequestOptions(
                account_ids=account_ids,
            )
            if account_ids is not None
            else UNSET,
        )
        del access_token  # An exception's traceback shows local variables to some tools.
        return await accounts_get.asyncio(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
        )

    def accounts_balance_get(
        self,
        *,
        access_token: str,
        account_ids: list[str] | None = None,
        min_last_updated_datetime: datetime.datetime | None = None,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
    ) -> AccountsGetResponse:
        """Retrieve accounts with real-time balances

        Fetches the balances of the Item's open accounts from the institution and returns the accounts as
        accountsGet does. A response usually takes less than ten seconds, occasionally more than thirty, so
        use a longer timeout than for other calls. Each successful call is billed.

        Args:
            access_token: Identifies the Item whose balances are fetched. Case-sensitive.
            account_ids: The accounts to return; without it, all. An id that the Item does not have is an error.
            min_last_updated_datetime: The oldest acceptable last update of a balance. Required for Capital One (ins_128026) if
                the Item has an account of a type other than depository, whose balances are not available
                in real time; ignored otherwise.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds, or an httpx.Timeout; the client's own if left out.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        from .api.accounts import accounts_balance_get
        from .models import AccountsBalanceGetRequest, AccountsBalanceGetRequestOptions

        body = AccountsBalanceGetRequest(
            access_token=access_token,
            options=AccountsBalanceGetRequestOptions(
                account_ids=UNSET if account_ids is None else account_ids,
                min_last_updated_datetime=UNSET if min_last_updated_datetime is None else min_last_updated_datetime,
            )
            if account_ids is not None or min_last_updated_datetime is not None
            else UNSET,
        )
        del access_token  # An exception's traceback shows local variables to some tools.
        return accounts_balance_get.sync(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
        )

    async def accounts_balance_get_async(
        self,
        *,
        access_token: str,
        account_ids: list[str] | None = None,
        min_last_updated_datetime: datetime.datetime | None = None,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
    ) -> AccountsGetResponse:
        """Retrieve accounts with real-time balances

        Fetches the balances of the Item's open accounts from the institution and returns the accounts as
        accountsGet does. A response usually takes less than ten seconds, occasionally more than thirty, so
        use a longer timeout than for other calls. Each successful call is billed.

        Args:
            access_token: Identifies the Item whose balances are fetched. Case-sensitive.
            account_ids: The accounts to return; without it, all. An id that the Item does not have is an error.
            min_last_updated_datetime: The oldest acceptable last update of a balance. Required for Capital One (ins_128026) if
                the Item has an account of a type other than depository, whose balances are not available
                in real time; ignored otherwise.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds, or an httpx.Timeout; the client's own if left out.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        from .api.accounts import accounts_balance_get
        from .models import AccountsBalanceGetRequest, AccountsBalanceGetRequestOptions

        body = AccountsBalanceGetRequest(
            access_token=access_token,
            options=AccountsBalanceGetRequestOptions(
                account_ids=UNSET if account_ids is None else account_ids,
                min_last_updated_datetime=UNSET if min_last_updated_datetime is None else min_last_updated_datetime,
            )
            if account_ids is not None or min_last_updated_datetime is not None
            else UNSET,
        )
        del access_token  # An exception's traceback shows local variables to some tools.
        return await accounts_balance_get.asyncio(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
        )

    def link_token_create(
        self,
        *,
        access_token: str,
        client_name: str,
        language: str,
        country_codes: list[CountryCode],
        user: LinkTokenCreateRequestUser,
        update: LinkTokenCreateRequestUpdate | None = None,
        link_customization_name: str | None = None,
        redirect_uri: str | None = None,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
    ) -> LinkTokenCreateResponse:
        """Start Link's update mode for an Item

        Returns a token that opens Link for an existing Item. With update.account_selection_enabled the user
        selects again which accounts to share, and can add those that a webhook announced; institutions with
        their own account selection always show it. The access token stays the same, and accountsGet lists
        the accounts once the user has finished. Not available for Items in the United Kingdom and the
        European Union, where the user has to link again.

        Args:
            access_token: Identifies the Item to update. Case-sensitive; it stays the same.
            client_name: The application's name as shown in Link, which does not show names of more than 30
                characters.
            language: The language of Link, as an ISO 639-1 code: da, de, en, es, et, fr, hi, ht, it, lt, lv,
                nb, nl, pl, pt, ro, sv or vi.
            country_codes: The countries whose institutions Link offers.
            user: The user of this Link session.
            update: Options of update mode.
            link_customization_name: The name of a Link customization in the Plaid Dashboard; defaults to the one called
                default.
            redirect_uri: The URL to which an OAuth institution redirects the user from its own pages. Must be
                registered in the Plaid Dashboard.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds, or an httpx.Timeout; the client's own if left out.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        from .api.link import link_token_create
        from .models import LinkTokenCreateRequest

        body = LinkTokenCreateRequest(
            access_token=access_token,
            client_name=client_name,
            language=language,
            country_codes=country_codes,
            user=user,
            update=UNSET if update is None else update,
            link_customization_name=UNSET if link_customization_name is None else link_customization_name,
            redirect_uri=UNSET if redirect_uri is None else redirect_uri,
        )
        del access_token  # An exception's traceback shows local variables to some tools.
        return link_token_create.sync(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
        )

    async def link_token_create_async(
        self,
        *,
        access_token: str,
        client_name: str,
        language: str,
        country_codes: list[CountryCode],
        user: LinkTokenCreateRequestUser,
        update: LinkTokenCreateRequestUpdate | None = None,
        link_customization_name: str | None = None,
        redirect_uri: str | None = None,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
    ) -> LinkTokenCreateResponse:
        """Start Link's update mode for an Item

        Returns a token that opens Link for an existing Item. With update.account_selection_enabled the user
        selects again which accounts to share, and can add those that a webhook announced; institutions with
        their own account selection always show it. The access token stays the same, and accountsGet lists
        the accounts once the user has finished. Not available for Items in the United Kingdom and the
        European Union, where the user has to link again.

        Args:
            access_token: Identifies the Item to update. Case-sensitive; it stays the same.
            client_name: The application's name as shown in Link, which does not show names of more than 30
                characters.
            language: The language of Link, as an ISO 639-1 code: da, de, en, es, et, fr, hi, ht, it, lt, lv,
                nb, nl, pl, pt, ro, sv or vi.
            country_codes: The countries whose institutions Link offers.
            user: The user of this Link session.
            update: Options of update mode.
            link_customization_name: The name of a Link customization in the Plaid Dashboard; defaults to the one called
                default.
            redirect_uri: The URL to which an OAuth institution redirects the user from its own pages. Must be
                registered in the Plaid Dashboard.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds, or an httpx.Timeout; the client's own if left out.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        from .api.link import link_token_create
        from .models import LinkTokenCreateRequest

        body = LinkTokenCreateRequest(
            access_token=access_token,
            client_name=client_name,
            language=language,
            country_codes=country_codes,
            user=user,
            update=UNSET if update is None else update,
            link_customization_name=UNSET if link_customization_name is None else link_customization_name,
            redirect_uri=UNSET if redirect_uri is None else redirect_uri,
        )
        del access_token  # An exception's traceback shows local variables to some tools.
        return await link_token_create.asyncio(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
        )

    def webhook_verification_key_get(
        self,
        *,
        key_id: str,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
    ) -> WebhookVerificationKeyGetResponse:
        """Retrieve a webhook verification key

        Returns the public key for a key id. The id is the kid in the header of the JSON Web Token that each
        webhook carries in Plaid-Verification. Each environment has its own keys, which are rotated
        occasionally.

        Args:
            key_id: The kid in the header of the token in Plaid-Verification.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds, or an httpx.Timeout; the client's own if left out.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        from .api.webhooks import webhook_verification_key_get
        from .models import WebhookVerificationKeyGetRequest

        body = WebhookVerificationKeyGetRequest(
            key_id=key_id,
        )
        return webhook_verification_key_get.sync(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
        )

    async def webhook_verification_key_get_async(
        self,
        *,
        key_id: str,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
    ) -> WebhookVerificationKeyGetResponse:
        """Retrieve a webhook verification key

        Returns the public key for a key id. The id is the kid in the header of the JSON Web Token that each
        webhook carries in Plaid-Verification. Each environment has its own keys, which are rotated
        occasionally.

        Args:
            key_id: The kid in the header of the token in Plaid-Verification.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds, or an httpx.Timeout; the client's own if left out.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        from .api.webhooks import webhook_verification_key_get
        from .models import WebhookVerificationKeyGetRequest

        body = WebhookVerificationKeyGetRequest(
            key_id=key_id,
        )
        return await webhook_verification_key_get.asyncio(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
        )

    def send(
        self, call: dict[str, Any], *, secrets: tuple[object, ...], timeout: float | httpx.Timeout | None
    ) -> Outcome:
        """Makes the call that a module of `api` describes; what goes wrong is returned, not raised."""
        from .exchange import send

        try:
            http = self.get_httpx_client()
            request = self._request(http, call, timeout)
        except (ArgumentError, ConfigurationError) as error:
            return error.with_traceback(None)
        return send(http, request, self._policy(secrets, reads=call.get("reads", True)))

    async def send_async(
        self, call: dict[str, Any], *, secrets: tuple[object, ...], timeout: float | httpx.Timeout | None
    ) -> Outcome:
        """Makes the call that a module of `api` describes; what goes wrong is returned, not raised."""
        from .exchange import send_async

        try:
            http = self.get_async_httpx_client()
            request = self._request(http, call, timeout)
        except (ArgumentError, ConfigurationError) as error:
            return error.with_traceback(None)
        return await send_async(http, request, self._policy(secrets, reads=call.get("reads", True)))

    def _request(
        self, http: httpx.Client | httpx.AsyncClient, call: dict[str, Any], timeout: float | httpx.Timeout | None
    ) -> httpx.Request:
        content = None
        if "json" in call:
            body = self._keys | call["json"] if self._in_body else call["json"]
            content = json.dumps(body, separators=(",", ":"), allow_nan=False).encode()
        headers = [*self._headers, *(_header(*header) for header in call.get("headers", {}).items())]
        limits = self._timeout if timeout is None else configuration.timeout(timeout)
        if self._connections.is_given(http) or "params" in call or "cookies" in call:
            return http.build_request(
                call["method"],
                self._base_url + call["url"],
                content=content,
                headers=headers,
                params=call.get("params"),
                cookies=call.get("cookies"),
                timeout=limits or httpx.USE_CLIENT_DEFAULT,
            )
        # What build_request does, without merging the defaults of an httpx client that has none of the user's.
        return httpx.Request(
            call["method"],
            _url(self._base_url + call["url"]),
            headers=headers,
            content=content,
            extensions={"timeout": (limits or DEFAULT_TIMEOUT).as_dict()},
        )

    def _policy(self, secrets: tuple[object, ...], *, reads: bool) -> Policy:
        from .exchange import Policy, Secrets

        known = (*self._keys.values(), *secrets)
        long = (key for key in known if isinstance(key, str) and len(key) >= _SHORTEST_SECRET)
        return Policy(self._retry if reads else self._careful_retry, self._max_response_bytes, Secrets(long), reads)

    def get_httpx_client(self) -> httpx.Client:
        """The httpx client behind the methods without `await`; made at the first call.

        Raises:
            ConfigurationError: The one that was given is closed, or the transport only works with `await`.
        """
        return self._connections.blocking()

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """The httpx client behind the methods with `await`; made at the first call in each event loop.

        Raises:
            ConfigurationError: The one that was given is closed, or the transport only works without `await`.
        """
        return self._connections.awaited()

    def close(self) -> None:
        """Closes the connections of the methods without `await`. The next call makes new ones."""
        self._connections.close()

    async def aclose(self) -> None:
        """Closes the connections of the methods with `await` in this event loop. The next call makes new ones."""
        await self._connections.aclose()

    def __enter__(self) -> Self:
        self._connections.enter(awaiting=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connections.leave(awaiting=False):
            self.close()

    async def __aenter__(self) -> Self:
        self._connections.enter(awaiting=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connections.leave(awaiting=True):
            await self.aclose()


def _header(name: str, value: object) -> tuple[bytes, bytes]:
    if not isinstance(value, str):
        raise ArgumentError(f"the header {name} must be a string, not {type(value).__name__}; nothing was sent")
    return name.encode(), value.encode()
