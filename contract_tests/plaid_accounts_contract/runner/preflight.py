"""Getting to know a target before judging it: is it there, do the credentials work, what does the Item hold?"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.contract import Operation
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.settings import Mode, Settings
from plaid_accounts_contract.wire.exchange import Exchange, Request, Response
from plaid_accounts_contract.wire.target import Target, Unreachable

_ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "INVALID_API_KEYS": "CONTRACT_CLIENT_ID and CONTRACT_SECRET have to be those of the server's environment",
        "INVALID_ACCESS_TOKEN": "CONTRACT_ACCESS_TOKEN has to be a token that the server issued to this client_id",
        "MISSING_FIELDS": "if the server takes credentials in one place only, say so with --modes header or --modes body",
        "RATE_LIMIT_EXCEEDED": "wait a minute, and keep to the server's limit with --rate-limit",
    }
)

# No setting brings these about, where they are answered in every mode.
_UNTRUE: Final = ("MISSING_FIELDS", "UNKNOWN_FIELDS", "INVALID_HEADERS", "INVALID_BODY")


class Inconclusive(Exception):
    """Nothing can be said of the target; the message says why and what to do about it."""


@attrs.frozen
class Preflight:
    """What the first exchanges showed: the subject of the run, and the exchanges themselves, to be judged like all others.

    `unusable` says why nothing further can be asked, where the answers hold nothing to ask about.
    """

    test_data: TestData
    exchanges: tuple[tuple[Request, Response], ...]
    unusable: str = ""


def probe(operation: Operation, settings: Settings, target: Target) -> Preflight:
    """Ask for the accounts once per token, and take the answers as the yardstick of the run.

    An answer that breaks the contract is taken as far as it goes; what is wrong with it shows when it is judged.

    Raises:
        Unjudgeable: no connection, or no mode in which a valid request is answered with success.

    """
    stub = ItemBaseline(settings.access_token, {}, {})
    asking = _Asking(
        RequestBuilder(TestData(settings.client_id, settings.secret, (stub,)), operation), settings, target
    )
    items = tuple(asking.item(token) for token in (settings.access_token, *settings.other_access_token))
    failing = {token: code for code, token in settings.error_tokens}
    unusable = "" if items[0].accounts else "the first answers list no account with an account_id to ask for"
    moved = frozenset(settings.moved_account_ids)
    test_data = TestData(settings.client_id, settings.secret, items, failing, settings.webhook_key_ids, moved)
    return Preflight(test_data, tuple(asking.exchanges), unusable)


@attrs.frozen
class _Asking:
    builder: RequestBuilder
    settings: Settings
    target: Target
    exchanges: list[tuple[Request, Response]] = attrs.field(factory=list)

    def item(self, token: str) -> ItemBaseline:
        """Ask in each mode until there is an answer with accounts, and make do with the first success otherwise."""
        refusals: list[_Refusal] = []
        partial: list[ItemBaseline] = []
        for mode in self.settings.modes:
            answer = self._ask(mode, token)
            if not 200 <= answer.response.status < 300:
                refusals.append(_Refusal.of(mode, answer))
                continue
            item = self._known(token, answer.json)
            if item.item and item.accounts:
                return item
            partial.append(item)
        if partial:
            return partial[0]
        if refusals and not any(said.blames_settings for said in refusals):
            return self._known(token, None)
        msg = "no valid request is answered with accounts: " + "; ".join(dict.fromkeys(said.text for said in refusals))
        raise Inconclusive(msg)

    def _ask(self, mode: Mode, token: str) -> Exchange:
        request = self.builder.valid(mode, access_token=token, purpose="a first, valid request")
        try:
            response = self.target.send(request)
        except Unreachable as error:
            msg = f"{error}. Is the server running, and is the base URL right?"
            raise Inconclusive(msg) from None
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


@attrs.frozen
class _Refusal:
    """What a first request was refused with; `blames_settings` unless it is plainly untrue of a valid request."""

    text: str
    blames_settings: bool

    @classmethod
    def of(cls, mode: str, answer: Exchange) -> _Refusal:
        body = answer.json if isinstance(answer.json, dict) else {}
        code, kind = str(body.get("error_code", "")), str(body.get("error_type", ""))
        said = f"status {answer.response.status}" + (f" {code}" if code else "")
        advice = _ADVICE.get(code) or _ADVICE.get(kind)
        text = f"with credentials in the {mode}: {said}" + (f" ({advice})" if advice else "")
        return cls(text, answer.response.status != 400 or code not in _UNTRUE)
