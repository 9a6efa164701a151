"""The settings of a client: address, keys, timeouts, retries, and the environment variables it relies on."""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, Literal, TypeGuard, cast

import httpx

from .errors import ArgumentError, ConfigurationError
from .types import Unset

if TYPE_CHECKING:
    from httpx_retries import Retry

VERSION: Final = "0.1.0"

Environment = Literal[
    "production",
    "sandbox",
]

ENVIRONMENTS: Final[dict[str, str]] = {
    "production": "https://production.plaid.com",
    "sandbox": "https://sandbox.plaid.com",
}

DEFAULT_TIMEOUT: Final = httpx.Timeout(30.0, connect=5.0)
"""Seconds: 5 to connect, 30 for each read and write and for a free connection of the pool."""

DEFAULT_TOTAL_TIMEOUT: Final = 120.0
"""Seconds for a call with all its attempts and waits: three attempts of the slowest documented operation, real-time balances,
which occasionally takes more than 30 seconds, and the waits between them."""

RETRIES: Final = 2
"""Attempts after the first."""

MAX_RESPONSE_BYTES: Final = 32 * 1024 * 1024
"""A longer body, decompressed, is rejected."""

PLAIN_HTTP_VARIABLE: Final = "PLAID_DANGEROUSLY_ALLOW_PLAIN_HTTP"

USER_AGENT: Final = f"plaid-accounts/{VERSION} python/{sys.version.split()[0]} httpx/{httpx.__version__}"

_RETRIED_STATUSES = (408, 429, 500, 502, 503, 504)
# A read timeout is not retried: that would multiply the caller's timeout.
_RETRIED_ERRORS = (httpx.ConnectTimeout, httpx.NetworkError, httpx.RemoteProtocolError)
_LONGEST_WAIT = 30.0


