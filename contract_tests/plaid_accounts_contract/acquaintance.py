"""Getting to know a target before judging it: is it there, do the credentials work, what does the Item hold?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from plaid_accounts_contract.contract import Contract, Operation
from plaid_accounts_contract.exchange import Exchange, Mode, Response
from plaid_accounts_contract.requests import Author
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.subject import KnownItem, Subject
from plaid_accounts_contract.targets import Target, Unreachable

_ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "INVALID_API_KEYS": "CONTRACT_CLIENT_ID and CONTRACT_SECRET have to be those of the server's environment",
        "INVALID_ACCESS_TOKEN": "CONTRACT_ACCESS_TOKEN has to be a token that the server issued to this client_id",
        "MISSING_FIELDS": "if the server takes credentials in one place only, say so with --modes header or --modes body",
        "RATE_LIMIT_EXCEEDED": "wait a minute, and keep to the server's limit with --rate-limit",
    }
)


class Unjudgeable(Exception):
    """Nothing can be said of the target; the message says why and what to do about it."""


def acquaint(contract: Contract, operation: Operation, settings: Settings, target: Target) -> Subject:
    """Ask for the accounts once per token, and take the answer as the yardstick of the run.

    Raises:
        Unjudgeable: no connection, or no mode in which a valid request is answered with a list of accounts.

    """
    stub = KnownItem(settings.access_token, {}, {})
    asking = Subject(settings.client_id, settings.secret, (stub,))
    tokens = [token for token in (settings.access_token, *settings.other_access_token)]
    items = [_item(Author(asking, operation), settings, target, token) for token in tokens]
    expected = settings.account_ids
    if expected and set(expected) != set(items[0].accounts):
        lacking = len(set(expected) - set(items[0].accounts))
        msg = f"CONTRACT_ACCOUNT_IDS: the server lists other accounts than these ({lacking} of them are not listed)"
        raise Unjudgeable(msg)
    return Subject(
        settings.client_id, settings.secret, tuple(items), {token: code for code, token in settings.error_tokens}
    )


def _item(author: Author, settings: Settings, target: Target, token: str) -> KnownItem:
    refusals: list[str] = []
    for mode in settings.modes:
        answer = _ask(author, target, mode, token)  # type: ignore[arg-type]
        value = answer.json
        if answer.response.status == 200 and _is_answer(value):
            closed = (settings.closed_account_id,) if settings.closed_account_id else ()
            accounts = {str(account["account_id"]): account for account in value["accounts"]}
            return KnownItem(token, value["item"], accounts, closed if token == settings.access_token else ())
        refusals.append(_refusal(mode, answer))
    msg = "no valid request is answered with accounts: " + "; ".join(dict.fromkeys(refusals))
    raise Unjudgeable(msg)


def _ask(author: Author, target: Target, mode: Mode, token: str) -> Exchange:
    request = author.valid(mode, access_token=token, purpose="a first, valid request")
    try:
        response: Response = target.send(request)
    except Unreachable as error:
        msg = f"{error}. Is the server running, and is the base URL right?"
        raise Unjudgeable(msg) from None
    return Exchange(0, request, response)


def _is_answer(value: Any) -> bool:
    accounts = value.get("accounts") if isinstance(value, dict) else None
    if not isinstance(accounts, Sequence) or isinstance(accounts, str) or not accounts:
        return False
    item = value.get("item")
    listed = all(isinstance(entry, dict) and isinstance(entry.get("account_id"), str) for entry in accounts)
    return listed and isinstance(item, dict) and isinstance(item.get("item_id"), str)


def _refusal(mode: str, answer: Exchange) -> str:
    body = answer.json if isinstance(answer.json, dict) else {}
    code, kind = str(body.get("error_code", "")), str(body.get("error_type", ""))
    said = f"status {answer.response.status}" + (f" {code}" if code else "")
    if answer.response.status == 200:
        said += " without a list of accounts with ids and an item with an id"
    advice = _ADVICE.get(code) or _ADVICE.get(kind)
    return f"with credentials in the {mode}: {said}" + (f" ({advice})" if advice else "")
