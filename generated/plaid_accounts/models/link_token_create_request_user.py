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


@_attrs_define(kw_only=True, weakref_slot=False)
class LinkTokenCreateRequestUser:
    """The user of this Link session."""

    client_user_id: str
    """ The application's own id for the user, without personal data. """

    def to_dict(self) -> dict[str, Any]:
        """Returns the JSON object; what is UNSET is left out."""
        result: dict[str, Any] = {}
        result["client_user_id"] = self.client_user_id
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
        known = 1
        try:
            value = src_dict["client_user_id"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "client_user_id")
            self.client_user_id = value
        except KeyError as error:
            raise missing(error) from None
        if len(src_dict) != known:
            raise no_extras(src_dict, _KNOWN)
        return self


# Below the class, so that models may refer to each other and annotations can be resolved at run time.

_KNOWN = frozenset(("client_user_id",))
