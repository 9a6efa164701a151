"""The values that a report must not show, and the near misses that the suite makes from them.

Near misses live here so that whatever a test sends has a name: the redactor looks for the same values that tests derive.
"""

from __future__ import annotations

import base64
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Literal

import attrs

from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.settings import Settings

Kind = Literal["credential", "id", "header"]

DERIVED_IDS: Final = 20
"""Near misses are made from so many account ids: a test takes the first one, or the first one that has letters."""

_SETTING: Final = "IFS=', ' read -ra {array} <<<\"$CONTRACT_{variable}\""


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


@attrs.frozen
class SensitiveValue:
    """A value, and the name shown in its place.

    `variable` is the shell variable that holds it after running the lines of `setup`; both are empty where no setting
    leads to the value. An account id that only the target knows has the `token` of the Item to request it with.
    """

    name: str
    value: str = attrs.field(repr=False)
    kind: Kind
    variable: str = ""
    setup: tuple[str, ...] = ()
    token: SensitiveValue | None = attrs.field(default=None, repr=False)
    is_near_miss: bool = False


def collect(settings: Settings, test_data: TestData | None) -> tuple[SensitiveValue, ...]:
    """Return what a report of this run must not show, each value once; `test_data` is None before preflight."""
    unique: dict[str, SensitiveValue] = {}
    for entry in _named(settings, test_data):
        unique.setdefault(entry.value, entry)
    return tuple(entry for value, entry in unique.items() if value)


def with_near_misses(values: Iterable[SensitiveValue]) -> list[SensitiveValue]:
    """Return `values`, then their near misses. A near miss may equal a real value; the real one comes first and wins."""
    values = list(values)
    ids = [entry for entry in values if entry.kind == "id"][:DERIVED_IDS]
    sources = [entry for entry in values if entry.kind == "credential"] + ids
    return values + [
        SensitiveValue(f"{entry.name} {how}", miss, entry.kind, is_near_miss=True)
        for entry in sources
        for how, miss in near_misses(entry.value).items()
    ]


def by_name(settings: Settings, test_data: TestData) -> dict[str, str]:
    """Return every value that a placeholder of an earlier report may name, with the value that it has in this run."""
    named = _named(attrs.evolve(settings, show_ids=False), test_data)
    return {entry.name: entry.value for entry in with_near_misses(named) if entry.value}


def _named(settings: Settings, test_data: TestData | None) -> list[SensitiveValue]:
    """Return every value under each of its names: first the one that the user gave it in a setting."""
    found = [*_credentials(settings), *_headers(settings), *(_credentials_of(test_data) if test_data else ())]
    for name, value in test_data.sensitive if test_data else ():
        setting = name.removesuffix(" 1")
        variable = f"CONTRACT_{setting.upper()}" if setting in ("client_id", "secret", "access_token") else ""
        if not (settings.show_ids and name.partition(" ")[0].endswith(("account_id", "item_id", "user_id"))):
            found.append(SensitiveValue(name, value, "header", variable))
    if not settings.show_ids:
        tokens = {entry.value: entry for entry in reversed(found)}
        found += _ids(settings, test_data, tokens)
    return found


def _credentials(settings: Settings) -> Iterator[SensitiveValue]:
    for name in ("client_id", "secret", "access_token"):
        yield SensitiveValue(name, getattr(settings, name), "credential", f"CONTRACT_{name.upper()}")
    for name in ("client_id", "secret"):
        value = getattr(settings, f"other_{name}")
        yield SensitiveValue(f"other {name}", value, "credential", f"CONTRACT_OTHER_{name.upper()}")
    others = settings.other_access_token
    for index, token in enumerate(others):
        name = f"other access_token {index + 1}"
        if len(others) == 1:
            yield SensitiveValue(name, token, "credential", "CONTRACT_OTHER_ACCESS_TOKEN")
        else:
            setup = _SETTING.format(array="other_token", variable="OTHER_ACCESS_TOKEN")
            yield SensitiveValue(name, token, "credential", f"other_token[{index}]", (setup,))
    for index, (code, token) in enumerate(settings.error_tokens):
        setups = (_SETTING.format(array="error_token", variable="ERROR_TOKENS"), 'error_token=("${error_token[@]#*=}")')
        yield SensitiveValue(f"error token {code} {index + 1}", token, "credential", f"error_token[{index}]", setups)


def _headers(settings: Settings) -> Iterator[SensitiveValue]:
    setup = ('mapfile -t header <<<"$CONTRACT_HEADERS"', 'header=("${header[@]#*:}")')
    for index, (name, value) in enumerate(settings.headers):
        yield SensitiveValue(f"header {name}", value, "header", f"header[{index}]", setup)


def _credentials_of(test_data: TestData) -> Iterator[SensitiveValue]:
    """Yield what test data holds that was not made from settings."""
    yield SensitiveValue("client_id of the test data", test_data.client_id, "credential")
    yield SensitiveValue("secret of the test data", test_data.secret, "credential")
    for name, value in zip(("client_id", "secret"), test_data.other_keys or (), strict=False):
        yield SensitiveValue(f"other {name} of the test data", value, "credential")
    for number, item in enumerate(test_data.items, 1):
        yield SensitiveValue(f"access_token of Item {number}", item.access_token, "credential")
    for number, (token, code) in enumerate(test_data.failing.items(), 1):
        yield SensitiveValue(f"error token {code} of the test data {number}", token, "credential")


def _ids(
    settings: Settings, test_data: TestData | None, tokens: Mapping[str, SensitiveValue]
) -> Iterator[SensitiveValue]:
    setup = _SETTING.format(array="account", variable="ACCOUNT_IDS")
    given = {
        value: SensitiveValue(f"given account {number}", value, "id", f"account[{number - 1}]", (setup,))
        for number, value in enumerate(settings.account_ids, 1)
    }
    for number, item in enumerate(test_data.items if test_data else (), 1):
        yield from _ids_of(item, number, tokens.get(item.access_token), given)
    yield SensitiveValue("closed account", settings.closed_account_id, "id", "CONTRACT_CLOSED_ACCOUNT_ID")
    yield from given.values()


def _ids_of(
    item: ItemBaseline, number: int, token: SensitiveValue | None, given: Mapping[str, SensitiveValue]
) -> Iterator[SensitiveValue]:
    # Numbered in the order in which the target lists them, so that a name means the same account in the next run.
    of, array = ("", "account") if number == 1 else (f" of Item {number}", f"account_of_item_{number}")
    for index, value in enumerate(item.account_ids):
        name = f"account {index + 1}{of}"
        listed = SensitiveValue(name, value, "id", f"{array}[{index}]", token=token)
        yield attrs.evolve(given[value], name=name) if value in given else listed
    for index, value in enumerate(item.closed):
        closed = f"closed account{of}" if not index else f"closed account {index + 1}{of}"
        yield SensitiveValue(closed, value, "id", "" if index or of else "CONTRACT_CLOSED_ACCOUNT_ID")
    yield SensitiveValue(f"item_id{of}", item.item_id or "", "id")
    for index, account in enumerate(item.accounts.values(), 1):
        shown = account.get("persistent_account_id") if isinstance(account, Mapping) else None
        yield SensitiveValue(f"persistent_account_id {index}{of}", shown if isinstance(shown, str) else "", "id")
