"""Deviations of a server as rows of data, and the ways to inject them into an exchange."""

import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import attrs
import yaml

from mutation.server_faults.exchange import Json, Request, Response, error
from plaid_accounts_contract.contract import Operation

Handler = Callable[[Request], Awaitable[Response]]
Inject = Callable[[Handler], Handler]
"""Makes a faulty handler of a conforming one; called once for each server, so that state is the server's own."""
Trigger = Callable[[Request], bool]

ACCOUNTS_GET: Final = "/accounts/get"
DESCRIBED: Final[dict[str, tuple[str, str]]] = {
    name: (clause, statement)
    for module in yaml.safe_load(Path(__file__).with_name("faults.yaml").read_text("utf-8")).values()
    for clause, statements in module.items()
    for name, statement in statements.items()
}
"""What each fault written by hand breaks and does."""


def always(_: Request) -> bool:
    """Trigger on every request."""
    return True


@attrs.frozen
class Fault:
    """A deviation that the contract forbids.

    `breaks` is the id of a requirement, the JSON pointer of a schema clause, `status-documented` or `media-type`, as
    violations name it. `inject` applies to the requests that `when` selects. `endpoint` is the path of the one operation
    that is faulty. `path` leads to the value in the response that breaks a schema, without positions. `equivalent` is the
    reason why the fault can't be observed. `dataset` names the data behind the server (`injection.DATASETS`).
    """

    id: str
    breaks: str
    statement: str
    inject: Inject = attrs.field(repr=False)
    when: Trigger = attrs.field(default=always, repr=False)
    endpoint: str = ACCOUNTS_GET
    kind: str = ""
    path: str | None = None
    equivalent: str = ""
    dataset: str = "reference"

    def handler(self, conforming: Handler) -> Handler:
        """Return the faulty handler."""
        faulty = self.inject(conforming)

        async def handle(request: Request) -> Response:
            return await (faulty(request) if self.when(request) else conforming(request))

        return handle


def fault(name: str, inject: Inject, when: Trigger = always, dataset: str = "reference") -> Fault:
    """Return a fault that `faults.yaml` describes."""
    return Fault(name, *DESCRIBED[name], inject, when, dataset=dataset)


def fault_of(operation: Operation, fault: Fault) -> Fault:
    """Return a fault as one of an operation; a clause of a schema has no operation in its name."""
    if operation.path == fault.endpoint:
        return fault
    return attrs.evolve(
        fault,
        id=f"{operation.id}:{fault.id}",
        statement=f"{operation.method} {operation.path}: {fault.statement}",
        breaks=fault.breaks if fault.breaks.startswith("#/") else f"{operation.id}:{fault.breaks}",
        endpoint=operation.path,
    )


def requests(change: Callable[[Request], Request]) -> Inject:
    """Change the request before the server sees it."""

    def inject(conforming: Handler) -> Handler:
        async def handle(request: Request) -> Response:
            return await conforming(change(request))

        return handle

    return inject


def responses(change: Callable[[Response, Request], Response]) -> Inject:
    """Change the response before the caller sees it."""

    def inject(conforming: Handler) -> Handler:
        async def handle(request: Request) -> Response:
            return change(await conforming(request), request)

        return handle

    return inject


def bodies(change: Callable[[Json, Request], Json], where: Callable[[int], bool] = lambda _: True) -> Inject:
    """Change the JSON value of responses whose status fulfils `where`."""
    return responses(
        lambda response, request: (
            response.with_json(change(response.json, request)) if where(response.status) else response
        )
    )


def successes(change: Callable[[Json, Request], Json]) -> Inject:
    """Change the JSON object of a 200."""
    return bodies(change, lambda status: status == 200)


def failures(change: Callable[[Json, Request], Json]) -> Inject:
    """Change the JSON object of every other response."""
    return bodies(change, lambda status: status != 200)


