"""Ways to tamper with an exchange, from which faults are put together."""

import copy
from collections.abc import Callable
from typing import TypeAlias

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call, Json
from mutation.server_faults.middleware import Handler, Tamper
from plaid_accounts_contract.reference_server.errors import INTERNAL_SERVER_ERROR, ErrorKind

When: TypeAlias = Callable[[Call], bool]


def calls(change: Callable[[Call], Call]) -> Tamper:
    """Change the request before the server sees it."""

    def tamper(honest: Handler) -> Handler:
        async def handle(call: Call) -> Answer:
            return await honest(change(call))

        return handle

    return tamper


def answers(change: Callable[[Answer, Call], Answer]) -> Tamper:
    """Change the response before the caller sees it."""

    def tamper(honest: Handler) -> Handler:
        async def handle(call: Call) -> Answer:
            return change(await honest(call), call)

        return handle

    return tamper


def bodies(change: Callable[[Json, Call], Json], *statuses: int) -> Tamper:
    """Change the JSON value of responses with one of these statuses, or of all if none is given."""

    def changed(answer: Answer, call: Call) -> Answer:
        if statuses and answer.status not in statuses:
            return answer
        return answer.with_json(change(answer.json, call))

    return answers(changed)


def successes(change: Callable[[Json, Call], Json]) -> Tamper:
    """Change the JSON object of a 200."""
    return bodies(change, 200)


def failures(change: Callable[[Json, Call], Json]) -> Tamper:
    """Change the JSON object of every other response."""

    def changed(answer: Answer, call: Call) -> Answer:
        return answer if answer.status == 200 else answer.with_json(change(answer.json, call))

    return answers(changed)


def listings(change: Callable[[list[Json], Call], list[Json]]) -> Tamper:
    """Change the list of accounts of a 200."""
    return successes(lambda body, call: {**body, "accounts": change(body["accounts"], call)})


def items(change: Callable[[Json, Call], Json]) -> Tamper:
    """Change the item of a 200."""
    return successes(lambda body, call: {**body, "item": change(body["item"], call)})


def accounts(change: Callable[[Json], Json], *, of: Callable[[Json], bool] = lambda _: True) -> Tamper:
    """Change each account of a 200 for which `of` is true, in a copy."""
    return listings(lambda listed, _: [change(copy.deepcopy(entry)) if of(entry) else entry for entry in listed])


def instead(answer: Callable[[Call], Answer], when: When) -> Tamper:
    """Answer by itself the requests for which `when` is true."""

    def tamper(honest: Handler) -> Handler:
        async def handle(call: Call) -> Answer:
            return answer(call) if when(call) else await honest(call)

        return handle

    return tamper


def refusing(kind: ErrorKind, when: When) -> Tamper:
    """Refuse with a documented error the requests for which `when` is true."""
    return instead(lambda _: Answer.of_error(kind), when)


def recoded(before: str, after: ErrorKind) -> Tamper:
    """Answer another error in place of the one with the error_code `before`."""

    def changed(answer: Answer, _: Call) -> Answer:
        body = answer.json
        return Answer.of_error(after) if isinstance(body, dict) and body.get("error_code") == before else answer

    return answers(changed)


def crashing(when: When) -> Tamper:
    """Fail, with the documented error of a failure, on the requests for which `when` is true."""
    return refusing(INTERNAL_SERVER_ERROR, when)


def only(tamper: Tamper, when: When) -> Tamper:
    """Tamper with the requests for which `when` is true, and leave the others alone."""

    def restrained(honest: Handler) -> Handler:
        faulty = tamper(honest)

        async def handle(call: Call) -> Answer:
            return await (faulty(call) if when(call) else honest(call))

        return handle

    return restrained


def both(first: Tamper, second: Tamper) -> Tamper:
    """Tamper in two ways, `first` nearer to the server."""
    return lambda honest: second(first(honest))
