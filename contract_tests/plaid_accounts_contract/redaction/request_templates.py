"""A request with its secrets taken out, as JSON, and put back again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

import attrs

from plaid_accounts_contract.redaction.placeholders import Case, Form, Mark, Part
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.exchange import Request


class Lacking(Exception):
    """A template needs a value that is not known; the message names it."""


class Malformed(Exception):
    """What was read is no template."""


def template_of(request: Request, redactor: Redactor) -> dict[str, Any]:
    """Return `request` as JSON: text as it is, hidden values by their names."""
    text, encoding = _decoded(request.body)
    return {
        "method": request.method,
        "path": list(_pieces(request.path, redactor)),
        "headers": [{"name": name, "value": list(_pieces(value, redactor))} for name, value in request.headers],
        "encoding": encoding,
        "body": list(_pieces(text, redactor)),
        "purpose": redactor.text(request.purpose),
        "mode": request.mode,
    }


def request_of(template: Any, values: Mapping[str, str]) -> Request:
    """Return the request that `template` stands for, with the `values` by their names.

    Raises:
        Lacking: a value is not known, or was written in a way that cannot be written again.
        Malformed: `template` is none.

    """
    try:
        mode = template["mode"]
        if mode not in get_args(Mode) or template["encoding"] not in ("utf-8", "latin-1"):
            raise Malformed
        return Request(
            str(template["method"]),
            _joined(template["path"], values),
            tuple((str(header["name"]), _joined(header["value"], values)) for header in template["headers"]),
            _joined(template["body"], values).encode(template["encoding"]),
            str(template["purpose"]),
            mode,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed from error


def _decoded(body: bytes) -> tuple[str, str]:
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return body.decode("latin-1"), "latin-1"


def _pieces(text: str, redactor: Redactor) -> Iterator[str | dict[str, Any]]:
    for piece in redactor.pieces(text):
        yield piece if isinstance(piece, str) else _written(piece)


def _written(mark: Mark) -> dict[str, Any]:
    length = len(mark.hidden.value)
    parts = [
        {**attrs.asdict(part), "start": _index(part.start, length), "stop": _index(part.stop, length)}
        for part in mark.parts
    ]
    return {"value": mark.hidden.name, **({"parts": parts} if parts else {"form": mark.form or "encoded"})}


def _index(index: int, length: int) -> int | None:
    """Return a position as a slice has it: counted from the end in the second half, None at the end.

    Next time the value may be longer or shorter, and all but the last character is to be that again.
    """
    if index <= length // 2:
        return index
    return index - length or None


def _joined(pieces: Sequence[Any], values: Mapping[str, str]) -> str:
    return "".join(piece if isinstance(piece, str) else _value(piece, values) for piece in pieces)


def _value(piece: Mapping[str, Any], values: Mapping[str, str]) -> str:
    name = piece["value"]
    if name not in values:
        msg = f"<{name}>"
        raise Lacking(msg)
    if "parts" not in piece:
        msg = f"<{name}> {piece['form']}"
        raise Lacking(msg)
    return "".join(_part(part, len(values[name])).of(values[name]) for part in piece["parts"])


def _part(given: Mapping[str, Any], length: int) -> Part:
    start, stop, _ = slice(given["start"], given["stop"]).indices(length)
    part = Part(start, stop, given["case"], given["form"])
    if part.case not in get_args(Case) or part.form not in get_args(Form):
        raise Malformed
    return part