class Secret(str):
    """A key hidden in its repr: some tools print the local variables of a traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'[redacted]'"


def key(argument: str, variable: str, given: object) -> Secret:
    """Return a key from the argument, or else from the environment variable.

    Raises:
        ConfigurationError: It is missing, or can't be sent as a header.
    """
    value = os.environ.get(variable) if given is None else given
    if value in (None, ""):
        raise ConfigurationError(
            f"no {argument}: pass Client({argument}=...) or set the environment variable {variable}"
        )
    place = f"the environment variable {variable}" if given is None else f"{argument}="
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        raise ConfigurationError(f"{place} is in quotes, which would be sent as part of the key: remove them")
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or value != value.strip():
        raise ConfigurationError(f"{place} must be a string of printable ASCII: look for spaces or line ends around it")
    return Secret(value)


def address(environment: str | None, base_url: str | None, *, plain_http: bool) -> str:
    """Return the base address of the API, without a trailing slash.

    Raises:
        ConfigurationError: Neither or both are given, the environment is unknown, or the address is invalid or unsafe.
    """
    if base_url is not None:
        problem = _problem(base_url, plain_http=plain_http)
        if environment is not None:
            problem = "environment= and base_url= contradict each other: pass one of them"
        if problem is not None:
            raise ConfigurationError(problem)
        return str(httpx.URL(base_url)).rstrip("/")
    name = environment or os.environ.get("PLAID_ENV")
    known = ", ".join(ENVIRONMENTS)
    if not name:
        raise ConfigurationError(
            f"no environment: pass Client(environment=...) or set PLAID_ENV, to one of {known}; or pass base_url="
        )
    if name == "development" and name not in ENVIRONMENTS:
        raise ConfigurationError(
            f"Plaid has retired the environment development: set environment= or PLAID_ENV to one of {known}; for tests with"
            " real institutions, production has a limited free trial"
        )
    if name not in [*ENVIRONMENTS]:  # It may be anything, not only something that can be a key.
        raise ConfigurationError(f"unknown environment: environment= and PLAID_ENV take one of {known}")
    return ENVIRONMENTS[name]


def plain_http_allowed(given: object) -> bool:
    """Return whether plain http to another machine is allowed, by the argument or else by the environment.

    Raises:
        ConfigurationError: The argument is not a boolean, or the variable neither 0 nor 1.
    """
    if given is not None and not isinstance(given, bool):
        raise ConfigurationError("dangerously_allow_plain_http= takes a boolean")
    value = os.environ.get(PLAIN_HTTP_VARIABLE, "")
    if given is None and value not in ("", "0", "1"):
        raise ConfigurationError(f"the environment variable {PLAIN_HTTP_VARIABLE} takes 0 or 1")
    return value == "1" if given is None else given


def _problem(base_url: str, *, plain_http: bool) -> str | None:
    """Return what is wrong with an address. Not raised, so that no frame of a traceback holds the parts of the address."""
    example = "write it like https://host:port/path"
    try:
        url = httpx.URL(base_url)
        host = url.host  # Decoded now, which may fail.
    except (TypeError, ValueError, httpx.InvalidURL):
        return f"invalid base_url=: {example}"
    if url.scheme not in ("http", "https") or not host:
        return f"base_url= needs a scheme and a host: {example}"
    if url.port is not None and not 0 < url.port < 65536:
        return f"base_url= has an invalid port: {example}"
    if url.userinfo or url.query or url.fragment:
        return f"base_url= must not contain a user, query or fragment: {example}"
    if url.scheme == "http" and not plain_http and not is_loopback(host):
        return (
            f"base_url= must be https, or the secret could be read in transit to {host}; for a test server in a private"
            f" network, pass dangerously_allow_plain_http=True or set {PLAIN_HTTP_VARIABLE}=1"
        )
    return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


_PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


def check_environment(base_url: str, *, proxies: bool, certificates: bool) -> None:
    """Check the variables that httpx reads when it connects, as far as they apply to `base_url`.

    Raises:
        ConfigurationError: One can't be used; the message names the variable, not its value.
    """
    if proxies:
        for name in _PROXY_VARIABLES:
            for variable in (name, name.lower()):
                problem = _proxy_problem(os.environ.get(variable, ""))
                if problem:
                    raise ConfigurationError(f"the environment variable {variable} {problem}")
        for variable in ("NO_PROXY", "no_proxy"):
            if any(map(_is_unusable_exception, os.environ.get(variable, "").split(","))):
                raise ConfigurationError(
                    f"the environment variable {variable} has an IPv6 network or an address in brackets, which httpx does"
                    " not support: list host names or plain addresses such as ::1"
                )
    if certificates:
        _check_certificates(base_url)


def _proxy_problem(value: str) -> str:
    if not value:
        return ""
    try:
        scheme = httpx.URL(value if "://" in value else f"http://{value}").scheme
    except (ValueError, httpx.InvalidURL):
        return "is not a valid proxy URL: write it like http://host:port"
    if scheme not in _PROXY_SCHEMES:
        return f"has an unsupported scheme: use one of {', '.join(_PROXY_SCHEMES)}"
    if scheme.startswith("socks") and find_spec("socksio") is None:
        return "names a SOCKS proxy, which needs another package: pip install 'httpx[socks]'"
    return ""


def _is_unusable_exception(entry: str) -> bool:
    return "://" not in entry and ("[" in entry or (":" in entry and "/" in entry))


def _check_certificates(base_url: str) -> None:
    file, folder, log = (os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"))
    problem = ""
    if log:
        try:
            with open(log, "a"):
                pass
        except OSError:
            problem = "SSLKEYLOGFILE does not name a writable file"
    if not base_url.startswith("https:"):
        file = folder = None
    if folder and not file and not os.path.isdir(folder):
        problem = "SSL_CERT_DIR does not name a folder"
    if file and not problem:
        try:
            ssl.create_default_context(cafile=file)
        except (OSError, ValueError):
            problem = "SSL_CERT_FILE does not name a readable file with certificates in PEM format"
    if problem:
        raise ConfigurationError(f"the environment variable {problem}")


def proxy(given: object) -> httpx.Proxy | None:
    """Return the proxy in httpx's terms.

    Raises:
        ConfigurationError: It is neither a URL nor an httpx.Proxy, or its scheme is not supported.
    """
    if given is None or isinstance(given, httpx.Proxy):
        return given
    if not isinstance(given, (str, httpx.URL)):
        raise ConfigurationError("proxy= takes a URL or an httpx.Proxy")
    problem = _proxy_problem(str(given))
    if problem:
        raise ConfigurationError(f"proxy= {problem}")
    return httpx.Proxy(given)


def ssl_context(given: object) -> ssl.SSLContext | None:
    """Return the TLS settings.

    Raises:
        ConfigurationError: It is not an ssl.SSLContext.
    """
    if given is not None and not isinstance(given, ssl.SSLContext):
        raise ConfigurationError("ssl_context= takes an ssl.SSLContext, such as ssl.create_default_context(cafile=...)")
    return given


_NAME = re.compile(r"[!#$%&'*+.^`|~\w-]+", re.ASCII)


def extra_headers(
    given: object, reserved: frozenset[str], kind: type[ArgumentError | ConfigurationError]
) -> list[tuple[bytes, bytes]]:
    """Return additional headers as bytes; an invalid one raises `kind`.

    Raises:
        ArgumentError: They are not a mapping of printable strings, or the client sets one of them itself.
        ConfigurationError: The same.
    """
    if given is None:
        return []
    if not isinstance(given, Mapping):
        raise kind("headers= takes a mapping of names to strings")
    found: list[tuple[bytes, bytes]] = []
    for name, value in cast("Mapping[object, object]", given).items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise kind("headers= takes a mapping of names to strings")
        if name.lower() in reserved:
            raise kind(f"headers= can't replace {name}, which the client sets itself")
        if not _NAME.fullmatch(name) or not (value.isascii() and value.isprintable() and value == value.strip()):
            raise kind("headers= takes names that HTTP allows and values of printable ASCII")
        found.append((name.encode(), value.encode()))
    return found


def timeout(given: object) -> httpx.Timeout:
    """Return the timeout in httpx's terms.

    Raises:
        ConfigurationError: It is neither a positive number of seconds nor an httpx.Timeout.
    """
    if isinstance(given, httpx.Timeout):
        return given
    if not _is_positive(given):
        raise ConfigurationError("timeout= takes a positive number of seconds or an httpx.Timeout")
    return httpx.Timeout(given)


def total_timeout(given: object, default: float | None = DEFAULT_TOTAL_TIMEOUT) -> float | None:
    """Return the seconds that a whole call may take; None for no limit.

    Raises:
        ConfigurationError: It is neither a positive number of seconds nor None.
    """
    if isinstance(given, Unset):
        return default
    if given is not None and not _is_positive(given):
        raise ConfigurationError("total_timeout= takes a positive number of seconds, or None for no limit")
    return given


def _is_positive(given: object) -> TypeGuard[float]:
    return isinstance(given, (int, float)) and not isinstance(given, bool) and given > 0


def size(given: object) -> int:
    """Return a number of bytes.

    Raises:
        ConfigurationError: It is not a whole number of at least 1.
    """
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise ConfigurationError("max_response_bytes= takes a whole number of at least 1")
    return given


class _OwnRetry:
    """A Retry that httpx_retries is imported for once an attempt has failed: it imports asyncio, which takes long."""

    def __init__(self, total: int, statuses: tuple[int, ...], **settings: Any) -> None:
        self._total = total
        self._statuses = statuses
        self._settings = settings

    def is_exhausted(self) -> bool:
        return self._total == 0

    def is_retryable_status_code(self, status: int) -> bool:
        return status in self._statuses

    def __getattr__(self, name: str) -> Any:
        from httpx_retries import Retry

        return getattr(Retry(total=self._total, status_forcelist=self._statuses, **self._settings), name)


def retry(given: object, methods: tuple[str, ...], *, reads: bool = True) -> Retry:
    """Return the policy for retries; a call that does more than read is retried only if the API has done nothing yet.

    Raises:
        ConfigurationError: It is neither a whole number of at least 0 nor a Retry, or a Retry that would never retry a call.
    """
    if not isinstance(given, int):
        from httpx_retries import Retry

        if isinstance(given, Retry):
            if not any(given.is_retryable_method(method) for method in methods):
                raise ConfigurationError(
                    f"retries= is a Retry that never retries {methods[0]}: give it allowed_methods={[*methods]}"
                )
            return given
    elif not isinstance(given, bool) and given >= 0:
        own = _OwnRetry(
            given,
            _RETRIED_STATUSES if reads else (429,),
            allowed_methods=methods,
            retry_on_exceptions=_RETRIED_ERRORS if reads else (httpx.ConnectError, httpx.ConnectTimeout),
            backoff_factor=0.5,
            backoff_jitter=0.5,
            max_backoff_wait=_LONGEST_WAIT,
        )
        return cast("Retry", own)
    raise ConfigurationError("retries= takes a whole number of at least 0, or an httpx_retries.Retry")
