"""Harmless variations: what a server may do otherwise and still keep to the contract. None may raise an alarm."""

import gzip
import itertools
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import attrs

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import CREDENTIALS, Call, Json
from mutation.server_faults.fault import Deviation
from mutation.server_faults.middleware import Handler, Tamper
from mutation.server_faults.numeric import numeric_world
from mutation.server_faults.tampering import (
    answers,
    both,
    calls,
    failures,
    instead,
    items,
    listings,
    only,
    recoded,
    refusing,
    successes,
)
from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.accounts import Account, Balances
from plaid_accounts_contract.reference_server.credentials import Credentials
from plaid_accounts_contract.reference_server.data import reference_world
from plaid_accounts_contract.reference_server.identifiers import identifier
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.world import World


def _everywhere(change: Callable[[dict[str, Json]], dict[str, Json]]) -> Tamper:
    """Change every object of every body."""

    def changed(value: Json) -> Json:
        if isinstance(value, list):
            return [changed(entry) for entry in value]
        if isinstance(value, dict):
            return change({name: changed(inner) for name, inner in value.items()})
        return value

    return answers(lambda answer, _: answer.with_json(changed(answer.json)))


def _scalars(change: Callable[[Json], Json]) -> Tamper:
    """Change every number and text of every 200."""
    return only(
        _everywhere(lambda entry: {name: change(value) for name, value in entry.items()}),
        lambda call: call.item is not None,
    )


def _written(**options: Json) -> Tamper:
    """Write JSON in another way."""
    return answers(lambda answer, _: answer.with_body(json.dumps(answer.json, **options).encode()))


def _compressed(encoding: str, compress: Callable[[bytes], bytes]) -> Tamper:
    return answers(
        lambda answer, _: (
            answer.with_header("content-encoding", encoding).with_body(compress(answer.body)) if answer.body else answer
        )
    )


def _headers(**headers: str) -> Tamper:
    def changed(answer: Answer, _: Call) -> Answer:
        for name, value in headers.items():
            answer = answer.with_header(name.replace("_", "-"), value)
        return answer

    return answers(changed)


def _decimal(value: Json) -> Json:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53 else value


def _whole(value: Json) -> Json:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _in_utc(value: Json) -> Json:
    """Write a time in UTC, with an offset of figures and a fraction."""
    if not isinstance(value, str) or len(value) < 20 or value[4:5] != "-" or value[10:11] != "T":
        return value
    moment = datetime.fromisoformat(value).astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")


def _rotating(honest: Handler) -> Handler:
    numbers = itertools.count()

    async def handle(call: Call) -> Answer:
        answer = await honest(call)
        if answer.status != 200:
            return answer
        body, number = answer.json, next(numbers)
        first = number % max(1, len(body["accounts"]))
        return answer.with_json({**body, "accounts": [*body["accounts"][first:], *body["accounts"][:first]]})

    return handle


def _limiting(honest: Handler) -> Handler:
    numbers = itertools.count(1)

    async def handle(call: Call) -> Answer:
        return Answer.of_error(errors.ACCOUNTS_LIMIT) if next(numbers) % 40 == 0 else await honest(call)

    return handle


def _other_method(status: int) -> Tamper:
    page = Answer(status, ((b"content-type", b"text/html"),), b"<h1>no</h1>")
    return instead(lambda _: page, lambda call: call.method != "POST")


def _of_sound_items(call: Call) -> bool:
    return call.item is None or call.item.failure is None


def _lenient_credentials(call: Call) -> bool:
    """Whether a request has the right credentials in headers and wrong ones in the body, or the other way round."""
    in_headers = {name: call.header(header) for name, header in CREDENTIALS.items()}
    in_body = {name: call.fields.get(name) for name in CREDENTIALS}
    issued = {name: call.issued(name) for name in CREDENTIALS}
    return (
        in_headers != in_body
        and issued in (in_headers, in_body)
        and None not in (*in_headers.values(), *in_body.values())
    )


