"""Operations that the contract does not have, written as an edit of the contract would write them, for trying the rest."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from plaid_accounts_contract.contract import Contract

Node = dict[str, Any]

_OPERATIONS: Final[Node] = yaml.safe_load("""
/accounts/balance/peek:
  post:
    operationId: accountsBalancePeek
    tags: [accounts]
    summary: Retrieve balances
    description: Reads the balances from the institution, which takes seconds.
    parameters: [{$ref: "#/components/parameters/PlaidVersion"}]
    requestBody:
      required: true
      content: {application/json: {schema: {$ref: "#/components/schemas/AccountsBalancePeekRequest"}}}
    responses:
      "200":
        description: The accounts of the Item, or those asked for.
        content: {application/json: {schema: {$ref: "#/components/schemas/AccountsGetResponse"}}}
      "400": {$ref: "#/components/responses/BadRequest"}
      "429": {$ref: "#/components/responses/TooManyRequests"}
      "500": {$ref: "#/components/responses/InternalServerError"}
/webhook_key/fetch:
  post:
    operationId: webhookKeyFetch
    tags: [webhooks]
    summary: Retrieve a key for webhooks
    description: Returns the key that a webhook was signed with.
    parameters: [{$ref: "#/components/parameters/PlaidVersion"}]
    requestBody:
      required: true
      content: {application/json: {schema: {$ref: "#/components/schemas/WebhookKeyFetchRequest"}}}
    responses:
      "200":
        description: The key.
        content:
          application/json:
            schema: {$ref: "#/components/schemas/WebhookKeyFetchResponse"}
            examples:
              current:
                summary: A key in use
                value:
                  key: {alg: ES256, created_at: 1560466143, crv: P-256, expired_at: null, kid: k1, kty: EC, use: sig,
                        x: hKXLGIjWvCBv-cP5euCTxl8g9GLG9zHo_3pO5NN1DwQ, y: shhexqPB7YffGn6fR6h2UhTSuCtPmfzQJ6ENVIoO4Ys}
                  request_id: RZ6Omi1bzzwDaLo
      "400": {$ref: "#/components/responses/BadRequest"}
      "500": {$ref: "#/components/responses/InternalServerError"}
/link/session/begin:
  post:
    operationId: linkSessionBegin
    tags: [link]
    summary: Create a Link token
    description: Makes a token that Link is started with.
    parameters: [{$ref: "#/components/parameters/PlaidVersion"}]
    requestBody:
      required: true
      content: {application/json: {schema: {$ref: "#/components/schemas/LinkSessionBeginRequest"}}}
    responses:
      "200":
        description: The token.
        content: {application/json: {schema: {$ref: "#/components/schemas/LinkSessionBeginResponse"}}}
      "400": {$ref: "#/components/responses/BadRequest"}
      "429": {$ref: "#/components/responses/TooManyRequests"}
      "503": {$ref: "#/components/responses/ServiceUnavailable"}
