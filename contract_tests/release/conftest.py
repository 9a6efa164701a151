"""The distributions under test, and clean environments with each of them."""

import os
from pathlib import Path

import pytest

from release.distributions import Distribution, NotBuilt, find
from release.environments import Environment, create

# `make test-fixture` runs these in environments of their own, with pytest-asyncio.
collect_ignore = ["service"]


def pytest_configure() -> None:
    """Fail before anything is set up if there is nothing to test."""
    try:
        find(Path(os.environ["DIST"]))
    except (KeyError, NotBuilt) as error:
        raise pytest.UsageError(f"{error}; run `make test-dist`, which sets DIST and WHEELS") from error


@pytest.fixture(scope="session")
def wheels() -> Path:
    """Return the folder with the wheels that the distributions require."""
    return Path(os.environ["WHEELS"])


@pytest.fixture(scope="session")
def distributions() -> tuple[Distribution, Distribution]:
    """Return client and suite."""
    return find(Path(os.environ["DIST"]))


@pytest.fixture(scope="session")
def service(
    distributions: tuple[Distribution, Distribution], wheels: Path, tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    """Return the environment of a service: the client with its dependencies."""
    return create(tmp_path_factory.mktemp("service"), distributions[0], wheels)


@pytest.fixture(scope="session")
def workbench(
    distributions: tuple[Distribution, Distribution], wheels: Path, tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    """Return the environment of a server author: the suite with its dependencies, the client among them."""
    return create(tmp_path_factory.mktemp("workbench"), distributions[1], wheels, "[check,page]")
