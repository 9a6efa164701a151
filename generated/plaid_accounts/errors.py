"""The exceptions of this package, all of them.

    PlaidAccountsError
    ├── ConfigurationError            a setting is missing or invalid; also a ValueError
    ├── ArgumentError                 the arguments contradict the contract, nothing was sent; also a ValueError
    ├── ApiError                      the API responded with an error; the class itself for an unlisted error_type
    │   ├── InvalidRequestError         INVALID_REQUEST
    │   ├── InvalidResultError          INVALID_RESULT
    │   ├── InvalidInputError           INVALID_INPUT
    │   ├── InstitutionError            INSTITUTION_ERROR
    │   ├── RateLimitExceededError      RATE_LIMIT_EXCEEDED
    │   ├── PlaidApiError               API_ERROR
    │   ├── ItemError                   ITEM_ERROR
    │   ├── AssetReportError            ASSET_REPORT_ERROR
    │   ├── BaseReportError             BASE_REPORT_ERROR
    │   ├── RecaptchaError              RECAPTCHA_ERROR
    │   ├── OauthError                  OAUTH_ERROR
    │   ├── PaymentError                PAYMENT_ERROR
    │   ├── BankTransferError           BANK_TRANSFER_ERROR
    │   ├── IncomeVerificationError     INCOME_VERIFICATION_ERROR
    │   ├── MicrodepositsError          MICRODEPOSITS_ERROR
    │   ├── SandboxError                SANDBOX_ERROR
    │   ├── PartnerError                PARTNER_ERROR
    │   ├── SignalError                 SIGNAL_ERROR
    │   ├── TransactionsError           TRANSACTIONS_ERROR
    │   ├── TransactionError            TRANSACTION_ERROR
    │   ├── TransferError               TRANSFER_ERROR
    │   ├── CheckReportError            CHECK_REPORT_ERROR
    │   ├── ConsumerReportError         CONSUMER_REPORT_ERROR
    │   ├── UserError                   USER_ERROR
    │   ├── IdempotencyError            IDEMPOTENCY_ERROR
    │   ├── AssetsError                 ASSETS_ERROR
    │   ├── CraMonitoringError          CRA_MONITORING_ERROR
    │   ├── CreditProfileReportError    CREDIT_PROFILE_REPORT_ERROR
    │   ├── EncompassError              ENCOMPASS_ERROR
    │   ├── EnrichError                 ENRICH_ERROR
    │   ├── FraudInsightsError          FRAUD_INSIGHTS_ERROR
    │   ├── FreddieMacError             FREDDIE_MAC_ERROR
    │   ├── LinkDeliveryError           LINK_DELIVERY_ERROR
    │   ├── ProfileError                PROFILE_ERROR
    │   ├── RecurringTransactionsError  RECURRING_TRANSACTIONS_ERROR
    │   ├── StatementsError             STATEMENTS_ERROR
    │   ├── TransferRecurringError      TRANSFER_RECURRING_ERROR
    │   └── TransferRefundError         TRANSFER_REFUND_ERROR
    ├── TransportError                no complete response; the httpx exception is the __cause__
    │   ├── TransportTimeoutError     connecting, sending, reading or the whole call took too long
    │   └── TransportConnectionError  no connection, or it broke
    ├── MalformedResponseError        the response is not from this API: a proxy's page, a redirect, not JSON …
    │   └── DecodeError               JSON of another shape than the contract's; also raised by `from_dict`
    ├── WebhookKeyUnavailableError    the key was not looked up: respond with 500, and Plaid resends the webhook
    └── WebhookError                  a request to a webhook's address that must not be acted on
        ├── WebhookHeaderMissingError  it has no header Plaid-Verification
        ├── WebhookTokenError          malformed Plaid-Verification token
        ├── WebhookAlgorithmError      the token names an algorithm other than ES256
        ├── WebhookKeyUnknownError     no key has the id that the token names
        ├── WebhookKeyUnusableError    the key that was looked up is not an ES256 key, or has another id
        ├── WebhookKeyExpiredError     the key is no longer in use
        ├── WebhookSignatureError      the token was signed with another key, or modified
        ├── WebhookTooOldError         the token was issued more than five minutes ago
        ├── WebhookFromFutureError     the token was issued in the future
        ├── WebhookBodyError           the body is not the one that was signed
        ├── WebhookDuplicateError      the same delivery was accepted before
        └── WebhookUnlistedError       it is genuine, but not described by the contract

All can be pickled and copied. None contains a client_id, a secret or an access token, and no text contains a value of a
malformed response: an error names the path and the types. A cause keeps its message, but neither its request nor its frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from json import dumps
from typing import TYPE_CHECKING, Any, Self

import httpx

from .redaction import printable
from .types import UNSET

if TYPE_CHECKING:
    from .models.plaid_error import PlaidError
    from .models.plaid_error_type import PlaidErrorType


class PlaidAccountsError(Exception):
    """Every exception that this package raises by itself."""

    attempts: int = 0
    """How many attempts the call made."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__)