""")

_KEYS: Final = """
client_id: {type: string, minLength: 1, description: Identifies the application.}
secret: {type: string, format: password, minLength: 1, description: The application's key.}
"""

_SCHEMAS: Final[Node] = yaml.safe_load("""
AccountsBalancePeekRequest:
  type: object
  description: Which Item to read, and how old its balances may be.
  required: [access_token]
  additionalProperties: false
  properties:
    access_token: {type: string, format: password, minLength: 1, description: Stands for the Item.}
    options: {$ref: "#/components/schemas/AccountsBalancePeekRequestOptions"}
AccountsBalancePeekRequestOptions:
  type: object
  description: Narrows the answer.
  additionalProperties: false
  properties:
    account_ids: {type: array, description: The accounts to return., items: {type: string, minLength: 1}}
    min_last_updated_datetime: {type: string, format: date-time, description: The oldest balances that will do.}
WebhookKeyFetchRequest:
  type: object
  description: Which key to return.
  required: [key_id]
  additionalProperties: false
  properties:
    key_id: {type: string, minLength: 1, description: The kid in the head of the token.}
WebhookKeyFetchResponse:
  type: object
  description: A key, and the exchange it came by.
  required: [key, request_id]
  additionalProperties: true
  properties:
    key: {$ref: "#/components/schemas/WebhookKey"}
    request_id: {type: string, minLength: 1, description: Names this exchange.}
WebhookKey:
  type: object
  description: A public key as a JSON Web Key.
  required: [alg, created_at, crv, expired_at, kid, kty, use, x, y]
  additionalProperties: true
  properties:
    alg: {type: string, description: The algorithm.}
    created_at: {type: integer, description: When it was made. Seconds since 1970.}
    crv: {type: string, description: The curve.}
    expired_at: {type: [integer, "null"], description: When it ended. Seconds since 1970; null if it did not.}
    kid: {type: string, description: Names the key.}
    kty: {type: string, description: The family of the algorithm.}
    use: {type: string, description: What the key is for.}
    x: {type: string, description: A coordinate.}
    y: {type: string, description: Another coordinate.}
LinkSessionBeginRequest:
  type: object
  description: What Link will show.
  required: [client_name, language, country_codes, user]
  additionalProperties: false
  properties:
    client_name: {type: string, minLength: 1, description: The application's name.}
    language: {$ref: "#/components/schemas/SessionLanguage"}
    country_codes: {type: array, description: Where the institutions are., minItems: 1,
                    items: {$ref: "#/components/schemas/SessionCountry"}}
    user: {$ref: "#/components/schemas/LinkSessionBeginRequestUser"}
    products: {type: array, description: What the Item is for., items: {$ref: "#/components/schemas/Product"}}
    access_token: {type: [string, "null"], format: password, minLength: 1, description: The Item to update.}
    redirect_uri: {type: string, description: Where to go afterwards.}
    days_requested: {type: integer, minimum: 1, maximum: 730, description: How many days of transactions to read.}
    amount: {type: [number, "null"], description: The amount to pay in units of the currency.}
    update: {$ref: "#/components/schemas/LinkSessionBeginRequestUpdate"}
    further_users: {type: array, description: Who else the token is for.,
                    items: {$ref: "#/components/schemas/LinkSessionBeginRequestUser"}}
LinkSessionBeginRequestUser:
  type: object
  description: For whom the token is.
  required: [client_user_id]
  additionalProperties: false
  properties:
    client_user_id: {type: string, minLength: 1, description: The application's name for the user.}
    date_of_birth: {type: [string, "null"], format: date, description: The day the user was born.}
    id_number: {type: string, format: password, minLength: 8, description: The number of a passport.}
LinkSessionBeginRequestUpdate:
  type: object
  description: What Link's update mode does.
  additionalProperties: false
  properties:
    account_selection_enabled: {type: boolean, description: Whether the user chooses accounts anew.}
LinkSessionBeginResponse:
  type: object
  description: The token and when it ends.
  required: [link_token, expiration, request_id]
  additionalProperties: true
  properties:
    link_token: {type: string, minLength: 1, description: Starts Link.}
    expiration: {type: string, format: date-time, description: When the token ends.}
    request_id: {type: string, minLength: 1, description: Names this exchange.}
SessionLanguage: {type: string, description: A language of Link., enum: [da, nl, en, et, fr, de]}
SessionCountry: {type: string, description: A country by ISO 3166-1 alpha-2., enum: [US, GB, ES, "NL", FR, IE, CA]}
ItemNotice:
  type: object
  description: Something happened to an Item.
  required: [webhook_type, webhook_code, item_id, error, environment]
  additionalProperties: true
  properties:
    webhook_type: {type: string, const: ITEM, description: What it is about.}
    webhook_code: {type: string, const: ERROR, description: What happened.}
    item_id: {type: string, description: The Item.}
    error: {description: Why., oneOf: [{$ref: "#/components/schemas/PlaidError"}, {type: "null"}]}
    environment: {$ref: "#/components/schemas/NoticeEnvironment"}
NoticeEnvironment: {type: string, description: Where the Item lives., enum: [sandbox, production]}
""")

_WEBHOOKS: Final[Node] = yaml.safe_load("""
itemNotice:
  post:
    operationId: itemNotice
    summary: Something happened to an Item
    requestBody:
      required: true
      content: {application/json: {schema: {$ref: "#/components/schemas/ItemNotice"}}}
    responses: {"200": {description: Received.}}
""")

_FIRST: Final = "/accounts/get"
_KEY: Final = "/webhook_verification_key/get"

PATHS: Final = tuple(_OPERATIONS)
"""The paths of the operations."""


def added(paths: Iterable[str] = PATHS, *, webhook: bool = False) -> Node:
    """Return the contract's first operation with further ones, the schemas that they need, and perhaps a webhook.

    A webhook needs the contract's own operation for its keys.
    """
    contract: Mapping[str, Any] = Contract.load().document
    document: Node = copy.deepcopy(dict(contract))
    kept = (_FIRST, _KEY) if webhook else (_FIRST,)
    document["paths"] = {path: document["paths"][path] for path in kept}
    del document["webhooks"]
    document["paths"] |= {path: copy.deepcopy(_OPERATIONS[path]) for path in paths}
    if webhook:
        document["webhooks"] = copy.deepcopy(_WEBHOOKS)
    known = document["components"]["schemas"]
    waiting: list[Any] = [document["paths"], document.get("webhooks")]
    for name in _references(waiting):
        if name not in known:
            known[name] = _with_keys(name)
            waiting.append(known[name])
    _leave_out_unused(document)
    return document


def _leave_out_unused(document: Node) -> None:
    """Take out the schemas of the operations that were left out."""
    components = document["components"]
    waiting: list[Any] = [{name: part for name, part in document.items() if name != "components"}]
    waiting += [part for name, part in components.items() if name != "schemas"]
    used: set[str] = set()
    for name in _references(waiting):
        if name not in used:
            used.add(name)
            waiting.append(components["schemas"][name])
    components["schemas"] = {name: schema for name, schema in components["schemas"].items() if name in used}


def write(document: Node, path: Path) -> Path:
    """Write a contract as YAML, and return where."""
    path.write_text(yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110), "utf-8")
    return path


class _Plain(yaml.SafeDumper):
    """Repeats what occurs twice: an alias is not what anyone writes."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - what the base class passes
        """Write everything in full."""
        return True


def _references(waiting: list[Any]) -> Iterable[str]:
    """Give the schemas that the nodes refer to, also those of nodes that are added meanwhile."""
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if str(node.get("$ref", "")).startswith("#/components/schemas/"):
                yield node["$ref"].rsplit("/", 1)[1]
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _with_keys(name: str) -> Node:
    schema: Node = copy.deepcopy(_SCHEMAS[name])
    if name.endswith("Request"):
        schema["properties"] = yaml.safe_load(_KEYS) | schema["properties"]
    return schema
