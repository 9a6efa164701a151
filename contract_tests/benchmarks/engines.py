"""What turns the bytes of a body into objects: this client and its peers."""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Callable
from typing import Any, Final

import attrs

from benchmarks import peers
from plaid_accounts_contract.client.packages import package, parsers

STOCK: Final = "stock client"
STOCK_OPEN: Final = "stock client, open enums"
OURS: Final = {"json": "plaid_accounts", "orjson": "plaid_accounts + orjson"}
PLAID: Final = "plaid-python"
PYDANTIC: Final = "pydantic"
PYDANTIC_OPEN: Final = "pydantic, open enums"
MSGSPEC: Final = "msgspec"
LIMIT: Final = "json.loads, no models"
ORJSON_LIMIT: Final = "orjson.loads, no models"


@attrs.frozen
class Engine:
    """One way to read a body."""

    name: str
    decode: Callable[[bytes], Any]
    plain: Callable[[Any], Any]
    """Turns what was read back into what JSON can say."""


def engines() -> dict[str, Engine]:
    """Return every engine whose library and models are there to import, this client first."""
    found = [*_ours(), _stock(STOCK, peers.CLOSED), _stock(STOCK_OPEN, peers.OPEN)]
    for needed, name, make in (
        (peers.PYDANTIC, PYDANTIC, _pydantic),
        (peers.PYDANTIC_OPEN, PYDANTIC_OPEN, _pydantic),
        (peers.MSGSPEC, MSGSPEC, _msgspec),
        ("plaid", PLAID, _plaid),
    ):
        if importlib.util.find_spec(needed):
            found.append(make(name, needed))
    found.append(Engine(LIMIT, json.loads, _same))
    if importlib.util.find_spec("orjson"):
        found.append(Engine(ORJSON_LIMIT, importlib.import_module("orjson").loads, _same))
    return {engine.name: engine for engine in found}


def _same(value: Any) -> Any:
    return value


def _ours() -> list[Engine]:
    """Return the client with each parser: bytes to models as a call reads them."""
    made: list[Engine] = []
    for parser in parsers():
        installed = package(parser)
        read, decode = installed.decode.read, installed.models.AccountsGetResponse.from_dict
        made.append(Engine(OURS[parser], _reader(read, decode), lambda value: value.to_dict()))
    return made


def _reader(read: Callable[[bytes, Any], Any], decode: Any) -> Callable[[bytes], Any]:
    return lambda body: read(body, decode)


def _stock(name: str, module: str) -> Engine:
    decode = importlib.import_module(f"{module}.models").AccountsGetResponse.from_dict
    # What httpx does for response.json(), which the stock client calls.
    return Engine(name, lambda body: decode(json.loads(body)), lambda value: value.to_dict())


def _pydantic(name: str, module: str) -> Engine:
    decode = importlib.import_module(module).AccountsGetResponse.model_validate_json
    return Engine(name, decode, lambda value: value.model_dump(mode="json", by_alias=True, exclude_unset=True))


def _msgspec(name: str, module: str) -> Engine:
    msgspec: Any = importlib.import_module("msgspec")
    decode = msgspec.json.Decoder(importlib.import_module(module).AccountsGetResponse).decode
    return Engine(name, decode, msgspec.to_builtins)


@attrs.frozen
class _Received:
    """As much of a response as plaid-python reads."""

    data: str


def _plaid(name: str, module: str) -> Engine:
    plaid: Any = importlib.import_module(module)
    models = (importlib.import_module("plaid.model.accounts_get_response").AccountsGetResponse,)
    deserialize = plaid.ApiClient(plaid.Configuration()).deserialize

    def decode(body: bytes) -> Any:
        return deserialize(_Received(body.decode()), models, True)

    return Engine(name, decode, lambda value: value.to_dict())
