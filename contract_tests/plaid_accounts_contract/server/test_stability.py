"""The same question gives the same answer: one after the other, in between others, and in parallel."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from plaid_accounts_contract.server.requests import BUILDER, MODES, RUN, in_each_mode, send
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.exchange import Request

PRIMARY = RUN.test_data.primary
REPEATS = 5 if RUN.settings.quick else 25


@in_each_mode
def test_the_same_request_gives_the_same_answer(mode: Mode) -> None:
    """Asked again and again, the Item shows the same accounts under a new request_id each time."""
    send(BUILDER.valid(mode, purpose="the same request again") for _ in range(REPEATS))


@in_each_mode
def test_a_refused_request_leaves_nothing_behind(mode: Mode) -> None:
    """A valid request is answered the same after a refused one."""
    refused = BUILDER.valid(mode, ("unknown",), purpose="a refused request in between")
    for ids in (None, PRIMARY.account_ids[:1], PRIMARY.account_ids[-1:]):
        send([refused, BUILDER.valid(mode, ids, purpose="a valid request after a refused one")])


def test_parallel_requests_are_kept_apart() -> None:
    """Requests that run at the same time are each answered as if they ran alone."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(RUN.send, _mixed() * (1 if RUN.settings.quick else 3)))


def _mixed() -> list[Request]:
    requests = []
    for mode in MODES:
        for item in RUN.test_data.items:
            ids = item.account_ids
            for wanted in (None, ids[:1], ids[-1:], ids[:2]):
                purpose = "one of several at the same time"
                requests.append(BUILDER.valid(mode, wanted, access_token=item.access_token, purpose=purpose))
        requests.append(BUILDER.valid(mode, ("unknown",), purpose="a refused one among several at the same time"))
    return requests
