"""The presenter's API: rounds, pause, spotlight, hiding, clearing."""

import logging

import pytest

from tests.host.qr_reader import read_svg
from tests.room.rooms import INK, new_id
from webapp.routes.room import preflight

WIFI = {"name": "Venue; Guest", "password": "open sesame"}
CALLS = [
    ("POST", "/api/room/rounds", {"kind": "ask", "digit": 4}),
    ("PATCH", "/api/room", {"paused": True}),
    ("PATCH", f"/api/room/drawings/{new_id()}", {"hidden": True}),
    ("PATCH", "/api/room", {"joining_closed": True}),
    ("PATCH", "/api/room", {"approval": True}),
    ("PATCH", f"/api/room/participants/{'0' * 16}", {"blocked": True}),
    ("POST", "/api/room/approve", None),
    ("POST", "/api/room/clear", None),
    ("PUT", "/api/room/wifi", WIFI),
    ("GET", "/api/room/preflight", None),
    ("POST", "/api/room/preflight/load-test", None),
]


@pytest.fixture
def app(app_on_both):
    """The application, on both databases."""
    return app_on_both


def send(client) -> str:
    """Send a drawing and return its id."""
    return client.put(f"/api/room/drawings/{new_id()}", json={"strokes": INK}).json["id"]


def test_presenter_calls_reject_participants(phone):
    own = f"inkwise_participant={phone.get_cookie('inkwise_participant').value}"
    before = phone.get("/api/room/state").json
    for method, path, body in CALLS:
        for cookie in (None, "", "wrong", "0" * 64, "x" * 5000, "\xe9"):
            headers = {"Cookie": own if cookie is None else f"{own}; inkwise_presenter={cookie}"}
            response = phone.open(path, method=method, json=body, headers=headers)
            found = (response.status_code, response.json["error"]["code"])
            assert found == (403, "not_presenter"), (method, path, cookie)
    assert phone.get("/api/room/state").json == before


def test_participant_cookie_does_not_authorize_presenter_calls(phone):
    secret = phone.get_cookie("inkwise_participant").value
    phone.set_cookie("inkwise_presenter", secret)
    assert phone.post("/api/room/clear").status_code == 403


@pytest.mark.parametrize(("kind", "digit"), [("free", None), ("ask", 7), ("fool", 0)])
def test_round_starts_for_all_participants(presenter, phone, kind, digit):
    response = presenter.post("/api/room/rounds", json={"kind": kind, "digit": digit})
    assert response.status_code == 201
    assert (response.json["kind"], response.json["digit"]) == (kind, digit)
    assert phone.get("/api/room/state").json["round"] == response.json


def test_invalid_round_is_rejected(presenter):
    asks = ({"kind": "ask"}, {"kind": "ask", "digit": "4"})
    for body in ({}, [], {"kind": "x"}, {"kind": "free", "digit": 4}, *asks):
        response = presenter.post("/api/room/rounds", json=body)
        assert (response.status_code, response.json["error"]["code"]) == (400, "bad_request"), body


def test_wall_can_be_paused_and_resumed(presenter, client):
    assert presenter.patch("/api/room", json={"paused": True}).json["paused"] is True
    assert client.get("/api/room/wall").json["paused"] is True
    assert presenter.patch("/api/room", json={"paused": False}).json["paused"] is False


def test_drawings_are_stored_while_the_wall_is_paused(presenter, phone):
    presenter.patch("/api/room", json={"paused": True})
    send(phone)
    assert phone.get("/api/room/state").json["drawings"] == 1


def test_spotlight_can_be_set_and_cleared(presenter, phone):
    drawing_id = send(phone)
    assert presenter.patch("/api/room", json={"spotlight": drawing_id}).json["spotlight"] == drawing_id
    assert presenter.patch("/api/room", json={"paused": True}).json["spotlight"] == drawing_id
    assert presenter.patch("/api/room", json={"spotlight": None}).json["spotlight"] is None


def test_invalid_room_change_is_rejected(presenter):
    before = presenter.get("/api/room/state").json
    for body, status in (
        ({"spotlight": new_id()}, 404),
        ({"spotlight": "7"}, 400),
        ({"spotlight": 7}, 400),
        ({"paused": None}, 400),
        ({"paused": 1}, 400),
        ({"approval": None}, 400),
        ({"joining_closed": "yes"}, 400),
        ({"code": "x"}, 400),
        ({}, 400),
        ([], 400),
    ):
        response = presenter.patch("/api/room", json=body)
        assert response.status_code == status, body
        assert response.json["error"]["message"].startswith("expected ")
    assert presenter.get("/api/room/state").json == before


def test_hidden_drawing_is_visible_to_its_participant_only(presenter, phone, client):
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


def test_clearing_the_wall_keeps_the_drawings(presenter, phone):
    drawing_id = send(phone)
    assert presenter.post("/api/room/clear").json["drawings"] == 1
    assert phone.get("/api/room/wall").json["drawings"] == []
    assert phone.get(f"/api/room/drawings/{drawing_id}").status_code == 200


def test_wall_shows_hide_button_to_the_presenter_only(presenter, phone):
    assert "data-hide" in presenter.get("/wall").text
    assert "data-hide" not in phone.get("/wall").text


