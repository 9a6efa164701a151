"""The webhooks that the server sends: signed as Plaid signs them, to one address that whoever starts it has chosen."""

import json
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from plaid_accounts_contract.reference_server.identifiers import identifier
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import JsonObject
from plaid_accounts_contract.reference_server.signing import Signer

HEADER: Final = "Plaid-Verification"
_SECONDS: Final = 10
"""How long an answer is waited for. Source: https://plaid.com/docs/api/webhooks/#webhook-retries."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook as it was sent, and the status that answered it; None if nothing did, for the reason in `problem`."""

    url: str
    body: bytes = field(repr=False)
    token: str = field(repr=False)
    status: int | None
    problem: str = ""

    def told(self) -> JsonObject:
        """Give it as JSON, with all that it takes to send it once more."""
        headers: JsonObject = {"Content-Type": "application/json", HEADER: self.token}
        said: JsonObject = {"url": self.url, "headers": headers, "body": self.body.decode(), "answered": self.status}
        return {**said, "problem": self.problem} if self.problem else said


def new_accounts_available(item: Item) -> bytes:
    """Give the body that tells of an Item's new accounts, indented as Plaid's are."""
    event = {
        "webhook_type": "ITEM",
        "webhook_code": "NEW_ACCOUNTS_AVAILABLE",
        "item_id": item.details.item_id,
        "user_id": f"usr_{identifier(f'{item.details.item_id}/user')[:14]}",
        "error": None,
        "environment": "sandbox",
    }
    return json.dumps(event, indent=2).encode()


def deliver(url: str, signer: Signer, body: bytes) -> Delivery:
    """Send a body once, signed now. What the receiver answers is read no further than its status.

    Plaid sends again for up to a day what is not answered with 200 in time; here whoever plays the story does.
    """
    import httpx  # noqa: PLC0415 - most servers send nothing, and it takes longer than to import everything else

    token = signer.token(body)
    headers = {"Content-Type": "application/json", HEADER: token}
    try:
        # Without the environment: a proxy of it would be asked for an address of this machine.
        with httpx.Client(trust_env=False, timeout=_SECONDS) as http, http.stream(
            "POST", url, content=body, headers=headers
        ) as response:  # fmt: skip
            return Delivery(url, body, token, response.status_code)
    except httpx.TimeoutException:
        return Delivery(url, body, token, None, f"no answer within {_SECONDS} seconds")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Delivery(url, body, token, None, f"{type(error).__name__}: is a server running at this address?")


def checked_url(text: str) -> str:
    """Give an address that webhooks can be sent to.

    Raises:
        ValueError: it is none.
    """
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is none, or brackets around no address
        usable = False
    if not usable or "@" in text or "#" in text:
        raise ValueError(f"{text!r} is no address for webhooks; write it like http://127.0.0.1:9000/plaid")
    return text