def _restore(error: type[PlaidAccountsError], args: tuple[Any, ...], state: dict[str, Any]) -> PlaidAccountsError:
    restored = error.__new__(error, *args)
    restored.__dict__.update(state)
    return restored


class ConfigurationError(PlaidAccountsError, ValueError):
    """A setting is missing or invalid. The message names the argument and the environment variable."""


class ArgumentError(PlaidAccountsError, ValueError):
    """An argument of a call has a type that the contract does not allow. Nothing was sent."""


BY_TYPE: dict[str, type[ApiError]] = {}
"""The class for each error_type."""

TYPE_OF_CODE: dict[str, str] = {
    "MISSING_FIELDS": "INVALID_REQUEST",
    "UNKNOWN_FIELDS": "INVALID_REQUEST",
    "INVALID_FIELD": "INVALID_REQUEST",
    "INVALID_BODY": "INVALID_REQUEST",
    "INVALID_HEADERS": "INVALID_REQUEST",
    "INCOMPATIBLE_API_VERSION": "INVALID_REQUEST",
    "INVALID_API_KEYS": "INVALID_INPUT",
    "INVALID_ACCESS_TOKEN": "INVALID_INPUT",
    "INVALID_ACCOUNT_ID": "INVALID_INPUT",
    "UNAUTHORIZED_ENVIRONMENT": "INVALID_INPUT",
    "UNAUTHORIZED_ROUTE_ACCESS": "INVALID_INPUT",
    "USER_PERMISSION_REVOKED": "INVALID_INPUT",
    "ADDITIONAL_CONSENT_REQUIRED": "INVALID_INPUT",
    "INVALID_WEBHOOK_VERIFICATION_KEY_ID": "INVALID_INPUT",
    "LAST_UPDATED_DATETIME_OUT_OF_RANGE": "INVALID_RESULT",
    "ITEM_LOGIN_REQUIRED": "ITEM_ERROR",
    "ITEM_NOT_FOUND": "ITEM_ERROR",
    "ITEM_CONCURRENTLY_DELETED": "ITEM_ERROR",
    "NO_ACCOUNTS": "ITEM_ERROR",
    "ACCESS_NOT_GRANTED": "ITEM_ERROR",
    "ITEM_LOCKED": "ITEM_ERROR",
    "ITEM_NOT_SUPPORTED": "ITEM_ERROR",
    "PASSWORD_RESET_REQUIRED": "ITEM_ERROR",
    "PRODUCTS_NOT_SUPPORTED": "ITEM_ERROR",
    "INSTITUTION_DOWN": "INSTITUTION_ERROR",
    "INSTITUTION_NOT_RESPONDING": "INSTITUTION_ERROR",
    "INSTITUTION_NOT_AVAILABLE": "INSTITUTION_ERROR",
    "INSTITUTION_NO_LONGER_SUPPORTED": "INSTITUTION_ERROR",
    "UNSUPPORTED_RESPONSE": "INSTITUTION_ERROR",
    "ACCOUNTS_LIMIT": "RATE_LIMIT_EXCEEDED",
    "BALANCE_LIMIT": "RATE_LIMIT_EXCEEDED",
    "ACCOUNTS_BALANCE_GET_LIMIT": "RATE_LIMIT_EXCEEDED",
    "INSTITUTION_RATE_LIMIT": "RATE_LIMIT_EXCEEDED",
    "RATE_LIMIT": "RATE_LIMIT_EXCEEDED",
    "CREDITS_EXHAUSTED": "RATE_LIMIT_EXCEEDED",
    "INTERNAL_SERVER_ERROR": "API_ERROR",
    "PLANNED_MAINTENANCE": "API_ERROR",
}
"""The error_type of each documented error_code, for errors without one."""