def test_wall_shows_the_wifi_until_it_is_removed(presenter, client):
    first = client.get("/api/room/wall")
    assert (first.json["wifi"], client.get("/wifi.svg").status_code) == (None, 404)
    assert presenter.put("/api/room/wifi", json=WIFI).json == WIFI
    shown = client.get("/api/room/wall", headers={"If-None-Match": first.headers["ETag"]})
    assert (shown.status_code, shown.json["wifi"]) == (200, WIFI)
    assert shown.json["revision"] > first.json["revision"]
    code = client.get("/wifi.svg")
    assert read_svg(code.data) == r"WIFI:T:WPA;S:Venue\; Guest;P:open sesame;;"
    assert code.headers["Cache-Control"] == "no-store"
    assert presenter.put("/api/room/wifi", json={"name": "", "password": ""}).status_code == 200
    assert (client.get("/api/room/wall").json["wifi"], client.get("/wifi.svg").status_code) == (None, 404)


@pytest.mark.parametrize(
    "body", [{}, [], {"name": "Venue"}, {"name": "", "password": "open sesame"}, WIFI | {"name": "W" * 33}]
)
def test_invalid_wifi_is_rejected_and_the_old_one_stays(presenter, client, body):
    presenter.put("/api/room/wifi", json=WIFI)
    response = presenter.put("/api/room/wifi", json=body)
    assert (response.status_code, response.json["error"]["code"]) == (400, "bad_request")
    assert client.get("/api/room/wall").json["wifi"] == WIFI


def test_wifi_password_leaves_the_room_on_the_wall_only(presenter, phone, caplog):
    caplog.set_level(logging.DEBUG)
    presenter.put("/api/room/wifi", json=WIFI)
    presenter.put("/api/room/wifi", json=WIFI | {"name": "W" * 33})
    send(phone)
    exports = [f"/api/room/export/{name}" for name in ("inks.jsonl", "bitmaps.npz", "idx.zip", "sheet.pdf")]
    pages = [
        "/metrics",
        "/api/status",
        "/api/room/state",
        "/api/room/scoreboard",
        "/join",
        "/api/room/preflight",
    ]
    for path in [*exports, *pages]:
        response = presenter.get(path, buffered=True)
        assert response.status_code == 200, path
        assert b"sesame" not in response.data, path
    assert "sesame" not in caplog.text


def test_load_test_runs_once_at_a_time(presenter, monkeypatch):
    monkeypatch.setattr(preflight, "_measure", dict)
    with preflight._load_test_lock:
        response = presenter.post("/api/room/preflight/load-test")
    assert (response.status_code, response.json["error"]["code"]) == (409, "conflict")
    assert presenter.post("/api/room/preflight/load-test").status_code == 200


def test_presenter_blocks_a_participant_and_undoes_it(presenter, phone):
    drawing = phone.get(f"/api/room/drawings/{send(phone)}").json
    path = f"/api/room/participants/{drawing['participant_id']}"
    assert presenter.patch(path, json={"blocked": True}).json["drawings"] == 1
    response = phone.put(f"/api/room/drawings/{new_id()}", json={"strokes": INK})
    assert (response.status_code, response.json["error"]["code"]) == (403, "not_accepted")
    assert phone.get("/api/room/wall").json["drawings"] == []
    assert [each["name"] for each in presenter.get("/api/room/moderation").json["blocked"]] == [
        drawing["name"]
    ]
    assert presenter.patch(path, json={"blocked": False}).json["drawings"] == 1
    assert phone.get("/api/room/wall").json["count"] == 1


def test_presenter_closes_joining(presenter, phone, client):
    assert presenter.patch("/api/room", json={"joining_closed": True}).json["joining_closed"] is True
    response = client.post("/api/room/participants")
    assert (response.status_code, response.json["error"]["code"]) == (403, "joining_closed")
    assert phone.get("/api/room/me").status_code == 200
    presenter.patch("/api/room", json={"joining_closed": False})
    assert client.post("/api/room/participants").status_code == 201


def test_presenter_approves_drawings_before_the_wall(presenter, phone):
    presenter.patch("/api/room", json={"approval": True})
    first, second = (
        phone.put(f"/api/room/drawings/{new_id()}", json={"strokes": INK}).json for _ in range(2)
    )
    assert (first["pending"], phone.get("/api/room/wall").json["drawings"]) == (True, [])
    waiting = presenter.get("/api/room/moderation").json
    assert ([each["id"] for each in waiting["pending"]], waiting["pending_count"]) == (
        [first["id"], second["id"]],
        2,
    )
    assert (
        presenter.patch(f"/api/room/drawings/{first['id']}", json={"hidden": False}).json["pending"] is False
    )
    assert presenter.post("/api/room/approve").json == {"approved": 1}
    assert phone.get("/api/room/wall").json["count"] == 2


def test_moderation_is_for_the_presenter(phone):
    assert phone.get("/api/room/moderation").status_code == 403


@pytest.mark.parametrize(("participant_id", "status"), [("0" * 16, 404), ("7", 400), ("0" * 17, 400)])
def test_unknown_participant_cannot_be_blocked(presenter, participant_id, status):
    response = presenter.patch(f"/api/room/participants/{participant_id}", json={"blocked": True})
    assert response.status_code == status
