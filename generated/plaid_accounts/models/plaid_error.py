from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..decode import (
    as_object,
    extras,
    integer,
    kept,
    missing,
    new,
    open_value,
    wrong,
)
from ..errors import DecodeError
from ..types import UNSET, Unset, make_on_demand


@_attrs_define(kw_only=True, weakref_slot=False)
class PlaidError:
    """Why a request failed. Rely on error_type and error_code, not on the status or the messages."""

    error_type: PlaidErrorType
    """ The category of an error_code. """
    error_code: str
    """ The specific error; safe to rely on in code. """
    error_message: str
    """ A message for developers; it may change. """
    display_message: None | str
    """ A message for the user; null if the user can't resolve the error. It may change. """
    error_code_reason: None | str | Unset = UNSET
    """ Why an OAuth Item requires a new sign-in, if known. """
    request_id: str | Unset = UNSET
    """ Identifies this request for Plaid's support. Omitted in the errors of webhooks. """
    causes: list[Any] | Unset = UNSET
    """ Errors of individual Items, if a request covers several. """
    status: int | None | Unset = UNSET
    """ The HTTP status of the error; provided in the errors of webhooks. """
    documentation_url: str | Unset = UNSET
    """ Plaid's documentation of the error. """
    suggested_action: None | str | Unset = UNSET
    """ What to do about it. """
    required_account_subtypes: list[str] | Unset = UNSET
    """ The requested subtypes; only with NO_ACCOUNTS of some products. """
    provided_account_subtypes: list[str] | Unset = UNSET
    """ The subtypes that the user shared; only with NO_ACCOUNTS of some products. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    """Properties that the contract does not name, as they came."""

    def to_dict(self) -> dict[str, Any]:
        """Returns the JSON object; what is UNSET is left out."""
        result: dict[str, Any] = {**self.additional_properties}
        result["error_type"] = self.error_type.value
        result["error_code"] = self.error_code
        result["error_message"] = self.error_message
        result["display_message"] = self.display_message
        if self.error_code_reason is not UNSET:
            result["error_code_reason"] = self.error_code_reason
        if self.request_id is not UNSET:
            result["request_id"] = self.request_id
        if self.causes is not UNSET:
            result["causes"] = self.causes
        if self.status is not UNSET:
            result["status"] = self.status
        if self.documentation_url is not UNSET:
            result["documentation_url"] = self.documentation_url
        if self.suggested_action is not UNSET:
            result["suggested_action"] = self.suggested_action
        if self.required_account_subtypes is not UNSET:
            result["required_account_subtypes"] = self.required_account_subtypes
        if self.provided_account_subtypes is not UNSET:
            result["provided_account_subtypes"] = self.provided_account_subtypes
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
        known = 4
        try:
            value = src_dict["error_type"]
            try:
                value = _plaid_error_type[value]
            except (KeyError, TypeError):
                value = open_value(PlaidErrorType, value, "a string", "error_type")
            self.error_type = value
            value = src_dict["error_code"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "error_code")
            self.error_code = value
            value = src_dict["error_message"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "error_message")
            self.error_message = value
            value = src_dict["display_message"]
            if value is not None:
                if value.__class__ is not str:
                    raise wrong(value, "a string or null", "display_message")
            self.display_message = value
            if "error_code_reason" in src_dict:
                known += 1
                value = src_dict["error_code_reason"]
                if value is not None:
                    if value.__class__ is not str:
                        raise wrong(value, "a string or null", "error_code_reason")
                self.error_code_reason = value
            else:
                self.error_code_reason = UNSET
            if "request_id" in src_dict:
                known += 1
                value = src_dict["request_id"]
                if value.__class__ is not str:
                    raise wrong(value, "a string", "request_id")
                self.request_id = value
            else:
                self.request_id = UNSET
            if "causes" in src_dict:
                known += 1
                value = src_dict["causes"]
                if value.__class__ is not list:
                    raise wrong(value, "an array", "causes")
                causes_items: list[Any] = []
                try:
                    for item in value:
                        item = kept(item)
                        causes_items.append(item)
                except DecodeError as error:
                    raise error.within("causes", len(causes_items))
                value = causes_items
                self.causes = value
            else:
                self.causes = UNSET
            if "status" in src_dict:
                known += 1
                value = src_dict["status"]
                if value is not None:
                    if value.__class__ is not int:
                        value = integer(value, "an integer or null", "status")
                self.status = value
            else:
                self.status = UNSET
            if "documentation_url" in src_dict:
                known += 1
                value = src_dict["documentation_url"]
                if value.__class__ is not str:
                    raise wrong(value, "a string", "documentation_url")
                self.documentation_url = value
            else:
                self.documentation_url = UNSET
            if "suggested_action" in src_dict:
                known += 1
                value = src_dict["suggested_action"]
                if value is not None:
                    if value.__class__ is not str:
                        raise wrong(value, "a string or null", "suggested_action")
                self.suggested_action = value
            else:
                self.suggested_action = UNSET
            if "required_account_subtypes" in src_dict:
                known += 1
                value = src_dict["required_account_subtypes"]
                if value.__class__ is not list:
                    raise wrong(value, "an array", "required_account_subtypes")
                required_account_subtypes_items: list[Any] = []
                try:
                    for item in value:
                        if item.__class__ is not str:
                            raise wrong(item, "a string")
                        required_account_subtypes_items.append(item)
                except DecodeError as error:
                    raise error.within("required_account_subtypes", len(required_account_subtypes_items))
                value = required_account_subtypes_items
                self.required_account_subtypes = value
            else:
                self.required_account_subtypes = UNSET
            if "provided_account_subtypes" in src_dict:
                known += 1
                value = src_dict["provided_account_subtypes"]
                if value.__class__ is not list:
                    raise wrong(value, "an array", "provided_account_subtypes")
                provided_account_subtypes_items: list[Any] = []
                try:
                    for item in value:
                        if item.__class__ is not str:
                            raise wrong(item, "a string")
                        provided_account_subtypes_items.append(item)
                except DecodeError as error:
                    raise error.within("provided_account_subtypes", len(provided_account_subtypes_items))
                value = provided_account_subtypes_items
                self.provided_account_subtypes = value
            else:
                self.provided_account_subtypes = UNSET
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


make_on_demand(PlaidError, "additional_properties")

# Below the class, so that models may refer to each other and annotations can be resolved at run time.
from .plaid_error_type import PlaidErrorType

_KNOWN = frozenset(
    (
        "error_type",
        "error_code",
        "error_message",
        "display_message",
        "error_code_reason",
        "request_id",
        "causes",
        "status",
        "documentation_url",
        "suggested_action",
        "required_account_subtypes",
        "provided_account_subtypes",
    )
)
_plaid_error_type = {member.value: member for member in PlaidErrorType}
