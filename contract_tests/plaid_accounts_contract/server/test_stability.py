"""The same request returns the same data: repeated, after refused requests, and concurrently."""

from concurrent.futures import ThreadPoolExecutor

from plaid_accounts_contract.server.requests import BUILDER, DATA, MODES, PRIMARY, RUN, in_each_mode, send
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.exchange import Request

# Enough for a server that alternates between several instances or caches.
REPEATS = 5 if RUN.settings.quick else 25
ROUNDS = 1 if RUN.settings.quick else 3
THREADS = 8


@in_each_mode
def test_the_same_request_gives_the_same_response(mode: Mode) -> None:
    """Repeated requests return the same accounts, each with a new request_id."""
    send(BUILDER.valid(mode, purpose="the same request again") for _ in range(REPEATS))


@in_each_mode
def test_a_refused_request_leaves_nothing_behind(mode: Mode) -> None:
    """A refused request does not change the response to a valid one."""
    refused = BUILDER.valid(mode, ("unknown",), purpose="a refused request in between")
    for ids in (None, PRIMARY.account_ids[:1], PRIMARY.account_ids[-1:]):
        send([refused, BUILDER.valid(mode, ids, purpose="a valid request after a refused one")])


def test_parallel_requests_are_kept_apart() -> None:
    """Concurrent requests get the same responses as requests one after the other."""
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(RUN.send, _mixed() * ROUNDS))


def _mixed() -> list[Request]:
    requests = []
    for mode in MODES:
        for item in DATA.items:
            ids = item.account_ids
            requests += [
                BUILDER.valid(mode, wanted, access_token=item.access_token, purpose="one of several at the same time")
                for wanted in (None, ids[:1], ids[-1:], ids[:2])
            ]
        requests.append(BUILDER.valid(mode, ("unknown",), purpose="a refused one among several at the same time"))
    return requests