class ApiError(PlaidAccountsError):
    """The API responded with an error. Rely on `error_type` (the class) and `error_code`; the messages may change."""

    body: PlaidError
    """The whole body."""
    status_code: int
    """The HTTP status."""
    retry_after: float | None
    """Seconds to wait before the next call, if the response says so."""
    headers: httpx.Headers
    """The headers of the response."""

    def __init_subclass__(cls, *, error_type: str | None = None) -> None:
        if error_type is not None:
            BY_TYPE[error_type] = cls

    def __init__(
        self,
        body: PlaidError | str,
        *,
        status_code: int = 0,
        retry_after: float | None = None,
        headers: httpx.Headers | None = None,
    ) -> None:
        """Create the error of a response, or, as tools that restore exceptions do, one with nothing but a text."""
        self.status_code = status_code
        self.retry_after = retry_after
        self.headers = httpx.Headers() if headers is None else headers
        if isinstance(body, str):
            from .models.plaid_error import PlaidError

            self.body = PlaidError(error_code="")
            super().__init__(body)
            return
        self.body = body
        code = printable(body.error_code, 100)
        kind = "error" if self.error_type is None else printable(self.error_type, 100)
        text = printable(self.error_message, 500) or "no error_message"
        request_id = "not given" if self.request_id is None else printable(self.request_id, 100)
        super().__init__(f"{kind}/{code}, status {status_code}: {text} (request_id {request_id}). {self._advice()}")

    @property
    def error_type(self) -> PlaidErrorType | None:
        """The category of the error, perhaps an unlisted one; None if the response has none."""
        value = self.body.error_type
        return None if value is UNSET else value

    @property
    def error_code(self) -> str:
        """The specific error."""
        return self.body.error_code

    @property
    def error_message(self) -> str:
        """A message for developers; empty if the response has none."""
        return self.body.error_message or ""

    @property
    def display_message(self) -> str | None:
        """A message for the user, if they can resolve the error."""
        return self.body.display_message or None

    @property
    def request_id(self) -> str | None:
        """Identifies the request for Plaid's support."""
        request_id = self.body.request_id
        return request_id if isinstance(request_id, str) else None

    def _advice(self) -> str:
        advice = _ACTIONS.get(self.error_code)
        if advice is None and self.status_code >= 500:
            advice = "Try again later; if the error persists, report the request_id to Plaid."
        elif advice is None and self.status_code == 429:
            advice = "Call less often."
        wait = "" if self.retry_after is None else f" Wait {self.retry_after:g} s before the next call."
        return (advice or "The same call will fail again: look up the error_code in Plaid's documentation.") + wait


class InvalidRequestError(ApiError, error_type="INVALID_REQUEST"):
    """error_type INVALID_REQUEST; error_code MISSING_FIELDS, UNKNOWN_FIELDS, INVALID_FIELD, INVALID_BODY, INVALID_HEADERS,
    INCOMPATIBLE_API_VERSION."""


class InvalidResultError(ApiError, error_type="INVALID_RESULT"):
    """error_type INVALID_RESULT; error_code LAST_UPDATED_DATETIME_OUT_OF_RANGE."""


