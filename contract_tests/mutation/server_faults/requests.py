"""Faults in which requests are accepted, and in what crashes the server."""

import asyncio
import json
from collections.abc import Callable
from typing import Final

import attrs

from mutation.server_faults.exchange import Json, Request, Response, error, page
from mutation.server_faults.fault import CRASH, Fault, Handler, Inject, instead, reject, requests, restatus

_FIELDS: Final = ("client_id", "secret", "access_token", "options")
_NAMES: Final = {name.replace("_", ""): name for name in _FIELDS}


def _reads(repair: Callable[[str], Json]) -> Inject:
    """Read a body that isn't a JSON object in another way."""

    def change(request: Request) -> Request:
        if isinstance(request.json, dict):
            return request
        try:
            value = repair(request.body.decode("utf-8"))
        except (ValueError, IndexError, RecursionError):
            return request
        return request.with_json(value) if isinstance(value, dict) else request

    return requests(change)


def _as_json(request: Request) -> Request:
    return request.with_header("content-type", "application/json")


def _loosely_named(request: Request) -> Request:
    """Read names without regard to case and underscores."""
    fields = request.fields
    read = {_NAMES.get(name.strip().replace("_", "").lower(), name): value for name, value in fields.items()}
    return request if read == fields else request.with_json(read)


def _known_options(request: Request) -> Request:
    known = {name: value for name, value in request.options.items() if name == "account_ids"}
    return request if known == request.options else request.with_fields(options=known)


def _opens_first(request: Request) -> Request:
    return request.with_fields(access_token=request.data.first.token)


def _is_object(request: Request) -> bool:
    return isinstance(request.json, dict)


def _authentic(request: Request) -> bool:
    return all(request.given(name) == request.issued(name) for name in ("client_id", "secret"))


def _texts(value: Json) -> list[str]:
    return [entry for entry in value if isinstance(entry, str) and entry] if isinstance(value, list) else []


def _has_number(request: Request) -> bool:
    entries = request.account_ids if isinstance(request.account_ids, list) else []
    return any(isinstance(entry, (int, float)) and not isinstance(entry, bool) for entry in entries)


def _numbers_as_text(request: Request) -> Request:
    return request.with_filter([str(entry) if isinstance(entry, int) else entry for entry in request.account_ids])


def _without_empty_options(request: Request) -> Request:
    options = request.fields.get("options")
    return request.without("options") if options is False or options in ("", 0) or options == [] else request


def _unknown_nulls(request: Request) -> list[str]:
    return [name for name, value in request.fields.items() if value is None and name not in _FIELDS]


def _keeping_rejections(conforming: Handler) -> Handler:
    """Respond to the request after one with an unknown id with the same error."""
    kept: list[Response] = []

    async def handle(request: Request) -> Response:
        response = await conforming(request)
        if kept and response.status == 200:
            return kept.pop()
        kept[:] = [response] if response.error_code == "INVALID_ACCOUNT_ID" else []
        return response

    return handle


def _overrun(conforming: Handler) -> Handler:
    """Handle one request at a time, and fail on any other that comes meanwhile."""
    running: list[Request] = []

    async def handle(request: Request) -> Response:
        if running:
            return error("INTERNAL_SERVER_ERROR")
        running.append(request)
        await asyncio.sleep(0.002)
        running.clear()
        return await conforming(request)

    return handle


def _hanging(_: Handler) -> Handler:
    async def handle(request: Request) -> Response:
        await asyncio.Event().wait()
        return page(500, request.method)

    return handle


