# Models decode each other by _decode.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..decode import (
    as_object,
    deviations,
    extras,
    missing,
    new,
    report,
    wrong,
)
from ..errors import DecodeError
from ..types import (
    Deviation,
    make_lenient,
    set_state,
    state_of,
)


@_attrs_define(kw_only=True, weakref_slot=False)
class AccountVerificationInsightsPreviousReturns:
    """What is known about earlier returned payments."""

    has_previous_administrative_return: bool
    """ Whether a payment was returned because of the account itself, such as a closed or wrong account. """
    additional_properties: dict[str, Any] = _attrs_field(factory=dict[str, Any])
    """Properties that the contract does not name, and invalid values of optional ones, as received."""
    if TYPE_CHECKING:
        # The slot behind that property, which is faster to fill; `make_lenient` adds it.
        _additional = cast("Any", None)

    def __getstate__(self) -> dict[str, Any]:
        return state_of(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        set_state(self, state)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object, without what is UNSET."""
        result: dict[str, Any] = {**self.additional_properties}
        result["has_previous_administrative_return"] = self.has_previous_administrative_return
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
        left = len(src_dict) - 1
        found: dict[str, Any] | None = None
        try:
            value = src_dict["has_previous_administrative_return"]
            if value.__class__ is not bool:
                raise wrong(value, "a boolean", "has_previous_administrative_return")
            self.has_previous_administrative_return = value
        except KeyError as error:
            raise missing(error) from None
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
    AccountVerificationInsightsPreviousReturns,
    needed={
        "has_previous_administrative_return": "has_previous_administrative_return",
    },
    optional={},
)

# Below the class, so that models can refer to each other and annotations can be resolved at run time.

_KNOWN: frozenset[str] = frozenset(("has_previous_administrative_return",))
