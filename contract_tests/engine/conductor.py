"""A Conductor server on loopback that keeps its data in a folder, and that a test may kill and start again."""

import contextlib
import os
import subprocess
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import attrs
import httpx

from meta.commands import free_port, listening
from meta.programs import program

# conductor-python is installed in an environment of its own.
Configuration: Any = import_module("conductor.client.configuration.configuration").Configuration
MetadataClient: Any = import_module("conductor.client.orkes.orkes_metadata_client").OrkesMetadataClient
WorkflowClient: Any = import_module("conductor.client.orkes.orkes_workflow_client").OrkesWorkflowClient
to_workflow_def: Any = import_module("conductor.client.http.models.workflow_def").to_workflow_def

_SECONDS_BETWEEN_LOOKS: Final = 0.2


@attrs.define
class Conductor:
    """A server; `settings` are Spring's, `folder` holds its data and log."""

    folder: Path
    settings: Mapping[str, str]
    port: int = attrs.field(factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What the server has logged, in all its lives."""
        return (self.folder / "conductor.log").read_text("utf-8")

    def start(self) -> None:
        """Start the server, and return once it is healthy."""
        settings = {
            "server.port": str(self.port),
            "server.address": "127.0.0.1",
            "loadSample": "false",
            **self.settings,
        }
        command = [program("java"), "-jar", os.environ["CONDUCTOR"], *(f"--{k}={v}" for k, v in settings.items())]
        with (self.folder / "conductor.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        while not self._is_healthy():
            self._look_again()

    def kill(self) -> None:
        """Kill the server, which has no chance to finish anything."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def register(self, definition: Mapping[str, Any]) -> None:
        """Register a workflow definition, in place of one with its name."""
        client = MetadataClient(Configuration(base_url=self.url))
        client.update_workflow_def(to_workflow_def(json_data=definition))

    def run(self, name: str, **values: Any) -> str:
        """Start a workflow with these values as its input, and return its id."""
        return str(self._workflows().start_workflow_by_name(name, values))

    def finished(self, workflows: Collection[str]) -> list[Any]:
        """Wait until no workflow runs any more, and return each with its tasks."""
        client = self._workflows()
        running = set(workflows)
        while running:
            running = {one for one in running if client.get_workflow(one, include_tasks=False).status == "RUNNING"}
            self._look_again()
        return [client.get_workflow(one, include_tasks=True) for one in workflows]

    def shown(self, workflow: str) -> str:
        """Return all that the server shows of a workflow."""
        return httpx.get(f"{self.url}/api/workflow/{workflow}", trust_env=False).text

    def _workflows(self) -> Any:
        return WorkflowClient(Configuration(base_url=self.url))

    def _is_healthy(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return bool(httpx.get(f"{self.url}/health", trust_env=False).json()["healthy"])
        return False

    def _look_again(self) -> None:
        """Return after a moment, or raise if the server has ended."""
        assert self._process
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = self._process.wait(_SECONDS_BETWEEN_LOOKS)
            raise AssertionError(f"Conductor ended with {status}: {self.log[-2000:]}")


@contextmanager
def on_sqlite(folder: Path) -> Generator[Conductor]:
    """Run a server that keeps everything in one SQLite file."""
    settings = {
        "conductor.db.type": "sqlite",
        "conductor.queue.type": "sqlite",
        "conductor.indexing.type": "sqlite",
        "conductor.indexing.enabled": "true",
        # Selects no Elasticsearch.
        "conductor.elasticsearch.version": "0",
        "spring.datasource.driver-class-name": "org.sqlite.JDBC",
        "spring.datasource.url": f"jdbc:sqlite:{folder}/conductor.db?busy_timeout=15000&journal_mode=WAL",
        "spring.datasource.username": "",
        "spring.datasource.password": "",
        "spring.datasource.hikari.maximum-pool-size": "1",
    }
    with _started(Conductor(folder, settings)) as conductor:
        yield conductor


@contextmanager
def on_redis(folder: Path) -> Generator[Conductor]:
    """Run a server with its data and queues in a Redis of its own."""
    port = free_port()
    redis = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    settings = {
        "conductor.db.type": "redis_standalone",
        "conductor.queue.type": "redis_standalone",
        "conductor.redis.hosts": f"127.0.0.1:{port}:us-east-1c",
        # Instead of a minute, after which a call that exceeded the limit is tried again.
        "conductor.app.taskExecutionPostponeDuration": "1s",
    }
    with listening(redis, port, folder), _started(Conductor(folder, settings)) as conductor:
        yield conductor


@contextmanager
def _started(conductor: Conductor) -> Generator[Conductor]:
    try:
        conductor.start()
        yield conductor
    finally:
        conductor.kill()
