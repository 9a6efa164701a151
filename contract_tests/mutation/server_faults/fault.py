"""A fault: one deliberate deviation from the contract."""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp

from mutation.server_faults.middleware import ACCOUNTS_GET, Tamper, Tampered
from plaid_accounts_contract.reference_server.app import create_app
from plaid_accounts_contract.reference_server.data import reference_world
from plaid_accounts_contract.reference_server.document import Document
from plaid_accounts_contract.reference_server.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A way in which a server differs from the reference server: an `id`, and a `statement` that says what it does.

    `kind` is the class that it is counted in, `world` makes the data behind it. `endpoint` is the path of the one
    operation that it tampers with; all others are answered as they should be.
    """

    id: str
    kind: str
    statement: str
    tamper: Tamper = field(repr=False)
    world: Callable[[], World] = field(default=reference_world, repr=False)
    endpoint: str = ACCOUNTS_GET

    def app(self, contract: Document | None = None) -> ASGIApp:
        """Give a new server that differs so, of the package's own contract or of another one."""
        world = self.world()
        return Tampered(create_app(world, contract=contract), world, self.tamper, self.endpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Deviation):
    """A deviation that the contract forbids.

    `breaks` is the id of a requirement, the JSON pointer of a schema clause, `status-documented` or `media-type`; `path`
    leads to the value in the response that breaks it, positions left out, where it matters which one does. `equivalent`
    says why the fault breaks nothing after all; it is empty for the others.
    """

    breaks: str
    path: str | None = None
    equivalent: str = ""


def fault(name: str, statement: str, breaks: str, tamper: Tamper, endpoint: str = ACCOUNTS_GET) -> Fault:
    """Give a fault of meaning, written in a row: its id, its statement, the requirement that it breaks, and its deed."""
    return Fault(id=name, kind="meaning", statement=statement, breaks=breaks, tamper=tamper, endpoint=endpoint)
