"""What a right answer to a request is, read from the request itself.

Nothing is assumed about how a request was made: a generated one and a written one are judged alike, by what stands on
the wire. Whatever speaks against a request is an `Objection`; a request without one has to be answered with 200.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import jsonschema_rs

from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.contract import Contract, Operation, Pointer
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import MISSING, Request

_ORDINARY_ID: Final = re.compile(r"[!-~]{1,128}")
_CREDENTIALS_LACKING: Final = frozenset({"MISSING_FIELDS", "INVALID_API_KEYS", "INVALID_FIELD", "INVALID_HEADERS"})
_NOT_AN_OBJECT: Final = frozenset({"INVALID_BODY", "INVALID_FIELD", "MISSING_FIELDS", "INVALID_HEADERS"})


@attrs.frozen
class RejectionReason:
    """One reason to refuse a request.

    `codes` are the error codes that name the reason; empty means any listed one. A reason that is not `binding` is
    one on which Plaid's documentation is silent: the target may refuse or go on.
    """

    requirement: str
    codes: frozenset[str] = frozenset()
    binding: bool = True


OPEN: Final = RejectionReason("valid-requests-accepted", binding=False)
"""Stands for what the suite knows nothing of: the target may refuse the request, with any listed error, or go on."""


@attrs.frozen
class Expectation:
    """How a request may be answered.

    `item` is the Item that a 200 shows and `account_ids` the filter that it obeys (None: all open accounts).
    `failure` is the error code that the target is known to answer for this token.
    """

    reasons: tuple[RejectionReason, ...] = ()
    item: ItemBaseline | None = None
    account_ids: tuple[str, ...] | None = None
    failure: str | None = None

    @property
    def binding(self) -> tuple[RejectionReason, ...]:
        """The objections that the target has to share."""
        return tuple(reason for reason in self.reasons if reason.binding)

    @property
    def must_accept(self) -> bool:
        """Whether only a 200 is right."""
        return not self.reasons and self.failure is None

    @property
    def codes(self) -> frozenset[str]:
        """The error codes that explain a refusal; empty if any listed code does."""
        if any(not reason.codes for reason in self.reasons):
            return frozenset()
        return frozenset().union(*(reason.codes for reason in self.reasons))


Judge = Callable[[Any, ItemBaseline | None], Iterator[RejectionReason]]
"""Says what speaks against the value of one property; of the Item that the request's token opens, if it does."""

_JUDGES: Final[dict[tuple[str, str], Judge]] = {}
Examiner = Callable[[Mapping[str, Any], ItemBaseline | None, TestData], Iterator[RejectionReason]]
"""Says what speaks against a whole body, where several properties decide it together, or one that is not there."""

_EXAMINERS: Final[dict[str, Examiner]] = {}
_KNOWN: Final = frozenset({"client_id", "secret", "access_token", "options", "options.account_ids"})


def judges(operation_id: str, path: str) -> Callable[[Judge], Judge]:
    """Register a function as the judge of the property at `path` (`options.limit`) of a further operation's requests.

    Whether a request with a property that has no judge is accepted is left to the target: any documented answer is
    right.
    """

    def register(judge: Judge) -> Judge:
        _JUDGES[operation_id, path] = judge
        return judge

    return register


def examines(operation_id: str) -> Callable[[Examiner], Examiner]:
    """Register a function as the examiner of a further operation's requests."""

    def register(examiner: Examiner) -> Examiner:
        _EXAMINERS[operation_id] = examiner
        return examiner

    return register


def harmless(operation_id: str, *paths: str) -> None:
    """Let properties of a further operation's requests be accepted whatever value its schema allows."""
    for path in paths:
        judges(operation_id, path)(_nothing)


def _nothing(_value: Any, _item: ItemBaseline | None) -> Iterator[RejectionReason]:
    return iter(())


