"""What holds between exchanges: identifiers, repetition, parallel requests, secrets."""

import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from meta.reference_server.caller import CLIENT_ID, JSON, KEYS, PATH, SECRET, Caller
from plaid_accounts_contract.reference_server import Running, create_app, data, reference_world, running
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.portfolio import PORTFOLIO

TOKENS = list(reference_world().items)


def test_each_answer_has_its_own_request_id(caller: Caller) -> None:
    """Hundreds of answers of every kind carry distinct request_ids of fifteen letters and digits."""
    ids: list[str] = [caller.post({"access_token": token}).json()["request_id"] for token in TOKENS * 8]
    ids += [caller.http.get(path).json()["request_id"] for path in (PATH, "/") for _ in range(20)]
    assert len(set(ids)) == len(ids) > 300
    assert all(re.fullmatch("[0-9A-Za-z]{15}", entry) for entry in ids)


def test_the_same_request_gives_the_same_answer(caller: Caller) -> None:
    """Asked again, an Item answers as before, but for the request_id."""
    for item in (data.EVERYDAY, PORTFOLIO):
        first, second = caller.get_accounts(item), caller.get_accounts(item)
        assert first.pop("request_id") != second.pop("request_id")
        assert first == second


def test_servers_answer_alike(caller: Caller) -> None:
    """A new server shows the same world as every other."""
    with running(create_app()) as other:
        again = caller.http.post(f"{other.url}{PATH}", json={"access_token": PORTFOLIO.access_token}, headers=KEYS)
    assert again.json()["accounts"] == caller.get_accounts(PORTFOLIO)["accounts"]


def test_parallel_requests_are_not_mixed_up(caller: Caller) -> None:
    """Two hundred requests at once, for several Items and filters, each get their own answer."""
    items = [data.EVERYDAY, data.BUSINESS, data.TIMESTAMPED, PORTFOLIO]

    def ask(number: int) -> tuple[Item, list[str], list[str], str]:
        item = items[number % len(items)]
        wanted = item.account_ids()[: 1 + number % 3]
        body = caller.get_accounts(item, wanted)
        assert body["item"]["item_id"] == item.details.item_id
        return item, wanted, [account["account_id"] for account in body["accounts"]], body["request_id"]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(200)))
    assert all(wanted == shown for _, wanted, shown, _ in answers)
    assert len({request_id for *_, request_id in answers}) == 200


def test_no_answer_and_no_log_holds_a_secret(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is sent and wherever it stands, no client_id, secret or token comes back or is logged."""
    secrets = [CLIENT_ID, SECRET, *TOKENS]
    body = {"access_token": data.EVERYDAY.access_token, "client_id": CLIENT_ID, "secret": SECRET}
    requests = [
        *({**body, "access_token": token} for token in TOKENS),
        {**body, SECRET: SECRET},
        {**body, "options": {CLIENT_ID: TOKENS}},
        {**body, "options": {"account_ids": [SECRET, CLIENT_ID, *TOKENS]}},
        {**body, "options": SECRET},
        {**body, "secret": [SECRET]},
        {**body, "client_id": SECRET},
        {"access_token": SECRET},
    ]
    with caplog.at_level(logging.DEBUG):
        shown = [_shown(caller, json.dumps(request), JSON, PATH) for request in requests]
        shown.append(_shown(caller, json.dumps(body) + SECRET, {**JSON, "Plaid-Version": SECRET}, PATH))
        shown.append(_shown(caller, json.dumps(body), {"Content-Type": SECRET}, PATH))
        shown.append(_shown(caller, json.dumps(body), KEYS, f"/{SECRET}/?secret={SECRET}"))
    assert len(shown) > 40
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
    for secret in secrets:
        assert not [text for text in (*shown, *logged) if secret in text]
    assert len(logged) >= len(shown)


def _shown(caller: Caller, content: str, headers: dict[str, str], path: str) -> str:
    response = caller.http.post(path, content=content, headers=headers)
    return f"{response.text} {response.headers}"


def test_the_log_names_each_exchange(server: Running, caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    """One line for each exchange gives its status, its request_id and, for an error, its code."""
    assert server.port
    with caplog.at_level(logging.INFO, "plaid_accounts_contract.reference_server"):
        found = caller.get_accounts(data.EVERYDAY)
        refused = caller.post({}).json()
    lines = [record.getMessage() for record in caplog.records if record.name.endswith("reference_server")]
    assert lines == [
        f"200 request_id={found['request_id']}",
        f"400 request_id={refused['request_id']} MISSING_FIELDS",
    ]
