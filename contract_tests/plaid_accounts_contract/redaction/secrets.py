"""What a report must not show: every secret of a run and, unless they are allowed, the ids that it came to know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

import attrs

from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.settings import Settings

Kind = Literal["credential", "id"]

# The part of a Plaid token that says only for which environment it is.
_PUBLIC_HEAD: Final = re.compile(r"access-(?:sandbox|development|production)-")
_SETTING: Final = "IFS=', ' read -ra {array} <<<\"$CONTRACT_{variable}\""


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
