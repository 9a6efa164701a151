"""Goals for the client: bounds on what is measured, reported as met or missed."""

from collections.abc import Sequence
from typing import Final

import attrs

from benchmarks import calling, importing
from benchmarks.decoding import OURS, PLAID, PYDANTIC, STOCK
from benchmarks.measuring import Measurement


@attrs.frozen
class Goal:
    """The most that `peer` may need in measurements whose name begins with one of `names`; the worst of them counts."""

    statement: str
    names: tuple[str, ...]
    peer: str
    most: float
    reference: str = ""
    """What `most` is a ratio to; without it, `most` is in the unit of the measurement."""

    def measured(self, measurements: Sequence[Measurement]) -> float | None:
        """Return the worst figure, None if nothing of it was measured."""
        needed = {self.peer, self.reference or self.peer}
        chosen = [one for one in measurements if one.name.startswith(self.names) and needed <= set(one.figures)]
        figures = (one.ratio(self.peer, self.reference) if self.reference else one.median(self.peer) for one in chosen)
        return max(figures, default=None)


# Chosen by hand: what a service is to gain over the usual ways of reading the same response.
_LARGE: Final = ("decoding 100 ", "decoding 1,000 ")
_JSON: Final = OURS["json"]
_ORJSON: Final = OURS["orjson"]
GOALS: Final = (
    Goal("decoding 100 and 1,000 accounts, to the stock client", _LARGE, _JSON, 0.35, STOCK),
    Goal("the same with orjson", _LARGE, _ORJSON, 0.24, STOCK),
    Goal("decoding any size with orjson, to pydantic", ("decoding",), _ORJSON, 1, PYDANTIC),
    Goal("decoding any size, to plaid-python", ("decoding",), _JSON, 0.033, PLAID),
    Goal("a call, to raw httpx", ("calling",), _JSON, 1.05, calling.HTTPX),
    Goal("import, to import httpx", ("importing",), _JSON, 1.3, importing.HTTPX),
    Goal("bytes for a decoded account", ("memory",), _JSON, 800),
)
