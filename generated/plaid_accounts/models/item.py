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
class Item:
    """A user's connection to an institution."""

    item_id: str
    """ Identifies the Item. Case-sensitive. """
    webhook: None | str
    """ The URL for the Item's webhooks, if any. """
    error: None | PlaidError
    """ Always null in a response. """
    available_products: list[Product]
    """ Products available for the Item but not yet used. """
    billed_products: list[Product]
    """ Products billed for the Item. """
    consent_expiration_time: datetime.datetime | None
    """ When the user's consent expires, if it does. """
    update_type: UpdateType
    """ Whether the Item is updated in the background or only while the user is present. """
    products: list[Product] | Unset = UNSET
    """ Products added to the Item, usually the billed ones and sometimes others not billed yet. """
    consented_products: list[Product] | Unset = UNSET
    """ Products that the user consented to. """
    institution_id: None | str | Unset = UNSET
    """ Identifies the institution; null for an Item without one. """
    institution_name: None | str | Unset = UNSET
    """ The institution's name; null for an Item without one. """
    auth_method: ItemAuthMethod | None | Unset = UNSET
    """ How account and routing numbers were obtained; null if not by Auth. """
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
        result["item_id"] = self.item_id
        result["webhook"] = self.webhook
        result["error"] = self.error.to_dict() if isinstance(self.error, PlaidError) else self.error
        result["available_products"] = [item.value for item in self.available_products]
        result["billed_products"] = [item.value for item in self.billed_products]
        result["consent_expiration_time"] = (
            date_time_text(self.consent_expiration_time)
            if isinstance(self.consent_expiration_time, datetime.datetime)
            else self.consent_expiration_time
        )
        result["update_type"] = self.update_type.value
        if self.products is not UNSET:
            result["products"] = [item.value for item in self.products]
        if self.consented_products is not UNSET:
            result["consented_products"] = [item.value for item in self.consented_products]
        if self.institution_id is not UNSET:
            result["institution_id"] = self.institution_id
        if self.institution_name is not UNSET:
            result["institution_name"] = self.institution_name
        if self.auth_method is not UNSET:
            result["auth_method"] = (
                self.auth_method.value if isinstance(self.auth_method, ItemAuthMethod) else self.auth_method
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
        left = len(src_dict) - 7
        found: dict[str, Any] | None = None
        self.products = UNSET
        self.consented_products = UNSET
        self.institution_id = UNSET
        self.institution_name = UNSET
        self.auth_method = UNSET
        try:
            value = src_dict["item_id"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "item_id")
            self.item_id = value
            value = src_dict["webhook"]
            if value is not None:
                if value.__class__ is not str:
                    raise wrong(value, "a string or null", "webhook")
            self.webhook = value
            value = src_dict["error"]
            if value is not None:
                try:
                    value = _plaid_error(value, notes)
                except DecodeError as error:
                    raise error.within("error", whole="an object or null")
            self.error = value
            value = src_dict["available_products"]
            if value.__class__ is not list:
                raise wrong(value, "an array", "available_products")
            available_products_items: list[Any] = []
            try:
                for item in value:
                    try:
                        item = _product[item]
                    except (KeyError, TypeError):
                        item = open_value(Product, item, "a string")
                    available_products_items.append(item)
            except DecodeError as error:
                raise error.within("available_products", len(available_products_items))
            value = available_products_items
            self.available_products = value
            value = src_dict["billed_products"]
            if value.__class__ is not list:
                raise wrong(value, "an array", "billed_products")
            billed_products_items: list[Any] = []
            try:
                for item in value:
                    try:
                        item = _product[item]
                    except (KeyError, TypeError):
                        item = open_value(Product, item, "a string")
                    billed_products_items.append(item)
            except DecodeError as error:
                raise error.within("billed_products", len(billed_products_items))
            value = billed_products_items
            self.billed_products = value
            value = src_dict["consent_expiration_time"]
            if value is not None:
                value = date_time(value, "a date-time with offset or null", "consent_expiration_time")
            self.consent_expiration_time = value
            value = src_dict["update_type"]
            try:
                value = _update_type[value]
            except (KeyError, TypeError):
                value = open_value(UpdateType, value, "a string", "update_type")
            self.update_type = value
        except KeyError as error:
            raise missing(error) from None
        if left:
            if "products" in src_dict:
                left -= 1
                value = src_dict["products"]
                try:
                    if value.__class__ is not list:
                        raise wrong(value, "an array", "products")
                    products_items: list[Any] = []
                    try:
                        for item in value:
                            try:
                                item = _product[item]
                            except (KeyError, TypeError):
                                item = open_value(Product, item, "a string")
                            products_items.append(item)
                    except DecodeError as error:
                        raise error.within("products", len(products_items))
                    value = products_items
                    self.products = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "products", src_dict, found)
            if "consented_products" in src_dict:
                left -= 1
                value = src_dict["consented_products"]
                try:
                    if value.__class__ is not list:
                        raise wrong(value, "an array", "consented_products")
                    consented_products_items: list[Any] = []
                    try:
                        for item in value:
                            try:
                                item = _product[item]
                            except (KeyError, TypeError):
                                item = open_value(Product, item, "a string")
                            consented_products_items.append(item)
                    except DecodeError as error:
                        raise error.within("consented_products", len(consented_products_items))
                    value = consented_products_items
                    self.consented_products = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "consented_products", src_dict, found)
            if "institution_id" in src_dict:
                left -= 1
                value = src_dict["institution_id"]
                try:
                    if value is not None:
                        if value.__class__ is not str:
                            raise wrong(value, "a string or null", "institution_id")
                    self.institution_id = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "institution_id", src_dict, found)
            if "institution_name" in src_dict:
                left -= 1
                value = src_dict["institution_name"]
                try:
                    if value is not None:
                        if value.__class__ is not str:
                            raise wrong(value, "a string or null", "institution_name")
                    self.institution_name = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "institution_name", src_dict, found)
            if "auth_method" in src_dict:
                left -= 1
                value = src_dict["auth_method"]
                try:
                    if value is not None:
                        try:
                            value = _item_auth_method[value]
                        except (KeyError, TypeError):
                            value = open_value(ItemAuthMethod, value, "a string or null", "auth_method")
                    self.auth_method = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "auth_method", src_dict, found)
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
    Item,
    needed={
        "item_id": "item_id",
        "webhook": "webhook",
        "error": "error",
        "available_products": "available_products",
        "billed_products": "billed_products",
        "consent_expiration_time": "consent_expiration_time",
        "update_type": "update_type",
    },
    optional={
        "products": "products",
        "consented_products": "consented_products",
        "institution_id": "institution_id",
        "institution_name": "institution_name",
        "auth_method": "auth_method",
    },
)

# Below the class, so that models can refer to each other and annotations can be resolved at run time.
from .item_auth_method import ItemAuthMethod
from .plaid_error import PlaidError
from .product import Product
from .update_type import UpdateType

_KNOWN: frozenset[str] = frozenset(
    (
        "item_id",
        "webhook",
        "error",
        "available_products",
        "billed_products",
        "consent_expiration_time",
        "update_type",
        "products",
        "consented_products",
        "institution_id",
        "institution_name",
        "auth_method",
    )
)
_plaid_error = PlaidError._decode
_product = {member.value: member for member in Product}
_update_type = {member.value: member for member in UpdateType}
_item_auth_method = {member.value: member for member in ItemAuthMethod}
