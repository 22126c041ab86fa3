"""While the room's database is in trouble, digits are read as ever; sending says so, and works later."""

import threading
import time

import pytest

from tests.conftest import PATIENCE
from tests.room.rooms import INK, new_id
from webapp import create_app
from webapp.room.database import Database

LIVE = [f"/api/room/{name}" for name in ("state", "wall", "scoreboard", "me", f"drawings/{new_id()}")]


@pytest.fixture
def app(app_on_both):
    """The application, on both databases."""
    return app_on_both


@pytest.fixture
def other(database_url):
    """Another process's connection to the same database, as it were."""
    other = Database(database_url)
    yield other
    other.close()


def is_read(client) -> bool:
    """Return whether a digit is read."""
    return client.post("/api/predict", json={"strokes": INK}).status_code == 200


def put_patiently(client, path: str):
    """Send a drawing as a phone does, again while the room cannot store it, and return the answer."""
    tick, give_up_at = threading.Event(), time.monotonic() + PATIENCE
    while (response := client.put(path, json={"strokes": INK})).status_code == 503:
        assert time.monotonic() < give_up_at, response.json
        tick.wait(0.05)
    return response


def test_locked_database_refuses_drawings_for_a_while(phone, other):
    path = f"/api/room/drawings/{new_id()}"
    with other.writing():
        response = phone.put(path, json={"strokes": INK})
        assert (response.status_code, response.json["error"]["code"]) == (503, "storage_unavailable")
        assert int(response.headers["Retry-After"]) >= 1
        assert response.json["error"]["message"].startswith("this could not be stored, please send it again")
        assert is_read(phone)
        assert phone.get("/api/room/state").status_code == 200
    assert put_patiently(phone, path).status_code == 201


@pytest.fixture
def closed(store, tmp_path):
    """The application with a room that cannot be opened, and the file that is in the way."""
    store.start()
    store.wait(PATIENCE)
    in_the_way = tmp_path / "in-the-way"
    in_the_way.write_text("a file where the room's folder should be")
    app = create_app({"TESTING": True, "ROOM_FOLDER": in_the_way}, store=store)
    yield app.test_client(), in_the_way
    app.extensions["room"].close()


def test_room_that_cannot_be_opened_is_told_and_digits_are_read(closed):
    client, _ = closed
    client.set_cookie("inkwise_participant", "somebody")
    for path in LIVE:
        response = client.get(path)
        assert (response.status_code, response.json["error"]["code"]) == (503, "database_unavailable"), path
        assert int(response.headers["Retry-After"]) >= 1
    assert is_read(client)
    assert client.get("/").status_code == 200


def test_room_opens_as_soon_as_it_can(closed):
    client, in_the_way = closed
    client.application.extensions["room"].database._open_lock._pause = 0.0
    assert client.post("/api/room/participants").status_code == 503
    in_the_way.unlink()
    assert client.post("/api/room/participants").status_code == 201
    assert client.put(f"/api/room/drawings/{new_id()}", json={"strokes": INK}).status_code == 201
