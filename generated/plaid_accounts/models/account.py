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
    number,
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
class Account:
    """An account that the user shared with the application."""

    account_id: str
    """ Identifies the account. Case-sensitive; stable for the lifetime of the Item unless Plaid can no longer match
    the account with the institution's data. """
    balances: AccountBalances
    """ The account's balances: cached from accountsGet, live from accountsBalanceGet. Amounts are decimal numbers
    in units of the currency, with as many decimals as the institution provides. """
    mask: None | str
    """ The last two to four letters or digits of the account number, or of what the institution displays for it.
    Accounts of an Item may share a mask. """
    name: str
    """ The account's name, assigned by the user or the institution. """
    official_name: None | str
    """ The institution's official name for the account. """
    type_: AccountType
    """ The broad category of an account. """
    subtype: AccountSubtype | None
    """ The kind of account within its type; null if the institution provides none. """
    verification_status: Literal[""] | None | Unset | VerificationStatus = UNSET
    """ The progress of verifying the account and routing number. Absent, null or empty if neither micro-deposits
    nor a database check is used. """
    verification_name: str | Unset = UNSET
    """ The account holder's name as entered for micro-deposit or database verification. """
    verification_insights: AccountVerificationInsights | Unset = UNSET
    """ What the database check found about the account and routing number. """
    persistent_account_id: str | Unset = UNSET
    """ Identifies an account across Items, at institutions that issue tokenised account numbers (Chase, PNC, US
    Bank). """
    holder_category: AccountHolderCategory | None | Unset = UNSET
    """ Whether a person or a business holds the account. A beta feature of Plaid. """
    apy: float | None | Unset = UNSET
    """ The annual percentage yield in percent, 4.25 for 4.25 %; null if the institution provides none. """
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
        result["account_id"] = self.account_id
        result["balances"] = self.balances.to_dict()
        result["mask"] = self.mask
        result["name"] = self.name
        result["official_name"] = self.official_name
        result["type"] = self.type_.value
        result["subtype"] = self.subtype.value if isinstance(self.subtype, AccountSubtype) else self.subtype
        if self.verification_status is not UNSET:
            result["verification_status"] = (
                self.verification_status.value
                if isinstance(self.verification_status, VerificationStatus)
                else self.verification_status
            )
        if self.verification_name is not UNSET:
            result["verification_name"] = self.verification_name
        if self.verification_insights is not UNSET:
            result["verification_insights"] = self.verification_insights.to_dict()
        if self.persistent_account_id is not UNSET:
            result["persistent_account_id"] = self.persistent_account_id
        if self.holder_category is not UNSET:
            result["holder_category"] = (
                self.holder_category.value
                if isinstance(self.holder_category, AccountHolderCategory)
                else self.holder_category
            )
        if self.apy is not UNSET:
            result["apy"] = self.apy
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
        self.verification_status = UNSET
        self.verification_name = UNSET
        self.verification_insights = UNSET
        self.persistent_account_id = UNSET
        self.holder_category = UNSET
        self.apy = UNSET
        try:
            value = src_dict["account_id"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "account_id")
            self.account_id = value
            value = src_dict["balances"]
            try:
                value = _account_balances(value, notes)
            except DecodeError as error:
                raise error.within("balances")
            self.balances = value
            value = src_dict["mask"]
            if value is not None:
                if value.__class__ is not str:
                    raise wrong(value, "a string or null", "mask")
            self.mask = value
            value = src_dict["name"]
            if value.__class__ is not str:
                raise wrong(value, "a string", "name")
            self.name = value
            value = src_dict["official_name"]
            if value is not None:
                if value.__class__ is not str:
                    raise wrong(value, "a string or null", "official_name")
            self.official_name = value
            value = src_dict["type"]
            try:
                value = _account_type[value]
            except (KeyError, TypeError):
                value = open_value(AccountType, value, "a string", "type")
            self.type_ = value
            value = src_dict["subtype"]
            if value is not None:
                try:
                    value = _account_subtype[value]
                except (KeyError, TypeError):
                    value = open_value(AccountSubtype, value, "a string or null", "subtype")
            self.subtype = value
        except KeyError as error:
            raise missing(error) from None
        if left:
            if "verification_status" in src_dict:
                left -= 1
                value = src_dict["verification_status"]
                try:
                    if value is not None and value != "":
                        try:
                            value = _verification_status[value]
                        except (KeyError, TypeError):
                            value = open_value(VerificationStatus, value, "a string or null", "verification_status")
                    self.verification_status = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "verification_status", src_dict, found)
            if "verification_name" in src_dict:
                left -= 1
                value = src_dict["verification_name"]
                try:
                    if value.__class__ is not str:
                        raise wrong(value, "a string", "verification_name")
                    self.verification_name = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "verification_name", src_dict, found)
            if "verification_insights" in src_dict:
                left -= 1
                value = src_dict["verification_insights"]
                try:
                    try:
                        value = _account_verification_insights(value, notes)
                    except DecodeError as error:
                        raise error.within("verification_insights")
                    self.verification_insights = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "verification_insights", src_dict, found)
            if "persistent_account_id" in src_dict:
                left -= 1
                value = src_dict["persistent_account_id"]
                try:
                    if value.__class__ is not str:
                        raise wrong(value, "a string", "persistent_account_id")
                    self.persistent_account_id = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "persistent_account_id", src_dict, found)
            if "holder_category" in src_dict:
                left -= 1
                value = src_dict["holder_category"]
                try:
                    if value is not None:
                        try:
                            value = _account_holder_category[value]
                        except (KeyError, TypeError):
                            value = open_value(AccountHolderCategory, value, "a string or null", "holder_category")
                    self.holder_category = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "holder_category", src_dict, found)
            if "apy" in src_dict:
                left -= 1
                value = src_dict["apy"]
                try:
                    if value is not None:
                        if not (value.__class__ is float and -9e18 < value < 9e18 or value.__class__ is int):
                            value = number(value, "a number or null", "apy")
                    self.apy = value
                except DecodeError as error:
                    found = deviating(self, error, notes, "apy", src_dict, found)
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
    Account,
    needed={
        "account_id": "account_id",
        "balances": "balances",
        "mask": "mask",
        "name": "name",
        "official_name": "official_name",
        "type": "type_",
        "subtype": "subtype",
    },
    optional={
        "verification_status": "verification_status",
        "verification_name": "verification_name",
        "verification_insights": "verification_insights",
        "persistent_account_id": "persistent_account_id",
        "holder_category": "holder_category",
        "apy": "apy",
    },
)

# Below the class, so that models can refer to each other and annotations can be resolved at run time.
from .account_balances import AccountBalances
from .account_holder_category import AccountHolderCategory
from .account_subtype import AccountSubtype
from .account_type import AccountType
from .account_verification_insights import AccountVerificationInsights
from .verification_status import VerificationStatus

_KNOWN: frozenset[str] = frozenset(
    (
        "account_id",
        "balances",
        "mask",
        "name",
        "official_name",
        "type",
        "subtype",
        "verification_status",
        "verification_name",
        "verification_insights",
        "persistent_account_id",
        "holder_category",
        "apy",
    )
)
_account_balances = AccountBalances._decode
_account_type = {member.value: member for member in AccountType}
_account_subtype = {member.value: member for member in AccountSubtype}
_verification_status = {member.value: member for member in VerificationStatus}
_account_verification_insights = AccountVerificationInsights._decode
_account_holder_category = {member.value: member for member in AccountHolderCategory}
