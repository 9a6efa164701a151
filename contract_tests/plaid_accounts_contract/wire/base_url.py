"""The address of a target: checked before anything is sent, and shown without user and password."""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import httpx

from plaid_accounts_contract.settings import SettingsError


def checked(url: str, paths: Iterable[str] = ()) -> str:
    """Return `url` without a slash at its end, if it can be a base URL; `paths` are those of the operations."""
    shown = repr(without_userinfo(url.partition("?")[0].partition("#")[0]))
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname and httpx.URL(url).host) and parts.port != 0 and not re.search(r"\s", url)
    except (ValueError, httpx.InvalidURL) as error:
        reason = "" if "@" in url else f" ({error})"
        raise SettingsError(f"invalid base URL {shown}{reason}: must be like https://gateway.example:8443") from None
    if parts.scheme not in ("http", "https") or not usable:
        raise SettingsError(f"invalid base URL {shown}: must begin with http:// or https://, then a host")
    if "@" in parts.netloc:
        raise SettingsError(
            f"the base URL contains a user name: use {shown}, and --header 'Authorization: …' if one is needed"
        )
    if parts.query or parts.fragment:
        raise SettingsError(f"invalid base URL {shown}: leave out what follows the path")
    base = url.rstrip("/?#")
    for path in paths:
        if base.endswith(path):
            raise SettingsError(f"the base URL ends in the operation's path {path}: use {base.removesuffix(path)!r}")
    return base


def is_loopback(url: str) -> bool:
    """Return whether the host of `url` is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def warning(url: str) -> str:
    """Return what is unsafe about sending secrets to `url`; empty if nothing is."""
    if urlsplit(url).scheme == "https" or is_loopback(url):
        return ""
    return f"warning: {url} is plain http to another machine: credentials and accounts can be read in transit"


def without_userinfo(url: str) -> str:
    """Return `url` without a user and password before its host."""
    scheme, separator, rest = url.rpartition("://")
    authority, slash, path = rest.partition("/")
    # A password may contain a slash that should have been escaped.
    if "@" in path:
        authority, slash, path = path.rpartition("@")[2], "", ""
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}"
