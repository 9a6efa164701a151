"""Generated requests: every exchange is judged against the full contract and every requirement."""

import hypothesis

from plaid_accounts_contract import active, generated
from plaid_accounts_contract.exchange import Mode

RUN = active.current()


def _send(case: generated.Case, mode: Mode) -> None:
    request = generated.request_of(case, mode)
    if request is not None:
        RUN.send(request)


SCHEMAS = generated.schemas(RUN)
QUIET = hypothesis.settings(
    max_examples=generated.examples(RUN),
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)

if "header" in SCHEMAS:

    @SCHEMAS["header"].parametrize()
    @QUIET
    def test_credentials_in_headers(case: generated.Case) -> None:
        """The server answers generated requests with credentials in the headers as the contract says."""
        _send(case, "header")


if "body" in SCHEMAS:

    @SCHEMAS["body"].parametrize()
    @QUIET
    def test_credentials_in_body(case: generated.Case) -> None:
        """The server answers generated requests with credentials in the body as the contract says."""
        _send(case, "body")
