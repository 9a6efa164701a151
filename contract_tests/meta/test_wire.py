"""What goes over HTTP: a real socket, bounded in time and size, and JSON read strictly, whatever the server does."""

import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaid_accounts_contract.checks.schema import body_mismatches
from plaid_accounts_contract.client import misbehaving_servers
from plaid_accounts_contract.client.misbehaving_servers import Behaviour, Connection, serving
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import Request
from plaid_accounts_contract.wire.target import MAX_BODY, Pace, Target, Unreachable

REQUEST = Request("POST", "/accounts/get", (("Content-Type", "application/json"),), b"{}")
CONTRACT = Contract.load()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def _dripping(start: bytes, piece: bytes) -> Behaviour:
    """Send one piece after the other, each in time, so that no single read ever times out."""

    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(start)
        while not connection.ended.wait(0.05):
            connection.send(piece)

    return behave


def _encoded(coding: str, content: bytes) -> Behaviour:
    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(misbehaving_servers.complete(content, b"Content-Encoding: " + coding.encode()))

    return behave


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (misbehaving_servers.hang, "within 0.5 seconds"),
        (_dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "), "within 0.5 seconds"),
        (_dripping(b"HTTP/1.1 200 OK\r\n", b"X-Wait: 1\r\n"), "within 0.5 seconds"),
        (_dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), "within 0.5 seconds"),
        (misbehaving_servers.reset, "no response from"),
        (misbehaving_servers.sending("not_http"), "no response from"),
        (misbehaving_servers.flood, "more than 8 MiB"),
        (_encoded("gzip", gzip.compress(bytes(MAX_BODY + 1), 1)), "more than 8 MiB"),
    ],
)
def test_a_server_that_does_not_respond_is_given_up(behaviour: Behaviour, said: str) -> None:
    """Silence, drips in body, headers or interim responses, a reset, another protocol and floods end in an error."""
    timeout = 0.5 if said.startswith("within") else 30
    with serving(behaviour) as url, Target(url, timeout=timeout) as target, pytest.raises(Unreachable, match=said):
        target.send(REQUEST)


_OBJECT = b'{"a":1}'
_NOT_OFFERED = "Content-Encoding {}, which Accept-Encoding does not offer"


@pytest.mark.parametrize(
    ("behaviour", "body", "transport_error"),
    [
        (misbehaving_servers.sending("cut_short"), None, "the body ends before its announced length"),
        (misbehaving_servers.sending("bad_gzip"), None, "the body is not what Content-Encoding gzip announces"),
        *(
            (_encoded(coding, _OBJECT), _OBJECT, _NOT_OFFERED.format(coding))
            for coding in ("br", "zstd", "gzip, gzip", "compress")
        ),
        (_encoded("gzip", gzip.compress(_OBJECT)), _OBJECT, ""),
        (_encoded("gzip", gzip.compress(_OBJECT[:4]) + gzip.compress(_OBJECT[4:])), _OBJECT, ""),
        (_encoded("deflate", zlib.compress(_OBJECT)), _OBJECT, ""),
        (_encoded("deflate", zlib.compress(_OBJECT)[2:-4]), _OBJECT, ""),
        (_encoded("identity", _OBJECT), _OBJECT, ""),
    ],
)
def test_a_body_is_read_as_far_as_it_goes(behaviour: Behaviour, body: bytes | None, transport_error: str) -> None:
    """The codings on offer are undone, deflate with and without its header; what is cut short or in another is an error."""
    with serving(behaviour) as url, Target(url) as target:
        response = target.send(REQUEST)
    assert (response.status, response.transport_error) == (200, transport_error)
    assert body in (None, response.body)


def test_a_rate_limit_spaces_requests() -> None:
    """A limit of n requests a minute stands for one every 60/n seconds; none stands for no wait."""
    assert Pace.per_minute(100).interval == 0.6
    assert Pace.per_minute(0).interval == 0


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xef\xbb\xbf{}", "a byte order mark before the JSON text"),
        (b'{"a":1,"a":2}', "the name 'a' occurs twice in one object"),
        (b'{"a":{"b":1,"b":1}}', "the name 'b' occurs twice in one object"),
        (b'{"a":NaN}', "NaN, which is not JSON"),
        (b'{"a":-Infinity}', "-Infinity, which is not JSON"),
        (b'{"a":"\\ud800"}', "a lone surrogate in a string"),
    ],
)
def test_what_readers_disagree_about_is_named(data: bytes, problem: str) -> None:
    """The text is read, and what a strict reader objects to is named."""
    parsed = strict_json.parse(data)
    assert parsed.unreadable == ""
    assert parsed.problems == (problem,)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xff{}", "not UTF-8 at byte 0"),
        (b'{"a":', "not JSON"),
        (b"{}{}", "not JSON"),
        (b"{'a':1}", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * 300 + b"]" * 300, "nested too deeply"),
        (b'["]]",' * 300 + b"1" + b"]" * 300, "nested too deeply"),
        (b"9" * 5000, "not JSON"),
    ],
)
def test_what_is_no_json_says_why(data: bytes, reason: str) -> None:
    """Bytes that are no JSON text, or none that can be judged, say why."""
    assert strict_json.parse(data).unreadable.startswith(reason)


@given(JSON)
def test_sound_json_has_no_problems(value: object) -> None:
    """What is encoded is read back as it was, without a problem."""
    parsed = strict_json.parse(strict_json.encode(value))
    assert parsed == strict_json.Parsed(value)


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_response_breaks_the_judge(data: bytes) -> None:
    """Whatever a target sends is read and held against the schemas, and each violation has a place in the contract."""
    value = strict_json.parse(data).value
    for name in ("AccountsGetResponse", "PlaidError"):
        for mismatch in body_mismatches(CONTRACT, ("components", "schemas", name), value):
            assert CONTRACT.at(mismatch.pointer) is not None, mismatch


def test_lone_surrogates_are_judged() -> None:
    """A string that cannot be written as UTF-8 is held against the schema all the same."""
    value = strict_json.parse(b'{"error_type":"\\ud800"}').value
    clauses = {
        mismatch.clause for mismatch in body_mismatches(CONTRACT, ("components", "schemas", "PlaidError"), value)
    }
    assert "#/components/schemas/PlaidErrorType/enum" in clauses


def test_a_large_body_is_read_again_for_its_request_id_alone() -> None:
    """Bodies that differ in their request_id share all else; any other difference is seen, as are brackets in texts."""
    accounts = [{"account_id": f"a{number}", "name": "[[[{"} for number in range(1000)]
    first, second, other = (
        strict_json.encode({"accounts": listed, "request_id": name})
        for listed, name in ((accounts, "1"), (accounts, "2"), ([*accounts, {}], "3"))
    )
    read = [strict_json.parse(body) for body in (first, second, other)]
    assert [one.value for one in read] == [json.loads(body) for body in (first, second, other)]
    assert read[0].met is read[1].met is not read[2].met
    assert read[0].value["accounts"] is read[1].value["accounts"]
    nested = first.replace(b'"accounts"', b'"request_id":"x","accounts"')
    assert strict_json.parse(nested).problems == ("the name 'request_id' occurs twice in one object",)
