"""Faults in the bytes of a response."""

import gzip
import json
import re
import zlib
from dataclasses import replace
from typing import Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call
from mutation.server_faults.fault import fault
from mutation.server_faults.middleware import Tamper
from mutation.server_faults.tampering import answers, failures, only

_NULL: Final = b'"limit":null'


def _successes(change: Tamper) -> Tamper:
    return only(change, lambda call: call.item is not None and call.item.failure is None)


def _swapped(old: bytes, new: bytes) -> Tamper:
    return answers(lambda answer, _: answer.with_body(answer.body.replace(old, new)))


def _encoded(encoding: str) -> Tamper:
    return answers(lambda answer, _: answer.with_body(answer.body.decode().encode(encoding, "replace")))


def _around(before: bytes = b"", after: bytes = b"") -> Tamper:
    return answers(lambda answer, _: answer.with_body(before + answer.body + after))


def _compressed_badly(answer: Answer, _: Call) -> Answer:
    data = gzip.compress(answer.body)
    return answer.with_header("content-encoding", "gzip").with_body(data[:10] + bytes(len(data) - 10))


def _compressed_in_part(answer: Answer, _: Call) -> Answer:
    return answer.with_header("content-encoding", "gzip").with_body(gzip.compress(answer.body)[:-12])


def _cut(answer: Answer, _: Call) -> Answer:
    return replace(answer, body=answer.body[:-20], announced=len(answer.body))


def _twice(answer: Answer, _: Call) -> Answer:
    """Write the request_id twice."""
    return answer.with_body(re.sub(rb'("request_id":"\w+")', rb"\1,\1", answer.body))


FAULTS: Final = (
    fault("byte-order-mark", "Begins each body with a byte order mark.", "response-encoding", _around(b"\xef\xbb\xbf")),
    fault("nan-for-null", "Writes NaN for a limit that is null.", "response-encoding", _swapped(_NULL, b'"limit":NaN')),
    fault(
        "infinity-for-null",
        "Writes Infinity for a limit that is null.",
        "response-encoding",
        _swapped(_NULL, b'"limit":Infinity'),
    ),
    fault("name-twice", "Writes the request_id twice.", "response-encoding", answers(_twice)),
    fault(
        "name-twice-in-balances",
        "Writes a limit twice within balances.",
        "response-encoding",
        _swapped(_NULL, b'"limit":null,"limit":null'),
    ),
    fault(
        "body-cut",
        "Breaks off before the end of the body.",
        "response-encoding",
        answers(_cut),
    ),
    fault(
        "large-bodies-cut",
        "Breaks off after 16 KiB.",
        "response-encoding",
        answers(lambda answer, _: replace(answer, body=answer.body[: 2**14], announced=len(answer.body))),
    ),
    fault(
        "body-cut-unnoticed",
        "Leaves out the last character of the body, and announces so much.",
        "response-encoding",
        answers(lambda answer, _: answer.with_body(answer.body[:-1])),
    ),
    fault(
        "compression-broken", "Announces gzip and sends broken data.", "response-encoding", answers(_compressed_badly)
    ),
    fault(
        "compression-cut", "Leaves out the end of compressed bodies.", "response-encoding", answers(_compressed_in_part)
    ),
    fault(
        "compression-announced-only",
        "Announces gzip and sends the body as it is.",
        "response-encoding",
        answers(lambda answer, _: answer.with_header("content-encoding", "gzip")),
    ),
    fault(
        "compression-of-another-kind",
        "Announces gzip and sends deflate.",
        "response-encoding",
        answers(lambda answer, _: answer.with_header("content-encoding", "gzip").with_body(zlib.compress(answer.body))),
    ),
    fault("latin-1", "Writes bodies in Latin-1.", "response-encoding", _encoded("latin-1")),
    fault("utf-16", "Writes bodies in UTF-16.", "response-encoding", _encoded("utf-16")),
    fault(
        "two-values",
        "Sends each body twice in a row.",
        "response-encoding",
        answers(lambda answer, _: answer.with_body(answer.body * 2)),
    ),
    fault("callback", "Wraps bodies in a call of a function.", "response-encoding", _around(b"callback(", b")")),
    fault("prefix-against-scripts", "Begins each body with )]}'.", "response-encoding", _around(b")]}'\n")),
    fault(
        "empty-success",
        "Sends a 200 without a body.",
        "response-encoding",
        _successes(answers(lambda answer, _: answer.with_body(b""))),
    ),
    fault(
        "single-quotes",
        "Writes single quotes in place of double ones.",
        "response-encoding",
        answers(lambda answer, _: answer.with_body(repr(json.loads(answer.body)).encode())),
    ),
    fault(
        "trailing-comma",
        "Writes a comma before the last brace.",
        "response-encoding",
        answers(lambda answer, _: answer.with_body(answer.body[:-1] + b",}")),
    ),
    fault(
        "lone-surrogate",
        "Cuts a character in two, and writes one half.",
        "response-encoding",
        _swapped(b'"name":"', b'"name":"\\ud83c'),
    ),
    fault(
        "errors-cut",
        "Breaks off before the end of errors.",
        "response-encoding",
        answers(lambda answer, call: answer if answer.status == 200 else _cut(answer, call)),
    ),
    fault(
        "errors-as-text",
        "Writes errors as plain words.",
        "response-encoding",
        answers(lambda answer, _: answer if answer.status == 200 else answer.with_body(b"bad request")),
    ),
    fault(
        "errors-empty",
        "Sends errors without a body.",
        "response-encoding",
        answers(lambda answer, _: answer if answer.status == 200 else answer.with_body(b"")),
    ),
    fault(
        "error-as-string",
        "Writes errors as one string.",
        "#/components/schemas/PlaidError/type",
        failures(lambda body, _: body["error_code"]),
    ),
)
