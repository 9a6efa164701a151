"""The operation `POST /accounts/get`."""

import re
from typing import Final

from starlette.requests import Request

from . import bodies, errors, headers
from .accounts import Account
from .bodies import BodyLimit
from .errors import ApiError
from .items import Item
from .rate_limits import Limits
from .records import JsonObject, to_object
from .requests import AccountsGetRequest
from .world import World

_ISSUABLE: Final = re.compile(r"access-(sandbox|development|production)-[0-9A-Za-z]+(-[0-9A-Za-z]+)*")
_WRONG_FORM: Final = "provided access token is in an invalid format. expected format: access-<environment>-<identifier>"


async def accounts_get(request: Request, world: World, limits: Limits, body_limit: BodyLimit) -> JsonObject:
    """Give the accounts and the item of a 200, without its request_id.

    The checks run in this order, and the first that fails answers: headers; body (size, JSON, an object); credentials
    (each well-formed, none missing, all right); the client's rate limit; fields (unknown, missing, wrong); the token's
    form, then whether it was issued; the Item's rate limit; the error that the Item stands for; the filter. So a caller
    without credentials learns nothing of Items, and one who sent the wrong token nothing of account ids.

    Raises:
        ApiError: any of the documented errors.
    """
    headers.check(request)
    body = bodies.decode(await bodies.read(request, body_limit))
    world.credentials.check(request.headers.raw, body)
    limits.check_client(world.credentials.client_id)
    call = AccountsGetRequest.from_body(body, world.confidential())
    item = _item(world, call.access_token)
    limits.check_item(item.details.item_id)
    if item.failure is not None:
        raise ApiError(item.failure)
    accounts = _accounts(item, call.account_ids)
    return {"accounts": [to_object(account) for account in accounts], "item": to_object(item.details)}


def _item(world: World, access_token: str) -> Item:
    item = world.item_of(access_token)
    if item is not None:
        return item
    if not _ISSUABLE.fullmatch(access_token):
        raise ApiError(errors.INVALID_ACCESS_TOKEN.saying(_WRONG_FORM))
    raise ApiError(errors.INVALID_ACCESS_TOKEN)


def _accounts(item: Item, account_ids: tuple[str, ...] | None) -> list[Account]:
    """Give the accounts asked for in the Item's own order, each once however often it was asked for."""
    if account_ids is None:
        return list(item.accounts)
    wanted = set(account_ids)
    if not wanted <= set(item.account_ids()):
        raise ApiError(errors.INVALID_ACCOUNT_ID)
    return [account for account in item.accounts if account.account_id in wanted]
