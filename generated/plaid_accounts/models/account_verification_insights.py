# Models decode each other by _decode.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..decode import (
    as_object,
    deviating,
    deviations,
    extras,
    integer,
    missing,
    new,
    open_value,
    report,
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
class AccountVerificationInsights:
    """What the database check found about the account and routing number."""

    network_status: AccountVerificationInsightsNetworkStatus
    """ What Plaid's network knows about the numbers. """
    account_number_format: AccountNumberFormat
    """ Whether the account number has a format that the bank uses. """
    name_match_score: int | None | Unset = UNSET
    """ How well the entered name matches the account holder's, from 0 to 100; null if unknown. """
    previous_returns: AccountVerificationInsightsPreviousReturns | Unset = UNSET
    """ What is known about earlier returned payments. """
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
        result["network_status"] = self.network_status.to_dict()
        result["account_number_format"] = self.account_number_format.value
        if self.name_match_score is not UNSET:
            result["name_match_score"] = self.name_match_score
        if self.previous_returns is not UNSET:
            result["previous_returns"] = self.previous_returns.to_dict()
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
        left = len(src_dict) - 2
        found: dict[str, Any] | None = None
        self.name_match_score = UNSET
        self.previous_returns = UNSET
        try:
            value = src_dict["network_status"]
            try:
                value = _account_verification_insights_network_status(value, notes)
            except DecodeError as error:
                raise error.within("network_status")
            self.network_status = value
            value = src_dict["account_number_format"]
            try:
                value = _account_number_format[value]
            except (KeyError, TypeError):
                value = open_value(AccountNumberFormat, value, "a string", "account_number_format")
            self.account_number_format = value
        except KeyError as error:
            raise missing(error) from None
        if left:
            if "name_match_score" in src_dict:
                left -= 1
                value = src_dict["name_match_score"]
                try:
                    if value is not None:
                        if value.__class__ is not int:
                            value = integer(value, "an integer or null", "name_match_score")
                    self.name_match_score = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "name_match_score", src_dict, found)
            if "previous_returns" in src_dict:
                left -= 1
                value = src_dict["previous_returns"]
                try:
                    try:
                        value = _account_verification_insights_previous_returns(value, notes)
                    except DecodeError as error:
                        raise error.within("previous_returns")
                    self.previous_returns = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "previous_returns", src_dict, found)
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
    AccountVerificationInsights,
    needed={
        "network_status": "network_status",
        "account_number_format": "account_number_format",
    },
    optional={
        "name_match_score": "name_match_score",
        "previous_returns": "previous_returns",
    },
)

# Below the class, so that models can refer to each other and annotations can be resolved at run time.
from .account_number_format import AccountNumberFormat
from .account_verification_insights_network_status import (
    AccountVerificationInsightsNetworkStatus,
)
from .account_verification_insights_previous_returns import (
    AccountVerificationInsightsPreviousReturns,
)

_KNOWN: frozenset[str] = frozenset(
    (
        "network_status",
        "account_number_format",
        "name_match_score",
        "previous_returns",
    )
)
_account_verification_insights_network_status = AccountVerificationInsightsNetworkStatus._decode
_account_number_format = {member.value: member for member in AccountNumberFormat}
_account_verification_insights_previous_returns = AccountVerificationInsightsPreviousReturns._decode
