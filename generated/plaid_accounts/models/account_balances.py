# Models decode each other by _decode.
# pyright: reportPrivateUsage=false
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..decode import (
    as_object,
    date_time,
    date_time_text,
    deviating,
    deviations,
    extras,
    missing,
    new,
    number,
    report,
    wrong,
)
from ..errors import DecodeError
from ..types import (
    UNSET,
    Deviation,
    Unset,
    make_lenient,
    set_state,
    settle,
    state_of,
)


@_attrs_define(kw_only=True, weakref_slot=False)
class AccountBalances:
    """The account's balances: cached from accountsGet, live from accountsBalanceGet. Amounts are decimal numbers in units
    of the currency, with as many decimals as the institution provides.

    """

    available: float | None
    """ What can be withdrawn or spent as computed by the institution, excluding an overdraft; for credit accounts,
    the remaining limit. Null if the institution does not compute it. """
    current: float | None
    """ The amount in the account; for credit and loans, the amount owed (positive) or overpaid (negative). Null
    only if available is not, except for limited purpose checking and manually linked accounts, which can lack both.
    """
    limit: float | None
    """ The credit limit, or for depository accounts the agreed overdraft, if known. """
    iso_currency_code: None | str
    """ The ISO 4217 code of the currency; null if unofficial_currency_code is given. """
    unofficial_currency_code: None | str
    """ The code of a currency outside ISO 4217, such as BTC or ETH; null if iso_currency_code is given. """
    last_updated_datetime: datetime.datetime | None | Unset = UNSET
    """ When the balance was last fetched from the institution. Provided for Capital One (ins_128026) only. """
    additional_properties: dict[str, Any] = _attrs_field(factory=dict[str, Any])
    """Properties that the contract does not name, and invalid values of optional ones, as received."""
    if TYPE_CHECKING:
        # The slot behind that property, which is faster to fill; `make_lenient` adds it.
        _additional = cast("Any", None)

    def __attrs_post_init__(self) -> None:
        settle(self)

    def __getstate__(self) -> dict[str, Any]:
        return state_of(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        set_state(self, state)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object, without what is UNSET."""
        result: dict[str, Any] = {**self.additional_properties}
        result["available"] = self.available
        result["current"] = self.current
        result["limit"] = self.limit
        result["iso_currency_code"] = self.iso_currency_code
        result["unofficial_currency_code"] = self.unofficial_currency_code
        if self.last_updated_datetime is not UNSET:
            result["last_updated_datetime"] = (
                date_time_text(self.last_updated_datetime)
                if isinstance(self.last_updated_datetime, datetime.datetime)
                else self.last_updated_datetime
            )
        return result

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any], *, strict: bool = False) -> Self:
        """Decode a JSON object, as parsed by the json module.

        An invalid value of an optional property leaves the attribute UNSET and stays in `additional_properties`, unless
        `strict`; `deviations` lists these.

        Raises:
            DecodeError: A property is missing or has a value that its annotation does not allow.
        """
        notes: list[DecodeError] | None = None if strict else []
        self = cls._decode(src_dict, notes)
        if notes:
            report(cls.__name__, self)
        return self

    @classmethod
    def _decode(cls, src_dict: Mapping[str, Any], notes: list[DecodeError] | None) -> Self:
        if src_dict.__class__ is not dict:
            src_dict = as_object(src_dict)
        # Not by __init__: storing checked values one by one takes half the time.
        self = new(cls)
        left = len(src_dict) - 5
        found: dict[str, Any] | None = None
        self.last_updated_datetime = UNSET
        try:
            value = src_dict["available"]
            if value is not None:
                if not (value.__class__ is float and -9e18 < value < 9e18 or value.__class__ is int):
                    value = number(value, "a number or null", "available")
            self.available = value
            value = src_dict["current"]
            if value is not None:
                if not (value.__class__ is float and -9e18 < value < 9e18 or value.__class__ is int):
                    value = number(value, "a number or null", "current")
            self.current = value
            value = src_dict["limit"]
            if value is not None:
                if not (value.__class__ is float and -9e18 < value < 9e18 or value.__class__ is int):
                    value = number(value, "a number or null", "limit")
            self.limit = value
            value = src_dict["iso_currency_code"]
            if value is not None:
                if value.__class__ is not str:
                    raise wrong(value, "a string or null", "iso_currency_code")
            self.iso_currency_code = value
            value = src_dict["unofficial_currency_code"]
            if value is not None:
                if value.__class__ is not str:
                    raise wrong(value, "a string or null", "unofficial_currency_code")
            self.unofficial_currency_code = value
        except KeyError as error:
            raise missing(error) from None
        if left:
            if "last_updated_datetime" in src_dict:
                left -= 1
                value = src_dict["last_updated_datetime"]
                try:
                    if value is not None:
                        value = date_time(value, "a date-time with offset or null", "last_updated_datetime")
                    self.last_updated_datetime = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "last_updated_datetime", src_dict, found)
        if left:
            found = extras(src_dict, _KNOWN, left, found)
        if found is not None:
            self._additional = found
        return self

    @property
    def deviations(self) -> list[Deviation]:
        """The invalid values of optional properties, in this object and all within it; each left its attribute UNSET."""
        return deviations(self)

    @property
    def additional_keys(self) -> list[str]:
        """The names of the additional properties."""
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties


make_lenient(
    AccountBalances,
    needed={
        "available": "available",
        "current": "current",
        "limit": "limit",
        "iso_currency_code": "iso_currency_code",
        "unofficial_currency_code": "unofficial_currency_code",
    },
    optional={
        "last_updated_datetime": "last_updated_datetime",
    },
)

# Below the class, so that models can refer to each other and annotations can be resolved at run time.

_KNOWN: frozenset[str] = frozenset(
    (
        "available",
        "current",
        "limit",
        "iso_currency_code",
        "unofficial_currency_code",
        "last_updated_datetime",
    )
)
