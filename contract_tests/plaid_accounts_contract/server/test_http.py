"""Methods, media types and headers."""

import pytest

from plaid_accounts_contract.generation.request_builder import CLIENT_ID_HEADER, SECRET_HEADER
from plaid_accounts_contract.server.requests import BUILDER, ISSUED, MODES, PRIMARY, in_each_mode, send
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire import strict_json


@in_each_mode
def test_other_methods_are_refused(mode: Mode) -> None:
    """Other methods are refused, with and without a body; OPTIONS may succeed, and does no harm."""
    valid = BUILDER.valid(mode)
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"):
        send(
            [
                BUILDER.raw(mode, valid.body, method=method, purpose=f"{method} with the body of a valid request"),
                BUILDER.raw(mode, b"", method=method, purpose=f"{method} without a body"),
            ]
        )


@in_each_mode
def test_another_media_type_is_refused(mode: Mode) -> None:
    """A body is read as JSON only if Content-Type is JSON."""
    body = BUILDER.valid(mode, PRIMARY.account_ids[:1]).body
    kinds = (
        "text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data", "text/json", "json",
        "application/json-seq", "application/vnd.api+json", "application/octet-stream",
    )  # fmt: skip
    send([BUILDER.raw(mode, body, headers={"Content-Type": None}, purpose="no Content-Type")])
    send(BUILDER.raw(mode, body, headers={"Content-Type": kind}, purpose=f"Content-Type {kind}") for kind in kinds)


@in_each_mode
def test_a_charset_of_utf_8_is_accepted(mode: Mode) -> None:
    """application/json is recognised in any case and with charset=utf-8."""
    body = BUILDER.valid(mode, PRIMARY.account_ids[:1]).body
    kinds = ("application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON")
    send(BUILDER.raw(mode, body, headers={"Content-Type": kind}, purpose=f"Content-Type {kind}") for kind in kinds)


@in_each_mode
def test_the_api_version_is_optional(mode: Mode) -> None:
    """A request may name version 2020-09-14; the contract does not cover the responses of other versions."""
    send(
        BUILDER.request(
            mode, BUILDER.fields(), headers={"Plaid-Version": version}, purpose=f"Plaid-Version {version!r}"
        )
        for version in ("2020-09-14", "2019-05-29", "tomorrow", "")
    )


@pytest.mark.skipif("header" not in MODES, reason="the server takes no credentials in headers")
def test_header_names_are_not_case_sensitive() -> None:
    """Credential headers are recognised in any case."""
    headers = {CLIENT_ID_HEADER.lower(): ISSUED["client_id"], SECRET_HEADER.lower(): ISSUED["secret"]}
    body = strict_json.encode(BUILDER.fields())
    send([BUILDER.raw("header", body, {}, headers=headers, purpose="header names in lower case")])
