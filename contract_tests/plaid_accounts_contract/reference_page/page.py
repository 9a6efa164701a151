"""The page's HTML: the form, and everything of the contract that the viewer does not draw."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final
from xml.etree import ElementTree as ET

import attrs

from plaid_accounts_contract.contract import Contract, Operation, Requirement
from plaid_accounts_contract.reference_page.destination import Destination, Token
from plaid_accounts_contract.reference_page.form import choices
from plaid_accounts_contract.reports.markup import Child, document, element

PREFIX: Final = "/reference-page"

_SECTIONS: Final = {
    "test-request": "Test request",
    "operations": "Operations and schemas",
    "errors": "Errors",
    "requirements": "Requirements",
}


def render(contract: Contract, destination: Destination) -> str:
    """Return the page."""
    return document(element("html", _head(contract), _body(contract, destination), lang="en"))


def _head(contract: Contract) -> ET.Element:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{contract.document['info']['title']} {contract.version}: reference"),
        # An address of its own keeps browsers from asking for /favicon.ico.
        element("link", rel="icon", href="data:,"),
        element("link", rel="stylesheet", href=f"{PREFIX}/viewer.css"),
        element("link", rel="stylesheet", href=f"{PREFIX}/page.css"),
        element("script", src=f"{PREFIX}/viewer.js", defer="defer"),
        element("script", src=f"{PREFIX}/page.js", type="module"),
    )


def _body(contract: Contract, destination: Destination) -> ET.Element:
    info = contract.document["info"]
    links = (element("li", element("a", text, href=f"#{name}")) for name, text in _SECTIONS.items())
    return element(
        "body",
        element("a", "Skip to Test request", href="#test-request", class_="skip"),
        element(
            "header",
            element("h1", info["title"]),
            element("p", info.get("summary", ""), class_="lead"),
            element("p", *_marked(info.get("description", ""))),
            element(
                "p",
                f"Contract {contract.version}, Plaid's API {info.get('x-plaid-version', '')}. Requests go to ",
                element("strong", destination.name),
                ".",
                class_="faint",
            ),
            element("nav", element("ul", *links), **{"aria-label": "Sections"}),
        ),
        element(
            "main",
            _test_request(contract, destination),
            _section("operations", _operations()),
            _section("errors", _errors(contract)),
            _section("requirements", _requirements(contract)),
        ),
    )


def _marked(text: str) -> Iterator[Child]:
    """Yield the pieces of a description; what stands between backticks is code."""
    for number, piece in enumerate(text.split("`")):
        yield element("code", piece) if number % 2 else piece


def _section(name: str, content: Iterator[ET.Element]) -> ET.Element:
    title = element("h2", _SECTIONS[name], id=f"{name}-title")
    return element("section", title, *content, id=name, tabindex="-1", **{"aria-labelledby": f"{name}-title"})


def _test_request(contract: Contract, destination: Destination) -> ET.Element:
    offered = choices(contract, destination)
    needs_script = element("p", "Test request and the reference below need JavaScript.")
    return _section(
        "test-request",
        iter(
            (
                element("noscript", needs_script),
                element("div", _form(destination, several=len(offered) > 1), _answer(), class_="sides"),
                _data("choices", [attrs.asdict(choice) for choice in offered]),
            )
        ),
    )


def _form(destination: Destination, *, several: bool) -> ET.Element:
    operation = _field("Operation", element("select", id="operation"), hidden=not several)
    kept = "They are added on the server's side and are not known to this page." if destination.base_url else ""
    return element(
        "form",
        operation,
        _field("Example", element("select", id="example")),
        _field("Item", _tokens(destination), hint="Its access token is put into the body."),
        _field(
            "Account ids",
            element("input", id="account-ids", type="text", spellcheck="false", autocapitalize="none"),
            hint="Separated by blanks; empty lists all accounts. An answer offers its accounts to choose from.",
        ),
        _field(
            "Body",
            element("textarea", id="body", rows="8", spellcheck="false", autocapitalize="none"),
            hint="JSON. What stands here is sent.",
            error=True,
        ),
        _credentials(destination, kept),
        id="form",
        autocomplete="off",
        novalidate="novalidate",
    )


def _credentials(destination: Destination, kept: str) -> ET.Element:
    places = {"header": "in the headers", "body": "in the body", "none": "nowhere"}
    return element(
        "fieldset",
        element("legend", "Credentials"),
        element("div", *(_radio(value, text) for value, text in places.items()), class_="radios"),
        element(
            "div",
            _field("client_id", _text("client-id", destination.client_id)),
            _field("secret", _text("secret", destination.secret)),
            class_="pair",
        ),
        element("p", kept, class_="hint") if kept else None,
    )


def _radio(value: str, text: str) -> ET.Element:
    checked = {"checked": "checked"} if value == "header" else {}
    return element("label", element("input", type="radio", name="credentials", value=value, **checked), f" {text}")


def _text(name: str, value: str) -> ET.Element:
    return element("input", id=name, type="text", value=value, spellcheck="false", autocapitalize="none")


def _tokens(destination: Destination) -> ET.Element:
    sound = [token for token in destination.tokens if not token.fails]
    failing = [token for token in destination.tokens if token.fails]
    return element(
        "select",
        *(_option(token) for token in sound),
        element("optgroup", *(_option(token) for token in failing), label="Items that answer with an error")
        if failing
        else None,
        element("option", "another: as the body says", value=""),
        id="token",
    )


def _option(token: Token) -> ET.Element:
    return element("option", token.label, value=token.value)


def _field(label: str, control: ET.Element, *, hint: str = "", error: bool = False, hidden: bool = False) -> ET.Element:
    name = control.get("id", "")
    described = [f"{name}-error"] * error + [f"{name}-hint"] * bool(hint)
    if described:
        control.set("aria-describedby", " ".join(described))
    return element(
        "div",
        element("label", label, for_=name),
        control,
        element("p", id=f"{name}-error", class_="problem") if error else None,
        element("p", hint, id=f"{name}-hint", class_="hint") if hint else None,
        class_="field",
        **({"hidden": "hidden"} if hidden else {}),
    )


def _answer() -> ET.Element:
    return element(
        "div",
        element(
            "div",
            element("button", "Send", type="submit", form="form", title="Ctrl+Enter in the form"),
            element("p", "Nothing has been sent yet.", id="status", role="status"),
            class_="send",
        ),
        element("div", id="answer"),
        class_="answer",
    )


def _operations() -> Iterator[ET.Element]:
    yield element("div", id="viewer")


def _errors(contract: Contract) -> Iterator[ET.Element]:
    schema = contract.at(("components", "schemas", "PlaidError", "properties", "error_code"))
    actions = schema.get("x-error-actions", {})
    yield element("p", "Act on error_type and error_code. Each code has one status.", class_="faint")
    names = ("error_code", "error_type", "status", "what to do", "may come from")
    rows = [
        (
            element("code", entry.code),
            element("code", entry.type),
            str(entry.status),
            actions.get(entry.code, ""),
            _paths(contract, entry.belongs_to, "any operation"),
        )
        for entry in contract.error_codes.values()
    ]
    yield _columns(contract, names, rows)


def _requirements(contract: Contract) -> Iterator[ET.Element]:
    yield element("p", "What a server has to do beyond what the schemas say.", class_="faint")
    names = ("id", "level", "statement", "holds for")
    rows = [
        (
            element("code", entry.id),
            entry.level,
            _statement(entry),
            _paths(contract, partial(contract.requires, entry.id), "every operation"),
        )
        for entry in contract.requirements.values()
    ]
    yield _columns(contract, names, rows)


def _columns(contract: Contract, names: tuple[str, ...], rows: Sequence[tuple[Child, ...]]) -> ET.Element:
    """Return a table whose last column names operations, which it needs where there are several."""
    several = len(contract.operations) > 1
    return _table(names, rows) if several else _table(names[:-1], [row[:-1] for row in rows])


def _paths(contract: Contract, concerned: Callable[[Operation], bool], everywhere: str) -> str:
    """Name the operations that are concerned; all of them are called `everywhere`."""
    paths = [operation.path for operation in contract.operations if concerned(operation)]
    return everywhere if len(paths) == len(contract.operations) else ", ".join(paths)


def _statement(entry: Requirement) -> ET.Element:
    source = element("a", "source", href=entry.source, rel="noreferrer", **{"aria-label": f"source of {entry.id}"})
    return element("span", f"{entry.statement} ", source)


def _table(names: tuple[str, ...], rows: Sequence[tuple[Child, ...]]) -> ET.Element:
    head = element("tr", *(element("th", name, scope="col") for name in names))
    body = (element("tr", *(_cell(name, cell) for name, cell in zip(names, row, strict=True))) for row in rows)
    return element("table", element("thead", head), element("tbody", *body))


def _cell(name: str, content: Child) -> ET.Element:
    # On a narrow screen a row becomes a list, and each cell says what it is.
    return element("td", content, **{"data-name": name})


def _data(name: str, value: Any) -> ET.Element:
    """Return data for the script; as text of a script it is not escaped, so nothing in it may look like a tag."""
    return element("script", json.dumps(value).replace("<", "\\u003c"), type="application/json", id=name)