def _right_in_one_place(call: Call) -> Call:
    return call.authenticated() if _lenient_credentials(call) else call


def _refuses_empty_credentials(call: Call) -> bool:
    return any(call.given(name) == "" for name in CREDENTIALS)


def _empty_filter_for_all(call: Call) -> Call:
    return call.with_filter(None) if call.account_ids == [] else call


def _many_accounts(count: int) -> World:
    known = reference_world()
    everyday = next(item for item in known.items.values() if item.closed_accounts)
    accounts = tuple(
        Account(
            account_id=identifier(f"variation/{number}"),
            balances=Balances(available=number, current=number + 0.25),
            name=f"Account {number}",
            type="depository",
            subtype="checking",
        )
        for number in range(count)
    )
    return World.of(
        Credentials("a-client_id/with=other.characters", "S3cret:of-another~kind+of?form"),
        [attrs.evolve(everyday, accounts=accounts), *_items(known, everyday)],
    )


def _one_item() -> World:
    """Make a world of one Item with accounts, and no Items in error."""
    known = reference_world()
    return World.of(known.credentials, [next(item for item in known.items.values() if item.closed_accounts)])


def _items(world: World, without: Item) -> Iterator[Item]:
    return (item for item in world.items.values() if item is not without)


def _variation(name: str, statement: str, tamper: Tamper, world: Callable[[], World] = reference_world) -> Deviation:
    return Deviation(id=name, kind="variation", statement=statement, tamper=tamper, world=world)


_HONEST: Final[Tamper] = answers(lambda answer, _: answer)

