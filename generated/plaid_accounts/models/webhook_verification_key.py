# Models decode each other by _decode.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..decode import (
    as_object,
    deviations,
    extras,
    integer,
    missing,
    new,
    report,
    wrong,
)
from ..errors import DecodeError
from ..types import (
    Deviation,
    make_lenient,
    set_state,
    state_of,
)


@_attrs_define(kw_only=True, weakref_slot=False)
class WebhookVerificationKey:
    """The public half of a key pair as a JSON Web Key (RFC 7517), with the period of its use."""

    alg: str
    """ The signature algorithm, ES256. """
    crv: str
    """ The curve, P-256. """
    kid: str
    """ The key's id. """
    kty: str
    """ The key type, EC for elliptic curve. """
    use: str
    """ The purpose of the key, sig for signatures. """
    x: str
    """ The first coordinate of the point, 32 bytes in base64url without padding. """
    y: str
    """ The second coordinate of the point, 32 bytes in base64url without padding. """
    created_at: int
    """ When the key was created, as a Unix timestamp in seconds. """
    expired_at: int | None
    """ When the key was retired, as a Unix timestamp in seconds; null while it is in use. """
    additional_properties: dict[str, Any] = _attrs_field(factory=dict[str, Any])
    """Properties that the contract does not name, and invalid values of optional ones, as received."""
    if TYPE_CHECKING:
        # The slot behind that property, which is faster to fill; `make_lenient` adds it.
        _additional = cast("Any", None)

    def __getstate__(self) -> dict[str, Any]:
        return state_of(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        set_state(self, state)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object, without what is UNSET."""
        result: dict[str, Any] = {**self.additional_properties}
        result["alg"] = self.alg
        result["crv"] = self.crv
        result["kid"] = self.kid
        result["kty"] = self.kty
        result["use"] = self.use
        result["x"] = self.x
        result["y"] = self.y
        result["created_at"] = self.created_at
        result["expired_at"] = self.expired_at
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
        left = len(src_dict) - 9
        found: dict[str, Any] | None = None
        try:
            value = src_dict["alg"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "alg")
            self.alg = value
            value = src_dict["crv"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "crv")
            self.crv = value
            value = src_dict["kid"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "kid")
            self.kid = value
            value = src_dict["kty"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "kty")
            self.kty = value
            value = src_dict["use"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "use")
            self.use = value
            value = src_dict["x"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "x")
            self.x = value
            value = src_dict["y"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "y")
            self.y = value
            value = src_dict["created_at"]
            if value.__class__ is not int:
                value = integer(value, "an integer", "created_at")
            self.created_at = value
            value = src_dict["expired_at"]
            if value is not None:
                if value.__class__ is not int:
                    value = integer(value, "an integer or null", "expired_at")
            self.expired_at = value
        except KeyError as error:
            raise missing(error) from None
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
    WebhookVerificationKey,
    needed={
        "alg": "alg",
        "crv": "crv",
        "kid": "kid",
        "kty": "kty",
        "use": "use",
        "x": "x",
        "y": "y",
        "created_at": "created_at",
        "expired_at": "expired_at",
    },
    optional={},
)

# Below the class, so that models can refer to each other and annotations can be resolved at run time.

_KNOWN: frozenset[str] = frozenset(
    (
        "alg",
        "crv",
        "kid",
        "kty",
        "use",
        "x",
        "y",
        "created_at",
        "expired_at",
    )
)
