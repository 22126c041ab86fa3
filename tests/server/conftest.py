"""Clients of the whole ASGI application, with fake models and a room of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from starlette.testclient import TestClient

from webapp import create_app
from webapp.asgi import create_asgi


@pytest.fixture
def anyio_backend() -> str:
    """The event loop of tests that are coroutines."""
    return "asyncio"


@pytest.fixture
def client_of(app, store, tmp_path) -> Iterator[Callable]:
    """Return a function that gives a client of an application with more settings, by default on this
    computer."""
    with ExitStack() as stack:

        def build(address: str = "127.0.0.1", app: Flask | None = None, **settings) -> TestClient:
            if app is None:
                app = create_app({"TESTING": True, "ROOM_FOLDER": tmp_path / "room"} | settings, store)
                stack.callback(app.extensions["room"].close)
            client = TestClient(
                create_asgi(app), "http://localhost", raise_server_exceptions=False, client=(address, 50_000)
            )
            return stack.enter_context(client)

        yield build


@pytest.fixture
def asgi_client(client_of) -> TestClient:
    """A client on this computer."""
    return client_of()
