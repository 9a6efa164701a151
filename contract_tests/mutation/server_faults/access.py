"""Faults in who gets in: credentials, access tokens, their case, and responses that let them out."""

import base64
import unicodedata
import uuid
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

from mutation.server_faults.exchange import Json, Request, Response, encode
from mutation.server_faults.fault import (
    Fault,
    Inject,
    bodies,
    failures,
    instead,
    other_items,
    requests,
    responses,
    successes,
    with_filter,
)

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


def _client_id_as_secret(request: Request) -> bool:
    return bool(request.given("secret") == request.issued("client_id") == request.given("client_id"))


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


# fmt: off
FAULTS: Final = (
    Fault("header-credentials-ignored", "credentials-header", "Ignores the credential headers.",
          requests(lambda r: r.with_header("plaid-client-id", None).with_header("plaid-secret", None))),
    Fault("header-client-id-ignored", "credentials-header", "Takes the client_id from the body only.",
          requests(lambda r: r.with_header("plaid-client-id", None))),
    Fault("header-secret-ignored-with-filter", "credentials-header", "Ignores the header of the secret if there is a filter.",
          requests(lambda r: r.with_header("plaid-secret", None)), with_filter),
    Fault("body-credentials-ignored", "credentials-body", "Ignores client_id and secret in the body.",
          requests(lambda r: r.without("client_id", "secret"))),
    Fault("body-client-id-ignored", "credentials-body", "Takes the client_id from its header only.",
          requests(lambda r: r.without("client_id"))),
    Fault("body-secret-ignored-with-filter", "credentials-body", "Ignores the secret in the body if there is a filter.",
          requests(lambda r: r.without("secret")), with_filter),
    Fault("secrets-mixed", "clients-kept-apart", "Accepts the secret of any client.",
          _AUTHENTICATED, lambda r: r.given("secret") in r.data.other_keys and r.given("client_id") == r.issued("client_id")),
    Fault("tokens-shared", "clients-kept-apart", "Opens an Item to every client.",
          _AUTHENTICATED, lambda r: (r.given("client_id"), r.given("secret")) == r.data.other_keys),
    Fault("secret-middle-ignored", "credentials-checked", "Compares the first and the last eight characters of the secret.",
          _accepts("secret", _ends_match(8))),
    Fault("credentials-unchecked-for-other-items", "credentials-checked", "Checks no credentials for any Item but the first.",
          _AUTHENTICATED, other_items),
    Fault("client-id-as-secret", "credentials-checked", "Accepts the client_id as the secret.",
          _AUTHENTICATED, _client_id_as_secret),
    Fault("secret-null-accepted", "credentials-checked", "Takes a null secret for one that needs no check.",
          _AUTHENTICATED, lambda r: r.fields.get("secret", "") is None),
    Fault("secret-cut-at-nul", "credentials-checked", "Compares the secret up to a NUL.",
          _accepts("secret", lambda given, issued: isinstance(given, str) and given.split("\0")[0] == issued)),
    Fault("client-id-is-property-name", "credentials-checked", "Finds a client under any property of a plain object.",
          _AUTHENTICATED, lambda r: _missing_from_object(r.given("client_id"))),
    Fault("secret-caseless", "credentials-checked", "Ignores case in the secret.", _caseless("secret")),
    Fault("client-id-caseless", "credentials-checked", "Ignores case in the client_id.", _caseless("client_id")),
    Fault("token-caseless", "identifiers-case-sensitive", "Ignores case in tokens.",
          opens(lambda given, token: given.lower() == token.lower())),
    Fault("token-middle-ignored", "access-token-checked", "Compares the first and the last 16 characters of a token.",
          opens(_ends_match(16))),
    Fault("token-prefix-of-small-items-accepted", "access-token-checked", "Accepts prefixes of the tokens of small Items.",
          opens(lambda given, token: len(given) > 20 and token.startswith(given), few_accounts=True)),
    Fault("token-normalised", "access-token-checked", "Trims a token and normalises its Unicode.",
          opens(lambda given, token: unicodedata.normalize("NFKC", given).strip() == token)),
    Fault("token-unescaped", "access-token-checked", "Decodes a percent-encoded token.",
          opens(lambda given, token: unquote(given) == token)),
    Fault("token-is-property-name", "access-token-checked", "Finds an Item under any property of a plain object.",
          instead(lambda _: Response(200, _JSON, encode({"request_id": uuid.uuid4().hex}))),
          lambda r: _missing_from_object(r.token)),
    Fault("item-id-opens-item", "access-token-checked", "Accepts an item_id as the token of its Item.",
          _opens_by(lambda r, token: r.data.items[token].details["item_id"] == r.token)),
    Fault("account-id-opens-item", "access-token-checked", "Finds the Item of an unknown token by the filter.",
          _opens_by(lambda r, token: bool(set(r.wanted) & set(r.data.items[token].ids)))),
    Fault("secret-escaped", "credentials-not-echoed", "Repeats the secret in every response, each letter escaped.",
          responses(_escaped)),
    Fault("token-in-base64", "credentials-not-echoed", "Returns the token in Base64 as a cursor.", successes(_with_cursor)),
    Fault("wrong-secret-in-error-message", "credentials-not-echoed", "Names the secret that it rejects.",
          failures(_naming_secret)),
    Fault("token-of-failing-item", "credentials-not-echoed", "Names the token in errors 429, 500 and 503.",
          bodies(_naming_token, lambda status: status in (429, 500, 503))),
)
# fmt: on
