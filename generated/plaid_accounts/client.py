from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import httpx

from . import configuration
from .configuration import (
    DEFAULT_TOTAL_TIMEOUT,
    MAX_RESPONSE_BYTES,
    RETRIES,
    USER_AGENT,
    Environment,
)
from .connections import Connections
from .errors import ArgumentError, ConfigurationError
from .redaction import Secrets, without_inner_frames
from .types import UNSET, Attempt, Response, Unset, as_list

# Models, and what sends and reads, are imported by the first call, which keeps `import plaid_accounts` short.
if TYPE_CHECKING:
    import datetime
    import ssl

    from httpx_retries import Retry

    from .connections import H
    from .exchange import Policy, Reader, T
    from .models.accounts_get_response import AccountsGetResponse
    from .models.country_code import CountryCode
    from .models.link_token_create_request_update import LinkTokenCreateRequestUpdate
    from .models.link_token_create_request_user import LinkTokenCreateRequestUser
    from .models.link_token_create_response import LinkTokenCreateResponse
    from .models.webhook_verification_key_get_response import (
        WebhookVerificationKeyGetResponse,
    )

_METHODS = ("POST",)
_RESERVED = frozenset(
    (
        *("accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "host"),
        *("transfer-encoding", "user-agent", "plaid-client-id", "plaid-secret", "plaid-version"),
    )
)
"""Headers that the client sets itself: `headers=` can't replace them."""

_url = lru_cache(maxsize=64)(httpx.URL)


class Client:
    """The API of the contract, one method for each operation and another for use with `await`.

    One client serves any number of threads, tasks and forked processes. As a context manager, which is optional and can be
    entered again, it closes its connections at the end. Its settings don't change.
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
        total_timeout: float | None = DEFAULT_TOTAL_TIMEOUT,
        retries: int | Retry = RETRIES,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        strict: bool = False,
        headers: Mapping[str, str] | None = None,
        on_attempt: Callable[[Attempt], object] | None = None,
        proxy: str | httpx.URL | httpx.Proxy | None = None,
        ssl_context: ssl.SSLContext | None = None,
        dangerously_allow_plain_http: bool | None = None,
        transport: httpx.BaseTransport | httpx.AsyncBaseTransport | None = None,
        http_client: httpx.Client | None = None,
        async_http_client: httpx.AsyncClient | None = None,
    ) -> None:
        """Set up a client; nothing is sent.

        Args:
            client_id: Identifies the application. Can be sent in the body as client_id instead. From PLAID_CLIENT_ID if not given.
            secret: The application's key for the environment. Can be sent in the body as secret instead. From PLAID_SECRET if not given.
            environment: The host to call, one of production, sandbox. From PLAID_ENV if not given.
            base_url: Another address instead; https, or http on this machine.
            credentials_in: Whether the keys are sent in headers or in the body.
            timeout: Seconds for connecting and for each read and write, or an httpx.Timeout. Defaults to 5 to connect and
                30 for the rest, or to that of the httpx client passed.
            total_timeout: Seconds for a call with all its attempts and waits; None for no limit. It interrupts whatever a
                call waits for, except synchronous name resolution and, without `await`, a client or transport of your
                own: there it shortens the timeouts and is checked between chunks of the body.
            retries: Attempts after the first, following status 408, 429, 500, 502, 503, 504 or a broken connection, after
                its Retry-After (at most 30 s), else after some seconds; 0 for none. Or an httpx_retries.Retry.
                A call that does more than read is retried only after status 429 or without a connection.
            max_response_bytes: A longer body, decompressed, is rejected.
            strict: Whether an invalid value of an optional property raises DecodeError. Otherwise its attribute is UNSET,
                and `deviations` of the response lists it.
            headers: Additional headers of every call; they can't replace the client's own.
            on_attempt: Called after each attempt of a call, for metrics.
            proxy: The proxy for all calls, instead of that of the environment. Calls to http on this machine use no
                proxy of the environment.
            ssl_context: The TLS settings of all calls, such as the certificates to trust.
            dangerously_allow_plain_http: Whether base_url can be http on another machine, where anyone on the network path can read
                the keys: for test servers in a private network. From PLAID_DANGEROUSLY_ALLOW_PLAIN_HTTP if not given.
            transport: Sends requests instead of the network. It can't be protected from forks: create it after a fork, or parent
                and child read each other's responses.
            http_client: Used unchanged for all methods without `await`, and never closed. It can't be protected from forks:
                create it after a fork, or parent and child read each other's responses. With HTTP/2, the package hpack
                logs headers, and so the keys, at level DEBUG.
            async_http_client: The same for all methods with `await`, in one event loop.

        Raises:
            ConfigurationError: A setting or an environment variable is missing or invalid.
        """
        try:
            self._keys = {
                "client_id": configuration.key("client_id", "PLAID_CLIENT_ID", client_id),
                "secret": configuration.key("secret", "PLAID_SECRET", secret),
            }
            plain_http = configuration.plain_http_allowed(dangerously_allow_plain_http)
            self._base_url = configuration.address(environment, base_url, plain_http=plain_http)
        except BaseException as error:
            raise without_inner_frames(error)
        finally:
            # Some tools print the local variables of a traceback, and arguments may be mixed up.
            del client_id, secret, environment, base_url
        if credentials_in not in ("header", "body"):
            raise ConfigurationError('credentials_in= takes "header" or "body"')
        self._in_body = credentials_in == "body"
        own_headers = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": USER_AGENT}
        if not self._in_body:
            own_headers |= {
                "PLAID-CLIENT-ID": self._keys["client_id"],
                "PLAID-SECRET": self._keys["secret"],
            }
        self._headers = [(name.encode(), value.encode()) for name, value in own_headers.items()]
        self._headers += configuration.extra_headers(headers, _RESERVED, ConfigurationError)
        self._timeout = None if timeout is None else configuration.timeout(timeout)
        self._retry = configuration.retry(retries, _METHODS)
        self._careful_retry = configuration.retry(retries, _METHODS, reads=False)
        self._max_response_bytes = configuration.size(max_response_bytes)
        self._total_timeout = configuration.total_timeout(total_timeout)
        self.strict = strict
        self._on_attempt = on_attempt
        url = _url(self._base_url)
        # Keys must not take a detour on their way to this machine.
        trust_env = not (url.scheme == "http" and configuration.is_loopback(url.host))
        self._connections = Connections(
            transport,
            http_client,
            async_http_client,
            proxy=configuration.proxy(proxy),
            ssl_context=configuration.ssl_context(ssl_context),
            trust_env=trust_env,
        )
        if self._connections.is_own_network:
            proxies = trust_env and proxy is None
            configuration.check_environment(self._base_url, proxies=proxies, certificates=ssl_context is None)

    def __repr__(self) -> str:
        return f"Client(base_url={getattr(self, '_base_url', None)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a Client holds a secret and connections: create another one instead of copying or pickling it")

    def accounts_get(
        self,
        *,
        access_token: str,
        account_ids: Sequence[str] | None = None,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
        total_timeout: float | Unset | None = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> AccountsGetResponse:
        """Retrieve accounts

        Returns the open accounts of the access token's Item with their cached balances. Nothing is fetched
        from the institution, so balances can be a day old or, for Items without a product that refreshes
        them, much older.

        Args:
            access_token: Identifies the Item whose accounts are read. Case-sensitive.
            account_ids: The accounts to return; without it, all. An id that the Item does not have is an error.
                Plaid has rejected an empty list with INVALID_FIELD ("must be a non-empty array"); its
                documentation leaves open what one means.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
            total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
            headers: Additional headers of this call; they can't replace the client's own.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        try:
            from .api.accounts import accounts_get
            from .models import AccountsGetRequest, AccountsGetRequestOptions

            body = AccountsGetRequest(
                access_token=access_token,
                options=AccountsGetRequestOptions(
                    account_ids=as_list(account_ids),
                )
                if account_ids is not None
                else UNSET,
            )
        except BaseException as error:
            raise without_inner_frames(error)
        finally:
            del access_token
        return accounts_get.sync(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
            total_timeout=total_timeout,
            headers=headers,
        )

    async def accounts_get_async(
        self,
        *,
        access_token: str,
        account_ids: Sequence[str] | None = None,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
        total_timeout: float | Unset | None = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> AccountsGetResponse:
        """Retrieve accounts

        Returns the open accounts of the access token's Item with their cached balances. Nothing is fetched
        from the institution, so balances can be a day old or, for Items without a product that refreshes
        them, much older.

        Args:
            access_token: Identifies the Item whose accounts are read. Case-sensitive.
            account_ids: The accounts to return; without it, all. An id that the Item does not have is an error.
                Plaid has rejected an empty list with INVALID_FIELD ("must be a non-empty array"); its
                documentation leaves open what one means.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
            total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
            headers: Additional headers of this call; they can't replace the client's own.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        try:
            from .api.accounts import accounts_get
            from .models import AccountsGetRequest, AccountsGetRequestOptions

            body = AccountsGetRequest(
                access_token=access_token,
                options=AccountsGetRequestOptions(
                    account_ids=as_list(account_ids),
                )
                if account_ids is not None
                else UNSET,
            )
        except BaseException as error:
            raise without_inner_frames(error)
        finally:
            del access_token
        return await accounts_get.asyncio(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
            total_timeout=total_timeout,
            headers=headers,
        )

    def accounts_balance_get(
        self,
        *,
        access_token: str,
        account_ids: Sequence[str] | None = None,
        min_last_updated_datetime: datetime.datetime | None = None,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
        total_timeout: float | Unset | None = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> AccountsGetResponse:
        """Retrieve accounts with real-time balances

        Fetches the balances of the Item's open accounts from the institution and returns the accounts as
        accountsGet does. A response usually takes less than ten seconds, occasionally more than thirty, so
        use a longer timeout than for other calls. Each successful call is billed.

        Args:
            access_token: Identifies the Item whose balances are fetched. Case-sensitive.
            account_ids: The accounts to return; without it, all. An id that the Item does not have is an error.
                Plaid has rejected an empty list with INVALID_FIELD ("must be a non-empty array"); its
                documentation leaves open what one means.
            min_last_updated_datetime: The oldest acceptable last update of a balance. Required for Capital One (ins_128026) if
                the Item has an account of a type other than depository, whose balances are not available
                in real time; ignored otherwise.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
            total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
            headers: Additional headers of this call; they can't replace the client's own.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        try:
            from .api.accounts import accounts_balance_get
            from .models import (
                AccountsBalanceGetRequest,
                AccountsBalanceGetRequestOptions,
            )

            body = AccountsBalanceGetRequest(
                access_token=access_token,
                options=AccountsBalanceGetRequestOptions(
                    account_ids=UNSET if account_ids is None else as_list(account_ids),
                    min_last_updated_datetime=UNSET if min_last_updated_datetime is None else min_last_updated_datetime,
                )
                if account_ids is not None or min_last_updated_datetime is not None
                else UNSET,
            )
        except BaseException as error:
            raise without_inner_frames(error)
        finally:
            del access_token
        return accounts_balance_get.sync(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
            total_timeout=total_timeout,
            headers=headers,
        )

    async def accounts_balance_get_async(
        self,
        *,
        access_token: str,
        account_ids: Sequence[str] | None = None,
        min_last_updated_datetime: datetime.datetime | None = None,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
        total_timeout: float | Unset | None = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> AccountsGetResponse:
        """Retrieve accounts with real-time balances

        Fetches the balances of the Item's open accounts from the institution and returns the accounts as
        accountsGet does. A response usually takes less than ten seconds, occasionally more than thirty, so
        use a longer timeout than for other calls. Each successful call is billed.

        Args:
            access_token: Identifies the Item whose balances are fetched. Case-sensitive.
            account_ids: The accounts to return; without it, all. An id that the Item does not have is an error.
                Plaid has rejected an empty list with INVALID_FIELD ("must be a non-empty array"); its
                documentation leaves open what one means.
            min_last_updated_datetime: The oldest acceptable last update of a balance. Required for Capital One (ins_128026) if
                the Item has an account of a type other than depository, whose balances are not available
                in real time; ignored otherwise.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
            total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
            headers: Additional headers of this call; they can't replace the client's own.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        try:
            from .api.accounts import accounts_balance_get
            from .models import (
                AccountsBalanceGetRequest,
                AccountsBalanceGetRequestOptions,
            )

            body = AccountsBalanceGetRequest(
                access_token=access_token,
                options=AccountsBalanceGetRequestOptions(
                    account_ids=UNSET if account_ids is None else as_list(account_ids),
                    min_last_updated_datetime=UNSET if min_last_updated_datetime is None else min_last_updated_datetime,
                )
                if account_ids is not None or min_last_updated_datetime is not None
                else UNSET,
            )
        except BaseException as error:
            raise without_inner_frames(error)
        finally:
            del access_token
        return await accounts_balance_get.asyncio(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
            total_timeout=total_timeout,
            headers=headers,
        )

    def link_token_create(
        self,
        *,
        access_token: str,
        client_name: str,
        language: str,
        country_codes: Sequence[CountryCode],
        user: LinkTokenCreateRequestUser,
        update: LinkTokenCreateRequestUpdate | None = None,
        link_customization_name: str | None = None,
        redirect_uri: str | None = None,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
        total_timeout: float | Unset | None = UNSET,
        headers: Mapping[str, str] | None = None,
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
            timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
            total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
            headers: Additional headers of this call; they can't replace the client's own.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        try:
            from .api.link import link_token_create
            from .models import LinkTokenCreateRequest

            body = LinkTokenCreateRequest(
                access_token=access_token,
                client_name=client_name,
                language=language,
                country_codes=as_list(country_codes),
                user=user,
                update=UNSET if update is None else update,
                link_customization_name=UNSET if link_customization_name is None else link_customization_name,
                redirect_uri=UNSET if redirect_uri is None else redirect_uri,
            )
        except BaseException as error:
            raise without_inner_frames(error)
        finally:
            del access_token
        return link_token_create.sync(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
            total_timeout=total_timeout,
            headers=headers,
        )

    async def link_token_create_async(
        self,
        *,
        access_token: str,
        client_name: str,
        language: str,
        country_codes: Sequence[CountryCode],
        user: LinkTokenCreateRequestUser,
        update: LinkTokenCreateRequestUpdate | None = None,
        link_customization_name: str | None = None,
        redirect_uri: str | None = None,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
        total_timeout: float | Unset | None = UNSET,
        headers: Mapping[str, str] | None = None,
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
            timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
            total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
            headers: Additional headers of this call; they can't replace the client's own.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        try:
            from .api.link import link_token_create
            from .models import LinkTokenCreateRequest

            body = LinkTokenCreateRequest(
                access_token=access_token,
                client_name=client_name,
                language=language,
                country_codes=as_list(country_codes),
                user=user,
                update=UNSET if update is None else update,
                link_customization_name=UNSET if link_customization_name is None else link_customization_name,
                redirect_uri=UNSET if redirect_uri is None else redirect_uri,
            )
        except BaseException as error:
            raise without_inner_frames(error)
        finally:
            del access_token
        return await link_token_create.asyncio(
            client=self,
            body=body,
            plaid_version=plaid_version,
            timeout=timeout,
            total_timeout=total_timeout,
            headers=headers,
        )

    def webhook_verification_key_get(
        self,
        *,
        key_id: str,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
        total_timeout: float | Unset | None = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> WebhookVerificationKeyGetResponse:
        """Retrieve a webhook verification key

        Returns the public key for a key id. The id is the kid in the header of the JSON Web Token that each
        webhook carries in Plaid-Verification. Each environment has its own keys, which are rotated
        occasionally.

        Args:
            key_id: The kid in the header of the token in Plaid-Verification.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
            total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
            headers: Additional headers of this call; they can't replace the client's own.

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
            total_timeout=total_timeout,
            headers=headers,
        )

    async def webhook_verification_key_get_async(
        self,
        *,
        key_id: str,
        plaid_version: str | Unset = "2020-09-14",
        timeout: float | httpx.Timeout | None = None,
        total_timeout: float | Unset | None = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> WebhookVerificationKeyGetResponse:
        """Retrieve a webhook verification key

        Returns the public key for a key id. The id is the kid in the header of the JSON Web Token that each
        webhook carries in Plaid-Verification. Each environment has its own keys, which are rotated
        occasionally.

        Args:
            key_id: The kid in the header of the token in Plaid-Verification.
            plaid_version: The dated version of the API; defaults to the version set in the Plaid Dashboard. This
                contract describes 2020-09-14.
            timeout: Seconds for connecting and for each read and write, or an httpx.Timeout; defaults to the client's.
            total_timeout: Seconds for the call with all its attempts, None for no limit; defaults to the client's.
            headers: Additional headers of this call; they can't replace the client's own.

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
            total_timeout=total_timeout,
            headers=headers,
        )

    def send(
        self,
        describe: Callable[[], dict[str, Any]],
        reader: Reader[T],
        *,
        timeout: float | httpx.Timeout | None,
        total_timeout: float | Unset | None,
        headers: Mapping[str, str] | None,
    ) -> Response[T]:
        """Make the call that a module of `api` describes. Frames below this one hold secrets.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        try:
            from .exchange import interpret, send

            return interpret(
                send(*self._prepared(self.get_httpx_client, describe, timeout, total_timeout, headers)),
                reader,
                strict=self.strict,
            )
        except BaseException as error:
            raise without_inner_frames(error)

    async def send_async(
        self,
        describe: Callable[[], dict[str, Any]],
        reader: Reader[T],
        *,
        timeout: float | httpx.Timeout | None,
        total_timeout: float | Unset | None,
        headers: Mapping[str, str] | None,
    ) -> Response[T]:
        """Make the call that a module of `api` describes. Frames below this one hold secrets.

        Raises:
            PlaidAccountsError: One of the exceptions drawn in `errors`.
        """
        try:
            from .exchange import interpret, send_async

            return interpret(
                await send_async(
                    *self._prepared(self.get_async_httpx_client, describe, timeout, total_timeout, headers)
                ),
                reader,
                strict=self.strict,
            )
        except BaseException as error:
            raise without_inner_frames(error)

    def _prepared(
        self,
        find: Callable[[], H],
        describe: Callable[[], dict[str, Any]],
        timeout: float | httpx.Timeout | None,
        total_timeout: float | Unset | None,
        extra: Mapping[str, str] | None,
    ) -> tuple[H, httpx.Request, Policy]:
        call = describe()
        policy = self._policy(call, total_timeout)
        http = find()
        return http, self._request(http, call, timeout, extra), policy

    def _request(
        self,
        http: httpx.Client | httpx.AsyncClient,
        call: dict[str, Any],
        timeout: float | httpx.Timeout | None,
        extra: Mapping[str, str] | None,
    ) -> httpx.Request:
        content = None
        if "json" in call:
            body = self._keys | call["json"] if self._in_body else call["json"]
            content = json.dumps(body, separators=(",", ":"), allow_nan=False).encode()
        headers = [*self._headers, *(_header(*header) for header in call.get("headers", {}).items())]
        if extra is not None:
            headers += configuration.extra_headers(extra, _RESERVED, ArgumentError)
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
        # What build_request does, without merging defaults, since the httpx client is our own.
        url, stream = _url(self._base_url + call["url"]), None
        if content is not None:
            stream = httpx.ByteStream(content)
            headers = [(b"Host", url.netloc), (b"Content-Length", str(len(content)).encode()), *headers]
        extensions = {"timeout": (limits or http.timeout).as_dict()}
        request = httpx.Request(call["method"], url, headers=headers, stream=stream, extensions=extensions)
        request.read()  # A transport of the caller may look at its content.
        return request

    def _policy(self, call: dict[str, Any], total_timeout: float | Unset | None) -> Policy:
        from .exchange import Policy

        total = configuration.total_timeout(total_timeout, self._total_timeout)
        reads = call.get("reads", True)
        return Policy(
            operation=call["operation"],
            retry=self._retry if reads else self._careful_retry,
            max_bytes=self._max_response_bytes,
            secrets=Secrets((*self._keys.values(), *call["secrets"])),
            ends=None if total is None else time.monotonic() + total,
            on_attempt=self._on_attempt,
            reads=reads,
        )

    def get_httpx_client(self) -> httpx.Client:
        """Return the httpx client behind the methods without `await`, created by the first call.

        Raises:
            ConfigurationError: It is closed or can't be created, or only the methods with `await` are configured.
        """
        return self._connections.blocking()

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """Return the httpx client behind the methods with `await`, created by the first call in each event loop.

        Raises:
            ConfigurationError: It is closed, can't be created or belongs to another event loop, or only the methods without
                `await` are configured.
        """
        return self._connections.awaited()

    def close(self) -> None:
        """Close the connections of the methods without `await`. The next call opens new ones."""
        self._connections.close()

    async def aclose(self) -> None:
        """Close the connections of the methods with `await` in this event loop. The next call opens new ones."""
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