def expect(contract: Contract, operation: Operation, test_data: TestData, request: Request) -> Expectation:
    """Say how `request` may be answered by a target that conforms."""
    if request.method != operation.method:
        # OPTIONS asks about the server, not for accounts, and may be answered.
        return Expectation((RejectionReason("post-only", binding=request.method != "OPTIONS"),))
    parsed = strict_json.parse(request.body)
    reasons = [*_media_type(request), *_version(request), *_json(parsed)]
    if not isinstance(parsed.value, Mapping):
        return Expectation((*reasons, *_credentials(request, {}, test_data)))
    body = parsed.value
    reasons += _credentials(request, body, test_data)
    reasons += _schema(contract, operation, body)
    token = body.get("access_token") if "access_token" in _properties(contract, contract.request(operation)) else None
    item = test_data.item_of(token)
    if operation is not contract.primary:
        reasons += _others(contract, operation, body, test_data)
    if isinstance(token, str) and token in test_data.failing:
        code = test_data.failing[token]
        known = (
            code if contract.requires("item-error-null", operation) and _answers(contract, operation, code) else None
        )
        return Expectation((*reasons, *([] if known else [OPEN])), failure=known)
    if item is None:
        reasons += _token(token, test_data)
    account_ids = account_ids_of(body)
    if item is not None and account_ids is not None:
        reasons += _filter(account_ids, item) if contract.requires("account-ids-unknown", operation) else [OPEN]
    return Expectation(tuple(reasons), item, account_ids)


def _answers(contract: Contract, operation: Operation, code: str) -> bool:
    """Whether an operation may answer an error code; one that the contract does not list may come from any."""
    listed = contract.error_codes.get(code)
    return listed is None or listed.belongs_to(operation)


def _media_type(request: Request) -> Iterator[RejectionReason]:
    value = request.header("content-type")
    kind, _, parameters = (value or "").partition(";")
    if kind.strip().lower() != "application/json":
        yield RejectionReason("content-type-json", frozenset({"INVALID_HEADERS", "INVALID_BODY"}))
    elif parameters.strip() and parameters.strip().lower().replace('"', "") != "charset=utf-8":
        yield RejectionReason("content-type-json", binding=False)


def _version(request: Request) -> Iterator[RejectionReason]:
    if request.header("plaid-version") not in (None, "2020-09-14"):
        # Another version answers in another shape, or not at all; this contract is about one.
        yield RejectionReason("valid-requests-accepted", binding=False)


def _json(parsed: strict_json.Parsed) -> Iterator[RejectionReason]:
    if parsed.unreadable:
        yield RejectionReason("body-is-json-object", _NOT_AN_OBJECT, binding=parsed.unreadable != strict_json.TOO_DEEP)
    elif not isinstance(parsed.value, Mapping):
        yield RejectionReason("body-is-json-object", _NOT_AN_OBJECT)
    elif parsed.problems:
        # RFC 8259 lets a reader accept these.
        yield RejectionReason("body-is-json-object", binding=False)


def _credentials(request: Request, body: Mapping[str, Any], test_data: TestData) -> Iterator[RejectionReason]:
    client_ids = _present(request.header("plaid-client-id"), body.get("client_id", MISSING))
    secrets = _present(request.header("plaid-secret"), body.get("secret", MISSING))
    pairs = ((client_ids, test_data.client_id), (secrets, test_data.secret))
    wrong = [(values, issued) for values, issued in pairs if issued not in values]
    if wrong:
        yield _credentials_wrong(wrong)
    elif len(client_ids) + len(secrets) > 2 or _split(request, body):
        # Given in both places, or one here and one there: Plaid does not say what counts.
        yield RejectionReason("credentials-checked", binding=False)


def _present(in_header: str | None, in_body: object) -> list[object]:
    return [value for value in (MISSING if in_header is None else in_header, in_body) if value is not MISSING]


def _split(request: Request, body: Mapping[str, Any]) -> bool:
    return (request.header("plaid-client-id") is None) != (request.header("plaid-secret") is None) or (
        ("client_id" in body) != ("secret" in body)
    )


