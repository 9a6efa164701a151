"""Settings from arguments and environment, and the errors for those that cannot be used."""

from typing import Any, Final

import httpx
import pytest
from httpx_retries import Retry

from plaid_accounts_contract.client import bodies, documents
from plaid_accounts_contract.client.calls import STYLES, Style, attempt, call, call_api, client, errors, installed
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.operations import PRIMARY
from plaid_accounts_contract.client.recorder import Recorder, check_head, keys_in_headers

VARIABLES: Final = {"client_id": "PLAID_CLIENT_ID", "secret": "PLAID_SECRET", "environment": "PLAID_ENV"}
CLOSED: Final = [name for name, schema in documents.objects().items() if schema.get("additionalProperties") is False]
SERVERS: Final = {server["x-environment"]: server["url"] for server in documents.CONTRACT.document["servers"]}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without any of the variables."""
    for name in VARIABLES.values():
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("name", SERVERS)
@guarantee("configuration")
def test_settings_come_from_the_environment(environment: pytest.MonkeyPatch, name: str) -> None:
    """Without arguments, the keys and the environment are those of the variables."""
    for variable, value in zip(VARIABLES.values(), ("id", "key", name), strict=True):
        environment.setenv(variable, value)
    recorder = Recorder()
    assert call(installed().Client(transport=httpx.MockTransport(recorder))).model
    check_head(recorder.last, SERVERS[name])
    assert keys_in_headers(recorder.last) == ["id", "key"]


@pytest.mark.parametrize("name", SERVERS)
@guarantee("configuration")
def test_an_argument_wins_over_the_environment(environment: pytest.MonkeyPatch, name: str) -> None:
    """An argument is used whatever the value of the variable."""
    for variable in VARIABLES.values():
        environment.setenv(variable, next(other for other in SERVERS if other != name))
    recorder = Recorder()
    settings = {"client_id": "id", "secret": "key", "environment": name}
    assert call(installed().Client(**settings, transport=httpx.MockTransport(recorder))).model
    check_head(recorder.last, SERVERS[name])
    assert keys_in_headers(recorder.last) == ["id", "key"]
    assert call(client(recorder)).model
    check_head(recorder.last)


@pytest.mark.parametrize("missing", VARIABLES)
@guarantee("configuration")
def test_a_missing_setting_is_named(environment: pytest.MonkeyPatch, missing: str) -> None:
    """A missing key or environment is an error that names argument and variable."""
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
     *(({"max_response_bytes": limit}, "max_response_bytes=") for limit in (0, -1, True, False, 1.5, "9", None)),
     *(({"retries": given}, "retries=") for given in (-1, 1.5, True, "2", None, Retry(allowed_methods=["TRACE"]))),
     *(({"base_url": address}, "(?s)(?=.*base_url=).*https://host:port/path") for address in (
         "api.example", "ftp://api.example", "https://a:b:c", "https://u@api.example", "https://u:p@api.example",
         "https://api.example?a=b", "https://api.example?a", "https://api.example:0", "https://api.example:65536",
         "https://api.example:-1", "https://xn--a", "https://xn--", "https://[::1")),
     *(({"base_url": address}, "base_url=") for address in ("https://", 7, "https://api.example#a"))],
)  # fmt: skip
@guarantee("configuration")
def test_an_invalid_setting_is_an_error(settings: dict[str, Any], named: str) -> None:
    """An invalid setting is an error that names it, with an example of an address, when the client is created."""
    with pytest.raises(errors().ConfigurationError, match=named):
        client(**settings)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.9.1:65535", "localhost", "localhost:1", "[::1]:80", "api.localhost"]
)
@guarantee("https-required")
def test_http_is_allowed_on_this_machine(host: str) -> None:
    """Over the loopback, http is allowed, on every port."""
    recorder = Recorder()
    assert call(client(recorder, base_url=f"http://{host}")).model
    assert recorder.last.url == f"http://{host}{PRIMARY.path}"


@pytest.mark.parametrize(
    "host",
    ["api.example", "sandbox.plaid.com", "10.0.0.1", "192.168.1.1", "0.0.0.0", "169.254.169.254", "[::]",  # noqa: S104 - rejected
     "[fe80::1]",
     "localhost.example", "notlocalhost", "127.0.0.1.example", "127.1.example", "2130706433.example", "8.8.8.8",
     "[::ffff:8.8.8.8]"],
)  # fmt: skip
@guarantee("https-required")
def test_http_is_an_error_elsewhere(host: str) -> None:
    """To any other host, http is an error."""
    recorder = Recorder()
    with pytest.raises(errors().ConfigurationError, match="https"):
        client(recorder, base_url=f"http://{host}")
    assert call(client(recorder, base_url=f"https://{host}")).model


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("timeouts")
def test_there_are_time_limits_by_default(style: Any) -> None:
    """By default, connecting takes at most 5 seconds; reading, writing and waiting for a connection 30."""
    recorder = Recorder()
    assert call(client(recorder), style).model
    assert recorder.last.extensions["timeout"] == {"connect": 5, "read": 30, "write": 30, "pool": 30}


@pytest.mark.parametrize("name", ["timeout", "total_timeout"])
@pytest.mark.parametrize("given", [0, -1, "5", True, float("nan"), [5]])
@guarantee("timeouts")
def test_an_invalid_timeout_of_a_call_is_an_error(given: Any, name: str) -> None:
    """A timeout of a call that is not a positive number is an error that names it, and nothing is sent."""
    recorder = Recorder()
    limits: dict[str, Any] = {name: given}
    assert f" {name}=" in f" {call(client(recorder), **limits).failure(errors().ConfigurationError)}"
    assert recorder.requests == []


@pytest.mark.parametrize("style", STYLES)
@guarantee("arguments-checked")
def test_a_header_of_another_type_is_an_error_by_name(style: Style) -> None:
    """A header that is not a string is an error that names it, and nothing is sent."""
    recorder = Recorder()
    wrong: list[Any] = [7, None, b"2020-09-14", ["2020-09-14"]]
    for value in wrong:
        count("arguments-checked")
        text = str(call(client(recorder), style, plaid_version=value).failure(errors().ArgumentError))
        assert "Plaid-Version" in text
        assert type(value).__name__ in text
        assert "nothing was sent" in text
    assert recorder.requests == []


@pytest.mark.parametrize("style", STYLES[2:])
@guarantee("arguments-checked")
def test_a_property_of_another_type_is_an_error_by_name(style: Style) -> None:
    """The error for a request model names the property, the expected types and the actual one."""
    models, recorder = installed().models, Recorder()
    options = models.AccountsGetRequestOptions
    cases: list[tuple[dict[str, Any], str]] = [
        ({"options": "x"}, "options must be AccountsGetRequestOptions, not str"),
        ({"options": {"account_ids": ["a"]}}, "options must be AccountsGetRequestOptions, not dict"),
        ({"options": options(account_ids=7)}, "options.account_ids must be an array, not an integer"),
        ({"options": options(account_ids=("a",))}, "options.account_ids must be an array, not a Python tuple"),
        ({"options": options(account_ids=["a", 7])}, "options.account_ids[1] must be a string, not an integer"),
        ({"access_token": 7, "options": "x"}, "access_token must be str, not int"),
    ]
    for given, text in cases:
        count("arguments-checked")
        body = models.AccountsGetRequest(**({"access_token": "t"} | given))
        assert (
            str(call_api(client(recorder), style, body).failure(errors().ArgumentError)) == f"{text}; nothing was sent"
        )
    assert recorder.requests == []


@pytest.mark.parametrize("kind", [AttributeError, TypeError, ValueError])
@guarantee("arguments-checked")
def test_a_model_that_cannot_be_written_is_an_error(kind: type[Exception]) -> None:
    """A subclass of a model that fails to encode is an ArgumentError."""

    def fail(_: Any) -> Any:
        raise kind

    models = installed().models
    odd = type("Odd", (models.AccountsGetRequestOptions,), {"to_dict": fail})
    body = models.AccountsGetRequest(access_token="t", options=odd())
    error = call_api(client(Recorder()), "api.sync", body).failure(errors().ArgumentError)
    assert str(error) == "a property of AccountsGetRequest contradicts its annotation; nothing was sent"


@pytest.mark.parametrize("name", CLOSED)
@guarantee("arguments-checked")
def test_a_closed_object_refuses_what_the_contract_does_not_name(name: str) -> None:
    """A property that the contract does not name is an error in a request model, which names it."""
    cls = getattr(installed().models, name)
    error = attempt(lambda: cls.from_dict(bodies.complete(name) | {"novel ty": 1})).failure(errors().DecodeError)
    assert str(error) == '["novel ty"]: expected no property of this name, found one'
