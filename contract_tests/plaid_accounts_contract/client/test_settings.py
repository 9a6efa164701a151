"""Settings of a client: from arguments or environment, and refused where they cannot be used or are not safe."""

from __future__ import annotations

from typing import Any, Final

import httpx
import pytest

from plaid_accounts_contract.client import documents
from plaid_accounts_contract.client.calls import call, client, errors, installed
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.wires import Wire, check_head, keys_in_headers

VARIABLES: Final = {"client_id": "PLAID_CLIENT_ID", "secret": "PLAID_SECRET", "environment": "PLAID_ENV"}
SERVERS: Final = {server["x-environment"]: server["url"] for server in documents.CONTRACT.document["servers"]}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Give an environment without any of the variables."""
    for name in VARIABLES.values():
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("name", SERVERS)
@guarantee("configuration")
def test_settings_come_from_the_environment(environment: pytest.MonkeyPatch, name: str) -> None:
    """Without arguments the keys and the environment are those of the variables."""
    for variable, value in zip(VARIABLES.values(), ("id", "key", name), strict=True):
        environment.setenv(variable, value)
    wire = Wire()
    assert call(installed().Client(transport=httpx.MockTransport(wire))).model
    check_head(wire.last, SERVERS[name])
    assert keys_in_headers(wire.last) == ["id", "key"]


@guarantee("configuration")
def test_an_argument_wins_over_the_environment(environment: pytest.MonkeyPatch) -> None:
    """What is given as an argument is used, whatever the variable holds."""
    for variable in VARIABLES.values():
        environment.setenv(variable, "production")
    wire = Wire()
    settings = {"client_id": "id", "secret": "key", "environment": "sandbox"}
    assert call(installed().Client(**settings, transport=httpx.MockTransport(wire))).model
    check_head(wire.last, SERVERS["sandbox"])
    assert keys_in_headers(wire.last) == ["id", "key"]
    assert call(client(wire)).model
    check_head(wire.last)


@pytest.mark.parametrize("missing", VARIABLES)
@guarantee("configuration")
def test_a_missing_setting_is_named(environment: pytest.MonkeyPatch, missing: str) -> None:
    """A missing key or environment is refused by an error that names argument and variable."""
    settings = {"client_id": "id", "secret": "key", "environment": "sandbox"}
    del settings[missing]
    for value in (None, ""):
        count("configuration")
        if value is not None:
            environment.setenv(VARIABLES[missing], value)
        with pytest.raises(errors().ConfigurationError) as raised:
            installed().Client(**settings)
        assert isinstance(raised.value, ValueError)
        assert f"{missing}=" in str(raised.value)
        assert VARIABLES[missing] in str(raised.value)


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"environment": "development", "base_url": None}, "production, sandbox"),
     ({"environment": "Sandbox", "base_url": None}, "production, sandbox"),
     ({"environment": "sandbox"}, "base_url="),
     ({"client_id": " id"}, "client_id="), ({"client_id": "i\u00e9d"}, "client_id="), ({"secret": "key\n"}, "secret="),
     ({"secret": "k\0y"}, "secret="), ({"secret": 7}, "secret="), ({"client_id": b"id"}, "client_id="),
     ({"credentials_in": "query"}, "credentials_in="), ({"credentials_in": None}, "credentials_in="),
     ({"timeout": 0}, "timeout="), ({"timeout": -1}, "timeout="), ({"timeout": "5"}, "timeout="),
     ({"timeout": True}, "timeout="), ({"timeout": float("nan")}, "timeout="),
     ({"max_response_bytes": 0}, "max_response_bytes="), ({"max_response_bytes": 1.5}, "max_response_bytes="),
     ({"base_url": "api.example"}, "base_url="), ({"base_url": "ftp://api.example"}, "base_url="),
     ({"base_url": "https://"}, "base_url="), ({"base_url": "https://a:b:c"}, "base_url="), ({"base_url": 7}, "base_url="),
     ({"base_url": "https://u:p@api.example"}, "base_url="), ({"base_url": "https://api.example?a=b"}, "base_url="),
     ({"base_url": "https://api.example#a"}, "base_url=")],
)  # fmt: skip
@guarantee("configuration")
def test_an_unusable_setting_is_refused(settings: dict[str, Any], named: str) -> None:
    """A setting that cannot be used is refused when the client is made, by its name."""
    with pytest.raises(errors().ConfigurationError) as raised:
        client(**settings)
    assert named in str(raised.value)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.9.1:8000", "localhost", "localhost:1", "[::1]:80", "api.localhost"]
)
@guarantee("https-required")
def test_http_is_allowed_on_this_machine(host: str) -> None:
    """Over the loopback a client may use http."""
    wire = Wire()
    assert call(client(wire, base_url=f"http://{host}")).model
    assert wire.last.url.scheme == "http"


@pytest.mark.parametrize(
    "host",
    ["api.example", "sandbox.plaid.com", "10.0.0.1", "192.168.1.1", "0.0.0.0", "169.254.169.254", "[::]",  # noqa: S104 - refused
     "[fe80::1]",
     "localhost.example", "notlocalhost", "127.0.0.1.example", "127.1.example", "2130706433.example", "8.8.8.8",
     "[::ffff:8.8.8.8]"],
)  # fmt: skip
@guarantee("https-required")
def test_http_is_refused_elsewhere(host: str) -> None:
    """To any other host a client refuses http, and says why."""
    wire = Wire()
    with pytest.raises(errors().ConfigurationError, match="https"):
        client(wire, base_url=f"http://{host}")
    assert call(client(wire, base_url=f"https://{host}")).model


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("timeouts")
def test_there_are_time_limits_by_default(style: Any) -> None:
    """Without a word about it connecting, reading, writing and waiting for a connection have limits."""
    wire = Wire()
    assert call(client(wire), style).model
    limits = wire.last.extensions["timeout"]
    assert set(limits) == {"connect", "read", "write", "pool"}
    assert all(0 < limit <= 60 for limit in limits.values())


@pytest.mark.parametrize("style", ["sync", "async", "api.sync_detailed", "api.asyncio_detailed"])
@guarantee("timeouts")
def test_time_limits_are_the_caller_s(style: Any) -> None:
    """A limit for the client holds for its calls, and one for a call holds for that call alone."""
    for given, expected in ((3, 3), (0.5, 0.5), (httpx.Timeout(9, connect=2), 9)):
        count("timeouts")
        wire = Wire()
        made = client(wire, timeout=given)
        assert call(made, style).model
        assert call(made, style, timeout=1.5).model
        assert call(made, style).model
        assert [request.extensions["timeout"]["read"] for request in wire.requests] == [expected, 1.5, expected]


@pytest.mark.parametrize("given", [0, -1, "5", True, float("nan"), [5]])
@guarantee("timeouts")
def test_a_senseless_limit_of_a_call_is_refused(given: Any) -> None:
    """A limit for a call that is no positive number is refused by name, and nothing is sent."""
    wire = Wire()
    error = call(client(wire), timeout=given).failure(errors().PlaidAccountsError)
    assert "timeout=" in str(error)
    assert wire.requests == []
