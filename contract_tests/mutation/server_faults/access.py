"""Faults in who gets in: credentials, access tokens, their case, and responses that let them out."""

import base64
import unicodedata
import uuid
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

from mutation.server_faults.exchange import Json, Request, Response
from mutation.server_faults.fault import (
    Inject,
    bodies,
    failures,
    fault,
    instead,
    other_items,
    requests,
    responses,
    successes,
    with_filter,
)
from plaid_accounts_contract.wire.strict_json import encode

_JSON: Final = ((b"content-type", b"application/json"),)
_AUTHENTICATED: Final = requests(Request.authenticated)


def _accepts(credential: str, matches: Callable[[Any, str], bool]) -> Inject:
    """Accept what `matches` the right value for it."""

    def change(request: Request) -> Request:
        given, issued = request.given(credential), request.issued(credential)
        return request.with_credential(credential, issued) if matches(given, issued) else request

    return requests(change)


def _caseless(credential: str) -> Inject:
    return _accepts(credential, lambda given, issued: isinstance(given, str) and given.lower() == issued.lower())


def _ends_match(size: int) -> Callable[[Any, str], bool]:
    return lambda given, issued: (
        isinstance(given, str) and (given[:size], given[-size:]) == (issued[:size], issued[-size:])
    )


def _missing_from_object(value: Json) -> bool:
    """Whether a lookup in a plain JavaScript object finds something under this key that nobody put there."""
    return value in ("constructor", "__proto__", "toString", "hasOwnProperty")


def opens(matches: Callable[[str, str], bool], few_accounts: bool = False) -> Inject:  # noqa: FBT002
    """Accept an unknown token that `matches` one of an Item, or of an Item with few accounts only."""

    def change(request: Request) -> Request:
        given, known = request.token, request.data.items
        if not isinstance(given, str) or not given or given in known:
            return request
        tokens = (token for token, item in known.items() if not few_accounts or 0 < len(item.accounts) < 4)
        near = next((token for token in tokens if matches(given, token)), None)
        return request if near is None else request.with_fields(access_token=near)

    return requests(change)


def _opens_by(knows: Callable[[Request, str], bool]) -> Inject:
    """Open the Item whose token `knows` the request, where the token is unknown."""

    def change(request: Request) -> Request:
        owner = next((token for token in request.data.items if knows(request, token)), None)
        known = request.item is not None or owner is None or not isinstance(request.token, str)
        return request if known else request.with_fields(access_token=owner)

    return requests(change)


def _escaped(response: Response, request: Request) -> Response:
    letters = "".join(f"\\u{ord(letter):04x}" for letter in request.issued("secret"))
    return response.with_body(response.body.removesuffix(b"}") + f',"trace":"{letters}"}}'.encode())


def _naming_secret(body: Json, request: Request) -> Json:
    secret = request.given("secret")
    if body.get("error_code") != "INVALID_API_KEYS" or not isinstance(secret, str):
        return body
    return {**body, "error_message": f"{body['error_message']}: secret {secret}"}


def _naming_token(body: Json, request: Request) -> Json:
    return {**body, "error_message": f"{body['error_message']} ({request.token})"}


def _with_cursor(body: Json, request: Request) -> Json:
    return {**body, "next_cursor": base64.b64encode(f"0:{request.token}".encode()).decode()}


FAULTS: Final = (
    fault(
        "header-credentials-ignored",
        requests(lambda r: r.with_header("plaid-client-id", None).with_header("plaid-secret", None)),
    ),
    fault("header-client-id-ignored", requests(lambda r: r.with_header("plaid-client-id", None))),
    fault("header-secret-ignored-with-filter", requests(lambda r: r.with_header("plaid-secret", None)), with_filter),
    fault("body-credentials-ignored", requests(lambda r: r.without("client_id", "secret"))),
    fault("body-client-id-ignored", requests(lambda r: r.without("client_id"))),
    fault("body-secret-ignored-with-filter", requests(lambda r: r.without("secret")), with_filter),
    fault(
        "secrets-mixed",
        _AUTHENTICATED,
        lambda r: r.given("secret") in r.data.other_keys and r.given("client_id") == r.issued("client_id"),
    ),
    fault("tokens-shared", _AUTHENTICATED, lambda r: (r.given("client_id"), r.given("secret")) == r.data.other_keys),
    fault("secret-middle-ignored", _accepts("secret", _ends_match(8))),
    fault("credentials-unchecked-for-other-items", _AUTHENTICATED, other_items),
    fault(
        "client-id-as-secret",
        _AUTHENTICATED,
        lambda r: r.given("secret") == r.issued("client_id") == r.given("client_id"),
    ),
    fault("secret-null-accepted", _AUTHENTICATED, lambda r: r.fields.get("secret", "") is None),
    fault(
        "secret-cut-at-nul",
        _accepts("secret", lambda given, issued: isinstance(given, str) and given.split("\0")[0] == issued),
    ),
    fault("client-id-is-property-name", _AUTHENTICATED, lambda r: _missing_from_object(r.given("client_id"))),
    fault("secret-caseless", _caseless("secret")),
    fault("client-id-caseless", _caseless("client_id")),
    fault("token-caseless", opens(lambda given, token: given.lower() == token.lower())),
    fault("token-middle-ignored", opens(_ends_match(16))),
    fault(
        "token-prefix-of-small-items-accepted",
        opens(lambda given, token: len(given) > 20 and token.startswith(given), few_accounts=True),
    ),
    fault("token-normalised", opens(lambda given, token: unicodedata.normalize("NFKC", given).strip() == token)),
    fault("token-unescaped", opens(lambda given, token: unquote(given) == token)),
    fault(
        "token-is-property-name",
        instead(lambda _: Response(200, _JSON, encode({"request_id": uuid.uuid4().hex}))),
        lambda r: _missing_from_object(r.token),
    ),
    fault("item-id-opens-item", _opens_by(lambda r, token: r.data.items[token].details["item_id"] == r.token)),
    fault("account-id-opens-item", _opens_by(lambda r, token: bool(set(r.wanted) & set(r.data.items[token].ids)))),
    fault("secret-escaped", responses(_escaped)),
    fault("token-in-base64", successes(_with_cursor)),
    fault("wrong-secret-in-error-message", failures(_naming_secret)),
    fault("token-of-failing-item", bodies(_naming_token, lambda status: status in (429, 500, 503))),
)
