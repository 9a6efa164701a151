"""The package offers what the contract has: methods, models, attributes, enums and their descriptions."""

import datetime
import enum
import inspect
import typing
import uuid
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from plaid_accounts_contract.client import documents
from plaid_accounts_contract.client.calls import installed
from plaid_accounts_contract.client.documents import CONTRACT
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.operations import Method, snake
from plaid_accounts_contract.client.recorder import ALL, constant_headers

# The Python types of JSON types, and of formats that have their own.
TYPES: Final[dict[str, type]] = {"string": str, "integer": int, "number": float, "boolean": bool}
FORMATS: Final[dict[str, type]] = {"date-time": datetime.datetime, "date": datetime.date, "uuid": uuid.UUID}


def model(name: str) -> Any:
    """Return the class of a schema."""
    return offered(installed().models, name)


def offered(place: Any, name: str) -> Any:
    """Return the client's attribute for a name of the contract; raise AssertionError if it has nothing there."""
    assert hasattr(place, name), f"{place.__name__} has no {name}"
    return getattr(place, name)


def methods(method: Method) -> tuple[Any, Any]:
    """Return the two methods of an operation, without and with `await`."""
    return offered(installed().Client, method.name), offered(installed().Client, f"{method.name}_async")


def on_one_line(text: object) -> str:
    """Return a text on one line."""
    return " ".join(str(text).split())


def components(schema: Any) -> list[str]:
    """Return the objects and enums that a property may be."""
    named = [documents.name_of(inner) for inner in (schema, *schema.get("oneOf", ())) if "$ref" in inner]
    return [name for name in named if name in documents.objects() or name in documents.enums()]


@pytest.mark.parametrize("method", ALL)
@guarantee("surface")
def test_each_operation_has_two_methods(method: Method) -> None:
    """A client has a sync and an async method for each operation, with its arguments, summary and descriptions."""
    plain, awaited = methods(method)
    assert inspect.iscoroutinefunction(awaited)
    assert not inspect.iscoroutinefunction(plain)
    assert inspect.signature(plain).parameters == inspect.signature(awaited).parameters
    definition = method.operation.definition
    described = [entry.get("description", "") for entry in (definition, *method.operation.parameters)]
    for function in (plain, awaited):
        for text in (definition["summary"], *described):
            count("surface")
            assert on_one_line(text) in on_one_line(function.__doc__), f"{function.__name__} leaves out: {text}"


@pytest.mark.parametrize("method", ALL)
@guarantee("surface")
def test_the_arguments_are_the_properties_of_the_request(method: Method) -> None:
    """A method has an argument for each property of the request, required as in the contract, and described."""
    plain, _ = methods(method)
    taken = dict(inspect.signature(plain).parameters)
    words = " ".join((plain.__doc__ or "").split())
    assert taken.pop("timeout").default is None
    assert taken.pop("total_timeout").default is installed().UNSET
    assert taken.pop("headers").default is None
    assert taken.pop("self")
    for name in constant_headers(method):
        assert taken.pop(snake(name)).default == constant_headers(method)[name]
    assert sorted(taken) == sorted(argument.word(plain) for argument in method.arguments)
    for argument in method.arguments:
        count("surface")
        found = taken[argument.word(plain)]
        assert found.kind is inspect.Parameter.KEYWORD_ONLY
        assert (found.default is inspect.Parameter.empty) == argument.required, argument.name
        text = argument.schema.get("description") or documents.resolve(argument.schema).get("description", "")
        assert " ".join(text.split()[:4]) in words, f"{argument.name} is not explained"


@pytest.mark.parametrize("method", ALL)
@guarantee("surface")
def test_no_call_returns_a_union_with_none(method: Method) -> None:
    """Every style of calling is annotated with the model of the success, or with a response that contains it."""
    response = model(method.success)
    module = offered(offered(installed().api, method.tag), method.name)
    for function in (module.sync, module.asyncio):
        assert typing.get_type_hints(function)["return"] is response
        body = inspect.signature(function).parameters.get("body")
        assert (body is not None and body.default is inspect.Parameter.empty) == bool(method.request)
    for function in (module.sync_detailed, module.asyncio_detailed):
        assert typing.get_args(typing.get_type_hints(function)["return"]) == (response,)
    for function in methods(method):
        assert function.__annotations__["return"] == method.success


@pytest.mark.parametrize("name", documents.objects())
@guarantee("surface")
def test_each_object_has_a_model(name: str) -> None:
    """Each property of an object is an attribute, required as in the contract, and described."""
    schema, cls = documents.objects()[name], model(name)
    fields = {field.name.rstrip("_"): field for field in attrs.fields(cls) if field.name != "additional_properties"}
    assert set(fields) == set(schema["properties"])
    source = Path(inspect.getfile(cls)).read_text("utf-8")
    for prop, field in fields.items():
        count("surface")
        assert (field.default is attrs.NOTHING) == (prop in documents.required(schema)), f"{name}.{prop}"
        inner = schema["properties"][prop]
        words = (inner.get("description") or documents.resolve(inner).get("description", "")).split()
        # The generator breaks lines at hyphens too.
        assert "".join(words) in "".join(source.split()), f"{name}.{prop} is not explained"
    assert " ".join(schema.get("description", "").split()[:5]) in " ".join((cls.__doc__ or "").split())


