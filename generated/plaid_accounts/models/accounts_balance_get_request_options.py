# Models decode each other by _decode.
# pyright: reportPrivateUsage=false
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define

from ..decode import (
    as_object,
    date_time,
    date_time_text,
    missing,
    new,
    no_extras,
    wrong,
)
from ..errors import DecodeError
from ..types import (
    UNSET,
    Unset,
)


@_attrs_define(kw_only=True, weakref_slot=False)
class AccountsBalanceGetRequestOptions:
    """Filters the response, and limits the age of balances."""

    account_ids: list[str] | Unset = UNSET
    """ The accounts to return; without it, all. An id that the Item does not have is an error. Plaid has rejected
    an empty list with INVALID_FIELD ("must be a non-empty array"); its documentation leaves open what one means.
    """
    min_last_updated_datetime: datetime.datetime | Unset = UNSET
    """ The oldest acceptable last update of a balance. Required for Capital One (ins_128026) if the Item has an
    account of a type other than depository, whose balances are not available in real time; ignored otherwise. """

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object, without what is UNSET."""
        result: dict[str, Any] = {}
        if self.account_ids is not UNSET:
            result["account_ids"] = self.account_ids
        if self.min_last_updated_datetime is not UNSET:
            result["min_last_updated_datetime"] = date_time_text(self.min_last_updated_datetime)
        return result

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any], *, strict: bool = False) -> Self:
        """Decode a JSON object, as parsed by the json module.


        Raises:
            DecodeError: A property is missing or has a value that its annotation does not allow.
        """
        return cls._decode(src_dict, None if strict else [])

    @classmethod
    def _decode(cls, src_dict: Mapping[str, Any], notes: list[DecodeError] | None) -> Self:
        if src_dict.__class__ is not dict:
            src_dict = as_object(src_dict)
        # Not by __init__: storing checked values one by one takes half the time.
        self = new(cls)
        left = len(src_dict) - 0
        self.account_ids = UNSET
        self.min_last_updated_datetime = UNSET
        try:
            pass
        except KeyError as error:
            raise missing(error) from None
        if left:
            if "account_ids" in src_dict:
                left -= 1
                value = src_dict["account_ids"]
                if value.__class__ is not list:
                    raise wrong(value, "an array", "account_ids")
                account_ids_items: list[Any] = []
                try:
                    for item in value:
                        if item.__class__ is not str:
                            raise wrong(item, "a string")
                        account_ids_items.append(item)
                except DecodeError as error:
                    raise error.within("account_ids", len(account_ids_items))
                value = account_ids_items
                self.account_ids = value
            if "min_last_updated_datetime" in src_dict:
                left -= 1
                value = src_dict["min_last_updated_datetime"]
                value = date_time(value, "a date-time with offset", "min_last_updated_datetime")
                self.min_last_updated_datetime = value
        if left:
            raise no_extras(src_dict, _KNOWN)
        return self


# Below the class, so that models can refer to each other and annotations can be resolved at run time.

_KNOWN: frozenset[str] = frozenset(
    (
        "account_ids",
        "min_last_updated_datetime",
    )
)