def listings(change: Callable[[list[Json], Request], list[Json]]) -> Inject:
    """Change the list of accounts of a 200."""
    return successes(lambda body, request: {**body, "accounts": change(body["accounts"], request)})


def accounts(change: Callable[[Json], Json], of: Callable[[Json], bool] = lambda _: True) -> Inject:
    """Change each account of a 200 that fulfils `of`."""
    return listings(lambda listed, _: [change(entry) if of(entry) else entry for entry in listed])


def items(change: Callable[[Json, Request], Json]) -> Inject:
    """Change the item of a 200."""
    return successes(lambda body, request: {**body, "item": change(body["item"], request)})


def counted(change: Callable[[Response, int], Response], status: int = 200) -> Inject:
    """Change responses of a status by their number, from 0."""

    def inject(conforming: Handler) -> Handler:
        numbers = itertools.count()
        return responses(lambda one, _: change(one, next(numbers)) if one.status == status else one)(conforming)

    return inject


def counted_bodies(change: Callable[[Json, int], Json]) -> Inject:
    """Change the JSON object of each 200 by its number, from 0."""
    return counted(lambda response, number: response.with_json(change(response.json, number)))


def instead(response: Callable[[Request], Response]) -> Inject:
    """Respond without the server."""

    def inject(_: Handler) -> Handler:
        async def handle(request: Request) -> Response:
            return response(request)

        return handle

    return inject


def reject(code: str) -> Inject:
    """Respond with a documented error."""
    return instead(lambda _: error(code))


CRASH: Final = reject("INTERNAL_SERVER_ERROR")
"""Fail as the contract documents it: what crashes a server is the trigger."""


def recode(before: str, after: str) -> Inject:
    """Respond with the error `after` where the server responds with `before`."""
    return responses(lambda response, _: error(after) if response.error_code == before else response)


def restatus(code: str, status: int) -> Inject:
    """Change the status of the error `code`."""
    return responses(lambda response, _: response.with_status(status) if response.error_code == code else response)


def both(first: Inject, second: Inject) -> Inject:
    """Inject twice, `first` nearer to the server."""
    return lambda conforming: second(first(conforming))


# Triggers that several faults share.


def with_filter(request: Request) -> bool:
    """Whether a filter names an account."""
    return bool(request.wanted)


def in_body(request: Request) -> bool:
    """Whether a credential is in the body."""
    return request.in_body


def other_items(request: Request) -> bool:
    """Whether the request is for another Item than the first of the reference data, the only one with closed accounts."""
    return request.item is not None and not request.item.closed


def twentieth(fault: Fault, status: int) -> Fault:
    """Return a fault of responses with this status that shows in every twentieth of them only."""

    def inject(conforming: Handler) -> Handler:
        faulty, numbers = fault.inject(conforming), itertools.count(1)

        async def handle(request: Request) -> Response:
            response = await conforming(request)
            return await faulty(request) if response.status == status and next(numbers) % 20 == 0 else response

        return handle

    return _rare(fault, "twentieth", "in every twentieth response only", inject)


def second_account(fault: Fault) -> Fault:
    """Return a fault of the accounts in a 200 that shows on the second account only."""

    def inject(conforming: Handler) -> Handler:
        faulty = fault.inject(conforming)

        async def handle(request: Request) -> Response:
            response = await conforming(request)
            if response.status != 200:
                return response
            listed, changed = response.json["accounts"], (await faulty(request)).json["accounts"]
            return response.with_json({**response.json, "accounts": [*listed[:1], *changed[1:2], *listed[2:]]})

        return handle

    return _rare(fault, "second-account", "on the second account only", inject)


def _rare(fault: Fault, name: str, where: str, inject: Inject) -> Fault:
    statement = f"{fault.statement[:-1]}, but {where}."
    return attrs.evolve(fault, id=f"{fault.id}@{name}", kind=f"rare/{name}", statement=statement, inject=inject)
