"""Who asks a room; and, where a test's module takes it as `app`, a room on both databases."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import PATIENCE
from webapp import create_app


@pytest.fixture
def app_on_both(store, tmp_path, database_url):
    """The application with both models warm and a room on SQLite, and once more on PostgreSQL."""
    store.start()
    store.wait(PATIENCE)
    config = {"TESTING": True, "ROOM_FOLDER": tmp_path / "room", "DATABASE": database_url}
    app = create_app(config, store=store)
    yield app
    app.extensions["room"].close()


@pytest.fixture
def join(app) -> Callable[[], FlaskClient]:
    """A function that gives the client of another participant."""

    def join() -> FlaskClient:
        client = app.test_client()
        assert client.post("/api/room/participants").status_code == 201
        return client

    return join


@pytest.fixture
def phone(join) -> FlaskClient:
    """A participant."""
    return join()


@pytest.fixture
def presenter(app) -> FlaskClient:
    """The presenter, who takes no part."""
    client = app.test_client()
    client.get(app.extensions["auth"].presenter_path())
    return client
