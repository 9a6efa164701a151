"""What the reference server answers, without asking it."""

from ..data import reference_world
from ..errors import CATALOGUE
from ..items import Item
from ..records import to_object
from .call import Json


def listing(item: Item) -> Json:
    """Give the body of a 200 for an Item."""
    return {
        "accounts": [to_object(account) for account in item.accounts],
        "item": to_object(item.details),
        "request_id": "request",
    }


def answered(status: int) -> list[Json]:
    """Give a body for every Item of the reference world, or every error, that is answered with a status."""
    if status != 200:
        return [dict(kind.body("request")) for kind in CATALOGUE.values() if kind.status == status]
    return [listing(item) for item in reference_world().items.values() if item.failure is None]
