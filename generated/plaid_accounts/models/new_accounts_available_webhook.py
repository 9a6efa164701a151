from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..decode import (
    as_object,
    extras,
    missing,
    new,
    open_value,
    wrong,
)
from ..errors import DecodeError
from ..types import UNSET, Unset, make_on_demand


@_attrs_define(kw_only=True, weakref_slot=False)
class NewAccountsAvailableWebhook:
    """Announces that an Item has accounts the user has not yet been offered."""

    webhook_type: Literal["ITEM"]
    """ The group of the webhook. """
    webhook_code: Literal["NEW_ACCOUNTS_AVAILABLE"]
    """ The event. """
    item_id: str
    """ Identifies the Item. Case-sensitive. """
    user_id: str | Unset = UNSET
    """ Identifies the user at Plaid, if the Item belongs to one. """
    error: None | PlaidError | Unset = UNSET
    """ The error state of the Item; null if it has none. """
    environment: WebhookEnvironment | Unset = UNSET
    """ The environment of the Item. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    """Properties that the contract does not name, as they came."""

    def to_dict(self) -> dict[str, Any]:
        """Returns the JSON object; what is UNSET is left out."""
        result: dict[str, Any] = {**self.additional_properties}
        result["webhook_type"] = self.webhook_type
        result["webhook_code"] = self.webhook_code
        result["item_id"] = self.item_id
        if self.user_id is not UNSET:
            result["user_id"] = self.user_id
        if self.error is not UNSET:
            result["error"] = self.error.to_dict() if isinstance(self.error, PlaidError) else self.error
        if self.environment is not UNSET:
            result["environment"] = self.environment.value
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
        known = 3
        try:
            value = src_dict["webhook_type"]
            if value != "ITEM":
                raise wrong(value, 'the string "ITEM"', "webhook_type")
            self.webhook_type = value
            value = src_dict["webhook_code"]
            if value != "NEW_ACCOUNTS_AVAILABLE":
                raise wrong(value, 'the string "NEW_ACCOUNTS_AVAILABLE"', "webhook_code")
            self.webhook_code = value
            value = src_dict["item_id"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "item_id")
            self.item_id = value
            if "user_id" in src_dict:
                known += 1
                value = src_dict["user_id"]
                if value.__class__ is not str:
                    raise wrong(value, "a string", "user_id")
                self.user_id = value
            else:
                self.user_id = UNSET
            if "error" in src_dict:
                known += 1
                value = src_dict["error"]
                if value is not None:
                    try:
                        value = _plaid_error(value)
                    except DecodeError as error:
                        raise error.within("error", whole="an object or null")
                self.error = value
            else:
                self.error = UNSET
            if "environment" in src_dict:
                known += 1
                value = src_dict["environment"]
                try:
                    value = _webhook_environment[value]
                except (KeyError, TypeError):
                    value = open_value(WebhookEnvironment, value, "a string", "environment")
                self.environment = value
            else:
                self.environment = UNSET
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


make_on_demand(NewAccountsAvailableWebhook, "additional_properties")

# Below the class, so that models may refer to each other and annotations can be resolved at run time.
from .plaid_error import PlaidError
from .webhook_environment import WebhookEnvironment

_KNOWN = frozenset(
    (
        "webhook_type",
        "webhook_code",
        "item_id",
        "user_id",
        "error",
        "environment",
    )
)
_plaid_error = PlaidError.from_dict
_webhook_environment = {member.value: member for member in WebhookEnvironment}
