"""With and without the extra orjson, the same responses give the same objects and errors."""

import json
from typing import Any

import pytest
from hypothesis import strategies

from plaid_accounts_contract.client import bodies, broken_bodies
from plaid_accounts_contract.client.calls import call, client, responding
from plaid_accounts_contract.client.effort import generated
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.packages import package, parsers
from plaid_accounts_contract.client.test_bytes import CONTENT, WRONG

pytestmark = pytest.mark.skipif(
    "orjson" not in parsers(), reason="orjson is not installed: pip install plaid-accounts[orjson]"
)

TEXTS = ['{"a": 1e400}', '{"a": 9007199254740993}', '{"a": 123456789012345678901234567890}', '{"a": 1, "a": 2}', '"\\ud800"',
         '{"a": "\\ud83d\\ude00"}', '{"a": -0}', '{"a": 1.0}', '{"a": 1E5}', '{"a": 0.1000000000000000055}', "[1e-400]", "\u2028",
         '{"a": "\x7f"}', '{"a": "\t"}', '{"a": 01}', '{"a": +1}', '{"a": .5}', '{"a": 5.}', "nul", "[,]", "1 2"]  # fmt: skip


def same(content: bytes, status: int) -> None:
    """Check that both parsers give the same result."""
    outcomes = [call(client(responding(content, status), parser=parser), parser=parser) for parser in parsers()]
    shown = [(outcome.summary(), repr(outcome.value), vars_of(outcome.error)) for outcome in outcomes]
    assert repr(shown[0]) == repr(shown[1])


def vars_of(error: BaseException | None) -> str:
    """Return the attributes of an exception in words."""
    return "" if error is None else repr(sorted((name, repr(value)) for name, value in vars(error).items()))


@guarantee("json-and-orjson-same")
def test_only_one_of_them_uses_orjson() -> None:
    """The client uses orjson if it is installed, and otherwise the json module."""
    found = [package(parser).decode.fast_loads for parser in parsers()]
    assert [bool(loads) for loads in found] == [False, True]


@generated(150, content=CONTENT, status=strategies.sampled_from((200, 400)))
@guarantee("json-and-orjson-same")
def test_arbitrary_bytes_end_in_the_same(content: bytes, status: int) -> None:
    """Arbitrary bytes give the same object or the same error."""
    same(content, status)


@pytest.mark.parametrize("content", [content for content, _ in WRONG.values()], ids=WRONG)
@guarantee("json-and-orjson-same")
def test_a_body_that_is_not_json_gives_the_same(content: bytes) -> None:
    """A body that is not JSON gives the same error."""
    same(content, 200)


@pytest.mark.parametrize("text", TEXTS)
@guarantee("json-and-orjson-same")
def test_texts_that_parsers_disagree_about_end_in_the_same(text: str) -> None:
    """Texts that JSON parsers disagree about are read the same, in a field, in an unknown property and alone."""
    inner: Any = bodies.complete()
    for place in (("accounts", 0, "balances", "limit"), ("accounts", 0, "name"), ("novelty",)):
        body = json.dumps(broken_bodies.changed(inner, place, "TEXT")).replace('"TEXT"', text)
        same(body.encode(), 200)
    same(text.encode(), 200)
