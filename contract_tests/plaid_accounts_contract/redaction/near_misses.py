"""Wrong values that are almost right, made from credentials, tokens and ids.

They live beside the redactor so that whatever a test sends has a name: the redactor looks for the same values that tests derive.
"""

import base64
import string
from collections.abc import Callable, Mapping
from typing import Final

DERIVED_IDS: Final = 20
"""Near misses are made from so many account ids: a test takes the first one, or the first one that has letters."""


def _changed(text: str, index: int) -> str:
    """Replace one character by another of the same kind, so that the result still looks like the original."""
    index %= len(text)
    old = text[index]
    new = "1" if old == "0" else "0" if old.isdigit() else "b" if old == "a" else "a"
    return text[:index] + new + text[index + 1 :]


def _transposed(text: str) -> str:
    for index in range(len(text) // 2, len(text) - 1):
        if text[index] != text[index + 1]:
            return text[:index] + text[index + 1] + text[index] + text[index + 2 :]
    return text


def _recased(text: str) -> str:
    for index in range(len(text) - 1, -1, -1):
        if text[index].swapcase() != text[index]:
            return text[:index] + text[index].swapcase() + text[index + 1 :]
    return text


def _as_number(text: str) -> str:
    return str(int(text, 16)) if text and set(text) <= set(string.hexdigits) else text


# The full-width forms of ASCII, which compatibility normalisation (NFKC) turns into ASCII again.
_FULL_WIDTH: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_NEAR_MISSES: Final[Mapping[str, Callable[[str], str]]] = {
    "with its last character changed": lambda text: _changed(text, -1),
    "with its first character changed": lambda text: _changed(text, 0),
    "with a character in the middle changed": lambda text: _changed(text, len(text) // 2),
    "with two characters transposed": _transposed,
    "without its last character": lambda text: text[:-1],
    "without its first character": lambda text: text[1:],
    "without its second half": lambda text: text[: len(text) // 2],
    "without its first half": lambda text: text[len(text) // 2 :],
    "with one letter in another case": _recased,
    "in upper case": str.upper,
    "in lower case": str.lower,
    "with a pattern for its last character": lambda text: f"{text[:-1]}_",
    "with a pattern for its second half": lambda text: f"{text[: len(text) // 2]}%",
    "with a soft hyphen in the middle": lambda text: f"{text[: len(text) // 2]}\u00ad{text[len(text) // 2 :]}",
    "in full width": lambda text: text.translate(_FULL_WIDTH),
    "with its first character percent-encoded": lambda text: (
        "".join(f"%{byte:02X}" for byte in text[:1].encode()) + text[1:]
    ),
    "without hyphens": lambda text: text.replace("-", ""),
    "as a decimal number": _as_number,
}
# These contain the value itself.
_SURROUNDED: Final[Mapping[str, str]] = {
    "with one character more": "{}0", "twice": "{0}{0}", "with a space before": " {}", "with a space after": "{} ",
    "with a line break after": "{}\n", "with a tab before": "\t{}", "with a NUL after": "{}\0",
    "with a NUL and more after": "{}\0 more", "in quotes": '"{}"',
}  # fmt: skip
NAMES_OF_EVERY_OBJECT: Final = ("constructor", "__proto__", "toString", "hasOwnProperty")
"""Property names that every JavaScript object has, so that a plain object seems to hold them as keys."""


def near_misses(value: str) -> dict[str, str]:
    """Return values that are almost `value`, by what differs; none contains `value` itself."""
    made = {how: make(value) for how, make in _NEAR_MISSES.items()} if value else {}
    return {how: miss for how, miss in made.items() if miss and value not in miss}


def wrong_values(value: str) -> dict[str, str]:
    """Return what must not be accepted for a credential, token or id, by what it is: near misses and other traps."""
    around = {how: form.format(value) for how, form in _SURROUNDED.items()}
    names = {f"the property name {name}": name for name in NAMES_OF_EVERY_OBJECT}
    data = value.encode("utf-8", "surrogatepass")
    encoded = {"in base64": base64.b64encode(data).decode("ascii"), "in hex": data.hex()}
    return {**near_misses(value), **around, **encoded, **names, "a pattern": "%"}


def near_miss(value: str) -> str:
    """Return `value` with its last character changed."""
    return _changed(value, -1)
