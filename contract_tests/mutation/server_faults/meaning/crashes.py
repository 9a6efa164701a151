"""Faults in which something in a request brings the server down, with a documented error 500 or without."""

import asyncio
import itertools
import json
from typing import Any, Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import CREDENTIALS, Call
from mutation.server_faults.fault import fault
from mutation.server_faults.middleware import Handler
from mutation.server_faults.tampering import crashing, instead
from plaid_accounts_contract.reference_server.errors import INTERNAL_SERVER_ERROR


def _has_number(call: Call) -> bool:
    ids = call.account_ids
    return isinstance(ids, list) and any(
        isinstance(entry, (int, float)) and not isinstance(entry, bool) for entry in ids
    )


def _is_malformed(call: Call) -> bool:
    try:
        json.loads(call.body)
    except (ValueError, RecursionError):
        return True
    return False


def _depth(call: Call) -> int:
    return max(call.body.count(b"["), call.body.count(b"{"))


def _media_type(call: Call) -> str:
    return (call.header("content-type") or "").split(";")[0].strip().lower()


def _names_twice(call: Call) -> bool:
    twice: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.extend(name for name, _ in pairs[len(dict(pairs)) :])
        return dict(pairs)

    try:
        json.loads(call.body, object_pairs_hook=note)
    except (ValueError, RecursionError):
        return False
    return bool(twice)


def _disagree(call: Call) -> bool:
    pairs = ((call.header(header), call.fields.get(name)) for name, header in CREDENTIALS.items())
    return any(in_header is not None and in_body is not None and in_header != in_body for in_header, in_body in pairs)


def _credential(call: Call, name: str) -> Any:
    return call.fields.get(name, "")


def _page(_: Call) -> Answer:
    return Answer(500, ((b"content-type", b"text/html; charset=utf-8"),), b"<h1>Internal Server Error</h1>")


def _sometimes(honest: Handler) -> Handler:
    numbers = itertools.count(1)

    async def handle(call: Call) -> Answer:
        if next(numbers) % 97 == 0:
            return Answer.of_error(INTERNAL_SERVER_ERROR)
        return await honest(call)

    return handle


def _overrun(honest: Handler) -> Handler:
    """Handle one request at a time, and no other with it."""
    under_way: list[Call] = []

    async def handle(call: Call) -> Answer:
        if under_way:
            return Answer.of_error(INTERNAL_SERVER_ERROR)
        under_way.append(call)
        await asyncio.sleep(0.002)
        under_way.clear()
        return await honest(call)

    return handle


def _hanging(honest: Handler) -> Handler:
    async def handle(call: Call) -> Answer:
        if "\0" in str(call.token):
            await asyncio.Event().wait()
        return await honest(call)

    return handle


VALUES: Final = (
    fault(
        "crash-on-null",
        "Fails with 500 on a property that is null.",
        "no-server-error",
        crashing(lambda call: None in call.fields.values()),
    ),
    fault(
        "crash-on-number",
        "Fails with 500 on a filter that holds a number.",
        "no-server-error",
        crashing(_has_number),
    ),
    fault(
        "crash-on-long-id",
        "Fails with 500 on an account id of more than 255 characters.",
        "no-server-error",
        crashing(lambda call: any(len(entry) > 255 for entry in call.wanted)),
    ),
    fault(
        "crash-on-long-token",
        "Fails with 500 on a token of more than 4096 characters.",
        "no-server-error",
        crashing(lambda call: isinstance(call.token, str) and len(call.token) > 4096),
    ),
    fault(
        "crash-on-many-ids",
        "Fails with 500 on more than 500 ids.",
        "no-server-error",
        crashing(lambda call: len(call.wanted) > 500),
    ),
    fault(
        "crash-on-non-ascii-id",
        "Fails with 500 on an account id that is not ASCII.",
        "no-server-error",
        crashing(lambda call: any(not entry.isascii() for entry in call.wanted)),
    ),
    fault(
        "crash-on-non-ascii-token",
        "Fails with 500 on a token that is not ASCII.",
        "no-server-error",
        crashing(lambda call: isinstance(call.token, str) and not call.token.isascii()),
    ),
    fault(
        "crash-on-nul",
        "Fails with 500 on NUL in a token or an account id.",
        "no-server-error",
        crashing(lambda call: any("\0" in entry for entry in [*call.wanted, str(call.token)])),
    ),
    fault(
        "crash-on-empty-filter",
        "Fails with 500 on a filter that names no account.",
        "no-server-error",
        crashing(lambda call: call.account_ids == [] and call.item is not None),
    ),
    fault(
        "crash-on-repeated-id",
        "Fails with 500 on an id that a filter repeats.",
        "no-server-error",
        crashing(lambda call: len(call.wanted) > len(set(call.wanted))),
    ),
    fault(
        "crash-on-boolean",
        "Fails with 500 on options, a filter or a token that is true.",
        "no-server-error",
        crashing(
            lambda call: (
                True in [value for value in (call.token, call.account_ids, call.fields.get("options")) if value is True]
            )
        ),
    ),
    fault(
        "crash-on-name-of-prototype",
        "Fails with 500 on a property called __proto__.",
        "no-server-error",
        crashing(lambda call: "__proto__" in call.fields),
    ),
    fault(
        "crash-on-empty-name",
        "Fails with 500 on a property without a name.",
        "no-server-error",
        crashing(lambda call: "" in call.fields),
    ),
    fault(
        "crash-on-unknown-token",
        "Fails with 500 on a token of the right form that it does not know.",
        "no-server-error",
        crashing(lambda call: str(call.token).startswith("access-sandbox-") and call.item is None),
    ),
    fault(
        "crash-on-unknown-id",
        "Fails with 500 on an account id that it does not know.",
        "no-server-error",
        crashing(lambda call: call.item is not None and bool(set(call.wanted) - set(call.item.account_ids()))),
    ),
    fault(
        "crash-on-closed-id",
        "Fails with 500 on the id of a closed account.",
        "no-server-error",
        crashing(
            lambda call: (
                call.item is not None
                and bool(set(call.wanted) & {account.account_id for account in call.item.closed_accounts})
            )
        ),
    ),
)

