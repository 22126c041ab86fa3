"""Participants' API: join, rename, send and delete drawings, vote."""

from http.cookies import SimpleCookie

import pytest

from tests.fakes import expected_digit
from tests.room.rooms import INK, new_id
from webapp.ink.bitmap import to_bitmap
from webapp.ink.parsing import parse_strokes
from webapp.nets.predictor import Predictor
from webapp.nets.store import ModelStore

DRAWING = {"strokes": INK, "label": 4}
PREDICTED = expected_digit(to_bitmap(parse_strokes(INK)))  # the prediction of every fake network
OTHER = (PREDICTED + 1) % 10


@pytest.fixture
def app(app_on_both):
    """The application, on both databases."""
    return app_on_both


def send(client, drawing_id: str | None = None, **body):
    """Send a drawing."""
    return client.put(f"/api/room/drawings/{drawing_id or new_id()}", json={"strokes": INK} | body)


def test_joining_sets_a_name_and_an_httponly_cookie(client):
    response = client.post("/api/room/participants", json={})
    assert response.status_code == 201
    assert response.json.keys() == {"id", "name"}
    cookie = SimpleCookie(response.headers["Set-Cookie"])["inkwise_participant"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"]) == ("Strict", "/")
    assert int(cookie["max-age"]) > 30 * 24 * 3600
    assert cookie.value not in response.text


def test_joining_again_returns_the_same_participant(client):
    first = client.post("/api/room/participants")
    again = client.post("/api/room/participants", json={"code": "whatever"})
    assert (again.status_code, again.json) == (200, first.json)
    assert "Set-Cookie" not in again.headers


def test_joining_with_the_same_key_is_one_participant(client):
    body = {"key": new_id()}
    first = client.post("/api/room/participants", json=body)
    client.delete_cookie("inkwise_participant")  # another tab, which has sent its request before
    again = client.post("/api/room/participants", json=body)
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Set-Cookie"].partition(";")[0] == first.headers["Set-Cookie"].partition(";")[0]


def test_joining_with_an_unknown_cookie_creates_a_participant(client):
    client.set_cookie("inkwise_participant", "a-secret-that-is-not-known-here")
    assert client.post("/api/room/participants").status_code == 201


def test_calls_without_joining_return_401(client):
    own, drawing = "/api/room/me", f"/api/room/drawings/{new_id()}"
    calls = [
        ("GET", own),
        ("PATCH", own),
        ("DELETE", f"{own}/drawings"),
        ("DELETE", f"{own}/drawings/{new_id()}"),
        ("PUT", drawing),
        ("PUT", f"{drawing}/vote"),
    ]
    for method, path in calls:
        for secret in (None, "", "wrong", "x" * 5000, "\xe9", '"\\000"', "a=b", "%00"):
            headers = {} if secret is None else {"Cookie": f"inkwise_participant={secret}"}
            response = client.open(path, method=method, json={"name": "Ada"}, headers=headers)
            found = (response.status_code, response.json["error"]["code"])
            assert found == (401, "not_joined"), (method, path, secret)


def test_drawing_is_stored_with_all_predictions(phone):
    drawing_id = new_id()
    response = send(phone, drawing_id, label=PREDICTED)
    assert response.status_code == 201
    assert response.json["id"] == drawing_id
    assert [(answer["model"], answer["digit"]) for answer in response.json["answers"]] == [
        ("linear", PREDICTED),
        ("conv", PREDICTED),
    ]
    assert response.json["right"] is True
    assert phone.get(f"/api/room/drawings/{drawing_id}").json == response.json


def test_drawing_sent_twice_returns_the_stored_one(phone):
    drawing_id = new_id()
    first, again = send(phone, drawing_id), send(phone, drawing_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json


def test_drawing_id_of_another_participant_conflicts(phone, join):
    drawing_id = new_id()
    send(phone, drawing_id)
    response = send(join(), drawing_id)
    assert (response.status_code, response.json["error"]["code"]) == (409, "other_drawing")


def test_drawing_for_an_unknown_round_conflicts(phone):
    response = send(phone, round="0123456789ab")
    assert (response.status_code, response.json["error"]["code"]) == (409, "unknown_round")


def test_drawing_is_rejected_while_models_load(client, app, model_folder):
    client.post("/api/room/participants")
    cold = Predictor(ModelStore(model_folder, "conv"))  # its models are never loaded
    app.extensions["room"]._predict = cold.predict_all
    response = send(client)
    assert (response.status_code, response.json["error"]["code"]) == (503, "models_loading")
    assert response.headers["Retry-After"] == "1"
    assert client.get("/api/room/state").json["drawings"] == 0


def test_me_lists_own_drawings_newest_first(phone, join):
    sent = [send(phone).json["id"] for _ in range(3)]
    send(join())
    me = phone.get("/api/room/me").json
    assert [drawing["id"] for drawing in me["drawings"]] == sent[::-1]
    assert [answer["model"] for answer in me["drawings"][0]["answers"]] == ["linear", "conv"]
    assert me["full"]


def test_me_supports_etags_and_since(phone, join):
    send(phone)
    first = phone.get("/api/room/me")
    send(join())  # a drawing of another participant
    known = {"If-None-Match": first.headers["ETag"]}
    assert phone.get("/api/room/me", headers=known).status_code == 304
    since = phone.get(f"/api/room/me?since={first.json['revision']}").json
    assert (since["full"], since["drawings"]) == (False, [])
    send(phone)
    assert phone.get("/api/room/me", headers=known).status_code == 200
    assert len(phone.get(f"/api/room/me?since={first.json['revision']}").json["drawings"]) == 2


def test_name_can_be_changed(phone):
    send(phone)
    response = phone.patch("/api/room/me", json={"name": "  <b>Ada</b>\u202e "})
    assert (response.status_code, response.json["name"]) == (200, "<b>Ada</b>")
    assert phone.get("/api/room/me").json["drawings"][0]["name"] == "<b>Ada</b>"


def test_invalid_name_is_rejected(phone):
    for name in (None, "", " ", "x" * 10_000, 7, "\u202e", ["Ada"]):
        response = phone.patch("/api/room/me", json={"name": name})
        assert (response.status_code, response.json["error"]["code"]) == (400, "bad_request"), name
        assert len(response.json["error"]["message"]) < 200


def test_participants_can_delete_their_drawings(phone, join):
    other_drawing = send(join()).json["id"]
    one, *_ = [send(phone).json["id"] for _ in range(3)]
    assert phone.delete(f"/api/room/me/drawings/{one}").status_code == 204
    assert phone.get(f"/api/room/drawings/{one}").status_code == 404
    assert send(phone, one).status_code == 410
    assert phone.delete("/api/room/me/drawings").json == {"deleted": 2}
    assert phone.delete("/api/room/me/drawings").json == {"deleted": 0}
    assert phone.delete(f"/api/room/me/drawings/{other_drawing}").status_code == 404
    assert phone.get(f"/api/room/drawings/{other_drawing}").status_code == 200


def test_votes_decide_whether_the_network_is_fooled(phone, join, presenter):
    presenter.post("/api/room/rounds", json={"kind": "fool", "digit": OTHER})
    drawing = send(phone).json
    assert (drawing["label"], drawing["digit"], drawing["fooled"]) == (OTHER, PREDICTED, "voting")
    voters = [join() for _ in range(3)]
    for voter in voters:
        assert [row["id"] for row in voter.get("/api/room/state").json["to_vote"]] == [drawing["id"]]
        response = voter.put(f"/api/room/drawings/{drawing['id']}/vote", json={"counts": True})
        assert response.status_code == 200
    assert response.json == {"yes": 3, "no": 0, "counts": True}
    assert phone.get(f"/api/room/drawings/{drawing['id']}").json["fooled"] == "yes"
    own_vote = phone.put(f"/api/room/drawings/{drawing['id']}/vote", json={"counts": True})
    assert (own_vote.status_code, own_vote.json["error"]["code"]) == (409, "not_votable")
    assert [row["id"] for row in phone.get("/api/room/scoreboard").json["fooled"]] == [drawing["id"]]


def test_vote_without_a_boolean_is_rejected(phone):
    for body in ({}, {"counts": None}, {"counts": 1}, {"counts": "true"}):
        response = phone.put(f"/api/room/drawings/{new_id()}/vote", json=body)
        assert (response.status_code, response.json["error"]["code"]) == (400, "bad_request"), body
