"""What the package offers follows from the contract: methods, models, attributes, enums and their words."""

from __future__ import annotations

import enum
import inspect
import re
import typing
from pathlib import Path
from typing import Any

import attrs
import pytest

from . import documents
from .calls import installed
from .documents import CONTRACT
from .promises import count, promise

OPERATION = CONTRACT.operations[0]


def module_name(name: str) -> str:
    """Turn a name of the contract into one of Python."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def model(name: str) -> Any:
    """Return the class of a schema."""
    return getattr(installed().models, name)


@pytest.mark.parametrize("operation", CONTRACT.operations, ids=lambda operation: operation.id)
@promise("surface")
def test_each_operation_has_two_methods(operation: Any) -> None:
    """A client has a method for each operation and another for `await`, with the operation's words and the same arguments."""
    name = module_name(operation.id)
    plain, awaited = (getattr(installed().Client, method) for method in (name, f"{name}_async"))
    assert inspect.iscoroutinefunction(awaited)
    assert not inspect.iscoroutinefunction(plain)
    assert inspect.signature(plain).parameters == inspect.signature(awaited).parameters
    assert operation.definition["summary"] in (plain.__doc__ or "")


@promise("surface")
def test_no_call_returns_a_union_with_none() -> None:
    """Every way of calling is annotated with the model of the 200, or with a response that holds it."""
    answer = model(documents.SUCCESS)
    package = installed()
    module, methods = package.api.accounts.accounts_get, package.Client
    for function in (module.sync, module.asyncio):
        assert typing.get_type_hints(function)["return"] is answer
    for function in (module.sync_detailed, module.asyncio_detailed):
        assert typing.get_args(typing.get_type_hints(function)["return"]) == (answer,)
    for method in (methods.accounts_get, methods.accounts_get_async):
        assert method.__annotations__["return"] == documents.SUCCESS


@pytest.mark.parametrize("name", documents.objects())
@promise("surface")
def test_each_object_has_a_model(name: str) -> None:
    """Each property of an object is an attribute, required where the contract says so, with its meaning beside it."""
    schema, cls = documents.objects()[name], model(name)
    fields = {field.name.rstrip("_"): field for field in attrs.fields(cls) if field.name != "additional_properties"}
    assert set(fields) == set(schema["properties"])
    source = Path(inspect.getfile(cls)).read_text("utf-8")
    for prop, field in fields.items():
        count("surface")
        assert (field.default is attrs.NOTHING) == (prop in schema.get("required", ())), f"{name}.{prop}"
        words = schema["properties"][prop].get("description", "").split()[:4]
        assert " ".join(words) in " ".join(source.split()), f"{name}.{prop} is not explained"
    assert " ".join(schema["description"].split()[:5]) in " ".join((cls.__doc__ or "").split())


@pytest.mark.parametrize("name", documents.objects())
@promise("surface")
def test_annotations_are_those_of_the_contract(name: str) -> None:
    """The annotation of an attribute allows the contract's JSON types, and null and absence where the contract does."""
    schema, cls = documents.objects()[name], model(name)
    hints = typing.get_type_hints(cls)
    for prop, inner in schema["properties"].items():
        count("surface")
        hint = hints.get(prop) or hints[f"{prop}_"]
        members = set(typing.get_args(hint)) if typing.get_origin(hint) not in (None, list) else {hint}
        kinds = {alternative.get("type", "any") for alternative in documents.alternatives(inner)}
        assert (type(None) in members) == ("null" in kinds), f"{name}.{prop}: {hint}"
        assert (installed().Unset in members) == (prop not in schema.get("required", ())), f"{name}.{prop}: {hint}"
        expected = {"string": str, "integer": int, "number": float, "boolean": bool}
        for kind in kinds & expected.keys():
            named = [part for part in members if isinstance(part, type)]
            if kind == "string":
                assert any(issubclass(part, str) or part.__name__ == "datetime" for part in named), (
                    f"{name}.{prop}: {hint}"
                )
            else:
                assert expected[kind] in members, f"{name}.{prop}: {hint}"


@pytest.mark.parametrize("name", documents.enums())
@promise("surface")
def test_each_enum_lists_the_contract_s_values(name: str) -> None:
    """An enum has exactly the contract's values, under the names that the contract gives."""
    schema, cls = documents.enums()[name], model(name)
    assert issubclass(cls, enum.StrEnum)
    named = {member.name: member.value for member in cls}
    assert sorted(named.values()) == sorted(schema["enum"])
    if "x-enum-varnames" in schema:
        assert named == dict(zip(schema["x-enum-varnames"], schema["enum"], strict=True))


@promise("surface")
def test_the_version_is_the_contract_s() -> None:
    """The package has the version of the contract."""
    assert installed().__version__ == CONTRACT.version


@promise("surface")
def test_names_are_offered_at_the_top() -> None:
    """What a caller needs is imported from the package itself."""
    for name in ("Client", "errors", "UNSET", "Unset", "Response"):
        assert name in installed().__all__
        assert hasattr(installed(), name)
    assert sorted(installed().models.__all__) == sorted([*documents.objects(), *documents.enums()])
