"""The oracle: how a conforming target may respond to a request, derived from the request as sent.

It makes no difference whether a request was generated or written by hand. Each reason to reject a request is a
`RejectionReason`; a request without one has to be accepted.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import jsonschema_rs

from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.contract import Contract, Operation, Pointer
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import MISSING, Request

# No id or token of Plaid is longer or has other characters.
_ORDINARY_ID: Final = re.compile(r"[!-~]{1,128}")
# Plaid documents no code for each of these cases, so that any that describes the problem will do.
_CREDENTIALS_MISSING: Final = frozenset({"MISSING_FIELDS", "INVALID_API_KEYS", "INVALID_FIELD", "INVALID_HEADERS"})
# Recorded since 2019: "client_id must be a properly formatted, non-empty string" (plaid-ruby #418).
_CLIENT_ID: Final = re.compile(r"[0-9a-f]{24}")
_NOT_AN_OBJECT: Final = frozenset({"INVALID_BODY", "INVALID_FIELD", "MISSING_FIELDS", "INVALID_HEADERS"})


@attrs.frozen
class RejectionReason:
    """One reason to reject a request.

    `codes` are the error codes for the reason; empty stands for any listed one. Where Plaid's documentation is silent, a
    reason is not `binding`: the target may reject or accept the request.
    """

    requirement: str
    codes: frozenset[str] = frozenset()
    binding: bool = True


UNDECIDED: Final = RejectionReason("valid-requests-accepted", binding=False)
"""For what the suite cannot know: the target may reject the request with any listed error, or accept it."""


@attrs.frozen
class Expectation:
    """How a target may respond to a request.

    `item` is the Item that a 200 returns, `account_ids` the filter that it applies (None: all open accounts), `failure`
    the error code that the target is known to return for this token.
    """

    reasons: tuple[RejectionReason, ...] = ()
    item: ItemBaseline | None = None
    account_ids: tuple[str, ...] | None = None
    failure: str | None = None

    @property
    def binding(self) -> tuple[RejectionReason, ...]:
        """The reasons for which the target has to reject the request."""
        return tuple(reason for reason in self.reasons if reason.binding)

    @property
    def must_accept(self) -> bool:
        """Whether only a 200 conforms."""
        return not self.reasons and self.failure is None

    @property
    def codes(self) -> frozenset[str]:
        """The error codes that explain a rejection; empty if any listed code does."""
        if any(not reason.codes for reason in self.reasons):
            return frozenset()
        return frozenset().union(*(reason.codes for reason in self.reasons))


Rule = Callable[[Mapping[str, Any], ItemBaseline | None, TestData], Iterator[RejectionReason]]
"""Yields the reasons to reject a body; also takes the Item that its access_token opens, if any."""

_RULES: Final[dict[str, tuple[Rule, frozenset[str]]]] = {}
_CREDENTIALS_AND_ITEM: Final = frozenset({"client_id", "secret", "access_token", "options", "options.account_ids"})


def request_rule(operation_id: str, *properties: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule for the requests of an additional operation.

    `properties` are the paths (`options.limit`) of the properties that it knows. A request with any other property may be
    accepted or rejected: every documented response conforms.
    """

    def register(rule: Rule) -> Rule:
        _RULES[operation_id] = (rule, frozenset(properties))
        return rule

    return register


def expect(contract: Contract, operation: Operation, test_data: TestData, request: Request) -> Expectation:
    """Return how a conforming target may respond to `request`."""
    if request.method != operation.method:
        # OPTIONS asks about the server, not for accounts, and may be answered.
        return Expectation((RejectionReason("post-only", binding=request.method != "OPTIONS"),))
    if operation.request_body is None or operation.is_public:
        return _unusual(contract, operation, test_data, request)
    parsed = strict_json.parse(request.body)
    reasons = [*_media_type(request), *_version(contract, request), *_json(parsed)]
    if not isinstance(parsed.value, Mapping):
        if not (parsed.decodes or parsed.wide):
            reasons += _as_replaced(contract, operation, test_data, request)
        return Expectation((*reasons, *_credentials(request, {}, test_data)))
    body = parsed.value
    reasons += _credentials(request, body, test_data)
    reasons += _schema(contract, operation, body)
    if operation is not contract.primary:
        reasons += _additional(contract, operation, body, test_data)
    token = body.get("access_token") if "access_token" in contract.properties(contract.request(operation)) else None
    by_other = test_data.other_keys and _given_keys(request, body) == tuple([key] for key in test_data.other_keys)
    if by_other and token is not None:
        reasons.append(RejectionReason("clients-kept-apart", frozenset({"INVALID_ACCESS_TOKEN"})))
    if isinstance(token, str) and token in test_data.failing:
        return _failing(contract, operation, reasons, test_data.failing[token])
    item = test_data.item_of(token)
    # Most schemas reject an empty one already.
    if item is None and (token or not reasons):
        reasons += _token(token, test_data)
    account_ids = account_ids_of(body)
    if item is not None and account_ids is not None:
        filtered = contract.requires("account-ids-unknown", operation)
        reasons += _filter(account_ids, item) if filtered else [UNDECIDED]
    return Expectation(tuple(reasons), item, account_ids)


