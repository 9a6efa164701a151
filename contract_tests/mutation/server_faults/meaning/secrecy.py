"""Faults that let a credential out."""

import base64
from typing import Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call, Json
from mutation.server_faults.fault import fault
from mutation.server_faults.tampering import answers, bodies, failures, items, successes


def _escaped(answer: Answer, call: Call) -> Answer:
    letters = "".join(f"\\u{ord(letter):04x}" for letter in call.issued("secret"))
    return answer.with_body(answer.body.removesuffix(b"}") + f',"trace":"{letters}"}}'.encode())


def _basic(call: Call) -> str:
    return base64.b64encode(f"{call.issued('client_id')}:{call.issued('secret')}".encode()).decode()


def _said(body: Json, code: str, name: str, value: Json) -> Json:
    """Say the value that was given in the error that refuses it."""
    if body.get("error_code") != code or not isinstance(value, str):
        return body
    return {**body, "error_message": f"{body['error_message']}: {name} {value}"}


FAULTS: Final = (
    fault(
        "secret-in-success",
        "Repeats the secret in every 200.",
        "credentials-not-echoed",
        successes(lambda body, call: {**body, "secret": call.issued("secret")}),
    ),
    fault(
        "token-in-item",
        "Shows the access token in the item.",
        "credentials-not-echoed",
        items(lambda item, call: {**item, "access_token": call.token}),
    ),
    fault(
        "client-id-in-header",
        "Repeats the client_id in a response header.",
        "credentials-not-echoed",
        answers(lambda answer, call: answer.with_header("x-client", call.issued("client_id"))),
    ),
    fault(
        "token-in-cookie",
        "Sets a cookie that holds the access token of a 200.",
        "credentials-not-echoed",
        answers(
            lambda answer, call: (
                answer.with_header("set-cookie", f"session={call.token}; HttpOnly") if answer.status == 200 else answer
            )
        ),
    ),
    fault(
        "request-in-errors",
        "Repeats the whole body of a request in the error that refuses it.",
        "credentials-not-echoed",
        failures(lambda body, call: {**body, "received": call.fields}),
    ),
    fault(
        "headers-in-errors",
        "Repeats the headers of a request in the error that refuses it.",
        "credentials-not-echoed",
        failures(lambda body, call: {**body, "headers": [value.decode("latin-1") for _, value in call.headers]}),
    ),
    fault(
        "token-in-error-message",
        "Names the access token that it does not know.",
        "credentials-not-echoed",
        failures(lambda body, call: _said(body, "INVALID_ACCESS_TOKEN", "access_token", call.token)),
    ),
    fault(
        "wrong-secret-in-error-message",
        "Names the secret that it refuses.",
        "credentials-not-echoed",
        failures(lambda body, call: _said(body, "INVALID_API_KEYS", "secret", call.given("secret"))),
    ),
    fault(
        "right-secret-in-error-message",
        "Names the secret that it expected.",
        "credentials-not-echoed",
        failures(lambda body, call: _said(body, "INVALID_API_KEYS", "expected", call.issued("secret"))),
    ),
    fault(
        "token-of-failing-item",
        "Names the access token in the error of an Item.",
        "credentials-not-echoed",
        bodies(lambda body, call: {**body, "error_message": f"{body['error_message']} ({call.token})"}, 429, 500, 503),
    ),
    fault(
        "credentials-in-basic-form",
        "Repeats client_id and secret in a header, joined and in Base64.",
        "credentials-not-echoed",
        answers(lambda answer, call: answer.with_header("x-authorization", f"Basic {_basic(call)}")),
    ),
    fault(
        "token-in-base64",
        "Gives the access token in Base64 as a cursor for the next page.",
        "credentials-not-echoed",
        successes(lambda body, call: {**body, "next_cursor": base64.b64encode(f"0:{call.token}".encode()).decode()}),
    ),
    fault(
        "secret-in-capitals",
        "Repeats the secret in capital letters.",
        "credentials-not-echoed",
        successes(lambda body, call: {**body, "key": call.issued("secret").upper()}),
    ),
    fault(
        "secret-in-header-name",
        "Sends a header that is called like the secret.",
        "credentials-not-echoed",
        answers(lambda answer, call: answer.with_header(call.issued("secret"), "1")),
    ),
    fault(
        "secret-escaped",
        "Repeats the secret in every response, each letter escaped.",
        "credentials-not-echoed",
        answers(_escaped),
    ),
)
