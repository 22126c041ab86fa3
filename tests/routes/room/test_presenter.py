"""What the presenter does, and nobody else."""

import pytest

from tests.room.rooms import INK, new_id

CALLS = [
    ("POST", "/api/room/rounds", {"kind": "ask", "digit": 4}),
    ("PATCH", "/api/room", {"paused": True}),
    ("PATCH", f"/api/room/drawings/{new_id()}", {"hidden": True}),
    ("POST", "/api/room/clear", None),
]


@pytest.fixture
def app(app_on_both):
    """The application, on both databases."""
    return app_on_both


def send(client) -> str:
    """Send a drawing, and return its id."""
    return client.put(f"/api/room/drawings/{new_id()}", json={"strokes": INK}).json["id"]


def test_presenters_calls_are_refused_to_participants(phone):
    own = f"inkwise_participant={phone.get_cookie('inkwise_participant').value}"
    before = phone.get("/api/room/state").json
    for method, path, body in CALLS:
        for cookie in (None, "", "wrong", "0" * 64, "x" * 5000, "\xe9"):
            headers = {"Cookie": own if cookie is None else f"{own}; inkwise_presenter={cookie}"}
            response = phone.open(path, method=method, json=body, headers=headers)
            found = (response.status_code, response.json["error"]["code"])
            assert found == (403, "not_presenter"), (method, path, cookie)
    assert phone.get("/api/room/state").json == before


def test_participants_cookie_does_not_open_the_presenters_calls(phone):
    secret = phone.get_cookie("inkwise_participant").value
    phone.set_cookie("inkwise_presenter", secret)
    assert phone.post("/api/room/clear").status_code == 403


@pytest.mark.parametrize(("kind", "digit"), [("free", None), ("ask", 7), ("fool", 0)])
def test_round_starts_for_everybody(presenter, phone, kind, digit):
    response = presenter.post("/api/room/rounds", json={"kind": kind, "digit": digit})
    assert response.status_code == 201
    assert (response.json["kind"], response.json["digit"]) == (kind, digit)
    assert phone.get("/api/room/state").json["round"] == response.json


def test_round_that_makes_no_sense_is_refused(presenter):
    asks = ({"kind": "ask"}, {"kind": "ask", "digit": "4"})
    for body in ({}, [], {"kind": "x"}, {"kind": "free", "digit": 4}, *asks):
        response = presenter.post("/api/room/rounds", json=body)
        assert (response.status_code, response.json["error"]["code"]) == (400, "bad_request"), body


def test_wall_is_paused_and_goes_on(presenter, client):
    assert presenter.patch("/api/room", json={"paused": True}).json["paused"] is True
    assert client.get("/api/room/wall").json["paused"] is True
    assert presenter.patch("/api/room", json={"paused": False}).json["paused"] is False


def test_drawings_are_taken_while_the_wall_is_paused(presenter, phone):
    presenter.patch("/api/room", json={"paused": True})
    send(phone)
    assert phone.get("/api/room/state").json["drawings"] == 1


def test_spotlight_is_set_and_taken_away(presenter, phone):
    drawing_id = send(phone)
    assert presenter.patch("/api/room", json={"spotlight": drawing_id}).json["spotlight"] == drawing_id
    assert presenter.patch("/api/room", json={"paused": True}).json["spotlight"] == drawing_id
    assert presenter.patch("/api/room", json={"spotlight": None}).json["spotlight"] is None


def test_change_that_makes_no_sense_is_refused(presenter):
    before = presenter.get("/api/room/state").json
    for body, status in (
        ({"spotlight": new_id()}, 404),
        ({"spotlight": "7"}, 400),
        ({"spotlight": 7}, 400),
        ({"paused": None}, 400),
        ({"paused": 1}, 400),
        ({"code": "x"}, 400),
        ({}, 400),
        ([], 400),
    ):
        response = presenter.patch("/api/room", json=body)
        assert response.status_code == status, body
        assert response.json["error"]["message"].startswith("expected ")
    assert presenter.get("/api/room/state").json == before


def test_hidden_drawing_is_seen_by_its_participant_alone(presenter, phone, client):
    drawing_id = send(phone)
    presenter.patch("/api/room", json={"spotlight": drawing_id})
    revision = client.get("/api/room/wall").json["revision"]
    assert presenter.patch(f"/api/room/drawings/{drawing_id}", json={"hidden": True}).json["hidden"] is True
    wall = client.get(f"/api/room/wall?since={revision}").json
    assert (wall["drawings"], wall["count"]) == ([{"id": drawing_id, "gone": True}], 0)
    assert wall["spotlight"] is None
    assert client.get(f"/api/room/drawings/{drawing_id}").status_code == 404
    assert phone.get("/api/room/me").json["drawings"][0]["hidden"] is True
    assert presenter.patch("/api/room", json={"spotlight": drawing_id}).status_code == 404
    presenter.patch(f"/api/room/drawings/{drawing_id}", json={"hidden": False})
    assert client.get(f"/api/room/drawings/{drawing_id}").status_code == 200


def test_wall_is_cleared_and_the_drawings_stay(presenter, phone):
    drawing_id = send(phone)
    assert presenter.post("/api/room/clear").json["drawings"] == 1
    assert phone.get("/api/room/wall").json["drawings"] == []
    assert phone.get(f"/api/room/drawings/{drawing_id}").status_code == 200


def test_wall_offers_hiding_to_the_presenter_alone(presenter, phone):
    assert "data-hide" in presenter.get("/wall").text
    assert "data-hide" not in phone.get("/wall").text
