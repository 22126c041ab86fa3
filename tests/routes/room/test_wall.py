"""Public views of the room: state, wall, scoreboard, one drawing."""

import base64

import pytest

from tests.room.rooms import INK, new_id
from webapp.ink.bitmap import to_bitmap
from webapp.ink.parsing import parse_strokes


@pytest.fixture
def app(app_on_both):
    """The application, on both databases."""
    return app_on_both


def send(client, label: int | None = None) -> dict:
    """Send a drawing and return its JSON."""
    response = client.put(f"/api/room/drawings/{new_id()}", json={"strokes": INK, "label": label})
    assert response.status_code == 201
    return response.json


def test_state_contains_round_and_counts(client, phone):
    send(phone)
    state = client.get("/api/room/state").json
    assert state.keys() == {
        "revision", "round", "paused", "code", "address", "participants", "drawings", "on_wall", "spotlight",
        "participant_id", "to_vote", "joining_closed", "approval", "needs_code", "model", "taught",
    }  # fmt: skip
    assert state["participant_id"] is None
    assert phone.get("/api/room/state").json["participant_id"] == phone.get("/api/room/me").json["id"]
    assert state["round"].keys() == {"id", "kind", "digit", "started_at"}
    assert (state["participants"], state["drawings"], state["to_vote"]) == (1, 1, [])
    assert state["code"] is None  # not needed on loopback
    assert state["address"] == "http://127.0.0.1:8000/join"


def test_scores_of_the_wall_end_when_it_is_cleared(client, phone, presenter):
    send(phone, label=3)

    def labeled(query: str) -> int:
        return client.get(f"/api/room/scoreboard{query}").json["models"][0]["labeled"]

    assert (labeled(""), labeled("?only=wall")) == (1, 1)
    assert presenter.post("/api/room/clear", json={}).status_code == 200
    assert (labeled(""), labeled("?only=wall")) == (1, 0)
    state = client.get("/api/room/state").json
    assert (state["drawings"], state["on_wall"]) == (1, 0)


def test_wall_contains_state_and_drawings(client, phone):
    drawing = send(phone, label=3)
    wall = client.get("/api/room/wall").json
    assert (wall["full"], wall["count"], wall["round"]["kind"]) == (True, 1, "free")
    (shown,) = wall["drawings"]
    assert shown.keys() == drawing.keys() - {"answers", "bitmap"}
    assert client.get(f"/api/room/wall?since={wall['revision']}").json["drawings"] == []


@pytest.mark.parametrize("path", ["/api/room/state", "/api/room/wall", "/api/room/scoreboard"])
def test_live_views_return_304_until_a_change(client, phone, path):
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


def test_live_views_accept_the_etag_of_a_compressed_response(client, phone):
    for _ in range(3):
        send(phone)
    first = client.get("/api/room/wall", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    known = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"}
    assert client.get("/api/room/wall", headers=known).status_code == 304


def test_state_etag_differs_between_participants(phone, join):
    known = {"If-None-Match": phone.get("/api/room/state").headers["ETag"]}
    assert join().get("/api/room/state", headers=known).status_code == 200


def test_drawing_contains_ink_bitmap_and_predictions(client, phone):
    drawing = client.get(f"/api/room/drawings/{send(phone)['id'].upper()}").json
    assert drawing["strokes"] == INK
    assert base64.b64decode(drawing["bitmap"]) == to_bitmap(parse_strokes(INK)).tobytes()
    assert [answer["model"] for answer in drawing["answers"]] == ["linear", "conv"]


def test_unknown_drawing_is_reported(client):
    for drawing_id, status in ((new_id(), 404), ("7", 400), ("%00", 400), ("x" * 3000, 400)):
        response = client.get(f"/api/room/drawings/{drawing_id}")
        assert response.status_code == status, drawing_id
        assert response.json["error"]["message"].startswith("expected ")


def test_wall_rejects_invalid_parameters(client):
    numbers = ("-1", "now", "1e3", "9" * 40, "9" * 5000, "٣")
    for query in ("limit=0", "limit=201", *(f"since={number}" for number in numbers)):
        response = client.get(f"/api/room/wall?{query}")
        assert response.status_code == 400, query
        assert response.json["error"]["code"] == "bad_request"


def test_scoreboard_of_a_model_and_a_round(client, phone, presenter):
    new_round = presenter.post("/api/room/rounds", json={"kind": "ask", "digit": 0}).json
    send(phone)
    scores = client.get(f"/api/room/scoreboard?model=linear&round={new_round['id']}").json
    assert scores["model"] == "linear"
    assert [(row["model"], row["drawings"], row["labeled"]) for row in scores["models"]] == [
        ("linear", 1, 1),
        ("conv", 1, 1),
    ]
    assert sum(map(sum, scores["confusion"])) == 1


def test_scoreboard_rejects_unknown_model_or_round(client):
    for query, status, code in (
        ("model=vonc", 404, "unknown_model"),
        ("model=%00", 404, "unknown_model"),
        ("round=0123456789ab", 409, "unknown_round"),
        ("round=%00", 400, "bad_request"),
        ("since=x", 400, "bad_request"),
    ):
        response = client.get(f"/api/room/scoreboard?{query}")
        assert (response.status_code, response.json["error"]["code"]) == (status, code), query