@pytest.mark.parametrize("name", documents.objects())
@guarantee("surface")
def test_annotations_are_those_of_the_contract(name: str) -> None:
    """The annotation of an attribute allows the contract's types, and null and absence where the contract does."""
    schema, cls = documents.objects()[name], model(name)
    hints = typing.get_type_hints(cls)
    assert typing.get_type_hints(cls.from_dict)["return"]
    for prop, inner in schema["properties"].items():
        count("surface")
        hint = hints.get(prop) or hints[f"{prop}_"]
        members = {hint} if typing.get_origin(hint) in (None, list, typing.Literal) else set(typing.get_args(hint))
        kinds = {alternative.get("type", "any") for alternative in documents.alternatives(inner)}
        assert (type(None) in members) == ("null" in kinds), f"{name}.{prop}: {hint}"
        assert (installed().Unset in members) == (prop not in documents.required(schema)), f"{name}.{prop}: {hint}"
        listed = [
            type(value)
            for part in members
            if typing.get_origin(part) is typing.Literal
            for value in typing.get_args(part)
        ]
        named = [*listed, *(part for part in members if isinstance(part, type))]
        for component in components(inner):
            assert model(component) in members, f"{name}.{prop}: {hint}"
        for value in [alternative["const"] for alternative in documents.alternatives(inner) if "const" in alternative]:
            assert typing.Literal[value] in members, f"{name}.{prop}: {hint}"
        for alternative in documents.alternatives(inner):
            wanted = FORMATS.get(alternative.get("format", "")) or TYPES.get(alternative.get("type", ""))
            assert wanted is None or any(issubclass(part, wanted) for part in named), f"{name}.{prop}: {hint}"


@pytest.mark.parametrize("name", documents.enums())
@guarantee("surface")
def test_each_enum_lists_the_contract_s_values(name: str) -> None:
    """An enum has exactly the contract's values and names."""
    schema, cls = documents.enums()[name], model(name)
    assert issubclass(cls, enum.StrEnum)
    named = {member.name: member.value for member in cls}
    assert sorted(named.values()) == sorted(schema["enum"])
    if "x-enum-varnames" in schema:
        assert named == dict(zip(schema["x-enum-varnames"], schema["enum"], strict=True))


@guarantee("surface")
def test_each_webhook_has_its_model() -> None:
    """The two codes of a webhook select the contract's model."""
    expected = {}
    for webhook in CONTRACT.document.get("webhooks", {}).values():
        for definition in webhook.values():
            name = documents.name_of(definition["requestBody"]["content"]["application/json"]["schema"])
            words = documents.objects()[name]["properties"]
            expected[words["webhook_type"]["const"], words["webhook_code"]["const"]] = model(name)
    if expected:
        webhooks = offered(installed(), "webhooks")
        assert expected == webhooks.EVENTS
        assert {*(typing.get_args(webhooks.Event) or (webhooks.Event,))} == {*expected.values()}
        assert [name for name in webhooks.__all__ if not hasattr(webhooks, name)] == []


@guarantee("surface")
def test_names_are_offered_at_the_top() -> None:
    """The public names are importable from the package itself, models from `models`, and the version is the contract's."""
    for name in ("Client", "errors", "UNSET", "Unset", "Response"):
        assert name in installed().__all__
        assert hasattr(installed(), name)
    models = installed().models
    assert sorted(models.__all__) == sorted([*documents.objects(), *documents.enums()])
    assert {*models.__all__} <= {*(models.__dir__() or ())}
    assert not hasattr(models, "NoSuchModel")
    assert installed().__version__ == CONTRACT.version


@guarantee("surface")
def test_the_client_has_the_descriptions_of_its_keys() -> None:
    """The constructor has an argument for each key, with the contract's description."""
    function = installed().Client.__init__
    for key, scheme in CONTRACT.document["components"]["securitySchemes"].items():
        assert on_one_line(scheme["description"]) in on_one_line(function.__doc__)
        assert snake(key) in inspect.signature(function).parameters


@guarantee("configuration")
def test_the_environments_are_those_of_the_contract() -> None:
    """The environments are exactly the contract's servers, for a type checker too."""
    servers = [server["x-environment"] for server in CONTRACT.document["servers"]]
    hint = inspect.signature(installed().Client.__init__).parameters["environment"].annotation
    assert hint.startswith("Environment")
    assert sorted(typing.get_args(installed().configuration.Environment)) == sorted(servers)
    assert sorted(installed().configuration.ENVIRONMENTS) == sorted(servers)