class InvalidInputError(ApiError, error_type="INVALID_INPUT"):
    """error_type INVALID_INPUT; error_code INVALID_API_KEYS, INVALID_ACCESS_TOKEN, INVALID_ACCOUNT_ID, UNAUTHORIZED_ENVIRONMENT,
    UNAUTHORIZED_ROUTE_ACCESS, USER_PERMISSION_REVOKED, ADDITIONAL_CONSENT_REQUIRED,
    INVALID_WEBHOOK_VERIFICATION_KEY_ID."""


class InstitutionError(ApiError, error_type="INSTITUTION_ERROR"):
    """error_type INSTITUTION_ERROR; error_code INSTITUTION_DOWN, INSTITUTION_NOT_RESPONDING, INSTITUTION_NOT_AVAILABLE,
    INSTITUTION_NO_LONGER_SUPPORTED, UNSUPPORTED_RESPONSE."""


class RateLimitExceededError(ApiError, error_type="RATE_LIMIT_EXCEEDED"):
    """error_type RATE_LIMIT_EXCEEDED; error_code ACCOUNTS_LIMIT, BALANCE_LIMIT, ACCOUNTS_BALANCE_GET_LIMIT, INSTITUTION_RATE_LIMIT,
    RATE_LIMIT, CREDITS_EXHAUSTED."""


class PlaidApiError(ApiError, error_type="API_ERROR"):
    """error_type API_ERROR; error_code INTERNAL_SERVER_ERROR, PLANNED_MAINTENANCE."""


class ItemError(ApiError, error_type="ITEM_ERROR"):
    """error_type ITEM_ERROR; error_code ITEM_LOGIN_REQUIRED, ITEM_NOT_FOUND, ITEM_CONCURRENTLY_DELETED, NO_ACCOUNTS,
    ACCESS_NOT_GRANTED, ITEM_LOCKED, ITEM_NOT_SUPPORTED, PASSWORD_RESET_REQUIRED,
    PRODUCTS_NOT_SUPPORTED."""


class AssetReportError(ApiError, error_type="ASSET_REPORT_ERROR"):
    """error_type ASSET_REPORT_ERROR."""


class BaseReportError(ApiError, error_type="BASE_REPORT_ERROR"):
    """error_type BASE_REPORT_ERROR."""


class RecaptchaError(ApiError, error_type="RECAPTCHA_ERROR"):
    """error_type RECAPTCHA_ERROR."""


class OauthError(ApiError, error_type="OAUTH_ERROR"):
    """error_type OAUTH_ERROR."""


class PaymentError(ApiError, error_type="PAYMENT_ERROR"):
    """error_type PAYMENT_ERROR."""


class BankTransferError(ApiError, error_type="BANK_TRANSFER_ERROR"):
    """error_type BANK_TRANSFER_ERROR."""


class IncomeVerificationError(ApiError, error_type="INCOME_VERIFICATION_ERROR"):
    """error_type INCOME_VERIFICATION_ERROR."""


class MicrodepositsError(ApiError, error_type="MICRODEPOSITS_ERROR"):
    """error_type MICRODEPOSITS_ERROR."""


class SandboxError(ApiError, error_type="SANDBOX_ERROR"):
    """error_type SANDBOX_ERROR."""


class PartnerError(ApiError, error_type="PARTNER_ERROR"):
    """error_type PARTNER_ERROR."""


class SignalError(ApiError, error_type="SIGNAL_ERROR"):
    """error_type SIGNAL_ERROR."""


class TransactionsError(ApiError, error_type="TRANSACTIONS_ERROR"):
    """error_type TRANSACTIONS_ERROR."""


class TransactionError(ApiError, error_type="TRANSACTION_ERROR"):
    """error_type TRANSACTION_ERROR."""


class TransferError(ApiError, error_type="TRANSFER_ERROR"):
    """error_type TRANSFER_ERROR."""


