"""What a report must not show: every secret of a run and, unless they are allowed, the ids that it came to know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Literal

import attrs

from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.settings import Settings

Kind = Literal["credential", "id"]

# The part of a Plaid token that says only for which environment it is.
_PUBLIC_HEAD: Final = re.compile(r"access-(?:sandbox|development|production)-")
_SETTING: Final = "IFS=', ' read -ra {array} <<<\"$CONTRACT_{variable}\""


DERIVED_IDS: Final = 20
"""Near misses are made from the first account ids of an Item only: a test needs one id, or one that has letters."""


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


_LAST: Final = "with its last character changed"
_NEAR_MISSES: Final[Mapping[str, Callable[[str], str]]] = {
    _LAST: lambda text: _changed(text, -1),
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
}


def near_misses(value: str) -> dict[str, str]:
    """Return values that are almost `value`, by what differs; none contains `value` itself."""
    made = {how: make(value) for how, make in _NEAR_MISSES.items()} if value else {}
    return {how: miss for how, miss in made.items() if miss and value not in miss}


def near_miss(value: str) -> str:
    """Return `value` with its last character changed."""
    return _changed(value, -1)


@attrs.frozen
class Hidden:
    """A value with the name that stands for it.

    `variable` is what bash calls it, after the lines of `setup` where it needs any; both are empty where no setting
    leads to the value. An account id that only the target knows has the `token` of the Item to ask for.
    """

    name: str
    value: str = attrs.field(repr=False)
    kind: Kind
    variable: str = ""
    setup: tuple[str, ...] = ()
    token: Hidden | None = attrs.field(default=None, repr=False)

    @property
    def head(self) -> int:
        """How many characters at the beginning are no secret, since every token begins with them."""
        found = _PUBLIC_HEAD.match(self.value)
        return found.end() if found and found.end() < len(self.value) else 0


def collect(settings: Settings, test_data: TestData | None) -> tuple[Hidden, ...]:
    """Return everything that a report of this run must not show; `subject` is None before the target was asked."""
    found = [*_credentials(settings)]
    if test_data is not None:
        found += _further_credentials(test_data)
    if not settings.show_ids:
        found += _ids(settings, test_data, {hidden.value: hidden for hidden in reversed(found)})
    unique = {hidden.value: hidden for hidden in reversed(found) if hidden.value}
    return tuple(hidden for hidden in found if unique.get(hidden.value) is hidden)


def _credentials(settings: Settings) -> Iterator[Hidden]:
    for name in ("client_id", "secret", "access_token"):
        yield Hidden(name, getattr(settings, name), "credential", f"CONTRACT_{name.upper()}")
    others = settings.other_access_token
    for index, token in enumerate(others):
        name = f"other access_token {index + 1}"
        if len(others) == 1:
            yield Hidden(name, token, "credential", "CONTRACT_OTHER_ACCESS_TOKEN")
        else:
            setup = _SETTING.format(array="other_token", variable="OTHER_ACCESS_TOKEN")
            yield Hidden(name, token, "credential", f"other_token[{index}]", (setup,))
    for index, (code, token) in enumerate(settings.error_tokens):
        setups = (
            _SETTING.format(array="error_token", variable="ERROR_TOKENS"),
            'error_token=("${error_token[@]#*=}")',
        )
        yield Hidden(f"error token {code} {index + 1}", token, "credential", f"error_token[{index}]", setups)


def _further_credentials(test_data: TestData) -> Iterator[Hidden]:
    """Yield what a subject made without settings holds."""
    yield Hidden("client_id of the subject", test_data.client_id, "credential")
    yield Hidden("secret of the subject", test_data.secret, "credential")
    for number, item in enumerate(test_data.items, 1):
        yield Hidden(f"access_token of Item {number}", item.access_token, "credential")
    for number, (token, code) in enumerate(test_data.failing.items(), 1):
        yield Hidden(f"error token {code} of the subject {number}", token, "credential")


def _ids(settings: Settings, test_data: TestData | None, tokens: Mapping[str, Hidden]) -> Iterator[Hidden]:
    given = {value: index for index, value in enumerate(settings.account_ids)}
    for number, item in enumerate(test_data.items if test_data else (), 1):
        yield from _ids_of(item, number, tokens.get(item.access_token), given)
    yield Hidden("closed account", settings.closed_account_id, "id", "CONTRACT_CLOSED_ACCOUNT_ID")
    for value, index in given.items():
        yield _given(f"given account {index + 1}", value, index)


def _given(name: str, value: str, index: int) -> Hidden:
    setup = _SETTING.format(array="account", variable="ACCOUNT_IDS")
    return Hidden(name, value, "id", f"account[{index}]", (setup,))


def _ids_of(item: ItemBaseline, number: int, token: Hidden | None, given: Mapping[str, int]) -> Iterator[Hidden]:
    # Named in the order in which the target lists them, so that the same name means the same account in the next run.
    of, array = ("", "account") if number == 1 else (f" of Item {number}", f"account_of_item_{number}")
    for index, value in enumerate(item.account_ids):
        name = f"account {index + 1}{of}"
        asked = Hidden(name, value, "id", f"{array}[{index}]", token=token)
        yield _given(name, value, given[value]) if value in given else asked
    for index, value in enumerate(item.closed):
        yield Hidden(
            f"closed account{of}" if not index else f"closed account {index + 1}{of}", value, "id", _closed(index, of)
        )
    yield Hidden(f"item_id{of}", item.item_id or "", "id")
    for index, value in enumerate(_persistent(item.accounts.values())):
        yield Hidden(f"persistent_account_id {index + 1}{of}", value, "id")


def _closed(index: int, of: str) -> str:
    return "" if index or of else "CONTRACT_CLOSED_ACCOUNT_ID"


def _persistent(accounts: Iterable[object]) -> Iterator[str]:
    for account in accounts:
        yield _text(account.get("persistent_account_id") if isinstance(account, dict) else None)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
