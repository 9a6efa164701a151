"""Decoding: the bytes of a response to models, by this client and its peers, and the memory that the models take."""

import gc
import importlib
import importlib.util
import json
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import attrs

from benchmarks import peers
from benchmarks.measuring import Effort, Measurement, interleaved
from plaid_accounts_contract.client.packages import package, parsers
from plaid_accounts_contract.reference_server import data
from plaid_accounts_contract.reference_server.accounts import identifier
from plaid_accounts_contract.reference_server.data import ALL_FIELDS
from plaid_accounts_contract.reference_server.records import to_object

OURS: Final = {"json": "plaid_accounts", "orjson": "plaid_accounts + orjson"}
STOCK: Final = "stock client"
PYDANTIC: Final = "pydantic"
PYDANTIC_DEFAULT: Final = "pydantic, default"
MSGSPEC: Final = "msgspec"
PLAID: Final = "plaid-python"
LOADS: Final = "json.loads, no models"
LACKS: Final = {
    STOCK: "checks no types, refuses unknown enum values",
    PYDANTIC: "refuses unknown enum values",
    PYDANTIC_DEFAULT: "refuses unknown enum values, drops unknown fields",
    MSGSPEC: "refuses unknown enum values, drops unknown fields",
}
"""What a peer does not do that this client does."""
_KEPT: Final = 1000
SIZES: Final = (1, 10, 100, 1000)
"""Accounts in a body."""
# By how many unknown fields each account has; the last of three contains others.
_UNKNOWN: Final = {"one": ("branch",), "three": ("branch", "tier", "owner")}

# Few accounts are verified, as the last of these ten is, which adds properties that others lack.
_TEN: Final = (*data.EVERYDAY.accounts, *data.TIMESTAMPED.accounts, ALL_FIELDS.accounts[0])


@attrs.frozen
class Engine:
    """One way to decode a body. `plain` turns the result back into a JSON value."""

    decode: Callable[[bytes], Any]
    plain: Callable[[Any], Any]


def measure(_folder: Path, effort: Effort) -> Iterator[Measurement]:
    """Measure the CPU time of decoding bodies of several sizes, and some with unknown fields."""
    decoders = {name: engine.decode for name, engine in engines().items()}
    bodies = {f"decoding {size:,} accounts, CPU time": encoded(size) for size in SIZES}
    for count, unknown in _UNKNOWN.items():
        bodies[f"100 accounts, {count} unknown in each, CPU time"] = encoded(100, unknown)
    for name, body in bodies.items():
        actions = {peer: partial(decode, body) for peer, decode in decoders.items()}
        yield Measurement(name, "second", STOCK, interleaved(actions, effort), LACKS)


def measure_memory(_folder: Path, _effort: Effort) -> Iterator[Measurement]:
    """Measure the bytes that one of many decoded accounts keeps allocated."""
    body = encoded(_KEPT)
    kept = {name: [_kept(engine.decode, body) / _KEPT] for name, engine in engines().items()}
    yield Measurement(f"memory for one of {_KEPT:,} decoded accounts", "byte", STOCK, kept)


def _kept(decode: Callable[[bytes], Any], body: bytes) -> int:
    decode(body)  # Fills caches, which belong to no account.
    gc.collect()
    tracemalloc.start()
    try:
        models = decode(body)
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
        del models
        return kept
    finally:
        tracemalloc.stop()


def engines() -> dict[str, Engine]:
    """Return every engine whose library and models can be imported, this client first."""
    found = {OURS[parser]: _ours(parser) for parser in parsers()}
    for name, module, engine in (
        (STOCK, peers.STOCK, _stock),
        (PYDANTIC, peers.PYDANTIC, _pydantic),
        (PYDANTIC_DEFAULT, peers.PYDANTIC_DEFAULT, _pydantic),
        (MSGSPEC, peers.MSGSPEC, _msgspec),
        (PLAID, "plaid", _plaid),
    ):
        if importlib.util.find_spec(module):
            found[name] = engine(importlib.import_module(module))
    for parser in parsers():
        found[f"{parser}.loads, no models"] = Engine(importlib.import_module(parser).loads, lambda value: value)
    return found


def _ours(parser: Any) -> Engine:
    installed = package(parser)
    read, decode = installed.decode.read, installed.models.AccountsGetResponse.from_dict
    return Engine(lambda body: read(body, decode), lambda value: value.to_dict())


def _stock(module: Any) -> Engine:
    decode = importlib.import_module(f"{module.__name__}.models").AccountsGetResponse.from_dict
    # What httpx does in response.json(), which the stock client calls.
    return Engine(lambda body: decode(json.loads(body)), lambda value: value.to_dict())


def _pydantic(module: Any) -> Engine:
    decode = module.AccountsGetResponse.model_validate_json
    return Engine(decode, lambda value: value.model_dump(mode="json", by_alias=True, exclude_unset=True))


def _msgspec(module: Any) -> Engine:
    msgspec: Any = importlib.import_module("msgspec")
    return Engine(msgspec.json.Decoder(module.AccountsGetResponse).decode, msgspec.to_builtins)


def _plaid(module: Any) -> Engine:
    models = (importlib.import_module("plaid.model.accounts_get_response").AccountsGetResponse,)
    deserialize = module.ApiClient(module.Configuration()).deserialize
    # plaid-python reads nothing of a response but its text.
    return Engine(
        lambda body: deserialize(SimpleNamespace(data=body.decode()), models, True), lambda value: value.to_dict()
    )


def encoded(accounts: int, unknown: Sequence[str] = ()) -> bytes:
    """Return the JSON text of a response with this many accounts, each with these unknown fields."""
    content = response(accounts)
    for number, account in enumerate(content["accounts"]):
        values = {"branch": f"Branch {number}", "tier": number, "owner": {"name": f"Name {number}", "tags": ["a", "b"]}}
        account |= {name: values[name] for name in unknown}
    return json.dumps(content, separators=(",", ":")).encode()


def response(accounts: int) -> dict[str, Any]:
    """Return a response with this many accounts, each with an id of its own."""
    listed = enumerate(islice(cycle(_TEN), accounts))
    found = [to_object(attrs.evolve(account, account_id=identifier(f"bench/{number}"))) for number, account in listed]
    return {"accounts": found, "item": to_object(data.TIMESTAMPED.details), "request_id": identifier("bench")[:15]}
