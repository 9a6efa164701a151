"""The distributions under test, and clean environments with each of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from release.distributions import ROOT, Distribution, NotBuilt, build, find
from release.environments import Environment, create
from release.wheelhouse import fill


def pytest_configure() -> None:
    """Refuse a folder without the distributions before anything is set up."""
    named = os.environ.get("DIST")
    if named:
        try:
            find(Path(named))
        except NotBuilt as error:
            raise pytest.UsageError(str(error)) from error


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `make test-dist` names, as it stands; without one, a fresh build."""
    named = os.environ.get("DIST")
    if named:
        return Path(named)
    built = tmp_path_factory.mktemp("dist")
    build(ROOT, built)
    return built


@pytest.fixture(scope="session")
def distributions(folder: Path) -> tuple[Distribution, Distribution]:
    """Client and suite."""
    return find(folder)


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the wheels that the distributions require, which make keeps filled."""
    named = os.environ.get("WHEELS")
    if named:
        return Path(named)
    filled = tmp_path_factory.mktemp("wheels") / "wheels"
    fill(filled)
    return filled


@pytest.fixture(scope="session")
def service(
    distributions: tuple[Distribution, Distribution], wheels: Path, tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    """The environment of a service: the client, and what it requires."""
    return _environment(tmp_path_factory.mktemp("service"), distributions[0], [wheels])


@pytest.fixture(scope="session")
def workbench(
    distributions: tuple[Distribution, Distribution], wheels: Path, tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    """The environment of a server's author: the suite, and what it requires, the client among that."""
    return _environment(tmp_path_factory.mktemp("workbench"), distributions[1], [wheels])


def _environment(root: Path, distribution: Distribution, wheels: list[Path]) -> Environment:
    return create(root, [f"{distribution.name}=={distribution.version}"], [distribution.wheel.parent, *wheels])