class CheckReportError(ApiError, error_type="CHECK_REPORT_ERROR"):
    """error_type CHECK_REPORT_ERROR."""


class ConsumerReportError(ApiError, error_type="CONSUMER_REPORT_ERROR"):
    """error_type CONSUMER_REPORT_ERROR."""


class UserError(ApiError, error_type="USER_ERROR"):
    """error_type USER_ERROR."""


class IdempotencyError(ApiError, error_type="IDEMPOTENCY_ERROR"):
    """error_type IDEMPOTENCY_ERROR."""


class AssetsError(ApiError, error_type="ASSETS_ERROR"):
    """error_type ASSETS_ERROR."""


class CraMonitoringError(ApiError, error_type="CRA_MONITORING_ERROR"):
    """error_type CRA_MONITORING_ERROR."""


class CreditProfileReportError(ApiError, error_type="CREDIT_PROFILE_REPORT_ERROR"):
    """error_type CREDIT_PROFILE_REPORT_ERROR."""


class EncompassError(ApiError, error_type="ENCOMPASS_ERROR"):
    """error_type ENCOMPASS_ERROR."""


class EnrichError(ApiError, error_type="ENRICH_ERROR"):
    """error_type ENRICH_ERROR."""


class FraudInsightsError(ApiError, error_type="FRAUD_INSIGHTS_ERROR"):
    """error_type FRAUD_INSIGHTS_ERROR."""


class FreddieMacError(ApiError, error_type="FREDDIE_MAC_ERROR"):
    """error_type FREDDIE_MAC_ERROR."""


class LinkDeliveryError(ApiError, error_type="LINK_DELIVERY_ERROR"):
    """error_type LINK_DELIVERY_ERROR."""


class ProfileError(ApiError, error_type="PROFILE_ERROR"):
    """error_type PROFILE_ERROR."""


class RecurringTransactionsError(ApiError, error_type="RECURRING_TRANSACTIONS_ERROR"):
    """error_type RECURRING_TRANSACTIONS_ERROR."""


class StatementsError(ApiError, error_type="STATEMENTS_ERROR"):
    """error_type STATEMENTS_ERROR."""


class TransferRecurringError(ApiError, error_type="TRANSFER_RECURRING_ERROR"):
    """error_type TRANSFER_RECURRING_ERROR."""


class TransferRefundError(ApiError, error_type="TRANSFER_REFUND_ERROR"):
    """error_type TRANSFER_REFUND_ERROR."""


