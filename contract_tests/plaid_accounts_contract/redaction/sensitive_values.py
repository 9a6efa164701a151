"""The values that a report must not show, with the names shown in their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

import attrs

from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.redaction.near_misses import DERIVED_IDS, near_misses
from plaid_accounts_contract.settings import Settings

Kind = Literal["credential", "id", "header"]

_SETTING: Final = "IFS=', ' read -ra {array} <<<\"$CONTRACT_{variable}\""


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
