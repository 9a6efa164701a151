"""The operation `POST /accounts/get`."""

from starlette.requests import Request

from plaid_accounts_contract.reference_server.filtering import listed
from plaid_accounts_contract.reference_server.records import JsonObject, to_object
from plaid_accounts_contract.reference_server.requests import AccountsGetRequest
from plaid_accounts_contract.reference_server.serving import Serving


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
    accounts = listed(item.accounts, call.account_ids)
    return {"accounts": [to_object(account) for account in accounts], "item": to_object(item.details)}
