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
    wrong,
)
from ..errors import DecodeError
from ..types import (
    UNSET,
    Unset,
    redact,
)


@_attrs_define(kw_only=True, weakref_slot=False)
class AccountsGetRequest:
    """The Item to read, and optionally which of its accounts."""

    access_token: str = _attrs_field(repr=redact)
    """ Identifies the Item whose accounts are read. Case-sensitive. """
    client_id: str | Unset = _attrs_field(default=UNSET, repr=redact)
    """ Identifies the application. Required only if the header PLAID-CLIENT-ID is not sent. """
    secret: str | Unset = _attrs_field(default=UNSET, repr=redact)
    """ The application's key. Required only if the header PLAID-SECRET is not sent. """
    options: AccountsGetRequestOptions | Unset = UNSET
    """ Filters the response. """

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object, without what is UNSET."""
        result: dict[str, Any] = {}
        result["access_token"] = self.access_token
        if self.client_id is not UNSET:
            result["client_id"] = self.client_id
        if self.secret is not UNSET:
            result["secret"] = self.secret
        if self.options is not UNSET:
            result["options"] = self.options.to_dict()
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
        left = len(src_dict) - 1
        self.client_id = UNSET
        self.secret = UNSET
        self.options = UNSET
        try:
            value = src_dict["access_token"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "access_token")
            self.access_token = value
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
            if "options" in src_dict:
                left -= 1
                value = src_dict["options"]
                try:
                    value = _accounts_get_request_options(value, notes)
                except DecodeError as error:
                    raise error.within("options")
                self.options = value
        if left:
            raise no_extras(src_dict, _KNOWN)
        return self


# Below the class, so that models can refer to each other and annotations can be resolved at run time.
from .accounts_get_request_options import AccountsGetRequestOptions

_KNOWN: frozenset[str] = frozenset(
    (
        "access_token",
        "client_id",
        "secret",
        "options",
    )
)
_accounts_get_request_options = AccountsGetRequestOptions._decode
