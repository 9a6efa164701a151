"""The settings of a run: one class defines the command's options, the environment variables and the table in the docs."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, Self

import attrs

PREFIX: Final = "CONTRACT_"
Mode = Literal["header", "body", "none"]
"""Where the credentials of a request are."""

# Enough to see each response of the reference server once.
_QUICK_EXAMPLES: Final = 15
# Additional operations have fewer properties: a fifth of the examples exercises them.
_ADDITIONAL_SHARE: Final = 5


class SettingsError(Exception):
    """A setting, or what it names, is missing, malformed or unknown; whatever raises it, the command prints the message."""


def _setting(
    default: Any, meaning: str, *, secret: bool = False, convert: Any = None, metavar: str = "", option: str = ""
) -> Any:
    metadata = {"meaning": meaning, "secret": secret, "convert": convert, "metavar": metavar, "option": option}
    return attrs.field(default=default, repr=not secret, metadata=metadata)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _flag(text: str) -> bool:
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off", ""):
        return False
    raise ValueError(text)


def _level(text: str) -> str:
    if text.upper() not in ("MUST", "SHOULD"):
        raise ValueError(text)
    return text.upper()


def _modes(text: str) -> tuple[str, ...]:
    modes = _words(text)
    if not modes or not set(modes) <= {"header", "body"}:
        raise ValueError(text)
    return modes


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError(text)
    return number


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = tuple(tuple(word.split("=", 1)) for word in _words(text))
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(text)
    return tuple((pair[0], pair[1]) for pair in pairs)


def _headers(text: str) -> tuple[tuple[str, str], ...]:
    headers = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in text.splitlines())]
    # RFC 9110: a name is a token, a value visible ASCII and spaces.
    if any(
        not re.fullmatch(r"[!#-'*+.^-z|~\w-]+", name) or not re.fullmatch(r"[ -~\t]+", value) for name, value in headers
    ):
        raise ValueError(text)
    return tuple(headers)


@attrs.frozen(kw_only=True)
class Settings:
    """Settings of a run. An option overrides its environment variable, which overrides the default."""

    base_url: str = _setting("", "Server under test; without it, the embedded reference server.", metavar="URL")
    headers: tuple[tuple[str, str], ...] = _setting(
        (), "Header of every request, such as the key of a gateway; may be repeated, one to a line in the variable.",
        secret=True, convert=_headers, metavar="NAME: VALUE", option="--header",
    )  # fmt: skip
    ca_file: str = _setting("", "PEM file of additional CA certificates to trust.", metavar="FILE")
    app: str = _setting("", "ASGI or WSGI application to test in this process.", metavar="MODULE:NAME")
    client_id: str = _setting("", "The client_id to authenticate with.", secret=True)
    secret: str = _setting("", "The secret that belongs to it.", secret=True)
    access_token: str = _setting("", "Token of the Item that the run reads.", secret=True)
    other_client_id: str = _setting("", "The client_id of another client of the server.", secret=True)
    other_secret: str = _setting("", "The secret that belongs to it.", secret=True)
    other_access_token: tuple[str, ...] = _setting(
        (), "Token of another Item of the same client_id, or several.", secret=True, convert=_words
    )
    closed_account_id: str = _setting("", "Id of a closed account of the Item.", secret=True)
    account_ids: tuple[str, ...] = _setting(
        (), "Ids of all open accounts of the Item; by default, those of the first response.", secret=True, convert=_words,
        metavar="ID,ID",
    )  # fmt: skip
    moved_account_ids: tuple[str, ...] = _setting(
        (), "Ids of accounts whose live balance differs from the cached one.", secret=True,
        convert=_words, metavar="ID,ID",
    )  # fmt: skip
    webhook_key_ids: tuple[str, ...] = _setting(
        (), "Key ids (kid) of the server's webhook signing keys.", convert=_words, metavar="ID,ID"
    )
    error_tokens: tuple[tuple[str, str], ...] = _setting(
        (), "Tokens for which the server returns an error.", secret=True, convert=_pairs, metavar="CODE=TOKEN,…"
    )
    operations: tuple[str, ...] = _setting(
        (), "Operations to check, by operationId; by default, all that the server offers.", convert=_words,
        metavar="ID,ID",
    )  # fmt: skip
    modes: tuple[Mode, ...] = _setting(
        ("header", "body"), "Where the server accepts credentials.", convert=_modes, metavar="header,body"
    )
    level: str = _setting(
        "MUST", "What a server must meet to conform: MUST, or SHOULD as well.", convert=_level, metavar="LEVEL"
    )
    examples: int = _setting(100, "Generated requests per mode.", convert=_natural, metavar="N")
    quick: bool = _setting(False, "A smoke run with few requests.", convert=_flag)
    seed: int = _setting(1, "Seed of the generated requests; 0 picks a random one.", convert=_natural, metavar="N")
    rate_limit: int = _setting(0, "Maximum requests per minute; 0 for no limit.", convert=_natural, metavar="N")
    timeout: float = _setting(10.0, "Seconds to wait for one response.", convert=_seconds, metavar="SECONDS")
    time_limit: float = _setting(
        300.0, "Seconds that a run may take, waits for --rate-limit excluded.", convert=_seconds, metavar="SECONDS"
    )
    report_dir: str = _setting(
        "", "Folder to write report.html, report.json, junit.xml and summary.md into.", metavar="DIR"
    )
    cache_dir: str = _setting(
        "",
        "Folder to cache the requests generated for the embedded server in.",
        metavar="DIR",
    )
    known_failing: str = _setting("", "File of known violations, one per line.", metavar="FILE")
    replay: str = _setting("", "A report.json; sends only its failing requests again.", metavar="FILE")
    show_ids: bool = _setting(False, "Show account and Item ids in reports instead of placeholders.", convert=_flag)

    @classmethod
    def resolve(cls, options: Mapping[str, Any], environment: Mapping[str, str]) -> Self:
        """Return the settings of command line options (None if not given) and of the environment."""
        _refuse_unknown(environment)
        values: dict[str, Any] = {}
        for field in attrs.fields(cls):
            given = options.get(field.name)
            source = option_name(field)
            if given is None and variable_name(field) in environment:
                given, source = environment[variable_name(field)], variable_name(field)
            if given is not None:
                values[field.name] = _read(field, given, source)
        return cls(**values)

    def redacted(self) -> dict[str, str]:
        """Return the effective settings by option name, secrets replaced by `set` or `not set`."""
        shown: dict[str, str] = {}
        for field in attrs.fields(type(self)):
            value = getattr(self, field.name)
            if field.metadata["secret"]:
                shown[option_name(field)] = "set" if value else "not set"
            else:
                shown[option_name(field)] = ",".join(value) if isinstance(value, tuple) else str(value)
        return shown

    @property
    def generated_requests(self) -> int:
        """Generated requests per mode of the primary operation."""
        return min(self.examples, _QUICK_EXAMPLES) if self.quick else self.examples

    @property
    def generated_requests_of_additional(self) -> int:
        """Generated requests per mode of an additional operation."""
        return max(1, self.generated_requests // _ADDITIONAL_SHARE)

    def missing_credentials(self) -> list[str]:
        """Return the variables that a server other than the embedded one needs and that are not set."""
        return [PREFIX + name.upper() for name in ("client_id", "secret", "access_token") if not getattr(self, name)]


def option_name(field: attrs.Attribute[Any]) -> str:
    """Return the command line option of a setting."""
    return str(field.metadata["option"]) or "--" + field.name.replace("_", "-")


def variable_name(field: attrs.Attribute[Any]) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + field.name.upper()


def add_options(parser: argparse.ArgumentParser, *, only: tuple[str, ...] = ()) -> None:
    """Add an option for every setting but secrets, which must not appear in process lists and shell histories.

    The base URL is an argument. `only` names the settings that a command uses, if it doesn't use all.
    """
    for field in attrs.fields(Settings):
        if field.name == "base_url" or (only and field.name not in only) or not _has_option(field):
            continue
        text = f"{field.metadata['meaning']} [{variable_name(field)}]".replace("%", "%%")
        if field.metadata["convert"] is _flag:
            parser.add_argument(option_name(field), action="store_const", const="1", default=None, help=text)
        elif field.metadata["option"]:
            # A header is not always a secret; one that is belongs in the variable.
            parser.add_argument(
                option_name(field), metavar=field.metadata["metavar"], dest=field.name, action="append", help=text
            )
        else:
            parser.add_argument(option_name(field), metavar=field.metadata["metavar"] or None, default=None, help=text)


def _has_option(field: attrs.Attribute[Any]) -> bool:
    return bool(field.metadata["option"]) or not field.metadata["secret"]


def table() -> str:
    """Return the settings as a Markdown table, for the documentation."""
    rows = ["| option | variable | default | meaning |", "|---|---|---|---|"]
    for field in attrs.fields(Settings):
        # The base URL is an argument.
        name = "URL" if field.name == "base_url" else option_name(field)
        option = f"`{name}`" if _has_option(field) else ""
        default = ",".join(field.default) if isinstance(field.default, tuple) else str(field.default)
        shown = f"`{default}`" if default not in ("", "False") else ""
        rows.append(f"| {option} | `{variable_name(field)}` | {shown} | {field.metadata['meaning']} |")
    return "\n".join(rows)


def _read(field: attrs.Attribute[Any], given: Any, source: str) -> Any:
    convert = field.metadata["convert"]
    if convert is None:
        return given
    try:
        return convert("\n".join(given) if isinstance(given, list) else str(given))
    except ValueError:
        shown = "(not shown)" if field.metadata["secret"] else repr(str(given))
        wanted = f" (expected {field.metadata['metavar']})" if field.metadata["metavar"] else ""
        raise SettingsError(f"{source}: invalid value {shown}{wanted}. {field.metadata['meaning']}") from None


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = [variable_name(field) for field in attrs.fields(Settings)]
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"
            raise SettingsError(f"unknown environment variable {name}{hint}")


def existing_file(path: str, option: str) -> Path:
    """Return `path` as a Path; raise SettingsError if there is no such file."""
    if not Path(path).is_file():
        raise SettingsError(f"{option}: file not found: {path}")
    return Path(path)
