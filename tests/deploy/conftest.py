"""A server as deploy/ sets it up: two processes with fake models behind nginx."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.deployment import Instance, Nginx, request
from tests.fakes import write_model


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here starts real servers, which do not exist on Windows."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.slow)
            item.add_marker(
                pytest.mark.skipif(sys.platform == "win32", reason="the public server is for Unix")
            )


@dataclass(frozen=True)
class Deployment:
    """All processes, and their folder."""

    folder: Path
    instances: list[Instance]
    nginx: Nginx

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str):
        """Return (status, JSON value or bytes, headers) of a request to nginx."""
        return request(self.nginx.port, method, path, body, **headers)


def make_folder(folder: Path) -> Path:
    """Return a folder with two models."""
    write_model(folder, "linear", parameters=7850)
    write_model(folder, "conv", parameters=300_000)
    return folder


@pytest.fixture(scope="module")
def deployment(tmp_path_factory) -> Iterator[Deployment]:
    """Two server processes behind nginx, for all tests of a file."""
    folder = make_folder(tmp_path_factory.mktemp("deployment"))
    os.chmod(folder, 0o755)
    instances = [Instance(folder), Instance(folder)]
    try:
        nginx = Nginx.start(folder, *(instance.wait_until_ready().port for instance in instances))
        try:
            yield Deployment(folder, instances, nginx)
        finally:
            nginx.stop()
    finally:
        for instance in instances:
            instance.stop()
