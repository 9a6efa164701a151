"""The reference server behind nginx, which compresses, keeps connections alive and refuses some requests by itself."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from meta.checks import command, credentials
from meta.child_servers import child, free_port
from plaid_accounts_contract.reference_server import create_app, running

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin") or ""
# One process, so that it needs no user of its own to write its files as.
CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    gzip on;
    gzip_min_length 1;
    gzip_proxied any;
    gzip_types application/json;
    upstream service {{
        server {upstream};
        keepalive 8;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://service;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }}
    }}
}}
"""


@contextmanager
def behind_nginx(folder: Path) -> Generator[str]:
    """Serve the reference server behind nginx while the block runs, and yield the base URL of nginx."""
    port, configuration = free_port(), folder / "nginx.conf"
    with running(create_app()) as server:
        upstream = server.url.removeprefix("http://")
        configuration.write_text(CONFIGURATION.format(folder=folder, upstream=upstream, port=port))
        arguments = [NGINX, "-p", str(folder), "-e", "stderr", "-c", str(configuration)]
        with child(arguments, port, folder / "log") as url:
            yield url


@pytest.mark.skipif(not NGINX, reason="nginx is not installed")
def test_a_server_behind_nginx_conforms(tmp_path: Path) -> None:
    """Behind nginx with compression on, the reference server raises no alarm."""
    with behind_nginx(tmp_path) as url:
        known = credentials()
        keys = {"client_id": known["CONTRACT_CLIENT_ID"], "secret": known["CONTRACT_SECRET"]}
        answer = httpx.post(
            f"{url}/accounts/get", json={**keys, "access_token": known["CONTRACT_ACCESS_TOKEN"]}, trust_env=False
        )
        assert answer.status_code == 200
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["server"].startswith("nginx")
        result = command("check", url, "--quick", environment=known)
    assert result.status == 0, result.out + result.err
