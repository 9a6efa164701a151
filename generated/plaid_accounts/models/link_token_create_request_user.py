# Models decode each other by _decode.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define

from ..decode import (
    as_object,
    missing,
    new,
    no_extras,
    wrong,
)
from ..errors import DecodeError


@_attrs_define(kw_only=True, weakref_slot=False)
class LinkTokenCreateRequestUser:
    """The user of this Link session."""

    client_user_id: str
    """ The application's own id for the user, without personal data. """

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object, without what is UNSET."""
        result: dict[str, Any] = {}
        result["client_user_id"] = self.client_user_id
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
        try:
            value = src_dict["client_user_id"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "client_user_id")
            self.client_user_id = value
        except KeyError as error:
            raise missing(error) from None
        if left:
            raise no_extras(src_dict, _KNOWN)
        return self


# Below the class, so that models can refer to each other and annotations can be resolved at run time.

_KNOWN: frozenset[str] = frozenset(("client_user_id",))