_ACTIONS: dict[str, str] = {
    "MISSING_FIELDS": "Add the properties named in the message.",
    "UNKNOWN_FIELDS": "Remove the properties named in the message.",
    "INVALID_FIELD": "Correct the value named in the message.",
    "INVALID_BODY": "Send a single JSON object in UTF-8, with Content-Type application/json.",
    "INVALID_HEADERS": "Correct the header named in the message.",
    "INCOMPATIBLE_API_VERSION": "Send client_id and secret, and no public_key.",
    "INVALID_API_KEYS": "Compare client_id and secret with the Plaid Dashboard; each environment has its own secret.",
    "INVALID_ACCESS_TOKEN": "Use the token of an Item of this environment and client_id that has not been removed.",
    "INVALID_ACCOUNT_ID": "Request only accounts that the Item has now; call without account_ids to list them.",
    "UNAUTHORIZED_ENVIRONMENT": "Request access to this environment in the Plaid Dashboard, or use another.",
    "UNAUTHORIZED_ROUTE_ACCESS": "Ask Plaid for access to this endpoint in this environment.",
    "USER_PERMISSION_REVOKED": "Have the user link the account again; this access token remains without permission.",
    "ADDITIONAL_CONSENT_REQUIRED": "Send the user through Link's update mode to consent to the product.",
    "INVALID_WEBHOOK_VERIFICATION_KEY_ID": "Request the key from the environment that sent the webhook, by the kid of its token.",
    "LAST_UPDATED_DATETIME_OUT_OF_RANGE": "Accept an older balance with an earlier min_last_updated_datetime.",
    "ITEM_LOGIN_REQUIRED": "Send the user through Link's update mode to sign in again.",
    "ITEM_NOT_FOUND": "Stop using this access token; have the user link the account again.",
    "ITEM_CONCURRENTLY_DELETED": "Stop using this access token; the Item was removed during the call.",
    "NO_ACCOUNTS": "Have the user link an Item with an open account of a supported kind.",
    "ACCESS_NOT_GRANTED": "Send the user through Link again to share the accounts.",
    "ITEM_LOCKED": "Ask the user to unlock the account at the institution, then send them through Link's update mode.",
    "ITEM_NOT_SUPPORTED": "Have the user link another account; Plaid does not support this one.",
    "PASSWORD_RESET_REQUIRED": "Ask the user to set a new password at the institution, then send them through Link's update mode.",
    "PRODUCTS_NOT_SUPPORTED": "Do not call this for the Item; it was linked manually, without a connection to the institution.",
    "INSTITUTION_DOWN": "Try again later; the institution is unreachable.",
    "INSTITUTION_NOT_RESPONDING": "Try again later; the institution does not respond.",
    "INSTITUTION_NOT_AVAILABLE": "Try again later; the institution is not available.",
    "INSTITUTION_NO_LONGER_SUPPORTED": "Have the user link an account at another institution.",
    "UNSUPPORTED_RESPONSE": "Try again later; if the error persists, report the request_id to Plaid.",
    "ACCOUNTS_LIMIT": "Call less often for this Item, and keep what the last call returned.",
    "BALANCE_LIMIT": "Call less often for this Item, and keep what the last call returned.",
    "ACCOUNTS_BALANCE_GET_LIMIT": "Call less often; use accountsGet, which has a higher limit, if a cached balance will do.",
    "INSTITUTION_RATE_LIMIT": "Try again later; the institution receives too many requests.",
    "RATE_LIMIT": "Call less often, and keep what the last calls returned.",
    "CREDITS_EXHAUSTED": "Buy more credits in the Plaid Dashboard.",
    "INTERNAL_SERVER_ERROR": "Try again later; if the error persists, report the request_id to Plaid.",
    "PLANNED_MAINTENANCE": "Try again after the maintenance; https://status.plaid.com says when.",
}


class TransportError(PlaidAccountsError):
    """No complete response arrived. The message names the address and what to check; `__cause__` is the httpx exception."""


class TransportTimeoutError(TransportError):
    """Connecting, sending, reading or the call as a whole exceeded its timeout."""


class TransportConnectionError(TransportError):
    """No connection could be made, or it broke before the response was complete."""


