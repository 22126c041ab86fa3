"""Clients of the whole ASGI application with fake models."""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from contextvars import ContextVar

import pytest
from flask import Flask
from starlette.testclient import TestClient

from webapp import create_app
from webapp.asgi import create_asgi

# closed in the event loop at the end of a coroutine test
CLEANUP: ContextVar[ExitStack] = ContextVar("cleanup")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test in a thread: Playwright keeps an event loop running in the main thread."""
    test = pyfuncitem.obj
    if not inspect.iscoroutinefunction(test):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in inspect.signature(test).parameters}

    async def run() -> None:
        with ExitStack() as stack:
            CLEANUP.set(stack)
            await test(**arguments)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()
    return True


@pytest.fixture
def client_of(app, store, tmp_path) -> Iterator[Callable]:
    """Return a function that makes a client of an application with extra settings."""
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
    """A client on loopback."""
    return client_of()
