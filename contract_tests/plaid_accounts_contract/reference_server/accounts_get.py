"""The operation `POST /accounts/get`."""

from starlette.requests import Request

from . import errors
from .accounts import Account
from .errors import ApiError
from .items import Item
from .records import JsonObject, to_object
from .requests import AccountsGetRequest
from .serving import Serving


async def accounts_get(request: Request, serving: Serving) -> JsonObject:
    """Give the accounts and the item of a 200, without its request_id.

    What every operation checks comes first; then the fields (unknown, missing, wrong); the token's form, then whether
    it was issued; the Item's rate limit; the error that the Item stands for; the filter. So one who sent the wrong token
    learns nothing of account ids.

    Raises:
        ApiError: any of the documented errors.
    """
    body = await serving.admitted(request)
    call = AccountsGetRequest.from_body(body, serving.world.confidential())
    item = serving.opened(call.access_token)
    accounts = _accounts(item, call.account_ids)
    return {"accounts": [to_object(account) for account in accounts], "item": to_object(item.details)}


def _accounts(item: Item, account_ids: tuple[str, ...] | None) -> list[Account]:
    """Give the accounts asked for in the Item's own order, each once however often it was asked for."""
    if account_ids is None:
        return list(item.accounts)
    wanted = set(account_ids)
    if not wanted <= set(item.account_ids()):
        raise ApiError(errors.INVALID_ACCOUNT_ID)
    return [account for account in item.accounts if account.account_id in wanted]
