"""What happens outside the API: an account is opened at the institution, and the user goes through Link.

    POST /reference-server/open-account  {"access_token": …}   opens an account, and sends the webhook that tells of it
    POST /reference-server/complete-link {"link_token": …}     the user completes Link, and shares the new accounts if
                                                               update mode was begun with a choice of accounts

Both ask for the credentials, as operations do, and refuse in the same form. No contract has them: they are answered
only by a server that was given an address for webhooks.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from plaid_accounts_contract.reference_server import answers, errors
from plaid_accounts_contract.reference_server.accounts import Account, Balances
from plaid_accounts_contract.reference_server.errors import ApiError, ErrorKind
from plaid_accounts_contract.reference_server.identifiers import identifier
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import JsonObject, to_object
from plaid_accounts_contract.reference_server.requests import invalid, unrecognised
from plaid_accounts_contract.reference_server.serving import Serving
from plaid_accounts_contract.reference_server.webhooks import deliver, new_accounts_available

PREFIX: Final = "/reference-server"
OPEN_ACCOUNT: Final = f"{PREFIX}/open-account"
COMPLETE_LINK: Final = f"{PREFIX}/complete-link"

INVALID_LINK_TOKEN: Final = ErrorKind("INVALID_INPUT", "INVALID_LINK_TOKEN", 400, "invalid link_token provided")


class Story:
    """Plays the institution and the user for one server; `webhook_url` is where its webhooks go."""

    def __init__(self, serving: Serving, webhook_url: str) -> None:
        """Take the server's state, which the story changes."""
        self._serving = serving
        self._webhook_url = webhook_url

    def routes(self) -> list[Route]:
        """Give what answers the two requests."""
        return [
            Route(OPEN_ACCOUNT, self._answering("access_token", self._open_account), methods=["POST"]),
            Route(COMPLETE_LINK, self._answering("link_token", self._complete_link), methods=["POST"]),
        ]

    def _answering(
        self, name: str, answer: Callable[[str], JsonObject]
    ) -> Callable[[Request], Awaitable[JSONResponse]]:
        async def handle(request: Request) -> JSONResponse:
            body = await self._serving.admitted(request)
            token = _token(body, name, self._serving.world.confidential())
            # The receiver of a webhook may ask this server for the key before it answers.
            return answers.success(await run_in_threadpool(answer, token))

        return handle

    def _open_account(self, access_token: str) -> JsonObject:
        item = self._serving.change(access_token, _with_opened)
        delivery = deliver(self._webhook_url, self._serving.signer, new_accounts_available(item))
        return {"account": to_object(item.new_accounts[-1]), "webhook": delivery.told()}

    def _complete_link(self, link_token: str) -> JsonObject:
        try:
            session = self._serving.links.end(link_token)
        except LookupError as error:
            raise ApiError(INVALID_LINK_TOKEN.saying(str(error))) from None
        before = set(self._serving.opened(session.access_token).account_ids())
        if session.selects_accounts:
            self._serving.change(session.access_token, Item.shared)
        after = self._serving.opened(session.access_token).account_ids()
        return {"shared_account_ids": [account_id for account_id in after if account_id not in before]}


def _with_opened(item: Item) -> Item:
    return item.sound().with_new(_opened(item))


def _opened(item: Item) -> Account:
    """Give an account that the Item does not have yet."""
    number = len(item.accounts) + len(item.closed_accounts) + len(item.new_accounts) + 1
    return Account(
        account_id=identifier(f"{item.details.item_id}/opened/{number}"),
        balances=Balances(available=100, current=100),
        mask=f"{number:04}"[-4:],
        name=f"New Savings {number}",
        type="depository",
        subtype="savings",
    )


def _token(body: JsonObject, name: str, confidential: frozenset[str]) -> str:
    """Give the one field of a request, whose other fields are credentials.

    Raises:
        ApiError: UNKNOWN_FIELDS, MISSING_FIELDS or INVALID_FIELD, in that order.
    """
    unknown = [other for other in body if other not in (name, "client_id", "secret")]
    if unknown:
        raise unrecognised(unknown, confidential)
    if name not in body:
        raise ApiError(errors.MISSING_FIELDS.saying(f"the following required fields are missing: {name}"))
    token = body[name]
    if not isinstance(token, str) or not token:
        raise invalid(f"{name} must be a properly formatted, non-empty string")
    return token
