"""Recorded exchanges: HAR files, VCR cassettes (YAML or JSON), and JSON files with a status and a body."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import attrs
import yaml

from plaid_accounts_contract.checks.schema import MEDIA_TYPE
from plaid_accounts_contract.contract import Contract, Operation
from plaid_accounts_contract.settings import Mode, SettingsError
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import Headers, Request, Response, header
from plaid_accounts_contract.wire.target import inflated

_SUFFIXES: Final = (".har", ".json", ".yaml", ".yml")
_JSON_HEADERS: Final = (("Content-Type", "application/json"),)
# Names of headers and properties that hold secrets, and the form of Plaid's tokens.
_SECRET_HEADER: Final = re.compile(r"secret|token|auth|cookie|api-?key|client-id|signature", re.IGNORECASE)
_SECRET_PROPERTY: Final = re.compile(r"(^|_)(secret|token|password|client_id)$", re.IGNORECASE)
_CREDENTIALS: Final = {"plaid-client-id": "client_id", "plaid-secret": "secret"}
_ID_PROPERTY: Final = re.compile(r"(^|_)(account|item|user|persistent_account)_id$|^account_ids$")
_TOKEN: Final = re.compile(r"\b[a-z]+-(?:sandbox|development|production)-[0-9a-f][0-9a-f-]{8,}")


@attrs.frozen
class Recording:
    """One recorded exchange; `unknown` names the clauses that the recording says nothing about."""

    operation: Operation
    request: Request
    response: Response
    unknown: frozenset[str] = frozenset()


@attrs.define
class Recordings:
    """What files contain: the exchanges to check, and how many others, by the reason why they are skipped."""

    contract: Contract
    exchanges: list[Recording] = attrs.field(factory=list)
    skipped: Counter[str] = attrs.field(factory=Counter)

    def read(self, paths: Iterable[str]) -> None:
        """Read files, and all files of folders."""
        for path in map(Path, paths):
            if path.is_dir():
                for file in sorted(one for one in path.rglob("*") if one.suffix in _SUFFIXES):
                    if not self._add(file, _load(file)):
                        self.skipped["unrecognised files"] += 1
            elif not self._add(path, _load(path)):
                raise SettingsError(f"{path}: not a HAR file, a VCR cassette, or JSON with a status and a body")

    def _add(self, path: Path, value: Any) -> bool:
        for number, one in enumerate(value if isinstance(value, list) else [value], 1):
            source = f"{path.name}[{number}]" if isinstance(value, list) else path.name
            if not isinstance(one, Mapping):
                return False
            entries = one.get("log", {}).get("entries") if isinstance(one.get("log"), Mapping) else None
            cassette = one.get("interactions", one.get("http_interactions"))
            try:
                if isinstance(entries, list):
                    for index, entry in enumerate(entries, 1):
                        self._har(entry, f"{source}, entry {index}")
                elif isinstance(cassette, list):
                    for index, entry in enumerate(cassette, 1):
                        self._vcr(entry, f"{source}, interaction {index}")
                elif isinstance(one.get("status"), int) and "body" in one:
                    self._body(one, source)
                else:
                    return False
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                raise SettingsError(f"{path}: malformed recording ({type(error).__name__} {error})") from None
        return True

    def _har(self, entry: Any, source: str) -> None:
        request, response = entry["request"], entry["response"]
        content, sent = response.get("content", {}), (request.get("postData") or {}).get("text", "")
        text = content.get("text", "")
        body = base64.b64decode(text) if content.get("encoding") == "base64" else text.encode("utf-8", "surrogatepass")
        request_headers, headers = (
            tuple((str(one["name"]), str(one["value"])) for one in part["headers"]) for part in (request, response)
        )
        self._keep(
            Request(request["method"], request["url"], request_headers, sent.encode(), f"recorded in {source}"),
            Response(int(response["status"]), headers, body),
        )

    def _vcr(self, entry: Any, source: str) -> None:
        request, response = entry["request"], entry["response"]
        status = response["status"]["code"] if isinstance(response["status"], Mapping) else response["status"]
        request_headers, headers = _headers(request.get("headers")), _headers(response.get("headers"))
        sent, body = _bytes(request.get("body")), _bytes(response.get("body"))
        coding = (header(headers, "content-encoding") or "").lower()
        if coding in ("gzip", "deflate") and not body.lstrip().startswith((b"{", b"<")):
            body, _ = inflated(body, coding)
        self._keep(
            Request(request["method"].upper(), request["uri"], request_headers, sent, f"recorded in {source}"),
            Response(int(status), headers, body),
        )

    def _body(self, one: Mapping[str, Any], source: str) -> None:
        body, primary = one["body"], self.contract.primary
        if isinstance(body, Mapping) and "webhook_type" in body:
            self.skipped["webhooks"] += 1
            return
        path = str(one.get("path", one.get("endpoint", primary.path)))
        if "/" not in path and one["status"] >= 400:
            # An error that belongs to any operation: judged if it may be one of the primary operation.
            if not isinstance(body, Mapping) or body.get("error_code") not in self.contract.error_codes_of(primary):
                self.skipped["errors without an operation"] += 1
                return
            path = primary.path
        version = (("Plaid-Version", str(one["version"])),) if "version" in one else ()
        data = body.encode() if isinstance(body, str) else strict_json.encode(body)
        response = Response(one["status"], _JSON_HEADERS, data)
        unknown = frozenset(
            {MEDIA_TYPE, "credentials-not-echoed"} | (set() if isinstance(body, str) else {"response-encoding"})
        )
        method = str(one.get("method", "POST"))
        request = Request(method, f"/{path.lstrip('/')}", version, b"", f"recorded in {source}")
        self._keep(request, response, unknown)

    def _keep(self, request: Request, response: Response, unknown: frozenset[str] = frozenset()) -> None:
        """Keep an exchange whose request has its whole URL as the path, and where it was recorded as the purpose."""
        method, headers = request.method, request.headers
        path = urlsplit(request.path).path
        matching = (one for one in self.contract.operations if one.method == method and path.endswith(one.path))
        operation = next(matching, None)
        if operation is None:
            self.skipped["other operations"] += 1
        elif header(headers, "plaid-version") not in (None, self.contract.api_version):
            self.skipped["other API versions"] += 1
        else:
            mode = _mode(headers, request.body)
            self.exchanges.append(
                Recording(operation, attrs.evolve(request, path=operation.path, mode=mode), response, unknown)
            )

    def sensitive(self) -> tuple[tuple[str, str], ...]:
        """Return the secrets and ids in all recordings, each with a name: by header, by property, and by form."""
        found: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for one in self.exchanges:
            for name, value in _sensitive(one):
                if value and value not in found:
                    counts[name] += 1
                    found[value] = f"{name} {counts[name]}"
        return tuple((name, value) for value, name in found.items())


def _load(path: Path) -> Any:
    try:
        text = path.read_text("utf-8-sig")
        return yaml.safe_load(text) if path.suffix in (".yaml", ".yml") else json.loads(text)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        # The text of a YAML error quotes the file.
        reason = error.strerror if isinstance(error, OSError) else f"not {path.suffix.lstrip('.') or 'JSON'}"
        raise SettingsError(f"cannot read {path}: {reason}") from None


def _headers(headers: Any) -> Headers:
    pairs = (headers or {}).items()
    return tuple(
        (str(name), str(one)) for name, value in pairs for one in (value if isinstance(value, list) else [value])
    )


def _bytes(body: Any) -> bytes:
    if isinstance(body, Mapping):
        if body.get("base64_string") is not None:
            return base64.b64decode(body["base64_string"])
        body = body.get("string")
    return body if isinstance(body, bytes) else (body or "").encode("utf-8", "surrogatepass")


def _mode(headers: Headers, body: bytes) -> Mode:
    if header(headers, "plaid-client-id") is not None:
        return "header"
    fields = strict_json.parse(body).value
    return "body" if isinstance(fields, Mapping) and "client_id" in fields else "none"


def _sensitive(one: Recording) -> Iterator[tuple[str, str]]:
    for name, value in (*one.request.headers, *one.response.headers):
        if _SECRET_HEADER.search(name):
            yield _CREDENTIALS.get(name.lower(), f"header {name}"), value
    for body in (one.request.body, one.response.body):
        yield from _properties(strict_json.parse(body).value, "")
        yield from (("token", token) for token in _TOKEN.findall(body.decode("utf-8", "replace")))


def _properties(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from _properties(member, key)
    elif isinstance(value, list):
        for member in value:
            yield from _properties(member, name)
    elif isinstance(value, str) and (_SECRET_PROPERTY.search(name) or _ID_PROPERTY.search(name)):
        yield name.removesuffix("s"), value
