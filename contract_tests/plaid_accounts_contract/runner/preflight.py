"""Preflight: connect, authenticate, and record the baseline of every Item."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.contract import Operation
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.settings import Mode, Settings
from plaid_accounts_contract.wire.exchange import MISSING, Exchange, Request, Response
from plaid_accounts_contract.wire.target import Target, Unreachable

_ADVICE: Final[Mapping[str, str]] = {
    "INVALID_API_KEYS": "CONTRACT_CLIENT_ID and CONTRACT_SECRET must be keys of the server's environment",
    "INVALID_ACCESS_TOKEN": "CONTRACT_ACCESS_TOKEN must be a token that the server issued to this client_id",
    "MISSING_FIELDS": "if the server accepts credentials in one place only, set --modes header or --modes body",
    "RATE_LIMIT_EXCEEDED": "wait a minute, and set --rate-limit to the server's limit",
}

# If every mode gets one of these, the server is wrong about a valid request, and no setting helps.
_SERVER_AT_FAULT: Final = ("MISSING_FIELDS", "UNKNOWN_FIELDS", "INVALID_HEADERS", "INVALID_BODY")

_TOO_MANY_REQUESTS: Final = 429


class Inconclusive(Exception):
    """There is no verdict on the target; the message gives the reason and what to do."""


def probe(
    operation: Operation, settings: Settings, target: Target
) -> tuple[TestData, list[tuple[Request, Response]], frozenset[Mode]]:
    """Request the accounts of each token, and make the responses the baseline of the run.

    A response that violates the contract counts as far as it can be read; its violations are found on evaluation. Also
    return the exchanges, and the modes in which valid requests were refused although they succeeded in another one.

    Raises:
        Inconclusive: no connection, or no mode in which a valid request succeeds.
    """
    stub = ItemBaseline(settings.access_token, {}, {})
    builder = RequestBuilder(TestData(settings.client_id, settings.secret, (stub,)), operation)
    probing = _Probe(builder, settings, target)
    items = tuple(probing.item(token) for token in (settings.access_token, *settings.other_access_token))
    other_keys = probing.other_keys()
    failing = {token: code for code, token in settings.error_tokens}
    moved = frozenset(settings.moved_account_ids)
    test_data = TestData(
        settings.client_id, settings.secret, items, failing, settings.webhook_key_ids, moved, other_keys
    )
    return test_data, probing.exchanges, frozenset(probing.refused)


@attrs.frozen
class _Probe:
    builder: RequestBuilder
    settings: Settings
    target: Target
    exchanges: list[tuple[Request, Response]] = attrs.field(factory=list)
    refused: set[Mode] = attrs.field(factory=set)

    def item(self, token: str) -> ItemBaseline:
        """Return the Item of the first response with accounts in any mode; without one, that of the first success."""
        # The first token is tried in every mode, and in a mode that refuses it once more, with a filter.
        refusals: list[tuple[str, bool]] = []
        found: list[ItemBaseline] = []
        refusing: list[Mode] = []
        is_first = token == self.settings.access_token
        for mode in self.settings.modes:
            if mode in self.refused or (found and found[0].item and found[0].accounts and not is_first):
                continue
            first = self._send(mode, token)
            if 200 <= first.response.status < 300:
                found.append(self._known(token, first.json))
                continue
            refusals.append(_refusal(mode, first))
            if 300 <= first.response.status < 500 and first.response.status != _TOO_MANY_REQUESTS:
                refusing.append(mode)
        if found:
            best = next((item for item in found if item.item and item.accounts), found[0])
            for mode in refusing if is_first else ():
                again = self._send(mode, token, best.account_ids[:1] or None)
                if not 200 <= again.response.status < 300:
                    self.refused.add(mode)
            return best
        if refusals and not any(blames_settings for _, blames_settings in refusals):
            return self._known(token, None)
        reasons = dict.fromkeys(text for text, _ in refusals)
        raise Inconclusive("no valid request returns accounts: " + "; ".join(reasons))

    def other_keys(self) -> tuple[str, str] | None:
        """Return the keys of another client, if there are any and the server knows them."""
        pair = self.settings.other_client_id, self.settings.other_secret
        if not any(pair):
            return None
        fields, purpose = self.builder.fields(), "a first request of the other client"
        mode: Mode = next(mode for mode in self.settings.modes if mode not in self.refused)
        client_id, secret = (key or MISSING for key in pair)
        request = self.builder.request(mode, fields, client_id=client_id, secret=secret, purpose=purpose)
        first = self._fetch(request)
        body = first.json if isinstance(first.json, dict) else {}
        if not all(pair) or body.get("error_code") == "INVALID_API_KEYS":
            msg = "CONTRACT_OTHER_CLIENT_ID and CONTRACT_OTHER_SECRET must be the keys of another client of the same server"
            raise Inconclusive(msg)
        return pair

    def _send(self, mode: Mode, token: str, account_ids: Sequence[str] | None = None) -> Exchange:
        purpose = "preflight: a valid request"
        return self._fetch(self.builder.valid(mode, account_ids, access_token=token, purpose=purpose))

    def _fetch(self, request: Request) -> Exchange:
        try:
            response = self.target.send(request)
        except Unreachable as error:
            raise Inconclusive(f"{error}. Is the server running, and is the base URL right?") from None
        self.exchanges.append((request, response))
        return Exchange(0, request, response)

    def _known(self, token: str, value: Any) -> ItemBaseline:
        item = value.get("item") if isinstance(value, dict) else None
        known = item if isinstance(item, dict) and _is_id(item.get("item_id")) else {}
        listed = _listed(value)
        if token != self.settings.access_token:
            return ItemBaseline(token, known, listed)
        expected = self.settings.account_ids
        if expected and listed and not set(expected) & set(listed):
            msg = f"CONTRACT_ACCOUNT_IDS: the server lists none of these accounts, but {len(listed)} others"
            raise Inconclusive(msg)
        accounts = {entry: listed.get(entry) for entry in expected} if expected else listed
        closed = (self.settings.closed_account_id,) if self.settings.closed_account_id else ()
        return ItemBaseline(token, known, accounts, closed)


def _listed(value: Any) -> dict[str, Any]:
    accounts = value.get("accounts") if isinstance(value, dict) else None
    if not isinstance(accounts, list):
        return {}
    shown = [entry for entry in accounts if isinstance(entry, dict)]
    return {entry["account_id"]: entry for entry in shown if _is_id(entry.get("account_id"))}


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _refusal(mode: str, exchange: Exchange) -> tuple[str, bool]:
    """Describe how a valid request was rejected, and return whether settings may be to blame, not the server."""
    body = exchange.json if isinstance(exchange.json, dict) else {}
    code, kind = str(body.get("error_code", "")), str(body.get("error_type", ""))
    status = f"status {exchange.response.status}" + (f" {code}" if code else "")
    advice = _ADVICE.get(code) or _ADVICE.get(kind)
    location = exchange.response.header("location")
    if 300 <= exchange.response.status < 400 and location:
        advice = f"a redirect to {location}, which is not followed: use the base URL that it leads to"
    text = f"with credentials in the {mode}: {status}" + (f" ({advice})" if advice else "")
    return text, exchange.response.status != 400 or code not in _SERVER_AT_FAULT
