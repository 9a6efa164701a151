"""The command that sends a request again: bash and curl, byte for byte, with every secret as a shell variable."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

import attrs

from plaid_accounts_contract.redaction.placeholders import Mark, Part
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.redaction.secrets import Hidden
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.exchange import Request

Piece = str | Mark

_URL: Final = "${CONTRACT_BASE_URL%/}"
_PLAIN_PATH: Final = re.compile(r"[\w/.?=&%-]*", re.ASCII)
_NAME: Final = re.compile(r"[\w-]+", re.ASCII)
_LONGEST_ARGUMENT: Final = 60_000
# A unit of up to 40 characters, 50 times and more in a row.
_REPEATED: Final = re.compile(r"([ -~]{1,40}?)\1{49,}")
_TRANSLATIONS: Final = {"upper": "a-z A-Z", "lower": "A-Z a-z", "swapped": "a-zA-Z A-Za-z"}
_LIST_IDS: Final = (
    "python3 -c 'import json, sys; "
    'print(*dict.fromkeys(a["account_id"] for a in json.load(sys.stdin)["accounts"]), sep="\\n")\''
)


class Unspeakable(Exception):
    """A request holds a secret in a form that no shell expansion writes; the message names the secret."""


@attrs.frozen
class Curl:
    """Writes curl commands for one run; `mode` is where the credentials stand when it asks for account ids."""

    redactor: Redactor
    mode: Mode = "header"

    def command(self, request: Request, *, compressed: bool = False) -> str:
        """Return the lines that send `request`, or a comment that says why they cannot be written without a secret."""
        try:
            return "\n".join(self._lines(request, compressed=compressed))
        except Unspeakable as error:
            return f"# No command writes this request without {error}; --replay report.json sends it again."

    def _lines(self, request: Request, *, compressed: bool) -> Iterator[str]:
        body = list(_parted(self.redactor.pieces(_text_of(request.body)), request.body))
        headers = [(name, list(self.redactor.pieces(value))) for name, value in _headers(request)]
        path = list(self.redactor.pieces(request.path))
        marks = [piece for piece in chain(body, path, *(value for _, value in headers)) if isinstance(piece, Mark)]
        yield from self._setup(marks)
        arguments = [f"curl -sS {_method(request)} {_url(path)}"]
        arguments += ["--compressed"] if compressed else []
        arguments += [f"-H {_header(name, value)}" for name, value in headers]
        if request.body and (not _is_plain(body) or len(request.body) > _LONGEST_ARGUMENT):
            yield f"{_printf(body)} |"
            arguments.append("--data-binary @-")
        elif _has_body(request):
            arguments.append(f"--data-binary {_quoted(body) or chr(39) * 2}")
        yield " \\\n  ".join(arguments)

    def _setup(self, marks: Iterable[Mark]) -> Iterator[str]:
        """Yield the lines that give the variables of `marks` their values, each once."""
        needed = {mark.hidden.name: mark.hidden for mark in marks}.values()
        yield from dict.fromkeys(line for hidden in needed for line in hidden.setup)
        arrays = {hidden.variable.partition("[")[0]: hidden.token for hidden in needed if hidden.token is not None}
        for array, token in arrays.items():
            yield from self._ask_for_accounts(array, token)

    def _ask_for_accounts(self, array: str, token: Hidden) -> Iterator[str]:
        if not token.variable:
            raise Unspeakable(f"<{token.name}>")
        yield from token.setup
        yield f"mapfile -t {array} < <(curl -sS \"{_URL}/accounts/get\" -H 'Content-Type: application/json' \\"
        fields = f'\\"access_token\\":\\"${{{token.variable}}}\\"'
        if self.mode == "header":
            yield '  -H "PLAID-CLIENT-ID: $CONTRACT_CLIENT_ID" -H "PLAID-SECRET: $CONTRACT_SECRET" \\'
        else:
            fields = f'\\"client_id\\":\\"$CONTRACT_CLIENT_ID\\",\\"secret\\":\\"$CONTRACT_SECRET\\",{fields}'
        yield f'  --data-binary "{{{fields}}}" |\n  {_LIST_IDS})'


def _method(request: Request) -> str:
    if request.method != "HEAD":
        return f"-i -X {_literal(request.method) if not request.method.isalpha() else request.method}"
    # curl waits for the body that the answer to HEAD does not have, unless it is told that there is none.
    return "-i -X HEAD -m 5" if request.body else "-I"


def _has_body(request: Request) -> bool:
    return bool(request.body) or request.method in ("POST", "PUT", "PATCH")


def _url(path: Sequence[Piece]) -> str:
    written = "".join(piece for piece in path if isinstance(piece, str))
    kept = "-g " if set(written) & set("[]{}") else ""
    if list(path) == [written] and _PLAIN_PATH.fullmatch(written):
        return f'{kept}"{_URL}{written}"'
    return f'{kept}"{_URL}"{_quoted(path)}'


def _headers(request: Request) -> Iterator[tuple[str, str]]:
    """Yield the headers to send, with what keeps curl from adding others of its own."""
    yield from request.headers
    if request.header("accept") is None:
        yield "Accept", "application/json"
    if request.header("content-type") is None and _has_body(request):
        yield "Content-Type", "\0"
    if len(request.body) > 1000 and request.header("expect") is None:
        yield "Expect", "\0"


def _header(name: str, value: Sequence[Piece]) -> str:
    if list(value) == ["\0"]:
        return _literal(f"{name}:")
    if not value:
        return _literal(f"{name};")
    if len(value) == 1 and isinstance(value[0], Mark) and _NAME.fullmatch(name):
        return f'"{name}: {"".join(_expressions(value[0]))}"'
    return _quoted(_merged([f"{name}: ", *value]))


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        yield from filter(None, (text,))
        yield piece
        text = ""
    yield from filter(None, (text,))


def _text_of(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _parted(pieces: Iterable[Piece], body: bytes) -> Iterator[Piece]:
    """Yield pieces whose text stands for bytes, one character each."""
    is_utf8 = _is_utf8(body)
    for piece in pieces:
        yield piece.encode("utf-8").decode("latin-1") if isinstance(piece, str) and is_utf8 else piece


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_plain(pieces: Sequence[Piece]) -> bool:
    # curl takes what begins with @ for the name of a file.
    return not str(pieces[0]).startswith("@") and all(
        not isinstance(piece, str) or (piece.isascii() and piece.isprintable()) for piece in pieces
    )


def _quoted(pieces: Iterable[Piece]) -> str:
    """Return pieces as one word of bash."""
    written: list[str] = []
    for piece in pieces:
        if isinstance(piece, Mark):
            written += [f'"{expression}"' for expression in _expressions(piece)]
        else:
            written += _repeats(piece, _literal, lambda unit, count: f'"{_again(unit, count)}"')
    return "".join(written)


def _printf(pieces: Iterable[Piece]) -> str:
    """Return a printf that writes the pieces, bytes that do not print as octal escapes."""
    form: list[str] = []
    arguments: list[str] = []

    def argue(expression: str) -> str:
        arguments.append(f' "{expression}"')
        return "%s"

    for piece in pieces:
        if isinstance(piece, Mark):
            form += [argue(expression) for expression in _expressions(piece)]
        else:
            form += _repeats(piece, _octal, lambda unit, count: argue(_again(unit, count)))
    return f"printf -- '{''.join(form)}'{''.join(arguments)}"


def _repeats(text: str, plain: Callable[[str], str], again: Callable[[str, int], str]) -> Iterator[str]:
    """Yield `text` written by `plain`, long repetitions in it by `again`."""
    position = 0
    for found in _REPEATED.finditer(text) if len(text) >= 200 else ():
        unit = found.group(1)
        count = len(found.group()) // len(unit)
        if len(found.group()) < 200:
            continue
        yield plain(text[position : found.start()])
        yield again(unit, count)
        position = found.end()
    yield plain(text[position:])


def _again(unit: str, count: int) -> str:
    escaped = unit.replace("\\", "\\\\").replace("%", "%%").replace("'", "'\\''")
    return f"$(printf -- '{escaped}%.0s' {{1..{count}}})"


def _literal(text: str) -> str:
    """Return text as a quoted word of bash, empty if there is none."""
    if not text:
        return ""
    if text.isascii() and text.isprintable():
        return "'" + text.replace("'", "'\\''") + "'"
    return "$'" + "".join(_ansi(character) for character in text) + "'"


def _ansi(character: str) -> str:
    return (
        f"\\{character}" if character in "'\\" else character if " " <= character <= "~" else f"\\{ord(character):03o}"
    )


def _octal(text: str) -> str:
    names = {"\\": "\\\\", "%": "%%", "'": "'\\''", "\n": "\\n", "\t": "\\t"}
    return "".join(
        names.get(character) or (character if " " <= character <= "~" else f"\\{ord(character):03o}")
        for character in text
    )


def _expressions(mark: Mark) -> Iterator[str]:
    """Yield the expansions that write a mark, each to stand between double quotes."""
    if not mark.hidden.variable or not mark.parts or not mark.hidden.value.isascii():
        raise Unspeakable(mark.placeholder)
    for part in mark.parts:
        yield from _expression(mark.hidden, part)


def _expression(hidden: Hidden, part: Part) -> Iterator[str]:
    if part.form == "plain":
        yield _recased(_slice(hidden, part.start, part.stop), part)
        return
    for index in range(part.start, part.stop):
        one = _recased(_slice(hidden, index, index + 1), part)
        upper = "X" if part.form.endswith("upper") else "x"
        if part.form == "backslash":
            yield f"\\\\{one}"
        else:
            form = f"\\\\u%04{upper}" if part.form.startswith("json") else f"%%%02{upper}"
            yield f"$(printf '{form}' \"'{one}\")"


def _recased(expansion: str, part: Part) -> str:
    if part.case == "same":
        return expansion
    return f'$(printf %s "{expansion}" | tr {_TRANSLATIONS[part.case]})'


def _slice(hidden: Hidden, start: int, stop: int) -> str:
    length = len(hidden.value)
    if (start, stop) == (0, length):
        return f"${{{hidden.variable}}}" if "[" in hidden.variable else f"${hidden.variable}"
    if stop == length:
        return f"${{{hidden.variable}:{start}}}"
    return f"${{{hidden.variable}:{start}:{stop - start}}}"
