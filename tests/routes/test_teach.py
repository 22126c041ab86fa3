"""Routes to teach: access, coverage, a teaching from start to end; with a fake trainer."""

import pytest

from tests.lab.fake_trainer import FakeTrainer
from tests.room.rooms import new_id
from webapp.lab.lab import Lab

ELSEWHERE = {"REMOTE_ADDR": "192.168.1.20"}
SEVEN = [[[300, 180], [700, 180], [420, 850]]]
ACTIONS = ["", "/stop", "/use", "/back", "/keep"]


@pytest.fixture
def trainer(app, store, tmp_path) -> FakeTrainer:
    """The trainer of the application's lab."""
    made = []

    def make(*arguments: object) -> FakeTrainer:
        made.append(FakeTrainer(*arguments))
        return made[0]

    app.extensions["lab"] = Lab(tmp_path / "lab", tmp_path / "kept", tmp_path, store, make, lambda: True)
    return made[0]


def fill(app, people: int = 4) -> list:
    """Save ten labeled drawings of each of some people, and return the people's cookies."""
    room, secrets = app.extensions["room"], []
    for _ in range(people):
        participant, secret = room.join()
        secrets.append(secret)
        for label in range(10):
            room.save(participant, new_id(), SEVEN, label, None)
    return secrets


def learned(drawing: dict) -> list[int]:
    return [1, 7] if drawing["label"] == 7 else [drawing["label"]] * 2


def error_of(response) -> str:
    return response.json["error"]["explanation"]


@pytest.mark.parametrize("action", ACTIONS)
def test_others_may_not_teach(client, trainer, action):
    response = client.post(f"/api/teach{action}", json={}, environ_overrides=ELSEWHERE)
    assert response.status_code == 403
    assert client.get("/api/teach", environ_overrides=ELSEWHERE).status_code == 403


def test_page_elsewhere_tells_where_the_link_is(client, trainer):
    response = client.get("/teach", environ_overrides=ELSEWHERE)
    assert response.status_code == 403
    assert "link" in response.text


def test_presenter_may_teach_from_another_computer(client, app, trainer):
    client.get(app.extensions["auth"].presenter_path(), environ_overrides=ELSEWHERE)
    assert client.get("/api/teach", environ_overrides=ELSEWHERE).status_code == 200
    assert client.get("/teach", environ_overrides=ELSEWHERE).status_code == 200


def test_empty_room_says_what_to_do(client, trainer):
    state = client.get("/api/teach").json
    assert state["problem"].startswith("No drawing says which digit it shows yet.")
    assert (state["base"], state["can_train"], state["teaching"]) == ("conv", True, None)
    response = client.post("/api/teach", json={})
    assert response.status_code == 409
    assert error_of(response) == state["problem"]


@pytest.mark.parametrize("body", ["null", "[]", "{", ""])
@pytest.mark.parametrize("action", ["", "/keep"])
def test_malformed_body_is_an_error(client, trainer, body, action):
    response = client.post(f"/api/teach{action}", data=body, content_type="application/json")
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("body", "status"), [({"base": "x"}, 404), ({"base": 1}, 400), ({"wrong_labels": 2}, 400)]
)
def test_values_that_cannot_be_used_are_errors(client, app, trainer, body, status):
    fill(app)
    assert client.post("/api/teach", json=body).status_code == status


def test_network_is_taught_used_kept_and_left(client, app, trainer):
    fill(app)
    started = client.post("/api/teach", json={"wrong_labels": 0.3})
    assert (started.status_code, started.json["teaching"]["status"]) == (201, "waiting")
    assert client.post("/api/teach", json={}).status_code == 409
    trainer.finish_teaching(learned)
    teaching = client.get("/api/teach").json["teaching"]
    assert (teaching["model"], teaching["wrong_labels"]) == ("taught-1", 0.3)
    assert len(teaching["result"]["changes"]) == 4
    assert teaching["result"]["changes"][0]["strokes"]
    assert client.post("/api/teach/use").json["used"] == "taught-1"
    assert client.post("/api/predict", json={"strokes": SEVEN}).json["model"] == "taught-1"
    for path in ("/", "/models", "/models/taught-1", "/join", "/scoreboard"):
        assert client.get(path).status_code == 200
    assert client.post("/api/teach/keep", json={"name": "ours"}).json == {"name": "ours"}
    assert client.post("/api/teach/back").json["used"] == "conv"
    assert client.post("/api/predict", json={"strokes": SEVEN}).json["model"] == "conv"
    assert client.post("/api/teach/back").status_code == 409


def test_phone_is_told_of_its_own_drawing(client, app, trainer):
    secrets = fill(app)
    room, about = app.extensions["room"], app.extensions["lab"].teacher.about_network
    client.post("/api/teach", json={})
    trainer.finish_teaching(learned)
    client.post("/api/teach/use")
    told = [about(room.participant(secret).id)["taught"] for secret in secrets]
    assert [each["label"] for each in told] == [7, 7, 7, 7]
    other = client.get("/api/room/state").json
    assert (other["model"], other["taught"]) == ("taught-1", None)


def test_use_changes_the_state_of_phones_and_their_events(client, app, trainer):
    fill(app)
    client.post("/api/teach", json={})
    trainer.finish_teaching(learned)
    live = app.extensions["room"].live
    before, tag = live.moment({}), client.get("/api/room/state").headers["ETag"]
    client.post("/api/teach/use")
    assert live.moment({}).state != before.state
    assert client.get("/api/room/state", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    "path", [*(f"/api/teach{action}" for action in ACTIONS), "/api/lab/runs", "/api/lab/open"]
)
def test_process_without_the_lab_says_where_it_is(client, app, trainer, store, tmp_path, path):
    holder = Lab(tmp_path / "lab", tmp_path / "kept", tmp_path, store, FakeTrainer, lambda: True)
    holder.trainer.open()
    response = client.post(path, json={})
    assert response.status_code == 409
    assert error_of(response).startswith("Another server process of this room has the lab.")
    assert client.post(path, json={}, environ_overrides=ELSEWHERE).status_code == 403
    state = client.get("/api/teach").json
    assert (state["can_train"], state["reason"]) == (False, error_of(response))
    assert client.get("/api/lab").json["reason"] == error_of(response)
    holder.trainer.close()
    assert client.get("/api/teach").json["can_train"]


def test_deleted_drawings_leave_the_result(client, app, trainer):
    (secret, *_) = fill(app)
    room = app.extensions["room"]
    client.post("/api/teach", json={})
    trainer.finish_teaching(learned)
    room.delete_all(room.participant(secret))
    assert len(client.get("/api/teach").json["teaching"]["result"]["changes"]) == 3
