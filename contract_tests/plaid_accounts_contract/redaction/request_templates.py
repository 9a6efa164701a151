"""Requests as JSON with their sensitive values by name, to be sent again with the values of another run."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from plaid_accounts_contract.redaction.redactor import WRITABLE, Redactor
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.exchange import Request


class MissingValue(Exception):
    """A template needs a value that is not known; the message is its placeholder."""


class Malformed(Exception):
    """Something other than a template was read."""


def template_of(request: Request, redactor: Redactor) -> dict[str, Any]:
    """Return `request` as JSON: text as it is, sensitive values by name."""

    def pieces(text: str) -> list[str | dict[str, str]]:
        return [
            piece
            if isinstance(piece, str)
            else {"value": piece.value.name, **({"form": piece.form} if piece.form else {})}
            for piece in redactor.pieces(text)
        ]

    text, encoding = decoded(request.body)
    return {
        "method": request.method,
        "path": pieces(request.path),
        "headers": [{"name": name, "value": pieces(value)} for name, value in request.headers],
        "encoding": encoding,
        "body": pieces(text),
        "purpose": redactor.text(request.purpose),
        "mode": request.mode,
    }


def request_of(template: Any, values: Mapping[str, str]) -> Request:
    """Return the request that `template` describes, with `values` by their names.

    Raises:
        MissingValue: a value is not known, or was in a form that cannot be written again, such as within base64.
        Malformed: `template` is not one that `template_of` returned.
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
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed from error


def decoded(body: bytes) -> tuple[str, str]:
    """Return a body as text, and the encoding that makes it bytes again."""
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return body.decode("latin-1"), "latin-1"


def _joined(pieces: Sequence[Any], values: Mapping[str, str]) -> str:
    return "".join(piece if isinstance(piece, str) else _written(piece, values) for piece in pieces)


def _written(piece: Mapping[str, str], values: Mapping[str, str]) -> str:
    name, form = piece["value"], piece.get("form", "")
    if piece.keys() - {"value", "form"}:
        raise Malformed
    if name not in values or form not in WRITABLE:
        raise MissingValue(f"<{name}, {form}>" if form else f"<{name}>")
    return WRITABLE[form](values[name])
