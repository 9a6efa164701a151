"""Requests of the primary operation: valid by the contract, and as the arguments specify."""

from typing import Any

from hypothesis import strategies

from plaid_accounts_contract.client import documents
from plaid_accounts_contract.client.calls import (
    STYLES,
    Style,
    call,
    call_api,
    client,
    installed,
)
from plaid_accounts_contract.client.comparison import copies
from plaid_accounts_contract.client.documents import REQUEST
from plaid_accounts_contract.client.effort import generated
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.recorder import Recorder, body_of, check_head

REQUESTS = documents.bodies(REQUEST)
STYLE = strategies.sampled_from(STYLES)


def expected(access_token: str, account_ids: list[str] | None) -> dict[str, Any]:
    """Return the request for two arguments."""
    return {"access_token": access_token} | ({} if account_ids is None else {"options": {"account_ids": account_ids}})


@generated(60, body=REQUESTS, style=STYLE)
@guarantee("wire-valid")
def test_arguments_become_the_request(body: Any, style: Style) -> None:
    """Token and ids are sent as they are, a filter only if there is one."""
    recorder = Recorder()
    token, ids = body["access_token"], body.get("options", {}).get("account_ids")
    assert call(client(recorder), style, access_token=token, account_ids=ids).model
    assert body_of(recorder.last) == expected(token, ids)
    check_head(recorder.last)


@generated(60, body=REQUESTS, style=strategies.sampled_from(STYLES[2:]))
@guarantee("wire-valid")
def test_a_request_model_is_sent_as_it_is(body: Any, style: Style) -> None:
    """A decoded request, also copied or unpickled, is sent as the same JSON."""
    model = installed().models.AccountsGetRequest.from_dict(body)
    for same in (model, *copies(model)):
        recorder = Recorder()
        assert call_api(client(recorder), style, same).model
        assert body_of(recorder.last) == body
        check_head(recorder.last)
