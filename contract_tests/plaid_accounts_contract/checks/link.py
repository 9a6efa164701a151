"""/link/token/create in update mode: each request gets a link_token of its own, valid for 30 minutes."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from plaid_accounts_contract.checks.balance import CLOCK_SKEW
from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.checks.context import Check, CheckContext, CheckResult, expect, unique
from plaid_accounts_contract.checks.oracle import UNDECIDED, RejectionReason, request_rule
from plaid_accounts_contract.wire.strict_json import timestamp

OPERATION: Final = "linkTokenCreate"
# https://plaid.com/docs/api/link/#linktokencreate: a link_token for update mode expires after 30 minutes.
_LIFETIME: Final = timedelta(minutes=30)
# The same page: the languages of Link; names are shown up to 30 characters.
_LANGUAGES: Final = (
    "da", "de", "en", "es", "et", "fr", "hi", "ht", "it", "lt", "lv", "nb", "nl", "pl", "pt", "ro", "sv", "vi"
)  # fmt: skip
_NAME_LENGTHS: Final = range(1, 30)
# https://plaid.com/docs/link/update-mode/: account selection is not available in the UK and the EU.
_COUNTRIES: Final = {"US", "CA"}


@request_rule(
    OPERATION, "client_name", "language", "country_codes", "user", "user.client_user_id", "update",
    "update.account_selection_enabled",
)  # fmt: skip
def _settings_of_link(body: Mapping[str, Any], _: ItemBaseline | None, _data: TestData) -> Iterator[RejectionReason]:
    """Names, languages and countries beyond the plainest may be refused or not."""
    codes, user = body.get("country_codes"), body.get("user")
    names = [body.get("client_name"), user.get("client_user_id") if isinstance(user, Mapping) else None]
    plain = all(isinstance(name, str) and name.isprintable() and len(name.strip()) in _NAME_LENGTHS for name in names)
    countries = {*map(str, codes)} if isinstance(codes, list) else set[str]()
    available = isinstance(codes, list) and countries <= _COUNTRIES and len(codes) == len(countries)
    if not plain or not available or body.get("language") not in _LANGUAGES:
        yield UNDECIDED


def _link_token_unique(context: CheckContext) -> Iterator[CheckResult]:
    if context.accepted:
        yield from unique(context, "link_token", context.history.link_tokens)


def _link_token_expiration(context: CheckContext) -> Iterator[CheckResult]:
    expiration = timestamp(context.body.get("expiration")) if context.accepted else None
    if expiration is not None:
        ahead = expiration - datetime.now(UTC)
        got = f"{round(ahead.total_seconds() / 60)} minutes from now"
        yield expect(-CLOCK_SKEW < ahead <= _LIFETIME + CLOCK_SKEW, "expiration", got, "a time in the next 30 minutes")


CHECKS: Final[Mapping[str, Check]] = {
    "link-token-unique": _link_token_unique,
    "link-token-expiration": _link_token_expiration,
}
