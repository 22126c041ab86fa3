"""The limit of open files is raised for the connections; otherwise fewer connections are allowed."""

import sys

import pytest

from webapp import asgi
from webapp.server.lifecycle import allow_open_files
from webapp.settings import SPARE_FILES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of open files")

UNLIMITED = -1


@pytest.fixture
def limits(monkeypatch) -> list[int]:
    """The soft and the hard limit of open files of this process; changing it changes no real limit."""
    import resource  # does not exist on Windows

    limits = [256, 4096]
    monkeypatch.setattr(resource, "RLIM_INFINITY", UNLIMITED)
    monkeypatch.setattr(resource, "getrlimit", lambda kind: tuple(limits))
    monkeypatch.setattr(resource, "setrlimit", lambda kind, new: limits.__setitem__(slice(None), new))
    return limits


def test_open_files_are_raised_for_the_connections(limits):
    assert allow_open_files(1000) == 1000
    assert limits == [1000 + SPARE_FILES, 4096]


def test_open_files_bound_the_connections(limits, caplog):
    assert allow_open_files(8000) == 4096 - SPARE_FILES
    assert limits == [4096, 4096]
    assert "ulimit -Hn sets it" in caplog.text


@pytest.mark.parametrize("soft", [UNLIMITED, 4096])
def test_open_files_keep_a_limit_that_is_large_enough(limits, soft):
    limits[0] = soft
    assert allow_open_files(1000) == 1000
    assert limits[0] == soft


async def test_server_accepts_as_many_connections_as_open_files(app, limits, monkeypatch):
    made = []

    class FakeServer:
        port = 8123

        def __init__(self, config, application, close_streams, end_trainer):
            made.append(application)

    monkeypatch.setattr(asgi, "Server", FakeServer)
    app.config["CONNECTIONS"] = 8000
    asgi.make_server(app)
    (application,) = made
    async with application.router.lifespan_context(application) as state:
        assert state["connections"].limits.connections == 4096 - SPARE_FILES
