"""Proxies, certificates and the environment: mistakes are named when the client is created, and nothing takes a detour."""

import asyncio
import ssl
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from plaid_accounts_contract.client import leaks
from plaid_accounts_contract.client.calls import BASE_URL, SECRET, call, client, errors, installed, responding
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.misbehaving_servers import conforming, serving
from plaid_accounts_contract.client.recorder import Recorder

NAMES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
PLAIN_HTTP: Final = "PLAID_DANGEROUSLY_ALLOW_PLAIN_HTTP"
MISTAKES: Final = (
    ("NO_PROXY", "localhost,[::1]"),
    ("NO_PROXY", "fd00::/8"),
    ("ALL_PROXY", "socks://canary:1080"),
    ("HTTP_PROXY", "canary://x"),
    ("HTTPS_PROXY", "canary:x:y"),
    ("HTTPS_PROXY", "ftp://canary"),
    ("SSL_CERT_FILE", "/canary/missing.pem"),
    ("SSL_CERT_FILE", __file__),
    ("SSL_CERT_DIR", "/canary/missing"),
    ("SSLKEYLOGFILE", "/canary/missing/log"),
    (PLAIN_HTTP, "canary"),
    ("PLAID_SECRET", "'canary-in-quotes'"),
    ("PLAID_CLIENT_ID", '"canary-in-quotes"'),
    ("PLAID_SECRET", "a canary\u00e9"),
    ("PLAID_CLIENT_ID", "a canary\u00e9"),
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without any of the variables that a client reads."""
    for name in (*NAMES, PLAIN_HTTP, "PLAID_ENV"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


def _refused(**settings: Any) -> str:
    with pytest.raises(errors().ConfigurationError) as raised:
        client(**settings)
    return str(raised.value)


@pytest.mark.parametrize(("name", "value"), MISTAKES)
@guarantee("configuration")
def test_a_mistake_in_the_environment_is_named(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    """An unusable variable raises when the client is created; the message has its name, not its value."""
    environment.setenv(name, value)
    if name in {"PLAID_SECRET", "PLAID_CLIENT_ID"}:
        other = "PLAID_CLIENT_ID" if name == "PLAID_SECRET" else "PLAID_SECRET"
        environment.setenv(other, "valid")
        text = _refused(client_id=None, secret=None)
    else:
        text = _refused()
    assert name in text
    assert "canary" not in text
    assert value not in text
    assert name != "NO_PROXY" or "such as ::1" in text


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("configuration")
def test_a_mistake_made_later_is_an_error(environment: pytest.MonkeyPatch, style: Any) -> None:
    """A variable that can't be used since the client was created is an error of the first call, which hides its value."""
    made = client()
    environment.setenv("HTTPS_PROXY", f"http://user:{SECRET}@host:x")
    error = call(made, style).failure(errors().ConfigurationError)
    assert "proxy variables" in str(error)
    leaks.check(error, [SECRET])


@guarantee("configuration")
def test_a_proxy_that_lacks_its_package_is_named(environment: pytest.MonkeyPatch) -> None:
    """A SOCKS proxy raises without the package that httpx needs for it; the message has the command to install it."""

    def find(_: str) -> None:
        """Find no package."""

    environment.setattr(installed().configuration, "find_spec", find)
    environment.setenv("all_proxy", "socks5://canary:1080")
    text = _refused()
    assert "all_proxy" in text
    assert "httpx[socks]" in text
    assert "canary" not in text


@guarantee("configuration")
def test_the_environment_of_others_is_not_checked(environment: pytest.MonkeyPatch) -> None:
    """Variables that don't apply are not read: with a proxy and TLS settings of its own, or a client of the caller."""
    for name, value in (("ALL_PROXY", "socks://x"), ("NO_PROXY", "[::1]"), ("SSL_CERT_FILE", "/missing")):
        environment.setenv(name, value)
    client(proxy="http://127.0.0.1:9", ssl_context=ssl.create_default_context())
    client(http_client=httpx.Client(trust_env=False))
    client(base_url="http://127.0.0.1:9")


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("https-required")
def test_a_call_on_this_machine_takes_no_detour(environment: pytest.MonkeyPatch, style: Any) -> None:
    """A call to a loopback http address never uses a proxy of the environment."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        environment.setenv(name, "http://127.0.0.1:9")
    with serving(conforming) as url:
        for address in (url, url.replace("127.0.0.1", "localhost")):
            with client(base_url=address) as made:
                assert call(made, style).model


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("own-transport")
def test_a_proxy_applies_to_both_halves(style: Any) -> None:
    """With `proxy=`, calls with and without await go through it."""
    with serving(conforming) as url:
        made = client(base_url="http://plaid-mock:8000", proxy=url, dangerously_allow_plain_http=True)
        assert call(made, style).model
        made.close()


@pytest.mark.parametrize("host", ["plaid-mock:8000", "host.docker.internal", "mock.svc.cluster.local"])
@guarantee("https-required")
def test_plain_http_elsewhere_must_be_asked_for(environment: pytest.MonkeyPatch, host: str) -> None:
    """Plain http to another host works by argument or variable only, and the argument goes before the variable."""
    url = f"http://{host}"
    assert PLAIN_HTTP in _refused(base_url=url)
    assert call(client(Recorder(), base_url=url, dangerously_allow_plain_http=True)).model
    environment.setenv(PLAIN_HTTP, "1")
    assert call(client(Recorder(), base_url=url)).model
    environment.setenv(PLAIN_HTTP, "0")
    assert "private network" in _refused(base_url=url)
    environment.setenv(PLAIN_HTTP, "1")
    assert "https" in _refused(base_url=url, dangerously_allow_plain_http=False)
    assert "boolean" in _refused(dangerously_allow_plain_http="yes")


@guarantee("configuration")
def test_development_is_explained(environment: pytest.MonkeyPatch) -> None:
    """PLAID_ENV=development, by variable or argument, explains that Plaid retired it."""
    assert "retired" in _refused(base_url=None, environment="development")
    environment.setenv("PLAID_ENV", "development")
    assert "retired" in _refused(base_url=None)


@guarantee("own-transport")
def test_a_half_configured_client_does_not_bypass_it() -> None:
    """With an httpx client for one half only, a call of the other half raises and names what to pass."""
    for given, style, missing, other in (
        ({"http_client": httpx.Client()}, "async", "async_http_client=", "does not end in _async"),
        ({"async_http_client": httpx.AsyncClient()}, "sync", "http_client=", "ends in _async"),
    ):
        text = str(call(client(**given), style).failure(errors().ConfigurationError))  # type: ignore[arg-type]
        assert all(part in text for part in (f"without {missing}", f"the method that {other}", "proxy="))


@pytest.mark.parametrize("name", ["http_client", "async_http_client", "transport", "proxy", "ssl_context"])
@guarantee("configuration")
def test_a_setting_of_the_wrong_kind_is_rejected(tmp_path: Path, name: str) -> None:
    """A client of the other kind, or of another library, is rejected by the constructor."""
    wrong: list[Any] = [object(), 7, tmp_path, httpx.AsyncClient() if name == "http_client" else httpx.Client()]
    for value in wrong:
        text = _refused(**{name: value})
        assert f"{name}=" in text
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        assert name in {"proxy", "ssl_context"} or kind in text
    assert "proxy=" in _refused(proxy=f"socks://user:{SECRET}@host")
    assert "has no effect" in _refused(proxy="http://127.0.0.1:9", http_client=httpx.Client())


@guarantee("tasks")
def test_a_callers_client_belongs_to_one_event_loop() -> None:
    """A caller's async client under a second event loop raises ConfigurationError that explains why."""

    async def call_and_close() -> Any:
        async with given:
            return await made.accounts_get_async(access_token="t")

    with serving(conforming) as url:
        given = httpx.AsyncClient()
        made = client(base_url=url, async_http_client=given)
        assert asyncio.run(call_and_close()).accounts
        with pytest.raises(errors().ConfigurationError, match="another event loop"):
            asyncio.run(made.accounts_get_async(access_token="t"))


@pytest.mark.parametrize("style", ["sync", "async", "api.sync"])
@guarantee("wire-method-path-headers")
def test_additional_headers_replace_nothing(style: Any) -> None:
    """Headers of the client and of a call are sent; those that the client sets itself, and invalid ones, are rejected."""
    recorder = Recorder()
    made = client(recorder, headers={"X-Service": "a"})
    assert call(made, style, headers={"X-Call": "b"}).model
    assert (recorder.last.headers.get("x-service"), recorder.last.headers.get("x-call")) == ("a", "b")
    own = ("accept", "Accept-Encoding", "connection", "content-encoding", "content-length", "Content-Type", "host")
    more = ("transfer-encoding", "plaid-client-id", "PLAID-SECRET", "User-Agent", "Plaid-Version")
    bad: list[Any] = [{name: "x"} for name in (*own, *more, "", "X A", "X:", "X\0")]
    bad += [{"X-A": value} for value in ("a\r\nPLAID-SECRET: b", "\0", " a", "ä", 7)] + [["X"]]
    for headers in bad:
        assert "headers=" in _refused(headers=headers)
        assert "headers=" in str(call(made, style, headers=headers).failure(errors().ArgumentError))
    assert len(recorder.requests) == 1


@guarantee("arguments-checked")
def test_any_sequence_of_strings_is_a_list() -> None:
    """A tuple is as good as a list, and a subclass of str as a string; a string or a set is no sequence of ids."""

    class Identifier(str):
        __slots__ = ()

    recorder = Recorder()
    for given in (["a", "b"], ("a", "b"), (Identifier("a"), "b"), {"a": 1, "b": 2}.keys()):
        made = client(recorder, base_url=BASE_URL)
        if isinstance(given, (list, tuple)):
            assert call(made, account_ids=given, access_token=Identifier("t")).model
            assert b'"account_ids":["a","b"]' in recorder.last.content
        else:
            call(made, account_ids=given).failure(errors().ArgumentError)
    call(client(responding({})), account_ids="ab").failure(errors().ArgumentError)
