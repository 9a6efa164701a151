# Models decode each other by _decode.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..decode import (
    as_object,
    deviating,
    deviations,
    extras,
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
        left = len(src_dict) - 3
        found: dict[str, Any] | None = None
        self.user_id = UNSET
        self.error = UNSET
        self.environment = UNSET
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
        except KeyError as error:
            raise missing(error) from None
        if left:
            if "user_id" in src_dict:
                left -= 1
                value = src_dict["user_id"]
                try:
                    if value.__class__ is not str:
                        raise wrong(value, "a string", "user_id")
                    self.user_id = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "user_id", src_dict, found)
            if "error" in src_dict:
                left -= 1
                value = src_dict["error"]
                try:
                    if value is not None:
                        try:
                            value = _plaid_error(value, notes)
                        except DecodeError as error:
                            raise error.within("error", whole="an object or null")
                    self.error = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "error", src_dict, found)
            if "environment" in src_dict:
                left -= 1
                value = src_dict["environment"]
                try:
                    try:
                        value = _webhook_environment[value]
                    except (KeyError, TypeError):
                        value = open_value(WebhookEnvironment, value, "a string", "environment")
                    self.environment = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "environment", src_dict, found)
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
    NewAccountsAvailableWebhook,
    needed={
        "webhook_type": "webhook_type",
        "webhook_code": "webhook_code",
        "item_id": "item_id",
    },
    optional={
        "user_id": "user_id",
        "error": "error",
        "environment": "environment",
    },
)

# Below the class, so that models can refer to each other and annotations can be resolved at run time.
from .plaid_error import PlaidError
from .webhook_environment import WebhookEnvironment

_KNOWN: frozenset[str] = frozenset(
    (
        "webhook_type",
        "webhook_code",
        "item_id",
        "user_id",
        "error",
        "environment",
    )
)
_plaid_error = PlaidError._decode
_webhook_environment = {member.value: member for member in WebhookEnvironment}
