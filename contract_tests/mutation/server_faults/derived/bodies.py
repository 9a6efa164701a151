"""Faults in the body of a response, one for every way to break every clause of its schema."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from mutation.server_faults.derived import breaking
from mutation.server_faults.derived.breaking import Way
from mutation.server_faults.derived.places import MISSING, Json, written
from mutation.server_faults.derived.schemas import Node, kinds, listed, walk
from mutation.server_faults.fault import Fault
from mutation.server_faults.tampering import bodies


class Deriving:
    """Derives the faults of one status, given every honest body that a server answers with that status.

    A listed value that no honest body has is brought in at one place only; `introduced` holds those done already.
    """

    def __init__(
        self, document: Mapping[str, Any], status: int, pointer: str, honest: list[Json], introduced: set[str]
    ) -> None:
        self._document = document
        self._status = status
        self._root = Node({"$ref": pointer}, pointer, ())
        self._honest = honest
        self._introduced = introduced
        self._siblings = [
            value for schema in document["components"]["schemas"].values() for value in schema.get("enum", ())
        ]

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for every way to break every clause."""
        for node in walk(self._document, self._root):
            yield from self._lacking(node)
            for keyword in node.schema:
                for way in self._ways(node, keyword):
                    yield self._fault(node, way, f"{node.pointer}/{keyword}")

    def _lacking(self, node: Node) -> Iterator[Fault]:
        for name in node.schema.get("required", ()):
            place = node.below(name)
            clause = f"{node.pointer}/required/{name}"
            yield self._fault(place, Way("left-out", "is left out", lambda _: MISSING), clause)
            if None in place.values(self._honest):
                way = Way("left-out-if-null", "is left out where it is null", _without_null)
                yield self._fault(place, way, clause)

    def _ways(self, node: Node, keyword: str) -> Iterator[Way]:
        value = node.schema[keyword]
        if keyword == "type":
            yield from breaking.of_another_type(kinds(self._document, node.schema))
        elif keyword == "enum":
            yield from self._near_misses(node)
        elif keyword == "oneOf":
            yield from breaking.of_another_type(kinds(self._document, node.schema))
            yield from self._near_misses(node)
        elif keyword == "format":
            yield from _FORMATS.get(value, _no_way)()
        elif keyword == "pattern":
            texts = [text for text in node.values(self._honest) if isinstance(text, str)]
            yield from breaking.against_pattern(value, texts)
        else:
            yield from _LIMITS.get(keyword, _nothing)(value)

    def _near_misses(self, node: Node) -> Iterator[Way]:
        own = listed(self._document, node.schema)
        seen = node.values(self._honest)
        for value in own:
            for way in breaking.near_misses(value, own, self._siblings):
                if value in seen:
                    yield way
                elif (key := f"{node.pointer} {way.name}") not in self._introduced:
                    self._introduced.add(key)
                    yield breaking.always(way, value)

    def _fault(self, node: Node, way: Way, clause: str) -> Fault:
        # Where no honest body has a value, the fault brings one.
        given = any(value is not MISSING and value is not None for value in node.values(self._honest))

        def change(value: Json) -> Json:
            absent = value is MISSING or value is None
            return value if given and absent and not way.name.startswith("left-out") else way.change(value)

        path, branch = written(node.path), _branch(clause)
        place, applies = (f"{path}({branch})", f", where `{branch}` applies") if branch else (path, "")
        return Fault(
            id=f"{self._status}:{place}:{way.name}".replace(" ", "-"),
            kind=f"derived/{_KINDS.get(way.name.split('-')[0], 'limit')}",
            statement=f"In a {self._status}, {path or 'the body'} {way.says}{applies}.",
            breaks=clause,
            path=path,
            tamper=bodies(lambda body, _: node.edit(body, change, create=not given), self._status),
        )


def _branch(clause: str) -> str:
    return next((branch for branch in ("then", "else") if f"/{branch}/" in clause), "")


def _without_null(value: Json) -> Json:
    return MISSING if value is None else value


def _nothing(_: Any) -> Iterator[Way]:
    return iter(())


def _no_way() -> Iterator[Way]:
    return iter(())


_FORMATS: Final[Mapping[str, Callable[[], Iterator[Way]]]] = {
    "date-time": breaking.against_date_time,
    "date": breaking.against_date,
}


_KINDS: Final = {
    "left": "left out",
    "type": "wrong type",
    "case": "near miss",
    "space": "near miss",
    "sibling": "near miss",
    "pattern": "form of a text",
    "date": "form of a text",
    "forbidden": "forbidden combination",
}
_LIMITS: Mapping[str, Callable[[Any], Iterator[Way]]] = {
    "minLength": breaking.below_length,
    "maxLength": breaking.above_length,
    "minimum": breaking.below,
    "maximum": breaking.above,
    "not": breaking.satisfying,
}
