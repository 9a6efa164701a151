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
    kept,
    missing,
    new,
    open_value,
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
class PlaidError:
    """Why a request failed. Rely on error_type and error_code, not on the status or the messages."""

    error_type: PlaidErrorType | Unset = UNSET
    """ The category of an error_code. """
    error_code: str
    """ The specific error; safe to rely on in code. """
    error_message: str | Unset = UNSET
    """ A message for developers; it may change. """
    display_message: None | str | Unset = UNSET
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
        if self.error_type is not UNSET:
            result["error_type"] = self.error_type.value
        result["error_code"] = self.error_code
        if self.error_message is not UNSET:
            result["error_message"] = self.error_message
        if self.display_message is not UNSET:
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
        self.error_type = UNSET
        self.error_message = UNSET
        self.display_message = UNSET
        self.error_code_reason = UNSET
        self.request_id = UNSET
        self.causes = UNSET
        self.status = UNSET
        self.documentation_url = UNSET
        self.suggested_action = UNSET
        self.required_account_subtypes = UNSET
        self.provided_account_subtypes = UNSET
        try:
            value = src_dict["error_code"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "error_code")
            self.error_code = value
        except KeyError as error:
            raise missing(error) from None
        if left:
            if "error_type" in src_dict:
                left -= 1
                value = src_dict["error_type"]
                try:
                    try:
                        value = _plaid_error_type[value]
                    except (KeyError, TypeError):
                        value = open_value(PlaidErrorType, value, "a string", "error_type")
                    self.error_type = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "error_type", src_dict, found)
            if "error_message" in src_dict:
                left -= 1
                value = src_dict["error_message"]
                try:
                    if value.__class__ is not str:
                        raise wrong(value, "a string", "error_message")
                    self.error_message = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "error_message", src_dict, found)
            if "display_message" in src_dict:
                left -= 1
                value = src_dict["display_message"]
                try:
                    if value is not None:
                        if value.__class__ is not str:
                            raise wrong(value, "a string or null", "display_message")
                    self.display_message = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "display_message", src_dict, found)
            if "error_code_reason" in src_dict:
                left -= 1
                value = src_dict["error_code_reason"]
                try:
                    if value is not None:
                        if value.__class__ is not str:
                            raise wrong(value, "a string or null", "error_code_reason")
                    self.error_code_reason = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "error_code_reason", src_dict, found)
            if "request_id" in src_dict:
                left -= 1
                value = src_dict["request_id"]
                try:
                    if value.__class__ is not str:
                        raise wrong(value, "a string", "request_id")
                    self.request_id = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "request_id", src_dict, found)
            if "causes" in src_dict:
                left -= 1
                value = src_dict["causes"]
                try:
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
                except DecodeError as error:
                    found = deviating(self, error, notes, "causes", src_dict, found)
            if "status" in src_dict:
                left -= 1
                value = src_dict["status"]
                try:
                    if value is not None:
                        if value.__class__ is not int:
                            value = integer(value, "an integer or null", "status")
                    self.status = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "status", src_dict, found)
            if "documentation_url" in src_dict:
                left -= 1
                value = src_dict["documentation_url"]
                try:
                    if value.__class__ is not str:
                        raise wrong(value, "a string", "documentation_url")
                    self.documentation_url = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "documentation_url", src_dict, found)
            if "suggested_action" in src_dict:
                left -= 1
                value = src_dict["suggested_action"]
                try:
                    if value is not None:
                        if value.__class__ is not str:
                            raise wrong(value, "a string or null", "suggested_action")
                    self.suggested_action = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "suggested_action", src_dict, found)
            if "required_account_subtypes" in src_dict:
                left -= 1
                value = src_dict["required_account_subtypes"]
                try:
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
                except DecodeError as error:
                    found = deviating(self, error, notes, "required_account_subtypes", src_dict, found)
            if "provided_account_subtypes" in src_dict:
                left -= 1
                value = src_dict["provided_account_subtypes"]
                try:
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
                except DecodeError as error:
                    found = deviating(self, error, notes, "provided_account_subtypes", src_dict, found)
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
    PlaidError,
    needed={
        "error_code": "error_code",
    },
    optional={
        "error_type": "error_type",
        "error_message": "error_message",
        "display_message": "display_message",
        "error_code_reason": "error_code_reason",
        "request_id": "request_id",
        "causes": "causes",
        "status": "status",
        "documentation_url": "documentation_url",
        "suggested_action": "suggested_action",
        "required_account_subtypes": "required_account_subtypes",
        "provided_account_subtypes": "provided_account_subtypes",
    },
)

# Below the class, so that models can refer to each other and annotations can be resolved at run time.
from .plaid_error_type import PlaidErrorType

_KNOWN: frozenset[str] = frozenset(
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
