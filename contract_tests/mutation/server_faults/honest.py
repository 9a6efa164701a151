"""What the reference server answers: to `/accounts/get` without asking it, to any other operation by asking."""

import asyncio
from collections.abc import Iterator
from typing import Any

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call, Json
from mutation.server_faults.middleware import ask
from plaid_accounts_contract.reference_server.app import create_app
from plaid_accounts_contract.reference_server.data import reference_world
from plaid_accounts_contract.reference_server.document import Document, Operation, request_schema, resolve
from plaid_accounts_contract.reference_server.errors import CATALOGUE
from plaid_accounts_contract.reference_server.instances import instance
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import to_object
from plaid_accounts_contract.reference_server.world import World


def listing(item: Item) -> Json:
    """Give the body of a 200 for an Item."""
    return {
        "accounts": [to_object(account) for account in item.accounts],
        "item": to_object(item.details),
        "request_id": "request",
    }


def answered(status: int, operation_id: str = "accountsGet") -> list[Json]:
    """Give a body for every Item of the reference world, or every error of an operation, that is answered with a status."""
    if status != 200:
        kinds = [kind for kind in CATALOGUE.values() if kind.status == status and kind.concerns(operation_id)]
        return [dict(kind.body("request")) for kind in kinds]
    return [listing(item) for item in reference_world().items.values() if item.failure is None]


def answered_by(document: Document, operation: Operation) -> list[Json]:
    """Give the body of each 200 of another operation, asked once for every sound Item of the reference world."""
    return asyncio.run(_answered_by(document, operation))


async def _answered_by(document: Document, operation: Operation) -> list[Json]:
    world = reference_world()
    app = create_app(world, contract=document)
    scope = {"type": "http", "path": operation.path, "query_string": b"", "root_path": "", "app": app}
    answers = [await ask(app, call, scope) for call in _calls(document, operation, world)]
    distinct = {_without_request_id(answer): answer.json for answer in answers if answer.status == 200}
    return list(distinct.values())


def _calls(document: Document, operation: Operation, world: World) -> Iterator[Call]:
    """Yield a valid request for every sound Item; where no Item is asked for, they are all the same."""
    template = _template(document, operation)
    headers = ((b"content-type", b"application/json"),)
    for token, item in world.items.items():
        if item.failure is None:
            fields = {**template, "access_token": token} if "access_token" in template else template
            yield Call(operation.method, headers, b"", world).with_json(fields).authenticated()


def _template(document: Document, operation: Operation) -> dict[str, Json]:
    """Give the properties that a request needs, from the contract's first example that has them, or as small as may be."""
    schema = resolve(document, request_schema(document, operation))
    needed = [name for name in schema.get("required", ()) if name not in ("client_id", "secret")]
    body = resolve(document, operation.definition.get("requestBody", {}))
    entries: dict[str, Any] = body.get("content", {}).get("application/json", {}).get("examples", {})
    examples = (resolve(document, entry).get("value") for entry in entries.values())
    fitting = [value for value in examples if isinstance(value, dict) and set(needed) <= set(value)]
    value = fitting[0] if fitting else instance(document, schema)
    return {name: value[name] for name in needed}


def _without_request_id(answer: Answer) -> str:
    body = answer.json
    return repr(
        {name: value for name, value in body.items() if name != "request_id"} if isinstance(body, dict) else body
    )
