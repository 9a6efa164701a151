"""Access tokens: which Item one opens, and what is wrong with one that opens none."""

import re
from typing import Final

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.world import World

_ISSUABLE: Final = re.compile(r"access-(sandbox|development|production)-[0-9A-Za-z]+(-[0-9A-Za-z]+)*")
_WRONG_FORM: Final = "provided access token is in an invalid format. expected format: access-<environment>-<identifier>"


def item_of(world: World, access_token: str) -> Item:
    """Give the Item that the token opens.

    Raises:
        ApiError: INVALID_ACCESS_TOKEN, whose message says whether the token has the form of one.
    """
    item = world.item_of(access_token)
    if item is not None:
        return item
    if not _ISSUABLE.fullmatch(access_token):
        raise ApiError(errors.INVALID_ACCESS_TOKEN.saying(_WRONG_FORM))
    raise ApiError(errors.INVALID_ACCESS_TOKEN)
