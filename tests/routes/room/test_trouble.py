"""With an unavailable database predictions still work; sending returns 503 and succeeds later."""

import pytest

from tests.room.rooms import INK, new_id
from tests.waiting import TIMEOUT, wait_until
from webapp import create_app
from webapp.room.storage.database import Database

LIVE = [f"/api/room/{name}" for name in ("state", "wall", "scoreboard", "me", f"drawings/{new_id()}")]


@pytest.fixture
def app(app_on_both):
    """The application, on both databases."""
    return app_on_both


@pytest.fixture
def other(database_url):
    """A second connection to the same database, as another process has."""
    other = Database(database_url)
    yield other
    other.close()


def can_predict(client) -> bool:
    """Return whether a prediction succeeds."""
    return client.post("/api/predict", json={"strokes": INK}).status_code == 200


def put_with_retry(client, path: str):
    """Send a drawing, repeat while the response is 503, and return the last response."""
    responses = []

    def is_answered() -> bool:
        responses.append(client.put(path, json={"strokes": INK}))
        return responses[-1].status_code != 503

    wait_until(is_answered, "the drawing to be stored", interval=0.05)
    return responses[-1]


def test_locked_database_rejects_drawings_temporarily(phone, other):
    path = f"/api/room/drawings/{new_id()}"
    with other.writing():
        response = phone.put(path, json={"strokes": INK})
        assert (response.status_code, response.json["error"]["code"]) == (503, "storage_unavailable")
        assert int(response.headers["Retry-After"]) >= 1
        assert response.json["error"]["message"].startswith("this could not be stored, please send it again")
        assert can_predict(phone)
        assert phone.get("/api/room/state").status_code == 200
    assert put_with_retry(phone, path).status_code == 201


@pytest.fixture
def unavailable_room(store, tmp_path):
    """A client of an application with an unavailable room, and the file that blocks the room's folder."""
    store.start()
    store.wait(TIMEOUT)
    in_the_way = tmp_path / "in-the-way"
    in_the_way.write_text("a file where the room's folder should be")
    app = create_app({"TESTING": True, "ROOM_FOLDER": in_the_way}, store=store)
    yield app.test_client(), in_the_way
    app.extensions["room"].close()


def test_unavailable_room_is_reported_but_predictions_work(unavailable_room):
    client, _ = unavailable_room
    client.set_cookie("inkwise_participant", "unknown")
    for path in LIVE:
        response = client.get(path)
        assert (response.status_code, response.json["error"]["code"]) == (503, "database_unavailable"), path
        assert int(response.headers["Retry-After"]) >= 1
    assert can_predict(client)
    assert client.get("/").status_code == 200


def test_room_opens_once_the_database_is_available(unavailable_room):
    client, in_the_way = unavailable_room
    client.application.extensions["room"].database._open_lock._pause = 0.0
    assert client.post("/api/room/participants").status_code == 503
    in_the_way.unlink()
    assert client.post("/api/room/participants").status_code == 201
    assert client.put(f"/api/room/drawings/{new_id()}", json={"strokes": INK}).status_code == 201
