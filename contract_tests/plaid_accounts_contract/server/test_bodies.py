"""Invalid request bodies: refused with a documented error, never a server error."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from plaid_accounts_contract.server.requests import BUILDER, ISSUED, PRIMARY, in_each_mode, send
from plaid_accounts_contract.settings import Mode

WRONG: tuple[Any, ...] = (None, 0, -1.5, True, False, "", [], {}, [[]], 10**30)


def _valid(mode: Mode) -> dict[str, Any]:
    return {**(ISSUED if mode == "body" else {}), **BUILDER.fields(PRIMARY.account_ids[:1])}


def _unreadable(valid: bytes) -> Iterator[tuple[str, bytes]]:
    yield "empty", b""
    yield "blank", b" \r\n\t"
    yield "cut short", valid[:-1]
    # Not within a value: part of a secret would be shown in reports.
    yield "cut within a name", valid.partition(b'_token"')[0]
    yield "a brace too many", valid + b"}"
    yield "two objects", valid + valid
    yield "single quotes", valid.replace(b'"', b"'")
    yield "a trailing comma", valid[:-1] + b",}"
    yield "a comment", b"/* */" + valid
    yield "a form", b"access_token=a&client_id=b"
    yield "XML", b"<accounts/>"
    yield "a bare word", b"accounts"
    yield "random bytes", bytes(range(256))
    yield "UTF-16", valid.decode().encode("utf-16")
    yield "not UTF-8", valid.replace(b'"access_token":"', b'"access_token":"\xff\xfe')
    yield "a NUL byte", valid[:1] + b"\0" + valid[1:]


def _not_objects(valid: bytes) -> Iterator[tuple[str, bytes]]:
    for text in ("null", "true", "0", "1e400", '""', '"accounts"', "[]", "[1]"):
        yield f"not an object: {text}", text.encode()
    yield "an array around the object", b"[" + valid + b"]"
    yield "the object as a string", json.dumps(valid.decode()).encode()


def _doubtful(valid: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield bodies that some readers accept and some refuse; a server error violates the contract."""
    yield "a byte order mark", b"\xef\xbb\xbf" + valid
    yield "a name twice", valid[:-1] + b',"options":{}}'
    yield "NaN", valid[:-1] + b',"options":NaN}'
    yield "a lone surrogate", valid.replace(b'"account_ids":["', b'"account_ids":["\\ud800')
    yield "a very long number", valid[:-1] + b',"options":' + b"9" * 5000 + b"}"
    yield "much white space", b" " * 50_000 + valid
    yield "escaped names", valid.replace(b'"access_token"', b'"\\u0061ccess_token"')


def _deep() -> Iterator[tuple[str, bytes]]:
    for depth in (100, 5_000):
        yield f"{depth} arrays deep", b"[" * depth + b"]" * depth
        yield f"{depth} objects deep", b'{"options":' * depth + b"{}" + b"}" * depth
        yield f"{depth} arrays deep in options", b'{"access_token":"a","options":' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.destructive
@in_each_mode
def test_a_body_that_is_no_json_object_is_refused(mode: Mode) -> None:
    """A body other than one JSON object is refused."""
    valid = json.dumps(_valid(mode), separators=(",", ":")).encode()
    for source in (_unreadable(valid), _not_objects(valid)):
        send(BUILDER.raw(mode, body, purpose=f"body: {kind}") for kind, body in source)


@pytest.mark.destructive
@in_each_mode
def test_a_doubtful_body_breaks_nothing(mode: Mode) -> None:
    """A body that JSON readers disagree about, or that is nested very deep, gets a documented response."""
    valid = json.dumps(_valid(mode), separators=(",", ":")).encode()
    for source in (_doubtful(valid), _deep()):
        send(BUILDER.raw(mode, body, purpose=f"body: {kind}") for kind, body in source)


