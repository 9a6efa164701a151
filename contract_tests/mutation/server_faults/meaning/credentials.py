"""Faults in what is taken for a client_id and a secret."""

from collections.abc import Callable
from typing import Any, Final

from mutation.server_faults.call import CREDENTIALS, Call
from mutation.server_faults.fault import fault
from mutation.server_faults.middleware import Tamper
from mutation.server_faults.tampering import answers, calls, only, recoded, refusing
from plaid_accounts_contract.reference_server import errors


def _tolerant(credential: str, matches: Callable[[Any, str], bool]) -> Tamper:
    """Accept what `matches` the issued value for it."""

    def change(call: Call) -> Call:
        given, issued = call.given(credential), call.issued(credential)
        return call.with_credential(credential, issued) if matches(given, issued) else call

    return calls(change)


def _anything(_: Any, __: str) -> bool:
    return True


def _text(matches: Callable[[str, str], bool]) -> Callable[[Any, str], bool]:
    return lambda given, issued: isinstance(given, str) and given != "" and matches(given, issued)


def _without_header(*names: str) -> Tamper:
    def change(call: Call) -> Call:
        for name in names:
            call = call.with_header(name, None)
        return call

    return calls(change)


def _without_field(*names: str) -> Tamper:
    return calls(lambda call: call.without(*names))


def _filled_in(credential: str) -> Tamper:
    """Put the issued value where none is given."""
    header, name = CREDENTIALS[credential], credential
    return calls(lambda call: call if call.given(name) is not None else call.with_header(header, call.issued(name)))


def _swapped(call: Call) -> bool:
    given, issued = ([read("client_id"), read("secret")] for read in (call.given, call.issued))
    return given == issued[::-1]


def _is_primary(call: Call) -> bool:
    return call.item is not None and bool(call.item.closed_accounts)


def _has_filter(call: Call) -> bool:
    return bool(call.wanted)


_HEADERS: Final = tuple(CREDENTIALS.values())
_AUTHENTICATED: Final = calls(Call.authenticated)

IN_HEADERS: Final = (
    fault(
        "header-credentials-ignored",
        "Ignores the credential headers.",
        "credentials-header",
        _without_header(*_HEADERS),
    ),
    fault(
        "header-client-id-ignored",
        "Takes the secret from its header, the client_id from the body only.",
        "credentials-header",
        _without_header("plaid-client-id"),
    ),
    fault(
        "header-secret-ignored-with-filter",
        "Ignores the secret's header where a filter is given.",
        "credentials-header",
        only(_without_header("plaid-secret"), _has_filter),
    ),
    fault(
        "header-credentials-invalid",
        "Refuses credentials in headers as wrong, whatever they are.",
        "credentials-header",
        refusing(errors.INVALID_API_KEYS, lambda call: call.in_headers),
    ),
)

IN_BODY: Final = (
    fault(
        "body-credentials-ignored",
        "Ignores client_id and secret in the body.",
        "credentials-body",
        _without_field(*CREDENTIALS),
    ),
    fault(
        "body-credentials-unknown",
        "Knows no property client_id or secret.",
        "credentials-body",
        refusing(errors.UNKNOWN_FIELDS, lambda call: call.in_body),
    ),
    fault(
        "body-secret-ignored-with-filter",
        "Ignores the secret in the body where a filter is given.",
        "credentials-body",
        only(_without_field("secret"), _has_filter),
    ),
    fault(
        "body-credentials-need-header",
        "Takes the secret from the body, but the client_id from its header only.",
        "credentials-body",
        _without_field("client_id"),
    ),
)

UNCHECKED: Final = (
    fault("credentials-unchecked", "Checks no credentials at all.", "credentials-checked", _AUTHENTICATED),
    fault("secret-unchecked", "Accepts any secret.", "credentials-checked", _tolerant("secret", _anything)),
    fault("client-id-unchecked", "Accepts any client_id.", "credentials-checked", _tolerant("client_id", _anything)),
    fault(
        "header-credentials-unchecked",
        "Checks credentials in the body, not those in headers.",
        "credentials-checked",
        only(_AUTHENTICATED, lambda call: call.in_headers),
    ),
    fault(
        "body-credentials-unchecked",
        "Checks credentials in headers, not those in the body.",
        "credentials-checked",
        only(_AUTHENTICATED, lambda call: call.in_body),
    ),
    fault(
        "credentials-unchecked-with-filter",
        "Checks no credentials where a filter is given.",
        "credentials-checked",
        only(_AUTHENTICATED, _has_filter),
    ),
    fault(
        "credentials-unchecked-for-other-items",
        "Checks no credentials for any Item but the first.",
        "credentials-checked",
        only(_AUTHENTICATED, lambda call: call.item is not None and not _is_primary(call)),
    ),
    fault(
        "credentials-swapped",
        "Takes the client_id for the secret and the secret for the client_id.",
        "credentials-checked",
        only(_AUTHENTICATED, _swapped),
    ),
    fault(
        "client-id-as-secret",
        "Accepts the client_id as the secret too.",
        "credentials-checked",
        only(_AUTHENTICATED, lambda call: call.given("secret") == call.issued("client_id") == call.given("client_id")),
    ),
)

