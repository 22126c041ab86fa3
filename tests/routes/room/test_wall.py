"""What everybody may see: the state, the wall, the scoreboard, one drawing."""

import base64

import pytest

from tests.room.rooms import INK, new_id
from webapp.ink.bitmap import to_bitmap
from webapp.ink.strokes import parse_strokes


@pytest.fixture
def app(app_on_both):
    """The application, on both databases."""
    return app_on_both


def send(client, label: int | None = None) -> dict:
    """Send a drawing, and return it."""
    response = client.put(f"/api/room/drawings/{new_id()}", json={"strokes": INK, "label": label})
    assert response.status_code == 201
    return response.json


def test_state_tells_the_round_and_numbers(client, phone):
    send(phone)
    state = client.get("/api/room/state").json
    assert state.keys() == {
        "revision", "round", "paused", "code", "address", "participants", "drawings", "spotlight", "to_vote"
    }  # fmt: skip
    assert state["round"].keys() == {"id", "kind", "digit", "started_at"}
    assert (state["participants"], state["drawings"], state["to_vote"]) == (1, 1, [])
    assert state["code"] is None  # on this computer alone none is needed
    assert state["address"] == "http://127.0.0.1:8000/join"


def test_wall_shows_drawings_beside_the_state(client, phone):
    drawing = send(phone, label=3)
    wall = client.get("/api/room/wall").json
    assert (wall["full"], wall["count"], wall["round"]["kind"]) == (True, 1, "free")
    (shown,) = wall["drawings"]
    assert shown.keys() == drawing.keys() - {"answers", "bitmap"}
    assert client.get(f"/api/room/wall?since={wall['revision']}").json["drawings"] == []


@pytest.mark.parametrize("path", ["/api/room/state", "/api/room/wall", "/api/room/scoreboard"])
def test_live_views_send_only_what_is_new(client, phone, path):
    send(phone)
    first = client.get(path)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": first.headers["ETag"]}
    unchanged = client.get(path, headers=known)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert unchanged.headers["ETag"] == first.headers["ETag"]
    send(phone)
    changed = client.get(path, headers=known)
    assert changed.status_code == 200
    assert changed.json["revision"] > first.json["revision"]


def test_live_views_know_their_tag_also_when_it_was_compressed(client, phone):
    for _ in range(3):
        send(phone)
    first = client.get("/api/room/wall", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    known = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"}
    assert client.get("/api/room/wall", headers=known).status_code == 304


def test_state_of_one_participant_is_not_taken_for_anothers(phone, join):
    known = {"If-None-Match": phone.get("/api/room/state").headers["ETag"]}
    assert join().get("/api/room/state", headers=known).status_code == 200


def test_drawing_has_ink_bitmap_and_answers(client, phone):
    drawing = client.get(f"/api/room/drawings/{send(phone)['id'].upper()}").json
    assert drawing["strokes"] == INK
    assert base64.b64decode(drawing["bitmap"]) == to_bitmap(parse_strokes(INK)).tobytes()
    assert [answer["model"] for answer in drawing["answers"]] == ["linear", "conv"]


def test_drawing_that_is_not_there_is_told(client):
    for drawing_id, status in ((new_id(), 404), ("7", 400), ("%00", 400), ("x" * 3000, 400)):
        response = client.get(f"/api/room/drawings/{drawing_id}")
        assert response.status_code == status, drawing_id
        assert response.json["error"]["message"].startswith("expected ")


def test_wall_refuses_parameters_that_make_no_sense(client):
    numbers = ("-1", "now", "1e3", "9" * 40, "٣")
    for query in ("limit=0", "limit=201", *(f"since={number}" for number in numbers)):
        response = client.get(f"/api/room/wall?{query}")
        assert response.status_code == 400, query
        assert response.json["error"]["code"] == "bad_request"


def test_scoreboard_of_a_model_and_a_round(client, phone, presenter):
    asked = presenter.post("/api/room/rounds", json={"kind": "ask", "digit": 0}).json
    send(phone)
    scores = client.get(f"/api/room/scoreboard?model=linear&round={asked['id']}").json
    assert scores["model"] == "linear"
    assert [(row["model"], row["drawings"], row["labelled"]) for row in scores["models"]] == [
        ("linear", 1, 1),
        ("conv", 1, 1),
    ]
    assert sum(map(sum, scores["confusion"])) == 1


def test_scoreboard_refuses_what_is_not_there(client):
    for query, status, code in (
        ("model=vonc", 404, "unknown_model"),
        ("model=%00", 404, "unknown_model"),
        ("round=0123456789ab", 409, "unknown_round"),
        ("round=%00", 400, "bad_request"),
        ("since=x", 400, "bad_request"),
    ):
        response = client.get(f"/api/room/scoreboard?{query}")
        assert (response.status_code, response.json["error"]["code"]) == (status, code), query
