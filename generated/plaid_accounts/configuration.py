"""What a client needs to know before it can call: address, keys, timeout, retries."""

from __future__ import annotations

import ipaddress
import os
import platform
from typing import TYPE_CHECKING, Final, Literal

import httpx

from .errors import ConfigurationError

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
"""Seconds: 5 to connect, 30 between two reads or writes and for a free connection of the pool."""

RETRIES: Final = 2
"""Further attempts after the first."""

MAX_RESPONSE_BYTES: Final = 32 * 1024 * 1024
"""A body longer than this, decompressed, is refused."""

USER_AGENT: Final = f"plaid-accounts/{VERSION} python/{platform.python_version()} httpx/{httpx.__version__}"

_RETRIED_STATUSES = (408, 429, 500, 502, 503, 504)
# A read that took too long is not repeated: the caller's patience would be used up three times over.
_RETRIED_FAULTS = (httpx.ConnectTimeout, httpx.NetworkError, httpx.RemoteProtocolError)
_LONGEST_WAIT = 30.0


class Secret(str):
    """A key whose repr does not show it: some tools print the local variables of a traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'[redacted]'"


def secret(given: object) -> Secret | None:
    """What was given, hidden; instead of what is no string, one that nothing accepts."""
    return None if given is None else Secret(given) if isinstance(given, str) else Secret("\0")


def key(argument: str, variable: str, given: Secret | None) -> Secret:
    """A key from the argument, or else from the environment variable.

    Raises:
        ConfigurationError: There is none, or it could not be sent as a header.
    """
    value = secret(os.environ.get(variable)) if given is None else given
    if not value:
        raise ConfigurationError(
            f"no {argument}: pass Client({argument}=...) or set the environment variable {variable}"
        )
    if not value.isascii() or not value.isprintable() or value != value.strip():
        place = f"the environment variable {variable}" if given is None else f"{argument}="
        raise ConfigurationError(f"{place} must be a string of printable ASCII: look for spaces or line ends around it")
    return value


def address(environment: Secret | None, base_url: Secret | None) -> str:
    """The base address of the API, without a slash at the end.

    Raises:
        ConfigurationError: Neither or both are given, the environment is unknown, or the address is unsafe or no address.
    """
    if base_url is not None:
        problem = _problem(base_url)
        if environment is not None:
            problem = "environment= and base_url= contradict each other: pass one of them"
        if problem is not None:
            raise ConfigurationError(problem)
        return str(httpx.URL(base_url)).rstrip("/")
    name = environment or secret(os.environ.get("PLAID_ENV"))
    known = ", ".join(ENVIRONMENTS)
    if not name:
        raise ConfigurationError(
            f"no environment: pass Client(environment=...) or set PLAID_ENV, to one of {known}; or pass base_url="
        )
    if name not in ENVIRONMENTS:
        raise ConfigurationError(f"unknown environment: environment= and PLAID_ENV take one of {known}")
    return ENVIRONMENTS[name]


def _problem(base_url: str) -> str | None:
    """What is wrong with an address. Returned, so that no frame of a traceback holds the parts of the address."""
    example = "write it like https://host:port/path"
    try:
        url = httpx.URL(base_url)
        host = url.host  # Decoded now, which may fail.
    except (ValueError, httpx.InvalidURL):
        return f"base_url= is no URL: {example}"
    if url.scheme not in ("http", "https") or not host:
        return f"base_url= needs a scheme and a host: {example}"
    if url.port is not None and not 0 < url.port < 65536:
        return f"base_url= has a port that does not exist: {example}"
    if url.userinfo or url.query or url.fragment:
        return f"base_url= must hold no user, query or fragment: {example}"
    if url.scheme == "http" and not _is_loopback(host):
        return f"base_url= must be https, or the secret could be read on its way to {host}"
    return None


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def timeout(given: object) -> httpx.Timeout:
    """The timeout in httpx's terms.

    Raises:
        ConfigurationError: It is neither a positive number of seconds nor an httpx.Timeout.
    """
    if isinstance(given, httpx.Timeout):
        return given
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not given > 0:
        raise ConfigurationError("timeout= takes a positive number of seconds or an httpx.Timeout")
    return httpx.Timeout(given)


def size(given: object) -> int:
    """A number of bytes.

    Raises:
        ConfigurationError: It is no number from 1 on.
    """
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise ConfigurationError("max_response_bytes= takes a number from 1 on")
    return given


def retry(given: object, methods: tuple[str, ...], *, reads: bool = True) -> Retry:
    """The policy for repeating a call; one that does more than read, only where the API has done nothing yet.

    Raises:
        ConfigurationError: It is neither a number from 0 on nor a Retry, or a Retry that would never repeat a call.
    """
    from httpx_retries import (
        Retry,  # Here, because it takes longer to import than the rest of this package.
    )

    if isinstance(given, Retry):
        if not all(given.is_retryable_method(method) for method in methods):
            raise ConfigurationError(
                f"retries= is a Retry that repeats no {methods[0]}: give it allowed_methods={[*methods]}"
            )
        return given
    if isinstance(given, bool) or not isinstance(given, int) or given < 0:
        raise ConfigurationError("retries= takes a number from 0 on, or an httpx_retries.Retry")
    return Retry(
        total=given,
        allowed_methods=methods,
        status_forcelist=_RETRIED_STATUSES if reads else (429,),
        retry_on_exceptions=_RETRIED_FAULTS if reads else (httpx.ConnectError, httpx.ConnectTimeout),
        backoff_factor=0.5,
        backoff_jitter=0.5,
        max_backoff_wait=_LONGEST_WAIT,
    )
