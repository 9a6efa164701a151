"""Faults in how the body of a request is taken for JSON, and in which requests are taken at all."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call, Json
from mutation.server_faults.fault import fault
from mutation.server_faults.middleware import Tamper
from mutation.server_faults.tampering import answers, calls, crashing, instead, recoded, refusing
from plaid_accounts_contract.reference_server import errors


def _read(repair: Callable[[str], Json]) -> Tamper:
    """Read a body that is no JSON object in another way."""

    def change(call: Call) -> Call:
        if isinstance(call.json, dict):
            return call
        try:
            value = repair(call.body.decode("utf-8"))
        except (ValueError, IndexError, RecursionError):
            return call
        return call.with_json(value) if isinstance(value, dict) else call

    return calls(change)


def _recoded_text(encoding: str, errors_: str = "strict") -> Tamper:
    """Read a body that is not UTF-8 as if it were something else."""

    def change(call: Call) -> Call:
        try:
            call.body.decode("utf-8")
        except UnicodeDecodeError:
            return call.with_body(call.body.decode(encoding, errors_).encode())
        return call

    return calls(change)


def _first_of_list(text: str) -> Json:
    value = json.loads(text)
    return value[0] if isinstance(value, list) else json.loads(value)


def _any_media_type(call: Call) -> Call:
    return call.with_header("content-type", "application/json")


def _media_type(call: Call) -> str:
    return (call.header("content-type") or "").split(";")[0].strip()


def _as_post(method: str) -> Tamper:
    def tamper(call: Call) -> Call:
        return replace(call, method="POST") if call.method == method else call

    return calls(tamper)


def _page(status: int, text: str) -> Callable[[Call], Answer]:
    return lambda _: Answer(status, ((b"content-type", b"text/html; charset=utf-8"),), text.encode())


def _before_token(call: Call) -> list[str]:
    names = list(call.fields)
    return names[: names.index("access_token")] if "access_token" in names else names


def _method(name: str) -> Callable[[Call], bool]:
    return lambda call: call.method == name


NOT_JSON: Final = (
    fault(
        "body-in-array-accepted",
        "Takes the first entry of a body that is an array.",
        "body-is-json-object",
        _read(_first_of_list),
    ),
    fault(
        "body-in-string-accepted",
        "Takes a body that is a string for the object written in it.",
        "body-is-json-object",
        _read(lambda text: json.loads(json.loads(text))),
    ),
    fault(
        "trailing-text-ignored",
        "Ignores what follows the first JSON value of a body.",
        "body-is-json-object",
        _read(lambda text: json.JSONDecoder().raw_decode(text)[0]),
    ),
    fault(
        "trailing-comma-accepted",
        "Accepts a comma before the closing brace.",
        "body-is-json-object",
        _read(lambda text: json.loads(text.replace(",}", "}"))),
    ),
    fault(
        "comments-accepted",
        "Accepts a comment before the JSON value.",
        "body-is-json-object",
        _read(lambda text: json.loads(text.split("*/", 1)[1])),
    ),
    fault(
        "single-quotes-accepted",
        "Accepts single quotes in place of double ones.",
        "body-is-json-object",
        _read(lambda text: json.loads(text.replace("'", '"'))),
    ),
    fault(
        "cut-body-completed",
        "Adds the closing brace that a body lacks.",
        "body-is-json-object",
        _read(lambda text: json.loads(text + "}")),
    ),
    fault(
        "null-accepted-as-empty",
        "Answers a body that is null, false or an empty list with the error for a wrong token.",
        "body-is-json-object",
        refusing(errors.INVALID_ACCESS_TOKEN, lambda call: call.body in (b"null", b"false", b"[]")),
    ),
    fault(
        "form-accepted",
        "Reads a body that is a form.",
        "body-is-json-object",
        _read(lambda text: dict(part.split("=", 1) for part in text.split("&"))),
    ),
    fault("utf-16-accepted", "Accepts a body in UTF-16.", "body-is-json-object", _recoded_text("utf-16", "ignore")),
    fault(
        "bytes-that-are-not-utf-8-skipped",
        "Skips bytes of a body that are not UTF-8.",
        "body-is-json-object",
        _recoded_text("utf-8", "ignore"),
    ),
    fault(
        "nul-bytes-skipped",
        "Skips NUL bytes in a body.",
        "body-is-json-object",
        calls(lambda call: call.with_body(call.body.replace(b"\0", b""))),
    ),
    fault(
        "malformed-body-named-item-error",
        "Names a malformed body ITEM_NOT_FOUND.",
        "body-is-json-object",
        recoded("INVALID_BODY", errors.CATALOGUE["ITEM_NOT_FOUND"]),
    ),
    fault(
        "malformed-body-415",
        "Refuses a malformed body with status 415.",
        "status-documented",
        answers(lambda answer, _: answer.with_status(415) if b"INVALID_BODY" in answer.body else answer),
    ),
)

MEDIA_TYPES: Final = (
    fault("media-type-unchecked", "Accepts any Content-Type.", "content-type-json", calls(_any_media_type)),
    fault(
        "media-type-missing-accepted",
        "Accepts a body without Content-Type.",
        "content-type-json",
        calls(lambda call: call if _media_type(call) else _any_media_type(call)),
    ),
    fault(
        "media-type-text-accepted",
        "Accepts text/plain and text/json.",
        "content-type-json",
        calls(lambda call: _any_media_type(call) if _media_type(call).startswith("text/") else call),
    ),
    fault(
        "media-type-form-accepted",
        "Accepts JSON that is called a form.",
        "content-type-json",
        calls(lambda call: _any_media_type(call) if "form" in _media_type(call) else call),
    ),
    fault(
        "media-type-beginning-accepted",
        "Accepts any Content-Type that begins with application/json.",
        "content-type-json",
        calls(lambda call: _any_media_type(call) if _media_type(call).startswith("application/json") else call),
    ),
    fault(
        "media-type-suffix-accepted",
        "Accepts any Content-Type that ends with +json.",
        "content-type-json",
        calls(lambda call: _any_media_type(call) if _media_type(call).endswith("+json") else call),
    ),
    fault(
        "media-type-binary-accepted",
        "Accepts JSON that is called application/octet-stream.",
        "content-type-json",
        calls(lambda call: _any_media_type(call) if _media_type(call) == "application/octet-stream" else call),
    ),
    fault(
        "media-type-415",
        "Refuses another Content-Type with status 415.",
        "status-documented",
        answers(lambda answer, _: answer.with_status(415) if b"INVALID_HEADERS" in answer.body else answer),
    ),
    fault(
        "media-type-named-missing-fields",
        "Names another Content-Type MISSING_FIELDS.",
        "content-type-json",
        recoded("INVALID_HEADERS", errors.MISSING_FIELDS),
    ),
)

METHODS: Final = (
    fault("get-answered", "Answers GET like POST.", "post-only", _as_post("GET")),
    fault("put-answered", "Answers PUT like POST.", "post-only", _as_post("PUT")),
    fault("patch-answered", "Answers PATCH like POST.", "post-only", _as_post("PATCH")),
    fault(
        "delete-accepted",
        "Answers DELETE with 204.",
        "post-only",
        instead(lambda _: Answer(204, (), b""), _method("DELETE")),
    ),
    fault(
        "get-page",
        "Answers GET with a page of HTML.",
        "post-only",
        instead(_page(200, "<h1>It works</h1>"), _method("GET")),
    ),
    fault("get-crash", "Fails with 500 on GET.", "post-only", crashing(_method("GET"))),
    fault("head-accepted", "Answers HEAD with 200.", "post-only", instead(_page(200, ""), _method("HEAD"))),
)

REFUSED: Final = (
    fault(
        "options-needed",
        "Refuses a request without options.",
        "valid-requests-accepted",
        refusing(errors.MISSING_FIELDS, lambda call: call.item is not None and "options" not in call.fields),
    ),
    fault(
        "options-without-filter-refused",
        "Refuses options without account_ids.",
        "valid-requests-accepted",
        refusing(errors.MISSING_FIELDS, lambda call: call.fields.get("options") == {}),
    ),
    fault(
        "charset-refused",
        "Refuses a Content-Type that names a charset.",
        "valid-requests-accepted",
        refusing(errors.INVALID_HEADERS, lambda call: "charset" in (call.header("content-type") or "").lower()),
    ),
    fault(
        "media-type-in-capitals-refused",
        "Refuses a Content-Type in capital letters.",
        "valid-requests-accepted",
        refusing(errors.INVALID_HEADERS, lambda call: "Application/JSON" in (call.header("content-type") or "")),
    ),
    fault(
        "version-refused",
        "Refuses a request that names the version of the API.",
        "valid-requests-accepted",
        refusing(errors.INVALID_HEADERS, lambda call: call.header("plaid-version") is not None),
    ),
    fault(
        "version-needed",
        "Refuses a request that names no version of the API.",
        "valid-requests-accepted",
        refusing(errors.INVALID_HEADERS, lambda call: call.item is not None and call.header("plaid-version") is None),
    ),
    fault(
        "three-ids-at-most",
        "Refuses a filter with more than three ids.",
        "valid-requests-accepted",
        refusing(errors.INVALID_FIELD, lambda call: call.item is not None and len(call.wanted) > 3),
    ),
    fault(
        "escaped-names-refused",
        "Does not know a name that is written with an escape.",
        "valid-requests-accepted",
        refusing(errors.MISSING_FIELDS, lambda call: call.item is not None and b'"access_token"' not in call.body),
    ),
    fault(
        "indented-body-refused",
        "Refuses JSON on several lines.",
        "valid-requests-accepted",
        refusing(errors.INVALID_BODY, lambda call: call.item is not None and b"\n" in call.body),
    ),
    fault(
        "order-of-properties-matters",
        "Refuses a body whose options come before the token.",
        "valid-requests-accepted",
        refusing(errors.INVALID_BODY, lambda call: call.item is not None and "options" in _before_token(call)),
    ),
    fault(
        "credentials-after-token-refused",
        "Refuses a body whose secret comes after the token.",
        "valid-requests-accepted",
        refusing(
            errors.INVALID_BODY,
            lambda call: call.item is not None and "secret" in call.fields and "secret" not in _before_token(call),
        ),
    ),
    fault(
        "large-body-refused",
        "Refuses a body of more than 32 KiB.",
        "valid-requests-accepted",
        refusing(errors.INVALID_BODY, lambda call: len(call.body) > 2**15),
    ),
)

FAULTS: Final = (*NOT_JSON, *MEDIA_TYPES, *METHODS, *REFUSED)