@in_each_mode
def test_a_valid_body_is_accepted_in_any_layout(mode: Mode) -> None:
    """White space and the order of properties make no difference."""
    valid = _valid(mode)
    layouts = {
        "on several lines": json.dumps(valid, indent=2),
        "with line breaks of Windows": json.dumps(valid, indent="\t").replace("\n", "\r\n") + "\r\n",
        "last property first": json.dumps(dict(reversed(valid.items()))),
        "properties sorted": json.dumps(valid, sort_keys=True),
    }
    send(BUILDER.raw(mode, text.encode(), purpose=f"a body {layout}") for layout, text in layouts.items())


@in_each_mode
def test_an_unknown_property_is_refused(mode: Mode) -> None:
    """A property that the contract does not list is refused, whatever its value and place."""
    names = (
        "unexpected", "accessToken", "access_token ", "ACCESS_TOKEN", "account_ids", "", "__proto__", "constructor", "_comment", "x_id",
        "ä",
    )  # fmt: skip
    for name in names:
        for value in ("x", None):
            send([BUILDER.request(mode, {**BUILDER.fields(), name: value}, purpose=f"unknown property {name!r}")])
    others: tuple[Any, ...] = (0, 1.5, True, [], {}, [{}])
    purpose = "unknown property that is no string"
    send([BUILDER.request(mode, {**BUILDER.fields(), "unexpected": other}, purpose=purpose) for other in others])
    filtered = BUILDER.fields(PRIMARY.account_ids[:1])
    send([BUILDER.request(mode, {**filtered, "unexpected": "x"}, purpose="unknown property beside a filter")])
    for name in ("unexpected", "accountIds", "account_id", "min_last_updated_datetime"):
        fields = {**BUILDER.fields(), "options": {"account_ids": [PRIMARY.account_ids[0]], name: "x"}}
        send([BUILDER.request(mode, fields, purpose=f"unknown property {name!r} in options")])
    alone = {**BUILDER.fields(), "options": {"unexpected": "x"}}
    send([BUILDER.request(mode, alone, purpose="unknown property alone in options")])


@in_each_mode
def test_a_missing_access_token_is_named(mode: Mode) -> None:
    """A body without access_token is refused with MISSING_FIELDS."""
    fields = BUILDER.fields(PRIMARY.account_ids[:1])
    del fields["access_token"]
    bodies: dict[str, dict[str, Any]] = {"no access_token": {}, "no access_token, with a filter": fields}
    send(BUILDER.request(mode, body, purpose=purpose) for purpose, body in bodies.items())


@in_each_mode
def test_a_value_of_another_type_is_refused(mode: Mode) -> None:
    """A value of a type that the contract does not allow is refused, never converted."""
    fields, one = BUILDER.fields(), PRIMARY.account_ids[0]
    for value in WRONG:
        shown = json.dumps(value)[:20]
        changed = [{"access_token": value}]
        changed += [{"options": value}] if value != {} else []
        changed += [{"options": {"account_ids": value}}] if value != [] else []
        changed += [{"options": {"account_ids": [value]}}, {"options": {"account_ids": [one, value]}}]
        send(
            BUILDER.request(mode, {**fields, **change}, purpose=f"{next(iter(change))}: {shown}") for change in changed
        )
    purpose = "a right value in a wrong shape"
    send(
        BUILDER.request(mode, {**fields, **change}, purpose=purpose)
        for change in _misshapen(fields["access_token"], one)
    )


def _misshapen(token: str, one: str) -> Iterator[dict[str, Any]]:
    """Yield changes with the right values in shapes that the contract does not allow."""
    yield {"access_token": [token]}
    yield {"access_token": {"access_token": token}}
    yield {"options": one}
    yield {"options": [one]}
    yield {"options": json.dumps({"account_ids": [one]})}
    shapes: list[Any] = [one, ",".join(PRIMARY.account_ids[:2]), {one: True}, {"0": one}]
    shapes += [[[one]], [{"account_id": one}], [one, [one]], json.dumps([one])]
    shapes += [[int(one)]] if one.isdecimal() else []
    yield from ({"options": {"account_ids": shape}} for shape in shapes)