COMPARED_LOOSELY: Final = (
    fault(
        "secret-prefix-accepted",
        "Compares the secret as far as the given one goes.",
        "credentials-checked",
        _tolerant("secret", _text(lambda given, issued: issued.startswith(given))),
    ),
    fault(
        "secret-extension-accepted",
        "Accepts whatever begins with the secret.",
        "credentials-checked",
        _tolerant("secret", _text(lambda given, issued: given.startswith(issued))),
    ),
    fault(
        "client-id-prefix-accepted",
        "Compares the client_id as far as the given one goes.",
        "credentials-checked",
        _tolerant("client_id", _text(lambda given, issued: issued.startswith(given))),
    ),
    fault(
        "secret-half-compared",
        "Compares the first half of the secret only.",
        "credentials-checked",
        _tolerant("secret", _text(lambda given, issued: given[: len(issued) // 2] == issued[: len(issued) // 2])),
    ),
    fault(
        "secret-last-character-ignored",
        "Compares all but the last character of the secret.",
        "credentials-checked",
        _tolerant("secret", _text(lambda given, issued: given[: len(issued) - 1] == issued[:-1])),
    ),
    fault(
        "secret-middle-ignored",
        "Compares the first and the last eight characters of the secret only.",
        "credentials-checked",
        _tolerant("secret", _text(lambda given, issued: (given[:8], given[-8:]) == (issued[:8], issued[-8:]))),
    ),
    fault(
        "client-id-middle-ignored",
        "Compares the first and the last four characters of the client_id only.",
        "credentials-checked",
        _tolerant("client_id", _text(lambda given, issued: (given[:4], given[-4:]) == (issued[:4], issued[-4:]))),
    ),
    fault(
        "secret-letters-sorted",
        "Compares which characters the secret has, in whatever order.",
        "credentials-checked",
        _tolerant("secret", _text(lambda given, issued: sorted(given) == sorted(issued))),
    ),
    fault(
        "client-id-first-character-ignored",
        "Compares all but the first character of the client_id.",
        "credentials-checked",
        _tolerant("client_id", _text(lambda given, issued: given[1:] == issued[1:])),
    ),
    fault(
        "secret-length-compared",
        "Compares the length of the secret only.",
        "credentials-checked",
        _tolerant("secret", _text(lambda given, issued: len(given) == len(issued))),
    ),
    fault(
        "secret-trimmed",
        "Strips white space from the secret before it compares.",
        "credentials-checked",
        _tolerant("secret", _text(lambda given, issued: given.strip() == issued)),
    ),
    fault(
        "secret-missing-accepted",
        "Accepts a request without a secret.",
        "credentials-checked",
        _filled_in("secret"),
    ),
    fault(
        "client-id-missing-accepted",
        "Accepts a request without a client_id.",
        "credentials-checked",
        _filled_in("client_id"),
    ),
    fault(
        "secret-empty-accepted",
        "Accepts an empty secret.",
        "credentials-checked",
        _tolerant("secret", lambda given, _: given == ""),
    ),
    fault(
        "client-id-empty-accepted",
        "Accepts an empty client_id.",
        "credentials-checked",
        _tolerant("client_id", lambda given, _: given == ""),
    ),
    fault(
        "secret-null-accepted",
        "Takes a secret that is null for one that need not be checked.",
        "credentials-checked",
        only(_AUTHENTICATED, lambda call: "secret" in call.fields and call.fields["secret"] is None),
    ),
    fault(
        "secret-list-accepted",
        "Accepts a list that holds the secret.",
        "credentials-checked",
        _tolerant("secret", lambda given, issued: given == [issued]),
    ),
)

REFUSED_WRONGLY: Final = (
    fault(
        "wrong-credentials-named-token",
        "Names wrong credentials INVALID_ACCESS_TOKEN.",
        "credentials-checked",
        recoded("INVALID_API_KEYS", errors.INVALID_ACCESS_TOKEN),
    ),
    fault(
        "wrong-credentials-401",
        "Refuses wrong credentials with status 401.",
        "status-documented",
        answers(lambda answer, _: answer.with_status(401) if b"INVALID_API_KEYS" in answer.body else answer),
    ),
)

CASELESS: Final = (
    fault(
        "secret-caseless",
        "Compares the secret without regard to case.",
        "identifiers-case-sensitive",
        _tolerant("secret", _text(lambda given, issued: given.lower() == issued.lower())),
    ),
    fault(
        "client-id-caseless",
        "Compares the client_id without regard to case.",
        "identifiers-case-sensitive",
        _tolerant("client_id", _text(lambda given, issued: given.lower() == issued.lower())),
    ),
)

FAULTS: Final = (*IN_HEADERS, *IN_BODY, *UNCHECKED, *COMPARED_LOOSELY, *REFUSED_WRONGLY, *CASELESS)
