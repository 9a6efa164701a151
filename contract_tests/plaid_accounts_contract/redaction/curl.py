"""The command that sends a request again: bash and curl, byte for byte, with every secret as a shell variable."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from plaid_accounts_contract.redaction.redactor import Placeholder, Redactor
from plaid_accounts_contract.redaction.request_templates import decoded
from plaid_accounts_contract.redaction.sensitive_values import SensitiveValue
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.exchange import Request

Piece = str | Placeholder

_URL: Final = "${CONTRACT_BASE_URL%/}"
_PLAIN_PATH: Final = re.compile(r"[\w/.?=&%-]*", re.ASCII)
# Linux takes arguments of up to 128 KiB each.
_LONGEST_ARGUMENT: Final = 60_000
# A unit of up to 40 characters, 50 times or more in a row, and 200 characters in all.
_REPEATED: Final = re.compile(r"(?=[ -~]{200})([ -~]{1,40}?)\1{49,}")
_ESCAPED: Final = {"\\": "\\\\", "%": "%%", "'": "'\\''", "\n": "\\n", "\t": "\\t"}
_LIST_IDS: Final = (
    "python3 -c 'import json, sys; "
    'print(*dict.fromkeys(a["account_id"] for a in json.load(sys.stdin)["accounts"]), sep="\\n")\''
)


class NotReproducible(Exception):
    """A request contains a value that no shell variable holds; the message is its placeholder."""


def curl(request: Request, redactor: Redactor, mode: Mode, *, compressed: bool = False) -> str:
    """Return the lines that send `request`, or a comment if they cannot be written without a secret.

    `mode` is where the credentials go to request account ids.
    """
    try:
        return "\n".join(_lines(request, redactor, mode, compressed=compressed))
    except NotReproducible as error:
        return (
            f"# No shell variable holds {error}.\n"
            "# To resend this request, write reports with --report-dir DIR and pass --replay DIR/report.json."
        )


def _lines(request: Request, redactor: Redactor, mode: Mode, *, compressed: bool) -> Iterator[str]:
    text, encoding = decoded(request.body)
    # From here on a character of the body is a byte, since bytes are what bash escapes.
    pieces = redactor.pieces(text)
    body = [one.encode(encoding).decode("latin-1") if isinstance(one, str) else one for one in pieces]
    headers = [(name, redactor.pieces(value)) for name, value in _headers(request)]
    path = redactor.pieces(request.path)
    yield from _setup(chain(body, path, *(value for _, value in headers)), mode)
    arguments = [f"curl -sS {_method(request)} {_url(path)}"]
    arguments += ["--compressed"] if compressed else []
    arguments += [f"-H {_header(name, value)}" for name, value in headers]
    if request.body and (not _is_plain(body) or len(request.body) > _LONGEST_ARGUMENT):
        yield f"{_printf(body)} |"
        arguments.append("--data-binary @-")
    elif _has_body(request):
        arguments.append(f"--data-binary {_quoted(body) or chr(39) * 2}")
    yield " \\\n  ".join(arguments)


def _setup(pieces: Iterable[Piece], mode: Mode) -> Iterator[str]:
    """Yield the lines that set the variables of `pieces`, each once."""
    needed = dict.fromkeys(piece.value for piece in pieces if isinstance(piece, Placeholder))
    yield from dict.fromkeys(line for value in needed for line in value.setup)
    arrays = {value.variable.partition("[")[0]: value.token for value in needed if value.token is not None}
    for array, token in arrays.items():
        yield from _request_accounts(array, token, mode)


def _request_accounts(array: str, token: SensitiveValue, mode: Mode) -> Iterator[str]:
    if not token.variable:
        raise NotReproducible(str(Placeholder(token)))
    yield from token.setup
    yield f"mapfile -t {array} < <(curl -sS \"{_URL}/accounts/get\" -H 'Content-Type: application/json' \\"
    fields = f'\\"access_token\\":\\"${{{token.variable}}}\\"'
    if mode == "header":
        yield '  -H "PLAID-CLIENT-ID: $CONTRACT_CLIENT_ID" -H "PLAID-SECRET: $CONTRACT_SECRET" \\'
    else:
        fields = f'\\"client_id\\":\\"$CONTRACT_CLIENT_ID\\",\\"secret\\":\\"$CONTRACT_SECRET\\",{fields}'
    yield f'  --data-binary "{{{fields}}}" |\n  {_LIST_IDS})'


def _method(request: Request) -> str:
    if request.method != "HEAD":
        return f"-i -X {request.method if request.method.isalpha() else _literal(request.method)}"
    # curl waits for the body that a response to HEAD does not have, unless it knows that there is none.
    return "-i -X HEAD -m 5" if request.body else "-I"


def _has_body(request: Request) -> bool:
    return bool(request.body) or request.method in ("POST", "PUT", "PATCH")


def _url(path: Sequence[Piece]) -> str:
    written = "".join(piece for piece in path if isinstance(piece, str))
    # curl expands brackets and braces in a URL unless -g is given.
    globbing = "-g " if set(written) & set("[]{}") else ""
    if list(path) == [written] and _PLAIN_PATH.fullmatch(written):
        return f'{globbing}"{_URL}{written}"'
    return f'{globbing}"{_URL}"{_quoted(path)}'


def _headers(request: Request) -> Iterator[tuple[str, str]]:
    """Yield the headers to send, and those that keep curl from adding its own."""
    yield from request.headers
    if request.header("accept") is None:
        yield "Accept", "application/json"
    if request.header("content-type") is None and _has_body(request):
        yield "Content-Type", "\0"
    if len(request.body) > 1000 and request.header("expect") is None:
        yield "Expect", "\0"


def _header(name: str, value: Sequence[Piece]) -> str:
    # curl leaves out a header that ends with a colon, and sends an empty one that ends with a semicolon.
    if not value or list(value) == ["\0"]:
        return _literal(f"{name}:" if value else f"{name};")
    if len(value) == 1 and isinstance(value[0], Placeholder) and name.replace("-", "").isalnum():
        return f'"{name}: {_expansion(value[0])}"'
    first, *rest = value
    return _quoted([f"{name}: {first}", *rest] if isinstance(first, str) else [f"{name}: ", *value])


def _is_plain(body: Sequence[Piece]) -> bool:
    texts = [piece for piece in body if isinstance(piece, str)]
    # curl reads a file if the body begins with @.
    return not str(body[0]).startswith("@") and not any(
        not text.isascii() or not text.isprintable() or _REPEATED.search(text) for text in texts
    )


def _quoted(pieces: Iterable[Piece]) -> str:
    """Return pieces as one word of bash."""
    return "".join(_literal(piece) if isinstance(piece, str) else f'"{_expansion(piece)}"' for piece in pieces)


def _printf(pieces: Iterable[Piece]) -> str:
    """Return a printf that writes `pieces`: other than printable bytes as octal escapes, repetitions by their number."""
    template, arguments = "", ""
    for piece in pieces:
        if isinstance(piece, Placeholder):
            template, arguments = f"{template}%s", f'{arguments} "{_expansion(piece)}"'
            continue
        position = 0
        for found in _REPEATED.finditer(piece):
            template += f"{_octal(piece[position : found.start()])}%s"
            unit, position = found.group(1), found.end()
            repeat = f"printf -- '{_octal(unit)}%.0s' {{1..{len(found.group()) // len(unit)}}}"
            arguments += f' "$({repeat})"'
        template += _octal(piece[position:])
    return f"printf -- '{template}'{arguments}"


def _octal(text: str) -> str:
    """Return text as part of a template of printf between single quotes."""
    return "".join(_ESCAPED.get(one) or (one if " " <= one <= "~" else f"\\{ord(one):03o}") for one in text)


def _literal(text: str) -> str:
    """Return text as a quoted word of bash."""
    if text.isascii() and text.isprintable():
        return "'" + text.replace("'", "'\\''") + "'"
    escaped = (f"\\{one}" if one in "'\\" else one if " " <= one <= "~" else f"\\{ord(one):03o}" for one in text)
    return f"$'{''.join(escaped)}'"


def _expansion(placeholder: Placeholder) -> str:
    """Return the variable that holds a value, to be put between double quotes."""
    value = placeholder.value
    if placeholder.form or not value.variable or not value.value.isascii():
        raise NotReproducible(str(placeholder))
    return f"${{{value.variable}}}" if "[" in value.variable else f"${value.variable}"