def _unusual(contract: Contract, operation: Operation, test_data: TestData, request: Request) -> Expectation:
    """Return the expectation for an operation without a body, without keys, or without both."""
    reasons = [*_version(contract, request)]
    body: Mapping[str, Any] = {}
    if operation.request_body is not None:
        parsed = strict_json.parse(request.body)
        reasons += [*_media_type(request), *_json(parsed)]
        if isinstance(parsed.value, Mapping):
            body = parsed.value
            reasons += _schema(contract, operation, body)
    wrong = [*_credentials(request, body, test_data)]
    if not operation.is_public:
        reasons += wrong
    elif wrong and any(_given_keys(request, body)):
        reasons.append(UNDECIDED)
    return Expectation(tuple(reasons))


def _failing(contract: Contract, operation: Operation, reasons: list[RejectionReason], code: str) -> Expectation:
    """Return the expectation for an Item that fails with `code`, as far as the operation returns the Item's errors."""
    # A code that the contract does not list may come from any operation.
    listed = contract.error_codes.get(code)
    if contract.requires("item-error-returned", operation) and (listed is None or listed.belongs_to(operation)):
        return Expectation(tuple(reasons), failure=code)
    return Expectation((*reasons, UNDECIDED))


def _media_type(request: Request) -> Iterator[RejectionReason]:
    value = request.header("content-type")
    kind, _, parameters = (value or "").partition(";")
    if kind.strip().lower() != "application/json":
        yield RejectionReason("content-type-json", frozenset({"INVALID_HEADERS", "INVALID_BODY"}))
    elif parameters.strip() and parameters.strip().lower().replace('"', "") != "charset=utf-8":
        yield RejectionReason("content-type-json", binding=False)


def _version(contract: Contract, request: Request) -> Iterator[RejectionReason]:
    if request.header("plaid-version") not in (None, contract.api_version):
        # Responses of other versions have other shapes; the contract covers one version.
        yield RejectionReason("valid-requests-accepted", binding=False)


def _json(parsed: strict_json.Parsed) -> Iterator[RejectionReason]:
    if parsed.unreadable:
        requirement = "body-in-utf-8" if parsed.wide else "body-is-json-object"
        yield RejectionReason(requirement, _NOT_AN_OBJECT, binding=parsed.unreadable != strict_json.TOO_DEEP)
    elif not isinstance(parsed.value, Mapping):
        yield RejectionReason("body-is-json-object", _NOT_AN_OBJECT)
    elif parsed.problems:
        # RFC 8259 allows a reader to accept these.
        yield RejectionReason("body-is-json-object", binding=False)


def _as_replaced(
    contract: Contract, operation: Operation, test_data: TestData, request: Request
) -> Iterator[RejectionReason]:
    """Yield the codes for what a lenient reader makes of bytes that are not UTF-8: replacement characters."""
    read = request.body.decode("utf-8", "replace").encode()
    codes = expect(contract, operation, test_data, attrs.evolve(request, body=read)).codes
    if codes:
        yield RejectionReason("body-is-json-object", codes)


def _credentials(request: Request, body: Mapping[str, Any], test_data: TestData) -> Iterator[RejectionReason]:
    client_ids, secrets = _given_keys(request, body)
    pair = (client_ids[0], secrets[0]) if len(client_ids) == len(secrets) == 1 else None
    own, other = (test_data.client_id, test_data.secret), test_data.other_keys
    if other and pair == other:
        return
    if other and pair in ((own[0], other[1]), (other[0], own[1])):
        yield RejectionReason("clients-kept-apart", _codes_of_wrong(client_ids, [client_ids, secrets]))
        return
    pairs = ((client_ids, test_data.client_id), (secrets, test_data.secret))
    wrong = [values for values, issued in pairs if issued not in values]
    if wrong:
        yield RejectionReason("credentials-checked", _codes_of_wrong(client_ids, wrong))
    elif len(client_ids) + len(secrets) > 2 or _split(request, body):
        # In both places, or one in each: Plaid does not document which credentials count.
        yield RejectionReason("credentials-checked", binding=False)


