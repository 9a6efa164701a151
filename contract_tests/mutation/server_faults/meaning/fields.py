"""Faults in how the properties of a request are read."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from mutation.server_faults.call import Call, Json
from mutation.server_faults.fault import fault
from mutation.server_faults.meaning.tokens import first_item_token
from mutation.server_faults.middleware import Handler, Tamper
from mutation.server_faults.numeric import numeric_world
from mutation.server_faults.tampering import answers, calls, only, recoded, refusing
from plaid_accounts_contract.reference_server import errors

_FIELDS: Final = ("client_id", "secret", "access_token", "options")
_NAMES: Final = {name.replace("_", ""): name for name in _FIELDS}


def _known_fields(call: Call) -> Call:
    return call.without(*(name for name in call.fields if name not in _FIELDS))


def _known_options(call: Call) -> Call:
    if set(call.options) <= {"account_ids"}:
        return call
    return call.with_fields(options={name: value for name, value in call.options.items() if name == "account_ids"})


def _without_null(call: Call) -> Call:
    return call.without(*(name for name, value in call.fields.items() if value is None and name not in _FIELDS))


def _without_compound(call: Call) -> Call:
    ignored = (name for name, value in call.fields.items() if isinstance(value, (int, float, list, dict)))
    return call.without(*(name for name in ignored if name not in _FIELDS))


def _without_private(call: Call) -> Call:
    return call.without(*(name for name in call.fields if name.startswith(("x", "X", "_"))))


def _loosely_named(call: Call) -> Call:
    """Read names without regard to case, underscores and spaces."""
    fields = call.fields
    read = {_NAMES.get(name.strip().replace("_", "").lower(), name): value for name, value in fields.items()}
    return call if read == fields else call.with_json(read)


def _where(name: str, matches: Callable[[Any], bool], becomes: Callable[[Any], Any]) -> Tamper:
    """Take a property whose value `matches` for another; None stands for leaving it out."""

    def change(call: Call) -> Call:
        if name not in call.fields or not matches(call.fields[name]):
            return call
        value = becomes(call.fields[name])
        return call.without(name) if value is None else call.with_fields(**{name: value})

    return calls(change)


def _filter_where(matches: Callable[[Any], bool], becomes: Callable[[Any], Any]) -> Tamper:
    """Take a filter that `matches` for another."""

    def change(call: Call) -> Call:
        if "account_ids" not in call.options or not matches(call.account_ids):
            return call
        return call.with_filter(becomes(call.account_ids))

    return calls(change)


def _mixed(value: Json) -> bool:
    return isinstance(value, list) and any(isinstance(entry, str) and entry for entry in value)


def _strings(value: Json) -> list[str]:
    return [entry for entry in value if isinstance(entry, str) and entry]


def _numbers_as_text(honest: Handler) -> Handler:
    """Read a number as the text it is written as, wherever it stands, and look it up leniently."""
    return calls(lambda call: call.with_filter(_strings(call.account_ids)))(honest)


def _has_number(call: Call) -> bool:
    ids = call.account_ids
    return _mixed(ids) and any(isinstance(entry, (int, float)) and not isinstance(entry, bool) for entry in ids)


def _nested(value: Json) -> bool:
    return isinstance(value, list) and any(isinstance(entry, list) and entry for entry in value)


def _flat(value: Json) -> list[str]:
    return [inner for entry in value for inner in (entry if isinstance(entry, list) else [entry])]


def _of_accounts(value: Json) -> bool:
    return (
        isinstance(value, list)
        and any(isinstance(entry, dict) for entry in value)
        and all(isinstance(entry, dict) and isinstance(entry.get("account_id"), str) for entry in value)
    )


def _is_written_object(value: Json) -> bool:
    return isinstance(value, str) and value.startswith("{") and value.endswith("}")


def _holds_numbers(value: Json) -> bool:
    return isinstance(value, list) and any(isinstance(entry, int) and not isinstance(entry, bool) for entry in value)


def _as_text(value: Json) -> str:
    return str(value) if isinstance(value, int) else value


def _empty(value: Json) -> bool:
    return value is None or value is False or value in ("", 0, [])


UNKNOWN: Final = (
    fault(
        "unknown-field-ignored",
        "Ignores unknown properties of the body.",
        "unknown-fields-refused",
        calls(_known_fields),
    ),
    fault(
        "unknown-option-ignored",
        "Ignores unknown properties of options.",
        "unknown-fields-refused",
        calls(_known_options),
    ),
    fault(
        "unknown-null-ignored",
        "Ignores unknown properties that are null.",
        "unknown-fields-refused",
        calls(_without_null),
    ),
    fault(
        "unknown-numbers-and-lists-ignored",
        "Ignores unknown properties that are numbers, lists or objects.",
        "unknown-fields-refused",
        calls(_without_compound),
    ),
    fault(
        "unknown-field-beginning-with-x-ignored",
        "Ignores unknown properties whose names begin with x or an underscore.",
        "unknown-fields-refused",
        calls(_without_private),
    ),
    fault(
        "unknown-option-ignored-without-filter",
        "Ignores unknown properties of options where there is no filter.",
        "unknown-fields-refused",
        only(calls(_known_options), lambda call: "account_ids" not in call.options),
    ),
    fault(
        "unknown-field-ignored-with-filter",
        "Ignores unknown properties where a filter is given.",
        "unknown-fields-refused",
        only(calls(_known_fields), lambda call: bool(call.wanted)),
    ),
    fault(
        "unknown-field-ignored-in-header-mode",
        "Ignores unknown properties where the credentials stand in headers.",
        "unknown-fields-refused",
        only(calls(_known_fields), lambda call: call.in_headers),
    ),
    fault(
        "names-read-loosely",
        "Reads the names of properties without regard to case and underscores.",
        "unknown-fields-refused",
        calls(_loosely_named),
    ),
    fault(
        "unknown-field-named-invalid",
        "Names an unknown property INVALID_FIELD.",
        "unknown-fields-refused",
        recoded("UNKNOWN_FIELDS", errors.INVALID_FIELD),
    ),
)

REQUIRED: Final = (
    fault(
        "missing-token-opens-first-item",
        "Opens the first Item where no token is given.",
        "required-fields",
        calls(
            lambda call: (
                call.with_fields(access_token=first_item_token(call))
                if isinstance(call.json, dict) and "access_token" not in call.fields
                else call
            )
        ),
    ),
    fault(
        "missing-token-named-invalid-token",
        "Names a missing token INVALID_ACCESS_TOKEN.",
        "required-fields",
        refusing(
            errors.INVALID_ACCESS_TOKEN,
            lambda call: bool(call.fields) and "access_token" not in call.fields and _authentic(call),
        ),
    ),
    fault(
        "missing-token-422",
        "Refuses a body without a token with status 422.",
        "status-documented",
        answers(
            lambda answer, call: (
                answer.with_status(422)
                if b"MISSING_FIELDS" in answer.body and "access_token" not in call.fields
                else answer
            )
        ),
    ),
)


def _authentic(call: Call) -> bool:
    return all(call.given(name) == call.issued(name) for name in ("client_id", "secret"))


VALUES: Final = (
    fault(
        "options-null-accepted",
        "Takes options that are null for none.",
        "field-values-checked",
        _where("options", lambda value: value is None, lambda _: None),
    ),
    fault(
        "options-empty-accepted",
        "Takes options that are false, 0, an empty string or an empty list for none.",
        "field-values-checked",
        _where("options", lambda value: value is not None and _empty(value), lambda _: None),
    ),
    fault(
        "options-of-any-type-accepted",
        "Takes options that are no object for none.",
        "field-values-checked",
        _where("options", lambda value: not isinstance(value, dict), lambda _: None),
    ),
    fault(
        "filter-null-accepted",
        "Takes a filter that is null for none.",
        "field-values-checked",
        _filter_where(lambda value: value is None, lambda _: None),
    ),
    fault(
        "filter-string-accepted",
        "Takes a filter that is one string for a list of one.",
        "field-values-checked",
        _filter_where(lambda value: isinstance(value, str) and value != "", lambda value: [value]),
    ),
    fault(
        "filter-in-one-string-accepted",
        "Takes a filter that is one string for a list of ids with commas between them.",
        "field-values-checked",
        _filter_where(lambda value: isinstance(value, str) and "," in value, lambda value: value.split(",")),
    ),
    fault(
        "filter-nested-accepted",
        "Takes a list within a filter for its entries.",
        "field-values-checked",
        _filter_where(_nested, _flat),
    ),
    fault(
        "filter-of-accounts-accepted",
        "Takes an object within a filter for the account_id in it.",
        "field-values-checked",
        _filter_where(_of_accounts, lambda value: [entry["account_id"] for entry in value]),
    ),
    fault(
        "options-list-accepted",
        "Takes options that are a list for the filter.",
        "field-values-checked",
        _where(
            "options",
            lambda value: isinstance(value, list) and bool(value) and all(isinstance(entry, str) for entry in value),
            lambda value: {"account_ids": value},
        ),
    ),
    fault(
        "options-in-string-accepted",
        "Takes options that are a string for the object written in it.",
        "field-values-checked",
        _where("options", _is_written_object, json.loads),
    ),
    fault(
        "token-object-accepted",
        "Takes an object for the token in it.",
        "field-values-checked",
        _where(
            "access_token",
            lambda value: isinstance(value, dict) and isinstance(value.get("access_token"), str),
            lambda value: value["access_token"],
        ),
    ),
    replace(
        fault(
            "numbers-read-as-ids",
            "Takes a number in a filter for the id that is written like it.",
            "field-values-checked",
            _filter_where(_holds_numbers, lambda value: [_as_text(entry) for entry in value]),
        ),
        world=numeric_world,
    ),
    replace(
        fault(
            "number-read-as-secret",
            "Takes a secret that is a number for the text that is written like it.",
            "credentials-checked",
            _where("secret", lambda value: isinstance(value, int), lambda value: f"{value:010d}"),
        ),
        world=numeric_world,
    ),
    fault(
        "filter-object-accepted",
        "Takes a filter that is an object for the list of its names, and none for no filter.",
        "field-values-checked",
        _filter_where(lambda value: isinstance(value, dict), lambda value: list(value) or None),
    ),
    fault(
        "filter-null-entries-skipped",
        "Skips entries of a filter that are null.",
        "field-values-checked",
        _filter_where(lambda value: _mixed(value) and None in value, _strings),
    ),
    fault(
        "filter-empty-entries-skipped",
        "Skips entries of a filter that are empty strings.",
        "field-values-checked",
        _filter_where(lambda value: _mixed(value) and "" in value, _strings),
    ),
    fault(
        "filter-numbers-skipped",
        "Skips entries of a filter that are numbers.",
        "field-values-checked",
        only(_numbers_as_text, _has_number),
    ),
    fault(
        "token-list-accepted",
        "Takes a list that holds a token for the token.",
        "field-values-checked",
        _where("access_token", lambda value: isinstance(value, list) and len(value) == 1, lambda value: value[0]),
    ),
    fault(
        "token-null-opens-first-item",
        "Opens the first Item with a token that is null.",
        "field-values-checked",
        calls(
            lambda call: (
                call.with_fields(access_token=first_item_token(call))
                if "access_token" in call.fields and call.token is None
                else call
            )
        ),
    ),
    fault(
        "token-empty-opens-first-item",
        "Opens the first Item with an empty token.",
        "field-values-checked",
        calls(lambda call: call.with_fields(access_token=first_item_token(call)) if call.token == "" else call),
    ),
    fault(
        "wrong-type-named-institution-down",
        "Names a value of the wrong type INSTITUTION_DOWN.",
        "field-values-checked",
        recoded("INVALID_FIELD", errors.CATALOGUE["INSTITUTION_DOWN"]),
    ),
)

FAULTS: Final = (*UNKNOWN, *REQUIRED, *VALUES)
