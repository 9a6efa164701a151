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
class WebhookVerificationKeyGetResponse:
    """A webhook verification key."""

    key: WebhookVerificationKey
    """ The public half of a key pair as a JSON Web Key (RFC 7517), with the period of its use. """
    request_id: str
    """ Identifies this request for Plaid's support. Case-sensitive, unique for each call. """
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
        result["key"] = self.key.to_dict()
        result["request_id"] = self.request_id
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
        try:
            value = src_dict["key"]
            try:
                value = _webhook_verification_key(value, notes)
            except DecodeError as error:
                raise error.within("key")
            self.key = value
            value = src_dict["request_id"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "request_id")
            self.request_id = value
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
    WebhookVerificationKeyGetResponse,
    needed={
        "key": "key",
        "request_id": "request_id",
    },
    optional={},
)

# Below the class, so that models can refer to each other and annotations can be resolved at run time.
from .webhook_verification_key import WebhookVerificationKey

_KNOWN: frozenset[str] = frozenset(
    (
        "key",
        "request_id",
    )
)
_webhook_verification_key = WebhookVerificationKey._decode