WRITING: Final = (
    _variation("names-sorted", "Writes the names of objects in alphabetical order.", _written(sort_keys=True)),
    _variation(
        "names-reversed",
        "Writes the names of objects last first.",
        _everywhere(lambda entry: dict(reversed(entry.items()))),
    ),
    _variation("indented", "Writes JSON on several lines.", _written(indent=2, ensure_ascii=False)),
    _variation("escaped", "Escapes what is not ASCII.", _written(ensure_ascii=True)),
    _variation(
        "line-break-last",
        "Ends bodies with a line break.",
        answers(lambda answer, _: answer.with_body(answer.body + b"\n")),
    ),
    _variation("numbers-with-point", "Writes whole numbers as 100.0.", _scalars(_decimal)),
    _variation("numbers-without-point", "Writes whole numbers as 100.", _scalars(_whole)),
    _variation("times-in-utc", "Writes times in UTC, with milliseconds.", _scalars(_in_utc)),
    _variation("accounts-reversed", "Lists accounts last first.", listings(lambda listed, _: listed[::-1])),
)
FIELDS: Final = (
    _variation(
        "unknown-fields",
        "Adds properties that the contract does not name to every object.",
        _everywhere(lambda entry: {"x_internal": {"a": [1, None]}, **entry, "": "", "snowman": "☃"}),
    ),
    _variation(
        "error-details",
        "Adds the optional properties of errors.",
        failures(
            lambda body, _: {
                **body,
                "causes": [],
                "status": None,
                "error_code_reason": None,
                "required_account_subtypes": [],
            }
        ),
    ),
    _variation(
        "errors-short",
        "Leaves out the optional properties of errors.",
        failures(
            lambda body, _: {
                name: value for name, value in body.items() if name not in ("documentation_url", "suggested_action")
            }
        ),
    ),
    _variation(
        "item-short",
        "Leaves out the optional properties of the item.",
        items(
            lambda item, _: {
                name: value
                for name, value in item.items()
                if name not in ("auth_method", "products", "consented_products", "institution_name")
            }
        ),
    ),
    _variation(
        "request-id-long",
        "Gives longer request_ids.",
        successes(lambda body, _: {**body, "request_id": f"{body['request_id']}-{'0' * 200}"}),
    ),
)
TRANSPORT: Final = (
    _variation("gzip", "Compresses bodies with gzip.", _compressed("gzip", gzip.compress)),
    _variation("deflate", "Compresses bodies with deflate.", _compressed("deflate", zlib.compress)),
    _variation(
        "chunked", "Sends bodies in pieces, without their length.", answers(lambda answer, _: replace(answer, pieces=7))
    ),
    _variation("connection-closed", "Closes the connection after each answer.", _headers(connection="close")),
    _variation(
        "charset", "Names the charset in Content-Type.", _headers(content_type="application/json; charset=utf-8")
    ),
    _variation("media-type-in-capitals", "Writes Content-Type in capitals.", _headers(content_type="Application/JSON")),
    _variation(
        "headers",
        "Sends further headers.",
        _headers(
            cache_control="no-store", x_request_id="0", etag='"0"', set_cookie="a=b", vary="accept", server="other"
        ),
    ),
)
METHODS: Final = (
    _variation("other-methods-404", "Answers other methods with 404.", _other_method(404)),
    _variation("other-methods-405", "Answers other methods with 405 and no Allow.", _other_method(405)),
    _variation(
        "options-answered",
        "Answers OPTIONS with 204 and Allow.",
        instead(lambda _: Answer(204, ((b"allow", b"POST, OPTIONS"),), b""), lambda call: call.method == "OPTIONS"),
    ),
    _variation("other-methods-501", "Answers other methods with 501.", _other_method(501)),
    _variation("other-methods-400", "Answers other methods with 400.", _other_method(400)),
)
REFUSALS: Final = (
    _variation(
        "body-unread-named-field",
        "Names a body that is no JSON INVALID_FIELD.",
        only(recoded("INVALID_BODY", errors.INVALID_FIELD), _of_sound_items),
    ),
    _variation(
        "media-type-named-body",
        "Names another Content-Type INVALID_BODY.",
        only(recoded("INVALID_HEADERS", errors.INVALID_BODY), _of_sound_items),
    ),
    _variation(
        "empty-credentials-named-keys",
        "Names empty credentials INVALID_API_KEYS.",
        refusing(errors.INVALID_API_KEYS, lambda call: call.method == "POST" and _refuses_empty_credentials(call)),
    ),
    _variation(
        "right-credentials-in-one-place",
        "Accepts right credentials in one place, whatever stands in the other.",
        calls(_right_in_one_place),
    ),
    _variation(
        "empty-filter-for-all",
        "Takes an empty filter for none.",
        calls(_empty_filter_for_all),
    ),
    _variation(
        "repeated-id-refused",
        "Refuses a filter that repeats an id.",
        refusing(errors.INVALID_FIELD, lambda call: call.item is not None and len(set(call.wanted)) < len(call.wanted)),
    ),
)
CONDUCT: Final = (
    _variation("accounts-rotated", "Lists accounts in another order each time.", _rotating),
    _variation("limited-now-and-then", "Answers every 40th request with a rate limit.", _limiting),
)
WORLDS: Final = (
    _variation("one-item", "Knows one Item.", _HONEST, _one_item),
    _variation("plain-ids", "Gives ids that have no letters.", _HONEST, numeric_world),
    _variation(
        "many-accounts", "Has an Item with 40 accounts, and other credentials.", _HONEST, lambda: _many_accounts(40)
    ),
    _variation("one-account", "Has an Item with one account.", _HONEST, lambda: _many_accounts(1)),
)
EVERYTHING: Final = _variation(
    "all-at-once",
    "Varies writing, properties and transport at once.",
    both(
        both(FIELDS[0].tamper, WRITING[2].tamper),
        both(both(TRANSPORT[0].tamper, TRANSPORT[2].tamper), TRANSPORT[4].tamper),
    ),
)

VARIATIONS: Final = (*WRITING, *FIELDS, *TRANSPORT, *METHODS, *REFUSALS, *CONDUCT, *WORLDS, EVERYTHING)
"""Every harmless variation."""
