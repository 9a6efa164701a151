# Models decode each other by _decode.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..decode import (
    as_object,
    missing,
    new,
    no_extras,
    open_value,
    wrong,
)
from ..errors import DecodeError
from ..types import (
    UNSET,
    Unset,
    redact,
)


@_attrs_define(kw_only=True, weakref_slot=False)
class LinkTokenCreateRequest:
    """The Item to open in Link's update mode, the user, and the options of Link."""

    access_token: str = _attrs_field(repr=redact)
    """ Identifies the Item to update. Case-sensitive; it stays the same. """
    client_name: str
    """ The application's name as shown in Link, which does not show names of more than 30 characters. """
    language: str
    """ The language of Link, as an ISO 639-1 code: da, de, en, es, et, fr, hi, ht, it, lt, lv, nb, nl, pl, pt, ro,
    sv or vi. """
    country_codes: list[CountryCode]
    """ The countries whose institutions Link offers. """
    user: LinkTokenCreateRequestUser
    """ The user of this Link session. """
    client_id: str | Unset = _attrs_field(default=UNSET, repr=redact)
    """ Identifies the application. Required only if the header PLAID-CLIENT-ID is not sent. """
    secret: str | Unset = _attrs_field(default=UNSET, repr=redact)
    """ The application's key. Required only if the header PLAID-SECRET is not sent. """
    update: LinkTokenCreateRequestUpdate | Unset = UNSET
    """ Options of update mode. """
    link_customization_name: str | Unset = UNSET
    """ The name of a Link customization in the Plaid Dashboard; defaults to the one called default. """
    redirect_uri: str | Unset = UNSET
    """ The URL to which an OAuth institution redirects the user from its own pages. Must be registered in the Plaid
    Dashboard. """

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object, without what is UNSET."""
        result: dict[str, Any] = {}
        result["access_token"] = self.access_token
        result["client_name"] = self.client_name
        result["language"] = self.language
        result["country_codes"] = [item.value for item in self.country_codes]
        result["user"] = self.user.to_dict()
        if self.client_id is not UNSET:
            result["client_id"] = self.client_id
        if self.secret is not UNSET:
            result["secret"] = self.secret
        if self.update is not UNSET:
            result["update"] = self.update.to_dict()
        if self.link_customization_name is not UNSET:
            result["link_customization_name"] = self.link_customization_name
        if self.redirect_uri is not UNSET:
            result["redirect_uri"] = self.redirect_uri
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
        left = len(src_dict) - 5
        self.client_id = UNSET
        self.secret = UNSET
        self.update = UNSET
        self.link_customization_name = UNSET
        self.redirect_uri = UNSET
        try:
            value = src_dict["access_token"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "access_token")
            self.access_token = value
            value = src_dict["client_name"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "client_name")
            self.client_name = value
            value = src_dict["language"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "language")
            self.language = value
            value = src_dict["country_codes"]
            if value.__class__ is not list:
                raise wrong(value, "an array", "country_codes")
            country_codes_items: list[Any] = []
            try:
                for item in value:
                    try:
                        item = _country_code[item]
                    except (KeyError, TypeError):
                        item = open_value(CountryCode, item, "a string")
                    country_codes_items.append(item)
            except DecodeError as error:
                raise error.within("country_codes", len(country_codes_items))
            value = country_codes_items
            self.country_codes = value
            value = src_dict["user"]
            try:
                value = _link_token_create_request_user(value, notes)
            except DecodeError as error:
                raise error.within("user")
            self.user = value
        except KeyError as error:
            raise missing(error) from None
        if left:
            if "client_id" in src_dict:
                left -= 1
                value = src_dict["client_id"]
                if value.__class__ is not str:
                    raise wrong(value, "a string", "client_id")
                self.client_id = value
            if "secret" in src_dict:
                left -= 1
                value = src_dict["secret"]
                if value.__class__ is not str:
                    raise wrong(value, "a string", "secret")
                self.secret = value
            if "update" in src_dict:
                left -= 1
                value = src_dict["update"]
                try:
                    value = _link_token_create_request_update(value, notes)
                except DecodeError as error:
                    raise error.within("update")
                self.update = value
            if "link_customization_name" in src_dict:
                left -= 1
                value = src_dict["link_customization_name"]
                if value.__class__ is not str:
                    raise wrong(value, "a string", "link_customization_name")
                self.link_customization_name = value
            if "redirect_uri" in src_dict:
                left -= 1
                value = src_dict["redirect_uri"]
                if value.__class__ is not str:
                    raise wrong(value, "a string", "redirect_uri")
                self.redirect_uri = value
        if left:
            raise no_extras(src_dict, _KNOWN)
        return self


# Below the class, so that models can refer to each other and annotations can be resolved at run time.
from .country_code import CountryCode
from .link_token_create_request_update import LinkTokenCreateRequestUpdate
from .link_token_create_request_user import LinkTokenCreateRequestUser

_KNOWN: frozenset[str] = frozenset(
    (
        "access_token",
        "client_name",
        "language",
        "country_codes",
        "user",
        "client_id",
        "secret",
        "update",
        "link_customization_name",
        "redirect_uri",
    )
)
_country_code = {member.value: member for member in CountryCode}
_link_token_create_request_user = LinkTokenCreateRequestUser._decode
_link_token_create_request_update = LinkTokenCreateRequestUpdate._decode