def _credentials_wrong(wrong: Sequence[tuple[list[object], str]]) -> RejectionReason:
    given = [(value, issued) for values, issued in wrong for value in values]
    lacking = any(not values or "" in values for values, _ in wrong)
    if lacking or not all(ordinary(value) for value, _ in given):
        return RejectionReason("credentials-checked", _CREDENTIALS_LACKING)
    by_case = all(str(value).lower() == issued.lower() for value, issued in given)
    return RejectionReason(
        "identifiers-case-sensitive" if by_case else "credentials-checked", frozenset({"INVALID_API_KEYS"})
    )


def _schema(contract: Contract, operation: Operation, body: Mapping[str, Any]) -> Iterator[RejectionReason]:
    refused = frozenset(
        code.code
        for code in contract.error_codes_of(operation).values()
        if code.type in ("INVALID_REQUEST", "INVALID_INPUT")
    )
    for error in contract.validator(contract.request(operation)).iter_errors(body):
        if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
            yield RejectionReason("unknown-fields-refused", frozenset({"UNKNOWN_FIELDS"}))
        elif isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
            yield RejectionReason("required-fields", frozenset({"MISSING_FIELDS"}))
        else:
            yield RejectionReason("field-values-checked", refused)


def _others(
    contract: Contract, operation: Operation, body: Mapping[str, Any], test_data: TestData
) -> Iterator[RejectionReason]:
    """Judge the properties that only this operation has, then the body as a whole."""
    item = test_data.item_of(body.get("access_token"))
    if operation.id in _EXAMINERS:
        yield from _EXAMINERS[operation.id](body, item, test_data)
    for path, value in _given(contract, contract.request(operation), body, ""):
        if path not in _KNOWN:
            judge = _JUDGES.get((operation.id, path))
            yield from [OPEN] if judge is None else judge(value, item)


def _given(contract: Contract, pointer: Pointer, value: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield each property of `value` that its schema lists, with its path."""
    for name, place in _properties(contract, pointer).items():
        if isinstance(value, Mapping) and name in value:
            yield prefix + name, value[name]
            yield from _given(contract, place, value[name], f"{prefix}{name}.")


def _properties(contract: Contract, pointer: Pointer) -> dict[str, Pointer]:
    place = contract.follow(pointer)
    return {name: (*place, "properties", name) for name in contract.at(place).get("properties", {})}


def _token(token: object, test_data: TestData) -> Iterator[RejectionReason]:
    if not isinstance(token, str) or not token:
        return  # The schema objects already.
    codes = frozenset({"INVALID_ACCESS_TOKEN"} | (set() if ordinary(token) else {"INVALID_FIELD"}))
    by_case = any(item.access_token.lower() == token.lower() for item in test_data.items)
    yield RejectionReason("identifiers-case-sensitive" if by_case else "access-token-checked", codes)


def account_ids_of(body: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the filter that a request's body carries, or None if it carries none that can be read."""
    options = body.get("options")
    ids = options.get("account_ids") if isinstance(options, Mapping) else None
    return tuple(ids) if isinstance(ids, list) and all(isinstance(entry, str) for entry in ids) else None


def _filter(account_ids: tuple[str, ...], item: ItemBaseline) -> Iterator[RejectionReason]:
    unknown = [entry for entry in account_ids if entry and entry not in item.accounts]
    if not account_ids or len(set(account_ids)) < len(account_ids):
        # Plaid does not say what an empty filter or a repeated id gives.
        yield RejectionReason("account-ids-filter", binding=False)
    if unknown:
        by_case = {entry.lower() for entry in unknown} <= {entry.lower() for entry in item.accounts}
        codes = {"INVALID_ACCOUNT_ID"} | (set() if all(map(ordinary, unknown)) else {"INVALID_FIELD"})
        yield RejectionReason("identifiers-case-sensitive" if by_case else "account-ids-unknown", frozenset(codes))


def ordinary(value: object) -> bool:
    """Whether a value looks like an identifier, so that it can be refused for nothing but being none that is known."""
    return isinstance(value, str) and _ORDINARY_ID.fullmatch(value) is not None
