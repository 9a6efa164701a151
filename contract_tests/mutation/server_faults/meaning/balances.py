"""Faults in what `/accounts/balance/get` does beyond `/accounts/get`."""

from collections.abc import Callable
from functools import partial
from typing import Final

from mutation.server_faults.call import Call, Json
from mutation.server_faults.fault import fault
from mutation.server_faults.tampering import accounts, calls, listings, only, recoded, refusing
from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.accounts_balance_get import DATED
from plaid_accounts_contract.reference_server.records import to_object

_OPERATION: Final = "accountsBalanceGet"
_AGE: Final = "min_last_updated_datetime"
_LONG_AGO: Final = "1970-01-01T00:00:00Z"

_fault: Final = partial(fault, endpoint="/accounts/balance/get")


def _aged(call: Call, age: str = _LONG_AGO) -> Call:
    return call.with_fields(options={**call.options, _AGE: age})


def _well_aged(call: Call) -> bool:
    """Whether the age that is given, if any, is in order."""
    return isinstance(call.options.get(_AGE, _LONG_AGO), str) and call.item is not None


def _from_cache(of: Callable[[Json], bool] = lambda _: True) -> Callable[[list[Json], Call], list[Json]]:
    def change(listed: list[Json], call: Call) -> list[Json]:
        cached = {
            account.account_id: to_object(account.balances) for account in (call.item.accounts if call.item else ())
        }
        return [{**entry, "balances": cached[entry["account_id"]]} if of(entry) else entry for entry in listed]

    return change


def _is_dated(call: Call) -> bool:
    return call.item is not None and call.item.details.institution_id == DATED


def _only_depository(call: Call) -> bool:
    listed = call.item.accounts if call.item else ()
    kinds = {account.type for account in listed if account.account_id in call.wanted}
    return _is_dated(call) and kinds == {"depository"} and _AGE not in call.options


def _updated(value: str | None) -> Callable[[Json], Json]:
    return lambda entry: {**entry, "balances": {**entry["balances"], "last_updated_datetime": value}}


def _is_card(entry: Json) -> bool:
    return bool(entry["type"] == "credit")


REAL_TIME: Final = tuple(
    _fault(name, statement, f"{_OPERATION}:balance-in-real-time", tamper)
    for name, statement, tamper in (
        ("balances-from-cache", "Answers the balances of /accounts/get.", listings(_from_cache())),
        (
            "balances-from-cache-with-filter",
            "Answers the balances of /accounts/get where a filter is given.",
            only(listings(_from_cache()), lambda call: bool(call.wanted)),
        ),
        (
            "balances-of-cards-from-cache",
            "Answers the balances of /accounts/get for cards.",
            listings(_from_cache(_is_card)),
        ),
        (
            "balances-from-cache-in-body-mode",
            "Answers the balances of /accounts/get where the credentials stand in the body.",
            only(listings(_from_cache()), lambda call: call.in_body),
        ),
    )
)

AGES: Final = (
    _fault(
        "age-not-needed",
        "Answers without min_last_updated_datetime what it should ask it for.",
        f"{_OPERATION}:balance-age-needed",
        only(calls(_aged), lambda call: _AGE not in call.options and "options" not in call.fields),
    ),
    _fault(
        "age-not-needed-for-depository",
        "Asks for min_last_updated_datetime only where other accounts than depository are asked for.",
        f"{_OPERATION}:balance-age-needed",
        only(calls(_aged), _only_depository),
    ),
    _fault(
        "age-lacking-misnamed",
        "Names a lacking min_last_updated_datetime MISSING_FIELDS.",
        f"{_OPERATION}:balance-age-needed",
        only(
            recoded("INVALID_FIELD", errors.MISSING_FIELDS), lambda call: _is_dated(call) and _AGE not in call.options
        ),
    ),
    _fault(
        "age-ignored",
        "Ignores min_last_updated_datetime.",
        f"{_OPERATION}:balance-age-out-of-range",
        only(calls(_aged), lambda call: _AGE in call.options and _well_aged(call)),
    ),
    _fault(
        "age-ignored-with-filter",
        "Ignores min_last_updated_datetime where a filter is given.",
        f"{_OPERATION}:balance-age-out-of-range",
        only(calls(_aged), lambda call: _AGE in call.options and _well_aged(call) and bool(call.wanted)),
    ),
    _fault(
        "age-out-of-range-misnamed",
        "Names a min_last_updated_datetime in the future INVALID_FIELD.",
        f"{_OPERATION}:balance-age-out-of-range",
        recoded("LAST_UPDATED_DATETIME_OUT_OF_RANGE", errors.INVALID_FIELD),
    ),
    _fault(
        "age-not-kept",
        "Answers balances from long before min_last_updated_datetime.",
        f"{_OPERATION}:balance-age-kept",
        only(accounts(_updated(_LONG_AGO), of=_is_card), _is_dated),
    ),
    _fault(
        "age-not-told",
        "Does not say when the balances that it gives were updated.",
        f"{_OPERATION}:balance-age-kept",
        only(accounts(_updated(None), of=_is_card), _is_dated),
    ),
    _fault(
        "age-needed-everywhere",
        "Asks for min_last_updated_datetime at every institution.",
        f"{_OPERATION}:valid-requests-accepted",
        refusing(errors.INVALID_FIELD, lambda call: call.item is not None and _AGE not in call.options),
    ),
    _fault(
        "age-met-by-later-only",
        "Refuses a balance that is exactly as old as it may be.",
        f"{_OPERATION}:valid-requests-accepted",
        refusing(
            errors.LAST_UPDATED_DATETIME_OUT_OF_RANGE,
            lambda call: _is_dated(call) and call.options.get(_AGE) == "2026-10-30T07:15:09Z",
        ),
    ),
    _fault(
        "age-in-another-zone-refused",
        "Takes a min_last_updated_datetime in UTC only.",
        f"{_OPERATION}:valid-requests-accepted",
        refusing(errors.INVALID_FIELD, lambda call: "+" in str(call.options.get(_AGE, "")) and call.item is not None),
    ),
    _fault(
        "age-of-any-form",
        "Takes whatever stands as min_last_updated_datetime.",
        f"{_OPERATION}:field-values-checked",
        only(calls(_aged), lambda call: _AGE in call.options and not str(call.options[_AGE]).startswith("20")),
    ),
    _fault(
        "age-without-zone",
        "Takes a min_last_updated_datetime without a zone for one in UTC.",
        f"{_OPERATION}:field-values-checked",
        calls(lambda call: _aged(call, f"{call.options[_AGE]}Z") if len(str(call.options.get(_AGE))) == 19 else call),
    ),
)

FAULTS: Final = (*REAL_TIME, *AGES)
