"""Harmless variations: conforming servers that differ from the reference server, and must pass."""

import gzip
import json
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import attrs

from mutation.server_faults.exchange import CREDENTIALS, Json, Request, Response, error, page
from mutation.server_faults.fault import (
    Fault,
    Inject,
    Trigger,
    accounts,
    always,
    both,
    counted,
    counted_bodies,
    failures,
    instead,
    items,
    listings,
    recode,
    reject,
    requests,
    responses,
)


def _everywhere(change: Callable[[dict[str, Json]], dict[str, Json]]) -> Inject:
    """Change every object of every body."""

    def changed(value: Json) -> Json:
        if isinstance(value, list):
            return [changed(entry) for entry in value]
        return change({name: changed(inner) for name, inner in value.items()}) if isinstance(value, dict) else value

    return responses(lambda response, _: response.with_json(changed(response.json)))


def _values(change: Callable[[Json], Json]) -> Inject:
    return _everywhere(lambda entry: {name: change(value) for name, value in entry.items()})


def _compressed(encoding: str, compress: Callable[[bytes], bytes]) -> Inject:
    def change(response: Response, _: Request) -> Response:
        coded = response.with_header("content-encoding", encoding).with_body(compress(response.body))
        return coded if response.body else response

    return responses(change)


def _headers(**headers: str) -> Inject:
    def change(response: Response, _: Request) -> Response:
        for name, value in headers.items():
            response = response.with_header(name.replace("_", "-"), value)
        return response

    return responses(change)


def _decimal(value: Json) -> Json:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53 else value


def _in_utc(value: Json) -> Json:
    """Write a time in UTC, with a numeric offset and microseconds."""
    if not isinstance(value, str) or len(value) < 20 or value[4:5] != "-" or value[10:11] != "T":
        return value
    return datetime.fromisoformat(value).astimezone(UTC).isoformat(timespec="microseconds")


def _rotated(body: Json, number: int) -> Json:
    first = number % max(1, len(body["accounts"]))
    return {**body, "accounts": [*body["accounts"][first:], *body["accounts"][:first]]}


def _right_in_one_place(request: Request) -> bool:
    """Whether the credentials are right in the headers and wrong in the body, or the other way round."""
    in_headers = {name: request.header(header) for name, header in CREDENTIALS.items()}
    in_body = {name: request.fields.get(name) for name in CREDENTIALS}
    issued = {name: request.issued(name) for name in CREDENTIALS}
    given = (*in_headers.values(), *in_body.values())
    return in_headers != in_body and issued in (in_headers, in_body) and None not in given


def _malformed_client_id(request: Request) -> bool:
    given = request.given("client_id")
    return request.method == "POST" and isinstance(given, str) and not re.fullmatch("[0-9a-f]{24}", given)


def _variation(name: str, statement: str, inject: Inject, when: Trigger = always, dataset: str = "reference") -> Fault:
    return Fault(name, "", statement, inject, when, kind="variation", dataset=dataset)


_BY_HAND: Final = both(
    items(lambda item, _: {**item, "institution_id": None, "institution_name": None}),
    accounts(lambda one: {**one, "balances": {**one["balances"], "available": None, "current": None}}),
)
_NOTHING: Final = responses(lambda response, _: response)
_INDENTED: Final = responses(
    lambda response, _: response.with_body(json.dumps(response.json, indent=2, ensure_ascii=False).encode() + b"\n")
)
_UNKNOWN: Final = _everywhere(lambda entry: {"x_internal": {"a": [1, None]}, **entry, "": "", "snowman": "☃"})
_GZIP: Final = _compressed("gzip", gzip.compress)
_CHUNKED: Final = responses(lambda response, _: attrs.evolve(response, pieces=7))
_OPTIONAL: Final = (
    "auth_method",
    "products",
    "consented_products",
    "institution_name",
    "documentation_url",
    "suggested_action",
)

