"""The guide to reading many Items, run against a rate-limited reference server."""

import asyncio
import json
import re
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from plaid_accounts import Client
from plaid_accounts_contract.reference_server import (
    Account,
    Balances,
    Dataset,
    Item,
    ItemDetails,
    RateLimit,
    ReferenceServer,
    reference_dataset,
    scripted_server,
)

GUIDE = Path(__file__).parents[2] / "openapi" / "guides" / "many-items.md"
ITEMS = 1000
LIMIT = RateLimit(per_item=2, per_client=250, seconds=0.5)
WITHIN = 0.9 * 250 * 60 / 0.5  # Calls a minute, with the 10% headroom that the guide recommends.


def _item(number: int) -> Item:
    account = Account(
        account_id=f"account{number}", balances=Balances(available=number, current=number, iso_currency_code="USD"),
        name=f"Account {number}", type="depository", subtype="checking",
    )  # fmt: skip
    details = ItemDetails(item_id=f"item{number}")
    return Item(access_token=f"access-sandbox-{number:06}", title="one account", details=details, accounts=(account,))


def _bank(items: int) -> AbstractContextManager[ReferenceServer]:
    """Run a server with many Items."""
    known = [_item(number) for number in range(items)]
    return scripted_server(dataset=Dataset.of(reference_dataset().credentials, known), rate_limit=LIMIT)


def _read(bank: ReferenceServer, results: Path, others: dict[str, str] | None = None) -> None:
    """Read all Items with the guide's code, unchanged, and with other tokens for some names."""
    (block,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(block, GUIDE.name, "exec"), names)  # noqa: S102 - the guide's own code
    tokens = {f"customer {number}": token for number, token in enumerate(bank.dataset.items)} | (others or {})

    async def read() -> None:
        async with Client(client_id=bank.client_id, secret=bank.secret, base_url=bank.url) as client:
            await names["read_all"](client, tokens, results, per_minute=WITHIN)

    asyncio.run(read())


def _balances(results: Path) -> dict[str, float]:
    lines = [json.loads(line) for line in results.read_text().splitlines()]
    assert len({line["name"] for line in lines}) == len(lines), "an Item was read twice"
    return {line["name"]: line["accounts"][0]["balances"]["current"] for line in lines}


def test_a_thousand_items_are_read_within_the_limit(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Every Item is read once, under its own name, without a 429, and progress is printed to the end."""
    with _bank(ITEMS) as bank:
        _read(bank, tmp_path / "results")
    assert _balances(tmp_path / "results") == {f"customer {number}": number for number in range(ITEMS)}
    assert Counter(call.status for call in bank.calls) == {200: ITEMS}
    assert f"{ITEMS} of {ITEMS} Items" in capfd.readouterr().err


def test_an_interrupted_run_resumes(tmp_path: Path) -> None:
    """A second run skips the complete lines of the file and repeats a truncated one: nothing is lost or read twice."""
    results = tmp_path / "results"
    with _bank(60) as bank:
        _read(bank, results)
        lines = results.read_text().splitlines(keepends=True)
        results.write_text("".join(lines[:25]) + lines[25][:17])
        _read(bank, results)
    assert _balances(results) == {f"customer {number}": number for number in range(60)}
    assert [call.status for call in bank.calls].count(200) == 60 + 35


def test_a_failing_item_does_not_stop_the_others(tmp_path: Path) -> None:
    """One Item's error is stored beside the accounts of the others."""
    results = tmp_path / "results"
    with _bank(5) as bank:
        _read(bank, results, {"customer 3": "access-sandbox-never-issued"})
    lines = {line["name"]: line for line in map(json.loads, results.read_text().splitlines())}
    assert [name for name, line in lines.items() if "error" in line] == ["customer 3"]
    assert "INVALID_ACCESS_TOKEN" in lines["customer 3"]["error"]