def _given_keys(request: Request, body: Mapping[str, Any]) -> tuple[list[object], list[object]]:
    """Return every client_id and every secret in the headers and the body."""
    client_ids = _present(request.header("plaid-client-id"), body.get("client_id", MISSING))
    return client_ids, _present(request.header("plaid-secret"), body.get("secret", MISSING))


def _present(in_header: str | None, in_body: object) -> list[object]:
    return [value for value in (MISSING if in_header is None else in_header, in_body) if value is not MISSING]


def _split(request: Request, body: Mapping[str, Any]) -> bool:
    return (request.header("plaid-client-id") is None) != (request.header("plaid-secret") is None) or (
        ("client_id" in body) != ("secret" in body)
    )


def _codes_of_wrong(client_ids: Sequence[object], wrong: Sequence[list[object]]) -> frozenset[str]:
    missing = any(not values or "" in values for values in wrong)
    if missing or not all(is_ordinary(value) for values in wrong for value in values):
        return _CREDENTIALS_MISSING
    malformed = not all(_CLIENT_ID.fullmatch(str(value)) for value in client_ids)
    return frozenset({"INVALID_API_KEYS"} | ({"INVALID_FIELD"} if malformed else set()))


def _schema(contract: Contract, operation: Operation, body: Mapping[str, Any]) -> Iterator[RejectionReason]:
    for error in contract.validator(contract.request(operation)).iter_errors(body):
        if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
            yield RejectionReason("unknown-fields-refused", frozenset({"UNKNOWN_FIELDS"}))
        elif isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
            yield RejectionReason("required-fields", frozenset({"MISSING_FIELDS"}))
        else:
            codes = contract.error_codes_of(operation).values()
            invalid = frozenset(code.code for code in codes if code.type in ("INVALID_REQUEST", "INVALID_INPUT"))
            yield RejectionReason("field-values-checked", invalid)


def _additional(
    contract: Contract, operation: Operation, body: Mapping[str, Any], test_data: TestData
) -> Iterator[RejectionReason]:
    rule, known = _RULES.get(operation.id, (None, frozenset[str]()))
    if rule is not None:
        yield from rule(body, test_data.item_of(body.get("access_token")), test_data)
    if any(
        path not in known | _CREDENTIALS_AND_ITEM for path in _given(contract, contract.request(operation), body, "")
    ):
        yield UNDECIDED


def _given(contract: Contract, pointer: Pointer, value: Any, prefix: str) -> Iterator[str]:
    """Yield the path of each property of `value` that its schema lists."""
    for name, place in contract.properties(pointer).items():
        if isinstance(value, Mapping) and name in value:
            yield prefix + name
            yield from _given(contract, place, value[name], f"{prefix}{name}.")


def _token(token: object, test_data: TestData) -> Iterator[RejectionReason]:
    if not isinstance(token, str):
        return  # The schema rejects it already.
    codes = frozenset({"INVALID_ACCESS_TOKEN"} | (set() if token and is_ordinary(token) else {"INVALID_FIELD"}))
    by_case = any(item.access_token.lower() == token.lower() for item in test_data.items)
    yield RejectionReason("identifiers-case-sensitive" if by_case else "access-token-checked", codes)


def account_ids_of(body: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the account_ids filter of a request body, or None without a valid one."""
    options = body.get("options")
    ids = options.get("account_ids") if isinstance(options, Mapping) else None
    return tuple(ids) if isinstance(ids, list) and all(isinstance(entry, str) for entry in ids) else None


def _filter(account_ids: tuple[str, ...], item: ItemBaseline) -> Iterator[RejectionReason]:
    unknown = [entry for entry in account_ids if entry and entry not in item.accounts]
    if not account_ids or len(set(account_ids)) < len(account_ids):
        # Plaid does not document the result of an empty filter or a repeated id.
        yield RejectionReason("account-ids-filter", binding=False)
    if unknown:
        by_case = {entry.lower() for entry in unknown} <= {entry.lower() for entry in item.accounts}
        codes = {"INVALID_ACCOUNT_ID"} | (set() if all(map(is_ordinary, unknown)) else {"INVALID_FIELD"})
        yield RejectionReason("identifiers-case-sensitive" if by_case else "account-ids-unknown", frozenset(codes))


def is_ordinary(value: object) -> bool:
    """Return whether a value has the form of an identifier, so that it can only be rejected for being unknown."""
    return isinstance(value, str) and _ORDINARY_ID.fullmatch(value) is not None
