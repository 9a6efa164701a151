"""Engines in short: fill in values and secrets of an exported task, then send the request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import httpx

Values = Mapping[str, Any]


def simworkflow(definition: Values, given: Values, saved: Mapping[str, Mapping[str, str]]) -> httpx.Response:
    """Run the definition's first task with `given` as the workflow's input; `saved` maps credentials to headers."""
    task = definition["tasks"][definition["startTask"]]
    request = task["httpRequest"]
    body = _filled(request["body"], re.compile(r"\$\{\$\.(\w+)\}"), given.__getitem__)
    timeout = httpx.Timeout(task["readTimeoutSeconds"], connect=task["connectionTimeoutSeconds"])
    headers = {**request["headers"], **saved[task["credentials"]]}
    return httpx.request(request["method"], request["url"], headers=headers, json=body, timeout=timeout)


def conductor(definition: Values, given: Values, secrets: Mapping[str, str]) -> httpx.Response:
    """Run the definition's task with `given` as the workflow's input and the cluster's `secrets`."""
    request = definition["tasks"][0]["inputParameters"]["http_request"]
    body = _filled(request["body"], re.compile(r"\$\{workflow\.input\.(\w+)\}"), given.__getitem__)
    headers = _filled(request["headers"], re.compile(r"\$\{workflow\.secrets\.(\w+)\}"), secrets.__getitem__)
    media = {"Accept": request["accept"], "Content-Type": request["contentType"]}
    timeout = httpx.Timeout(request["readTimeOut"] / 1000, connect=request["connectionTimeOut"] / 1000)
    return httpx.request(request["method"], request["uri"], headers={**headers, **media}, json=body, timeout=timeout)


def _filled(node: Any, expression: re.Pattern[str], value_of: Callable[[str], Any]) -> Any:
    """Replace each string that is an expression by its value, whatever type that has."""
    if isinstance(node, Mapping):
        return {name: _filled(value, expression, value_of) for name, value in node.items()}
    found = expression.fullmatch(node) if isinstance(node, str) else None
    return node if found is None else value_of(found[1])
