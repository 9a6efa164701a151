"""Faults in which requests are accepted, and in what crashes the server."""

import asyncio
import json
from collections.abc import Callable
from typing import Final

import attrs

from mutation.server_faults.exchange import Json, Request, Response, error, page
from mutation.server_faults.fault import CRASH, Handler, Inject, fault, instead, reject, requests, restatus

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


FAULTS: Final = (
    fault("trailing-text-ignored", _reads(lambda text: json.JSONDecoder().raw_decode(text)[0])),
    fault("truncated-body-completed", _reads(lambda text: json.loads(text + "}"))),
    fault("nul-bytes-skipped", requests(lambda r: attrs.evolve(r, body=r.body.replace(b"\0", b"")))),
    fault("invalid-utf-8-skipped", requests(lambda r: attrs.evolve(r, body=r.body.decode("utf-8", "ignore").encode()))),
    fault(
        "utf-16-decoded",
        requests(lambda r: attrs.evolve(r, body=r.body.decode("utf-16").encode())),
        lambda r: r.body[:2] == b"\xff\xfe",
    ),
    fault("media-type-missing-accepted", requests(_as_json), lambda r: not r.media_type),
    fault("media-type-prefix-accepted", requests(_as_json), lambda r: r.media_type.startswith("application/json")),
    fault("media-type-suffix-accepted", requests(_as_json), lambda r: r.media_type.endswith("+json")),
    fault("media-type-form-accepted", requests(_as_json), lambda r: "form" in r.media_type),
    fault("media-type-415", restatus("INVALID_HEADERS", 415)),
    fault("put-accepted", requests(lambda r: attrs.evolve(r, method="POST")), lambda r: r.method == "PUT"),
    fault("delete-accepted", instead(lambda _: Response(204, (), b"")), lambda r: r.method == "DELETE"),
    fault("head-accepted", instead(lambda _: page(200)), lambda r: r.method == "HEAD"),
    fault("get-crash", CRASH, lambda r: r.method == "GET"),
    fault("unknown-option-ignored-without-filter", requests(_known_options), lambda r: "account_ids" not in r.options),
    fault("unknown-null-ignored", requests(lambda r: r.without(*_unknown_nulls(r)))),
    fault(
        "unknown-field-ignored-in-header-mode",
        requests(lambda r: r.without(*(name for name in r.fields if name not in _FIELDS))),
        lambda r: r.in_headers,
    ),
    fault("names-read-loosely", requests(_loosely_named)),
    fault(
        "missing-token-opens-first-item",
        requests(_opens_first),
        lambda r: isinstance(r.json, dict) and "access_token" not in r.fields,
    ),
    fault(
        "missing-token-named-invalid",
        reject("INVALID_ACCESS_TOKEN"),
        lambda r: bool(r.fields) and "access_token" not in r.fields and _authentic(r),
    ),
    fault("missing-token-422", restatus("MISSING_FIELDS", 422), lambda r: "access_token" not in r.fields),
    fault("options-empty-accepted", requests(_without_empty_options)),
    fault(
        "token-null-opens-first-item", requests(_opens_first), lambda r: "access_token" in r.fields and r.token is None
    ),
    fault(
        "filter-numbers-skipped",
        requests(lambda r: r.with_filter(_texts(r.account_ids))),
        lambda r: _has_number(r) and bool(_texts(r.account_ids)),
    ),
    fault("numbers-read-as-ids", requests(_numbers_as_text), _has_number, dataset="numeric"),
    fault("rejections-kept", _keeping_rejections),
    fault(
        "escaped-names-rejected",
        reject("MISSING_FIELDS"),
        lambda r: r.item is not None and b'"access_token"' not in r.body,
    ),
    fault("three-ids-at-most", reject("INVALID_FIELD"), lambda r: r.item is not None and len(r.wanted) > 3),
    fault(
        "charset-rejected", reject("INVALID_HEADERS"), lambda r: "charset" in (r.header("content-type") or "").lower()
    ),
    fault("crash-on-many-ids", CRASH, lambda r: len(r.wanted) > 500),
    fault("crash-on-lone-surrogate", CRASH, lambda r: b"\\ud8" in r.body),
    fault("crash-in-parallel", _overrun),
    fault("hang-on-nul", _hanging, lambda r: "\0" in str(r.token)),
)
