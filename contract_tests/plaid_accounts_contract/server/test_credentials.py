"""Credentials: what is wrong in any way is refused, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from plaid_accounts_contract.generation.request_builder import CLIENT_ID_HEADER, SECRET_HEADER
from plaid_accounts_contract.server.requests import (
    BUILDER,
    MODES,
    RUN,
    altered,
    in_each_mode,
    neighbour,
    send,
    swap_case,
    transposed,
)
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import MISSING, Request

ISSUED = {"client_id": RUN.test_data.client_id, "secret": RUN.test_data.secret}


def _near_misses(issued: str) -> Iterator[tuple[str, str]]:
    yield "last character changed", neighbour(issued)
    yield "first character changed", altered(issued, 0)
    yield "a character in the middle changed", altered(issued, len(issued) // 2)
    yield "two characters in each other's place", transposed(issued)
    yield "a prefix", issued[:-1]
    yield "the first half", issued[: len(issued) // 2]
    yield "the first character", issued[0]
    yield "one character more", issued + "a"
    yield "doubled", issued * 2
    yield "another value of the same length", "x" * len(issued)
    if swap_case(issued) != issued:
        yield "another case", swap_case(issued)
        yield "upper case" if issued.upper() != issued else "lower case", issued.swapcase()


@in_each_mode
@pytest.mark.parametrize("name", ISSUED)
def test_a_near_miss_is_refused(mode: Mode, name: str) -> None:
    """A credential that is almost the issued one is not the issued one."""
    for kind, value in _near_misses(ISSUED[name]):
        send([_with(mode, name, value, kind)])


@in_each_mode
@pytest.mark.parametrize("name", ISSUED)
def test_a_missing_or_empty_credential_is_refused(mode: Mode, name: str) -> None:
    """A request with half of its credentials, or with an empty one, is refused."""
    for kind, value in (("missing", MISSING), ("empty", "")):
        send([_with(mode, name, value, kind)])


def _with(mode: Mode, name: str, value: object, kind: str) -> Request:
    pair = {"client_id": None, "secret": None, name: value}
    return BUILDER.request(mode, BUILDER.fields(), **pair, purpose=f"{name}: {kind}")  # type: ignore[arg-type]


@in_each_mode
def test_credentials_that_belong_elsewhere_are_refused(mode: Mode) -> None:
    """Neither no credentials at all, nor each in the other's place, nor two wrong ones open anything."""
    fields = BUILDER.fields()
    send(
        [
            BUILDER.request(mode, fields, client_id=MISSING, secret=MISSING, purpose="no credentials"),
            BUILDER.request(mode, fields, client_id=ISSUED["secret"], secret=ISSUED["client_id"], purpose="swapped"),
            BUILDER.request(mode, fields, client_id="x" * 24, secret="y" * 30, purpose="both wrong"),
            BUILDER.request(mode, fields, secret=ISSUED["client_id"], purpose="the client_id as the secret"),
            BUILDER.request(mode, fields, secret=RUN.test_data.primary.access_token, purpose="the token as the secret"),
        ]
    )


def test_wrong_credentials_are_refused_for_every_kind_of_request() -> None:
    """A filter, another Item or an unknown token changes nothing about wrong credentials."""
    for mode in MODES:
        for item in RUN.test_data.items:
            fields = BUILDER.fields(item.account_ids[:1], item.access_token)
            send(
                [
                    BUILDER.request(
                        mode, fields, secret=neighbour(ISSUED["secret"]), purpose="wrong secret, with a filter"
                    )
                ]
            )


@pytest.mark.skipif(len(MODES) < 2, reason="the server takes credentials in one place only")
def test_credentials_in_both_places_get_a_documented_answer() -> None:
    """Credentials in headers and body, agreeing or not, are answered with accounts or a documented error."""
    send(_in_both_places())


def _in_both_places() -> Iterator[Request]:
    wrong = {name: neighbour(value) for name, value in ISSUED.items()}
    cases = (
        ("both right", ISSUED, ISSUED),
        ("right in the headers, wrong in the body", ISSUED, wrong),
        ("wrong in the headers, right in the body", wrong, ISSUED),
        ("both wrong", wrong, wrong),
    )
    for purpose, in_headers, in_body in cases:
        headers = {CLIENT_ID_HEADER: in_headers["client_id"], SECRET_HEADER: in_headers["secret"]}
        body = strict_json.encode({**in_body, **BUILDER.fields()})
        yield BUILDER.raw("none", body, {}, headers=headers, purpose=f"credentials in both places: {purpose}")
    for header, name in ((CLIENT_ID_HEADER, "secret"), (SECRET_HEADER, "client_id")):
        other = "secret" if name == "client_id" else "client_id"
        body = strict_json.encode({name: ISSUED[name], **BUILDER.fields()})
        yield BUILDER.raw("none", body, {}, headers={header: ISSUED[other]}, purpose="one credential in each place")


@pytest.mark.skipif("body" not in MODES, reason="the server takes no credentials in the body")
@pytest.mark.parametrize("name", ISSUED)
def test_odd_credentials_in_the_body_are_refused(name: str) -> None:
    """Credentials of another type, very long, or of other characters are refused and break nothing."""
    odd: tuple[Any, ...] = (
        None,
        5,
        True,
        [],
        {},
        [ISSUED[name]],
        "ä" * 20,
        "\0" * 8,
        "x" * 10_000,
        " " + ISSUED[name],
        ISSUED[name] + "\n",
        *([int(ISSUED[name])] if ISSUED[name].isdecimal() else []),
    )
    for value in odd:
        fields = {**ISSUED, **BUILDER.fields(), name: value}
        send([BUILDER.raw("none", strict_json.encode(fields), {}, purpose=f"{name}: {type(value).__name__}")])


@pytest.mark.skipif("header" not in MODES, reason="the server takes no credentials in headers")
def test_header_names_are_not_case_sensitive() -> None:
    """Credential headers are known by their names in any case."""
    headers = {CLIENT_ID_HEADER.lower(): ISSUED["client_id"], SECRET_HEADER.lower(): ISSUED["secret"]}
    body = strict_json.encode(BUILDER.fields())
    send([BUILDER.raw("header", body, {}, headers=headers, purpose="header names in lower case")])
