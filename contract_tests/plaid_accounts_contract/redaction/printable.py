"""Makes what a target sends safe to print: no control characters, no escape sequences, no reordering of letters."""

import unicodedata
from typing import Final

# Control, format (among them those that reorder), surrogate, private, unassigned; separators of lines and paragraphs.
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, *, lines: bool = False) -> str:
    r"""Return `text` with each character that does not print as itself written as an escape, such as `\x1b` or `\u202e`.

    With `lines`, keep line breaks and tabs.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_safe(character, lines=lines) for character in text)


def _safe(character: str, *, lines: bool) -> str:
    if lines and character in "\n\t":
        return character
    if unicodedata.category(character) not in _UNSAFE:
        return character
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def decoded(data: bytes) -> str:
    r"""Return bytes as text; bytes that are not UTF-8 are written as `\xNN`."""
    return data.decode("utf-8", "backslashreplace")
