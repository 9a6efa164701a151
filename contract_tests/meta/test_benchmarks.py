"""The benchmarks measure like with like: valid bodies, decoded to the same values by every engine."""

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from benchmarks import decoding, peers
from benchmarks.decoding import LACKS, Engine, engines
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.wire.strict_json import comparable

RESPONSE = ("components", "schemas", "AccountsGetResponse")
SEVERAL = 10


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Engine]]:
    """Return every engine that is installed, with the peers that are generated from the contract."""
    folder = tmp_path_factory.mktemp("peers")
    peers.generate(folder)
    sys.path.insert(0, str(folder))
    try:
        yield engines()
    finally:
        sys.path.remove(str(folder))


@pytest.mark.parametrize("accounts", decoding.SIZES)
def test_bodies_follow_the_contract(accounts: int) -> None:
    """Each body is valid and has the given number of accounts, each with an id of its own."""
    body = json.loads(decoding.encoded(accounts))
    assert [error.message for error in Contract.load().validator(RESPONSE).iter_errors(body)] == []
    assert len({account["account_id"] for account in body["accounts"]}) == accounts


def test_bodies_have_every_field() -> None:
    """From ten accounts on, a body has every property of accounts, balances, insights and the Item."""
    body = decoding.response(SEVERAL)
    accounts = body["accounts"]
    seen = {
        "Account": accounts,
        "AccountBalances": [account["balances"] for account in accounts],
        "AccountVerificationInsights": [account.get("verification_insights") or {} for account in accounts],
        "Item": [body["item"]],
    }
    schemas = Contract.load().at(("components", "schemas"))
    for name, objects in seen.items():
        assert {key for each in objects for key in each} == set(schemas[name]["properties"])


def test_engines_decode_the_same_values(readers: dict[str, Engine]) -> None:
    """Encoded again, what each engine decoded is the body: no engine is faster for leaving something out."""
    body = comparable(decoding.response(SEVERAL))
    assert len(readers) >= 5
    for name, engine in readers.items():
        assert comparable(engine.plain(engine.decode(decoding.encoded(SEVERAL)))) == body, name


def test_what_engines_lack_is_named(readers: dict[str, Engine]) -> None:
    """Each engine is labelled with whether it drops unknown fields or rejects unknown enum values."""
    for name, engine in readers.items():
        account = engine.plain(engine.decode(decoding.encoded(1, ("branch",))))["accounts"][0]
        assert ("branch" not in account) == ("drops unknown fields" in LACKS.get(name, "")), name
        unknown = decoding.encoded(1).replace(b'"depository"', b'"new"')
        refuses = "refuses unknown enum values" in LACKS.get(name, "")
        with pytest.raises(ValueError, match=r"new|enum") if refuses else nullcontext():
            engine.decode(unknown)
