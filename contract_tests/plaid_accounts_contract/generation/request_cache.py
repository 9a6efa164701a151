"""Generated requests; those to the embedded server are kept in a file for its next run.

They hold the credentials of the server, which are public only for the embedded one: those to other servers are never kept.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import attrs

from plaid_accounts_contract.settings import Mode, Settings
from plaid_accounts_contract.wire.exchange import Request

_GENERATORS: Final = ("hypothesis", "schemathesis", "jsonschema-rs", "requests")


def generated(settings: Settings, document: dict[str, Any], mode: Mode, number: int) -> Sequence[Request]:
    """Return requests, by the arguments alone, to the operation of a narrowed document, `number` of them random."""
    file = Path(settings.cache_dir) / f"{_operation_id(document)}-{mode}.json" if settings.cache_dir else None
    key = _key(settings, document, mode, number) if file else ""
    kept = _load(file, key) if file else None
    if kept is not None:
        return kept
    from plaid_accounts_contract.generation import fuzzing  # noqa: PLC0415 - takes a second to import

    requests = fuzzing.generate(settings, document, mode, number)
    if file:
        _store(file, key, requests)
    return requests


def _operation_id(document: dict[str, Any]) -> str:
    (methods,) = document["paths"].values()
    (operation,) = methods.values()
    return str(operation["operationId"])


def _key(settings: Settings, document: dict[str, Any], mode: Mode, number: int) -> str:
    """Return a digest of everything that the requests depend on."""
    sources = [Path(__file__).with_name(name).read_text("utf-8") for name in ("fuzzing.py", "request_cache.py")]
    versions = [sys.version, *map(version, _GENERATORS)]
    inputs = [document, mode, number, settings.seed, settings.quick, versions, sources]
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()


def _load(file: Path, key: str) -> list[Request] | None:
    """Return the requests in `file`, or None if it has none for this key."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        kept = json.loads(file.read_text("utf-8"))
        if kept["key"] == key:
            return [_request(**fields) for fields in kept["requests"]]
    return None


def _store(file: Path, key: str, requests: Sequence[Request]) -> None:
    # A folder that can't be written costs the next run time, and nothing else.
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as new:
            kept = [attrs.asdict(one) | {"body": one.body.decode("latin-1")} for one in requests]
            json.dump({"key": key, "requests": kept}, new)
        Path(new.name).replace(file)


def _request(*, headers: list[list[str]], body: str, **fields: Any) -> Request:
    return Request(headers=tuple((name, value) for name, value in headers), body=body.encode("latin-1"), **fields)