class MalformedResponseError(PlaidAccountsError):
    """The response is not one of this API."""

    problem: str
    """What is wrong, without any value of the response."""
    status_code: int | None
    """The HTTP status; None if no response was involved."""
    request_id: str | None = None
    """The request_id of the response, if it has one."""
    headers: httpx.Headers | None = None
    """The headers of the response; None if no response was involved."""

    def __init__(self, problem: str, *, status_code: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.status_code = status_code

    @property
    def args(self) -> tuple[str]:  # type: ignore[override]  # ty: ignore[incompatible-property-override]
        """The text, from which tools restore exceptions."""
        return (str(self),)

    def keep_body(self, body: bytes) -> None:
        """Keep the body of the response for `response_body`."""
        self._body = _Body(body)

    def response_body(self) -> bytes | None:
        """Return the body of the response, decompressed; it may hold anything, so don't log it. None after unpickling."""
        body: _Body | None = getattr(self, "_body", None)
        return None if body is None else body.content

    def __reduce__(self) -> tuple[Any, ...]:
        state = {name: value for name, value in self.__dict__.items() if name != "_body"}
        return _restore, (type(self), self.args, state)

    def __str__(self) -> str:
        return self.problem if self.status_code is None else f"status {self.status_code}: {self.problem}"


class _Body:
    """Holds a body without showing it."""

    __slots__ = ("content",)

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __repr__(self) -> str:
        return f"<{len(self.content)} bytes>"


class DecodeError(MalformedResponseError):
    """JSON of another shape than the contract's."""

    expected: str
    """What the contract allows."""
    found: str
    """The type found, never the value."""
    fatal: bool = False
    """Whether it is wrong in an optional property too: a number that is not finite, or too many levels of nesting."""

    def __init__(self, path: Iterable[str | int], expected: str = "", found: str = "") -> None:
        """Create the error of a value, or, as tools that restore exceptions do, one with nothing but a text."""
        self._text = path if isinstance(path, str) and not expected else ""
        super().__init__(self._text)
        self._path = () if self._text else tuple(path)
        self.expected = expected
        self.found = found

    def within(self, *path: str | int, whole: str | None = None) -> Self:
        """Prefix the path; `whole` is what is expected if the whole value is wrong."""
        if whole is not None and not self._path:
            self.expected = whole
        self._path = path + self._path
        return self

    def without(self, hidden: Callable[[str], bool]) -> Self:
        """Redact the property names in the path that must not be seen."""
        self._path = tuple("[redacted]" if isinstance(step, str) and hidden(step) else step for step in self._path)
        return self

    @property
    def path(self) -> str:
        """The path in the JSON, such as `accounts[3].balances.available`; empty for the whole body."""
        return "".join(_step(step) for step in self._path).removeprefix(".")

    def __str__(self) -> str:
        if self._text:
            return self._text
        text = f"{printable(self.path, 500) or 'the whole body'}: expected {self.expected}, found {self.found}"
        if self.status_code is None:
            return text
        advice = "Check that base_url points to the API; if it does, a newer version of this package may support the response"
        return f"status {self.status_code}: {text}. {advice}."


class WebhookError(PlaidAccountsError):
    """A request to a webhook's address that must not be acted on. No message quotes its header or its body."""


class WebhookHeaderMissingError(WebhookError):
    """It has no header Plaid-Verification."""


class WebhookTokenError(WebhookError):
    """Malformed Plaid-Verification token."""


class WebhookAlgorithmError(WebhookError):
    """The token names an algorithm other than ES256."""


class WebhookKeyUnknownError(WebhookError):
    """No key has the id that the token names."""


class WebhookKeyUnusableError(WebhookError):
    """The key that was looked up is not an ES256 key, or has another id."""


class WebhookKeyExpiredError(WebhookError):
    """The key is no longer in use."""


class WebhookSignatureError(WebhookError):
    """The token was signed with another key, or modified."""


class WebhookTooOldError(WebhookError):
    """The token was issued more than five minutes ago."""


class WebhookFromFutureError(WebhookError):
    """The token was issued in the future."""


class WebhookBodyError(WebhookError):
    """The body is not the one that was signed."""


class WebhookDuplicateError(WebhookError):
    """The same delivery was accepted before."""


class WebhookUnlistedError(WebhookError):
    """It is genuine, but its type and code are not described by the contract; they may be newer."""

    webhook_type: str
    """The group of the webhook."""
    webhook_code: str
    """The event."""
    payload: dict[str, Any]
    """The whole body as JSON; Plaid signed it."""

    def __init__(
        self,
        message: str = "the webhook is genuine, but the contract does not describe its webhook_type and webhook_code: see the"
        " attributes of this exception",
        *,
        webhook_type: str = "",
        webhook_code: str = "",
        payload: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.webhook_type = webhook_type
        self.webhook_code = webhook_code
        self.payload = {} if payload is None else payload


class WebhookKeyUnavailableError(PlaidAccountsError):
    """The key of a webhook was not looked up, so it is unknown whether the webhook is genuine: respond with 500."""


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if step.isidentifier() else f"[{dumps(step)}]"
