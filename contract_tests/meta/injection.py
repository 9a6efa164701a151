"""The reference server with its responses changed on the way out, short runs against it, and their reports."""

import io
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from xml.etree import ElementTree as ET

import attrs
from starlette.types import Receive, Scope, Send

from mutation.server_faults.exchange import Response
from mutation.server_faults.injection import read_body, respond, send_response
from plaid_accounts_contract import reports
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.reference_server import create_app, reference_dataset, running
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.reports.terminal import Console
from plaid_accounts_contract.runner.known_failing import Entry
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.runner import open_run
from plaid_accounts_contract.runner.verdict import Outcome, conclude
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Request

CONTRACT = Contract.load()


@attrs.define
class MutableResponse:
    """A response on its way out, with the request that it is for; what is set here is what the caller gets.

    `target` is path and query as they were sent.
    """

    method: str
    path: str
    target: str
    request_headers: dict[str, str]
    request_body: bytes
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def value(self) -> Any:
        """The body's JSON."""
        return json.loads(self.body)

    @value.setter
    def value(self, value: Any) -> None:
        self.body = json.dumps(value).encode()


Change = Callable[[MutableResponse], None]


@attrs.frozen
class Injection:
    """An ASGI application: the reference server, its responses changed."""

    change: Change
    inner: Any = attrs.field(factory=create_app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond as the reference server does, then change the response."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        body = await read_body(receive)
        response = await respond(self.inner, scope, body)
        target = scope["raw_path"].decode() + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")
        place = (scope["method"], scope["path"], target)
        changed = MutableResponse(*place, headers, body, response.status, [*response.headers], response.body)
        self.change(changed)
        await send_response(Response(changed.status, tuple(changed.headers), changed.body), send)


def requests(run: Run) -> Iterable[Request]:
    """Yield a few requests of each kind, valid and invalid, in both modes."""
    builder, item, secret = RequestBuilder(run.test_data, run.operation), run.test_data.primary, run.test_data.secret
    for mode in ("header", "body"):
        yield builder.valid(mode, purpose="no options")
        yield builder.valid(mode, item.account_ids[:2], purpose="filter: two")
        yield builder.valid(mode, (item.account_ids[0].upper(),), purpose="another case")
        yield builder.valid(mode, access_token=run.test_data.items[1].access_token, purpose="another Item")
        yield builder.valid(mode, access_token=run.settings.error_tokens[0][1], purpose="a failing Item")
        yield builder.request(mode, builder.fields(), secret=secret[:-1], purpose="a prefix")
        yield builder.request(mode, builder.fields(), secret=secret[1:], purpose="an end")
        yield builder.request(mode, {**builder.fields(), "extra": 1}, purpose="unknown property")
        yield builder.raw(mode, b'{"\xff' + item.access_token.encode(), purpose="not UTF-8")


def outcome_of(change: Change, known: Sequence[Entry] = (), **settings: Any) -> Outcome:
    """Return the outcome of a short run against a changed server."""
    with running(Injection(change)) as server:
        used = attrs.evolve(complete(Settings(), reference_dataset(), server.url), **settings)
        with open_run(used, CONTRACT) as run:
            for request in requests(run):
                run.origin = "test_injection"
                run.send(request)
            return conclude(run, known=known)


def each_account(edit: Callable[[dict[str, Any]], object]) -> Change:
    """Edit each account of a 200."""

    def change(response: MutableResponse) -> None:
        if response.status == 200:
            value = response.value
            for account in value.get("accounts", ()):
                edit(account)
            response.value = value

    return change


def unchanged(_: MutableResponse) -> None:
    """Leave the response as it is."""


def wrong_in_four_ways(response: MutableResponse) -> None:
    """Break an enum, a type, a MUST requirement and a SHOULD requirement, the same in each response."""
    if response.status == 200:
        value = response.value
        for account in value["accounts"]:
            if account["subtype"] == "checking":
                account["subtype"] = "chequing"
            if account["type"] == "loan":
                account["balances"]["current"] = "12"
            if account["type"] == "investment":
                account["balances"]["last_updated_datetime"] = "2026-01-01T00:00:00Z"
        value["item"]["available_products"] = []
        value["item"]["billed_products"] = ["auth", "balance"]
        response.value = value


class Stream(io.StringIO):
    """A stream with an encoding, which may pretend to be a terminal."""

    def __init__(self, encoding: str = "utf-8", *, terminal: bool = False) -> None:
        super().__init__()
        self._encoding, self._terminal = encoding, terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream."""
        return self._encoding

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._terminal


def shown(outcome: Outcome, stream: Stream | None = None) -> str:
    """Return all that a console prints of a run."""
    written = stream or Stream()
    console = Console(written, outcome.run.settings, CONTRACT)
    console.begin(outcome.run.settings)
    console.progress(outcome.run)
    console.finish(outcome, 1.5)
    return written.getvalue()


def texts(outcome: Outcome) -> dict[str, str]:
    """Return every report of a run and the terminal output, by name."""
    return {**reports.render(Report.of(outcome, 1.5)), "terminal": shown(outcome)}


def junit(outcome: Outcome) -> ET.Element:
    """Return the test suite of junit.xml."""
    return ET.fromstring(texts(outcome)["junit.xml"])[0]  # noqa: S314 - the suite wrote it
