"""Identifiers that look like Plaid's and are the same in every run."""

import hashlib
import string
from typing import Final

_ALPHABET: Final = string.digits + string.ascii_letters
_LENGTH: Final = 37


def identifier(name: str) -> str:
    """Give 37 letters and digits that follow from the name alone."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest(), "big")
    letters: list[str] = []
    for _ in range(_LENGTH):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return "".join(letters)