CREDENTIALS_GIVEN: Final = (
    fault(
        "conflicting-credentials-crash",
        "Fails with 500 where headers and body name different credentials.",
        "no-server-error",
        crashing(_disagree),
    ),
    fault(
        "crash-without-credentials",
        "Fails with 500 where no credentials are given.",
        "no-server-error",
        crashing(lambda call: bool(call.fields) and not call.in_headers and not call.in_body),
    ),
    fault(
        "crash-on-half-of-credentials",
        "Fails with 500 where the client_id comes without the secret.",
        "no-server-error",
        crashing(lambda call: call.given("client_id") is not None and call.given("secret") is None),
    ),
    fault(
        "crash-on-credential-of-another-type",
        "Fails with 500 on a credential that is a number or a list.",
        "no-server-error",
        crashing(lambda call: any(isinstance(_credential(call, name), (int, list)) for name in CREDENTIALS)),
    ),
    fault(
        "crash-on-long-secret",
        "Fails with 500 on a secret of more than 1024 characters.",
        "no-server-error",
        crashing(lambda call: len(str(_credential(call, "secret"))) > 1024),
    ),
    fault(
        "crash-on-empty-secret",
        "Fails with 500 on an empty secret.",
        "no-server-error",
        crashing(lambda call: call.given("secret") == ""),
    ),
)

BODIES: Final = (
    fault("crash-on-malformed-body", "Fails with 500 on a malformed body.", "no-server-error", crashing(_is_malformed)),
    fault(
        "crash-on-empty-body",
        "Fails with 500 on an empty body.",
        "no-server-error",
        crashing(lambda call: call.method == "POST" and not call.body),
    ),
    fault(
        "crash-on-deep-body",
        "Fails with 500 on a body nested a thousand deep.",
        "no-server-error",
        crashing(lambda call: _depth(call) > 1000),
    ),
    fault(
        "crash-on-other-values",
        "Fails with 500 on a body that is JSON but no object.",
        "no-server-error",
        crashing(lambda call: not _is_malformed(call) and not isinstance(call.json, dict)),
    ),
    fault(
        "crash-on-bytes-that-are-not-utf-8",
        "Fails with 500 on a body that is not UTF-8.",
        "no-server-error",
        crashing(lambda call: "\ufffd" in call.body.decode("utf-8", "replace")),
    ),
    fault(
        "crash-on-lone-surrogate",
        "Fails with 500 on an escaped lone surrogate.",
        "no-server-error",
        crashing(lambda call: b"\\ud8" in call.body),
    ),
    fault(
        "crash-page",
        "Answers a malformed body with 500 and a page of HTML.",
        "no-server-error",
        instead(_page, _is_malformed),
    ),
    fault(
        "crash-on-other-media-types",
        "Fails with 500 on another Content-Type.",
        "no-server-error",
        crashing(lambda call: call.method == "POST" and _media_type(call) != "application/json"),
    ),
    fault(
        "crash-on-name-twice",
        "Fails with 500 on a name that occurs twice in one object.",
        "no-server-error",
        crashing(_names_twice),
    ),
    fault(
        "crash-on-byte-order-mark",
        "Fails with 500 on a byte order mark.",
        "no-server-error",
        crashing(lambda call: call.body.startswith(b"\xef\xbb\xbf")),
    ),
    fault(
        "crash-on-nan",
        "Fails with 500 on NaN.",
        "no-server-error",
        crashing(lambda call: b"NaN" in call.body),
    ),
    fault(
        "crash-on-long-number",
        "Fails with 500 on a number of thousands of digits.",
        "no-server-error",
        crashing(lambda call: b"9" * 1000 in call.body),
    ),
    fault(
        "crash-on-another-version",
        "Fails with 500 on a version of the API that it does not know.",
        "no-server-error",
        crashing(lambda call: call.header("plaid-version") not in (None, "2020-09-14")),
    ),
    fault(
        "crash-on-options-method",
        "Fails with 500 on OPTIONS.",
        "no-server-error",
        crashing(lambda call: call.method == "OPTIONS"),
    ),
)

NOT_BY_CONTENT: Final = (
    fault("crash-sometimes", "Fails with 500 on every 97th request.", "no-server-error", _sometimes),
    fault("crash-in-parallel", "Fails with 500 on a request that comes during another.", "no-server-error", _overrun),
    fault("hang-on-nul", "Gives no answer to a token with NUL in it.", "no-server-error", _hanging),
)

FAULTS: Final = (*VALUES, *CREDENTIALS_GIVEN, *BODIES, *NOT_BY_CONTENT)
