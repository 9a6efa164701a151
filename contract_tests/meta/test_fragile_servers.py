"""Servers that die of a request, or leave many without an answer: everything else is judged before and beside it."""

from __future__ import annotations

import attrs

from meta.checks import command, credentials
from meta.injection import CONTRACT
from meta.other_servers import plain
from plaid_accounts_contract.reference_server import create_app, reference_world, running
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.runner.runner import open_run
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Exchange, Request, Response
from plaid_accounts_contract.wire.target import Target, Unreachable


class DiesOfDepth(plain.Handler):
    """Answers nothing any more once it was sent a body that is nested very deep."""

    dead = False

    def drops(self, body: bytes) -> bool:
        """Whether that has happened."""
        type(self).dead = self.dead or b"[" * 1000 in body or b'{"options":' * 100 in body
        return self.dead


@attrs.define
class Dumb(Target):
    """Leaves requests without an answer that say so, and remembers how long it was given for each."""

    given: list[float | None] = attrs.field(factory=list)

    def send(self, request: Request, timeout: float | None = None) -> Response:
        """Send a request, or let it time out."""
        if request.purpose == "dumb":
            self.given.append(timeout)
            msg = "no answer"
            raise Unreachable(msg)
        return super().send(request, timeout)


def test_a_request_that_ends_a_server_comes_last_and_is_named() -> None:
    """A server that dies of a request is status 2; the request is named, and all that needs no rough request is seen."""
    with plain.serving(DiesOfDepth) as url:
        result = command("check", url, "--timeout", "2", environment=credentials())
    assert result.status == 2, result.out + result.err
    said = " ".join(result.out.split())
    assert "Last request before it stopped responding: body: 100 objects deep" in said
    unseen = [line.split()[0] for line in result.out.splitlines() if " not observed " in line]
    assert unseen == ["schema-429", "schema-500", "schema-503"]


def test_patience_wears_off() -> None:
    """After three requests without an answer the next ones get less time; a plain one keeps all of it."""
    with running(create_app()) as server:
        settings = complete(Settings(), reference_world(), server.url)
        with open_run(settings, CONTRACT) as run, Dumb(server.url) as target:
            run.target = target
            run.exchanges[:] = [_answered_within(0.1, exchange) for exchange in run.exchanges]
            for _ in range(4):
                answer = run.send(attrs.evolve(run.plain_request(), purpose="dumb"))
                assert answer.response.transport_error == "no answer"
    assert target.given == [*[10.0] * 6, 2.0, 2.0]


def _answered_within(seconds: float, exchange: Exchange) -> Exchange:
    return attrs.evolve(exchange, response=attrs.evolve(exchange.response, seconds=seconds))