# fmt: off
VARIATIONS: Final = (
    _variation("names-reversed", "Writes the names of objects in reverse.", _everywhere(lambda one: dict(reversed(one.items())))),
    _variation("escaped", "Escapes what isn't ASCII.", responses(lambda one, _: one.with_body(json.dumps(one.json).encode()))),
    _variation("numbers-with-point", "Writes integers as 100.0.", _values(_decimal), lambda r: r.item is not None),
    _variation("times-in-utc", "Writes times in UTC, with microseconds, in some responses.", _values(_in_utc),
               lambda r: len(r.body) % 2 == 0),
    _variation("malformed-client-id-named-field", "Names a client_id that isn't 24 hexadecimal digits INVALID_FIELD.",
               reject("INVALID_FIELD"), _malformed_client_id),
    _variation("linked-by-hand", "Knows neither balance of an Item without an institution.", _BY_HAND,
               lambda r: r.item == r.data.first),
    _variation("invalid-utf-8-replaced", "Replaces bytes of a body that aren't UTF-8.",
               requests(lambda r: attrs.evolve(r, body=r.body.decode("utf-8", "replace").encode()))),
    _variation("error-details", "Adds the optional properties of errors.",
               failures(lambda body, _: {**body, "causes": [], "status": None, "error_code_reason": None})),
    _variation("optional-left-out", "Leaves out optional properties.",
               _everywhere(lambda one: {name: value for name, value in one.items() if name not in _OPTIONAL})),
    _variation("deflate", "Compresses bodies with deflate.", _compressed("deflate", zlib.compress)),
    _variation("connection-closed", "Closes the connection after each response.", _headers(connection="close")),
    _variation("media-type-in-capitals", "Writes Content-Type in capitals, with a charset.",
               _headers(content_type="Application/JSON; charset=utf-8")),
    _variation("headers", "Sends more headers.",
               _headers(cache_control="no-store", x_request_id="0", etag='"0"', set_cookie="a=b", server="other")),
    _variation("other-methods-404", "Rejects other methods with 404.", instead(lambda _: page(404)), lambda r: r.method != "POST"),
    _variation("other-methods-501", "Rejects other methods with 501.", instead(lambda _: page(501)), lambda r: r.method != "POST"),
    _variation("options-accepted", "Responds to OPTIONS with 204 and Allow.",
               instead(lambda _: Response(204, ((b"allow", b"POST, OPTIONS"),), b"")), lambda r: r.method == "OPTIONS"),
    _variation("malformed-body-named-field", "Names a body that isn't JSON INVALID_FIELD.",
               recode("INVALID_BODY", "INVALID_FIELD"), lambda r: r.item is None or not r.item.failing),
    _variation("media-type-named-body", "Names another Content-Type INVALID_BODY.",
               recode("INVALID_HEADERS", "INVALID_BODY"), lambda r: r.item is None or not r.item.failing),
    _variation("empty-credentials-named-keys", "Names empty credentials INVALID_API_KEYS.",
               reject("INVALID_API_KEYS"), lambda r: r.method == "POST" and any(r.given(name) == "" for name in CREDENTIALS)),
    _variation("right-credentials-in-one-place", "Accepts right credentials in one place, whatever is in the other.",
               requests(Request.authenticated), _right_in_one_place),
    _variation("empty-filter-for-all", "Treats an empty filter as absent.",
               requests(lambda r: r.with_filter(None)), lambda r: r.account_ids == []),
    _variation("repeated-id-rejected", "Rejects a filter that repeats an id.",
               reject("INVALID_FIELD"), lambda r: r.item is not None and len(set(r.wanted)) < len(r.wanted)),
    _variation("accounts-reversed", "Lists accounts in reverse.", listings(lambda listed, _: listed[::-1])),
    _variation("accounts-rotated", "Lists accounts in another order each time.", counted_bodies(_rotated)),
    _variation("limited-now-and-then", "Responds to every 40th request with a rate limit.",
               counted(lambda one, number: error("ACCOUNTS_LIMIT") if number % 40 == 39 else one)),
    _variation("one-item", "Has one Item.", _NOTHING, dataset="one item"),
    _variation("plain-ids", "Has ids without letters.", _NOTHING, dataset="numeric"),
    _variation("many-accounts", "Has an Item with 40 accounts, and other credentials.", _NOTHING, dataset="many accounts"),
    _variation("all-together", "Varies writing, properties and transport together.",
               both(both(_UNKNOWN, _INDENTED), both(_GZIP, _CHUNKED))),
)
# fmt: on
