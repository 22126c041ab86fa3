"""Clients of a room, and an application on both databases."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.waiting import TIMEOUT
from webapp import create_app


@pytest.fixture
def app_on_both(store, tmp_path, database_url):
    """The application with loaded models and a room, once on SQLite and once on PostgreSQL."""
    store.start()
    store.wait(TIMEOUT)
    config = {"TESTING": True, "ROOM_FOLDER": tmp_path / "room", "DATABASE": database_url}
    app = create_app(config, store=store)
    yield app
    app.extensions["room"].close()


@pytest.fixture
def join(app) -> Callable[[], FlaskClient]:
    """Return a function that returns the client of a new participant."""

    def join() -> FlaskClient:
        client = app.test_client()
        assert client.post("/api/room/participants").status_code == 201
        return client

    return join


@pytest.fixture
def phone(join) -> FlaskClient:
    """The client of a participant."""
    return join()


@pytest.fixture
def presenter(app) -> FlaskClient:
    """The client of the presenter, who is not a participant."""
    client = app.test_client()
    client.get(app.extensions["auth"].presenter_path())
    return client