# fmt: off
FAULTS: Final = (
    Fault("trailing-text-ignored", "body-is-json-object", "Ignores what follows the first JSON value of a body.",
          _reads(lambda text: json.JSONDecoder().raw_decode(text)[0])),
    Fault("truncated-body-completed", "body-is-json-object", "Adds a missing closing brace.",
          _reads(lambda text: json.loads(text + "}"))),
    Fault("nul-bytes-skipped", "body-is-json-object", "Skips NUL bytes in a body.",
          requests(lambda r: attrs.evolve(r, body=r.body.replace(b"\0", b"")))),
    Fault("invalid-utf-8-skipped", "body-is-json-object", "Skips bytes of a body that aren't UTF-8.",
          requests(lambda r: attrs.evolve(r, body=r.body.decode("utf-8", "ignore").encode()))),
    Fault("utf-16-decoded", "body-in-utf-8", "Decodes a body in UTF-16.",
          requests(lambda r: attrs.evolve(r, body=r.body.decode("utf-16").encode())), lambda r: r.body[:2] == b"\xff\xfe"),
    Fault("media-type-missing-accepted", "content-type-json", "Accepts a body without Content-Type.",
          requests(_as_json), lambda r: not r.media_type),
    Fault("media-type-prefix-accepted", "content-type-json", "Accepts what begins with application/json.",
          requests(_as_json), lambda r: r.media_type.startswith("application/json")),
    Fault("media-type-suffix-accepted", "content-type-json", "Accepts what ends with +json.",
          requests(_as_json), lambda r: r.media_type.endswith("+json")),
    Fault("media-type-form-accepted", "content-type-json", "Accepts JSON that is labelled as a form.",
          requests(_as_json), lambda r: "form" in r.media_type),
    Fault("media-type-415", "status-documented", "Rejects another Content-Type with status 415.",
          restatus("INVALID_HEADERS", 415)),
    Fault("put-accepted", "post-only", "Treats PUT like POST.",
          requests(lambda r: attrs.evolve(r, method="POST")), lambda r: r.method == "PUT"),
    Fault("delete-accepted", "post-only", "Responds to DELETE with 204.",
          instead(lambda _: Response(204, (), b"")), lambda r: r.method == "DELETE"),
    Fault("head-accepted", "post-only", "Responds to HEAD with 200.",
          instead(lambda _: page(200)), lambda r: r.method == "HEAD"),
    Fault("get-crash", "post-only", "Fails with 500 on GET.", CRASH, lambda r: r.method == "GET"),
    Fault("unknown-option-ignored-without-filter", "unknown-fields-refused", "Ignores unknown options if none is a filter.",
          requests(_known_options), lambda r: "account_ids" not in r.options),
    Fault("unknown-null-ignored", "unknown-fields-refused", "Ignores unknown properties that are null.",
          requests(lambda r: r.without(*_unknown_nulls(r)))),
    Fault("unknown-field-ignored-in-header-mode", "unknown-fields-refused", "Ignores unknown properties in header mode.",
          requests(lambda r: r.without(*(name for name in r.fields if name not in _FIELDS))), lambda r: r.in_headers),
    Fault("names-read-loosely", "unknown-fields-refused", "Ignores case and underscores in names.", requests(_loosely_named)),
    Fault("missing-token-opens-first-item", "required-fields", "Opens the first Item if there is no token.",
          requests(_opens_first), lambda r: _is_object(r) and "access_token" not in r.fields),
    Fault("missing-token-named-invalid", "required-fields", "Names a missing token INVALID_ACCESS_TOKEN.",
          reject("INVALID_ACCESS_TOKEN"), lambda r: bool(r.fields) and "access_token" not in r.fields and _authentic(r)),
    Fault("missing-token-422", "status-documented", "Rejects a body without a token with status 422.",
          restatus("MISSING_FIELDS", 422), lambda r: "access_token" not in r.fields),
    Fault("options-empty-accepted", "field-values-checked", "Takes options that are false, 0, '' or [] for none.",
          requests(_without_empty_options)),
    Fault("token-null-opens-first-item", "field-values-checked", "Opens the first Item with a null token.",
          requests(_opens_first), lambda r: "access_token" in r.fields and r.token is None),
    Fault("filter-numbers-skipped", "field-values-checked", "Skips numbers in a filter.",
          requests(lambda r: r.with_filter(_texts(r.account_ids))), lambda r: _has_number(r) and bool(_texts(r.account_ids))),
    Fault("numbers-read-as-ids", "field-values-checked", "Takes a number in a filter for the id that is written like it.",
          requests(_numbers_as_text), _has_number, dataset="numeric"),
    Fault("rejections-kept", "valid-requests-accepted", "Rejects the request after one with an unknown id.",
          _keeping_rejections),
    Fault("escaped-names-rejected", "valid-requests-accepted", "Doesn't know a name with an escape in it.",
          reject("MISSING_FIELDS"), lambda r: r.item is not None and b'"access_token"' not in r.body),
    Fault("three-ids-at-most", "valid-requests-accepted", "Rejects a filter with more than three ids.",
          reject("INVALID_FIELD"), lambda r: r.item is not None and len(r.wanted) > 3),
    Fault("charset-rejected", "valid-requests-accepted", "Rejects a Content-Type with a charset.",
          reject("INVALID_HEADERS"), lambda r: "charset" in (r.header("content-type") or "").lower()),
    Fault("crash-on-many-ids", "no-server-error", "Fails with 500 on more than 500 ids.",
          CRASH, lambda r: len(r.wanted) > 500),
    Fault("crash-on-lone-surrogate", "no-server-error", "Fails with 500 on an escaped lone surrogate.",
          CRASH, lambda r: b"\\ud8" in r.body),
    Fault("crash-in-parallel", "no-server-error", "Fails with 500 on a request that comes during another.", _overrun),
    Fault("hang-on-nul", "no-server-error", "Never responds to a token with NUL in it.",
          _hanging, lambda r: "\0" in str(r.token)),
)
# fmt: on
