from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..decode import (
    as_object,
    extras,
    missing,
    new,
    wrong,
)
from ..errors import DecodeError
from ..types import make_on_demand


@_attrs_define(kw_only=True, weakref_slot=False)
class WebhookVerificationKeyGetResponse:
    """A webhook verification key."""

    key: WebhookVerificationKey
    """ The public half of a key pair as a JSON Web Key (RFC 7517), with the period of its use. """
    request_id: str
    """ Identifies this request for Plaid's support. Case-sensitive, unique for each call. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    """Properties that the contract does not name, as they came."""

    def to_dict(self) -> dict[str, Any]:
        """Returns the JSON object; what is UNSET is left out."""
        result: dict[str, Any] = {**self.additional_properties}
        result["key"] = self.key.to_dict()
        result["request_id"] = self.request_id
        return result

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Reads a JSON object, as the json module parses it.

        Raises:
            DecodeError: A property is missing or has a value that its annotation does not allow.
        """
        if src_dict.__class__ is not dict:
            src_dict = as_object(src_dict)
        # Not by __init__: checked values stored one by one take half the time.
        self = new(cls)
        known = 2
        try:
            value = src_dict["key"]
            try:
                value = _webhook_verification_key(value)
            except DecodeError as error:
                raise error.within("key")
            self.key = value
            value = src_dict["request_id"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "request_id")
            self.request_id = value
        except KeyError as error:
            raise missing(error) from None
        if len(src_dict) != known:
            self.additional_properties = extras(src_dict, _KNOWN)
        return self

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


make_on_demand(WebhookVerificationKeyGetResponse, "additional_properties")

# Below the class, so that models may refer to each other and annotations can be resolved at run time.
from .webhook_verification_key import WebhookVerificationKey

_KNOWN = frozenset(
    (
        "key",
        "request_id",
    )
)
_webhook_verification_key = WebhookVerificationKey.from_dict
