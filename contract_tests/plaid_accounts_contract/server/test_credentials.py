"""Credentials: anything but the issued ones is refused, in headers and in the body."""

from collections.abc import Iterator
from typing import Any

import pytest

from plaid_accounts_contract.generation.request_builder import CLIENT_ID_HEADER, SECRET_HEADER
from plaid_accounts_contract.redaction.near_misses import NAMES_OF_EVERY_OBJECT, near_miss
from plaid_accounts_contract.server.requests import (
    BUILDER,
    DATA,
    ISSUED,
    MODES,
    PRIMARY,
    in_each_mode,
    of_other_client,
    send,
    wrong_credentials,
)  # fmt: skip
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import MISSING, Request


@in_each_mode
@pytest.mark.parametrize("name", ISSUED)
def test_a_near_miss_is_refused(mode: Mode, name: str) -> None:
    """A near miss of an issued credential is refused."""
    send(_with(mode, name, value, kind) for kind, value in wrong_credentials(name, mode).items())
    send([_with(mode, name, "x" * len(ISSUED[name]), "of the same length")])


@in_each_mode
@pytest.mark.parametrize("name", ISSUED)
def test_a_missing_or_empty_credential_is_refused(mode: Mode, name: str) -> None:
    """A request without one of its credentials, or with an empty one, is refused."""
    for kind, value in (("missing", MISSING), ("empty", "")):
        send([_with(mode, name, value, kind)])


def _with(mode: Mode, name: str, value: object, kind: str) -> Request:
    pair = {"client_id": None, "secret": None, name: value}
    return BUILDER.request(mode, BUILDER.fields(), **pair, purpose=f"{name}: {kind}")  # type: ignore[arg-type]


@in_each_mode
def test_credentials_that_belong_elsewhere_are_refused(mode: Mode) -> None:
    """No credentials, swapped ones, and two wrong ones are refused."""
    pairs: dict[str, dict[str, Any]] = {
        "no credentials": {"client_id": MISSING, "secret": MISSING},
        "swapped": {"client_id": ISSUED["secret"], "secret": ISSUED["client_id"]},
        "both wrong": {"client_id": "x" * 24, "secret": "y" * 30},
        "the client_id as the secret": {"secret": ISSUED["client_id"]},
        "the token as the secret": {"secret": PRIMARY.access_token},
    }
    for name in NAMES_OF_EVERY_OBJECT:
        pairs[f"the property name {name} twice"] = {"client_id": name, "secret": name}
        pairs[f"the property name {name}, and no secret"] = {"client_id": name, "secret": MISSING}
    send(BUILDER.request(mode, BUILDER.fields(), **pair, purpose=purpose) for purpose, pair in pairs.items())


@in_each_mode
def test_clients_are_kept_apart(mode: Mode) -> None:
    """Keys of two clients don't mix, and a token is refused to any client but its own."""
    if DATA.other_keys is None:
        pytest.skip("no other client is known (CONTRACT_OTHER_CLIENT_ID, CONTRACT_OTHER_SECRET)")
    send(of_other_client(BUILDER, mode))


def test_wrong_credentials_are_refused_for_every_kind_of_request() -> None:
    """A filter or another Item makes no difference to wrong credentials."""
    wrong = near_miss(ISSUED["secret"])
    for mode in MODES:
        for item in DATA.items:
            fields = BUILDER.fields(item.account_ids[:1], item.access_token)
            send([BUILDER.request(mode, fields, secret=wrong, purpose="wrong secret, with a filter")])


@pytest.mark.skipif(len(MODES) < 2, reason="the server takes credentials in one place only")
def test_credentials_in_both_places_get_a_documented_response() -> None:
    """Credentials in headers and body, the same or not, return accounts or a documented error."""
    send(_in_both_places())


def _in_both_places() -> Iterator[Request]:
    wrong = {name: near_miss(value) for name, value in ISSUED.items()}
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
    for header, name, other in ((CLIENT_ID_HEADER, "client_id", "secret"), (SECRET_HEADER, "secret", "client_id")):
        body = strict_json.encode({other: ISSUED[other], **BUILDER.fields()})
        yield BUILDER.raw("none", body, {}, headers={header: ISSUED[name]}, purpose="one credential in each place")


@pytest.mark.skipif("body" not in MODES, reason="the server takes no credentials in the body")
@pytest.mark.parametrize("name", ISSUED)
def test_odd_credentials_in_the_body_are_refused(name: str) -> None:
    """Credentials of another type, very long, or with other characters are refused and do no harm."""
    issued = ISSUED[name]
    odd: list[Any] = [None, 5, True, [], {}, [issued], "ä" * 20, "\0" * 8, "x" * 10_000]
    odd += [int(issued)] if issued.isdecimal() else []
    for value in odd:
        fields = {**ISSUED, **BUILDER.fields(), name: value}
        send([BUILDER.raw("none", strict_json.encode(fields), {}, purpose=f"{name}: {type(value).__name__}")])
