"""Routes of the lab: access, specs, runs, downloads; with a fake trainer."""

import base64

import numpy as np
import pytest

from tests.fakes import expected_digit
from tests.lab.fake_trainer import FakeTrainer
from tests.room.rooms import new_id
from tests.waiting import wait_until
from webapp import create_app
from webapp.lab.lab import Lab
from webapp.training.mnist_download import RemoteFile

ELSEWHERE = {"REMOTE_ADDR": "192.168.1.20"}
SEVEN = [[[300, 180], [700, 180], [420, 850]]]
REQUESTS = [
    ("GET", "/api/lab", None),
    ("POST", "/api/lab/check", {"spec": {}}),
    ("POST", "/api/lab/open", {}),
    ("GET", "/api/lab/pinned", None),
    ("POST", "/api/lab/mnist", {}),
    ("PUT", "/api/lab/pinned", {"drawings": []}),
    ("POST", "/api/lab/room-scores", None),
    ("POST", "/api/lab/runs", {"spec": {}}),
    ("POST", "/api/lab/control", {"action": "stop"}),
    ("GET", "/api/lab/runs/1", None),
    ("DELETE", "/api/lab/runs/1", None),
    ("POST", "/api/lab/runs/1/keep", {"name": "x"}),
    ("GET", "/api/lab/runs/1/network.keras", None),
]


@pytest.fixture
def trainer(app, store, tmp_path) -> FakeTrainer:
    """The trainer of the application's lab."""
    made = []

    def make(*arguments: object) -> FakeTrainer:
        made.append(FakeTrainer(*arguments))
        return made[0]

    nowhere = RemoteFile("http://name.invalid/mnist.npz", "", 1)
    app.extensions["lab"] = Lab(
        tmp_path / "lab", tmp_path / "kept", tmp_path, store, make, lambda: True, nowhere
    )
    return made[0]


@pytest.fixture
def client(app, trainer):
    return app.test_client()


@pytest.mark.parametrize(
    ("method", "path", "body"), REQUESTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_lab_is_for_the_presenter_and_this_computer(client, method, path, body):
    response = client.open(path, method=method, json=body, environ_overrides=ELSEWHERE)
    assert (response.status_code, response.json["error"]["code"]) == (403, "not_presenter")
    assert client.open(path, method=method, json=body).status_code != 403


@pytest.mark.parametrize("path", ["/lab", "/teach"])
def test_page_elsewhere_tells_where_the_link_is(client, path):
    response = client.get(path, environ_overrides=ELSEWHERE)
    assert response.status_code == 403
    assert "link" in response.text


def test_presenter_may_use_the_lab_from_another_computer(client, app):
    token = app.extensions["auth"].presenter_path()
    client.get(token, environ_overrides=ELSEWHERE)
    assert client.get("/api/lab", environ_overrides=ELSEWHERE).status_code == 200


def test_another_site_that_resolves_to_this_computer_may_not(client):
    response = client.get("/api/lab", headers={"Host": "evil.example"})
    assert response.status_code == 403


def test_check_returns_layers_warnings_and_code(client):
    found = client.post("/api/lab/check", json={"spec": {"layers": [{"activation": "step"}]}}).json
    assert found["parameters"] == 101_770
    assert [layer["name"] for layer in found["layers"]] == ["hidden_1", "digit"]
    assert found["warnings"][0]["field"] == "layers.0.activation"
    assert "model.fit(" in found["code"]


def test_unusable_spec_names_its_field(client):
    response = client.post("/api/lab/check", json={"spec": {"epochs": 0}})
    assert response.status_code == 400
    assert response.json["error"]["field"] == "epochs"
    assert response.json["error"]["explanation"] == "Enter a whole number from 1 to 50."


@pytest.mark.parametrize("body", ["null", "[]", "{", '{"spec": 1}', ""])
@pytest.mark.parametrize("path", ["check", "runs", "control"])
def test_malformed_body_is_an_error(client, path, body):
    response = client.post(f"/api/lab/{path}", data=body, content_type="application/json")
    assert response.status_code == 400


def test_fetch_without_internet_is_explained_and_is_a_conflict_with_mnist_at_hand(
    client, app, store, tmp_path
):
    response = client.post("/api/lab/mnist", json={})
    assert (response.status_code, response.json["fetch"]["size"]) == (202, 1)
    wait_until(lambda: client.get("/api/lab").json["fetch"]["reason"])
    assert "connected to the internet" in client.get("/api/lab").json["fetch"]["reason"]
    (tmp_path / "mnist.npz").touch()
    app.extensions["lab"] = Lab(tmp_path / "lab", tmp_path / "kept", tmp_path, store, FakeTrainer)
    assert client.get("/api/lab").json["fetch"] is None
    assert client.post("/api/lab/mnist", json={}).status_code == 409


def test_opening_starts_the_trainer_and_pins_samples(client, trainer):
    assert client.post("/api/lab/open", json={}).json["status"] == "starting"
    assert trainer.is_running
    assert [len(command["bitmaps"]) for command in trainer.commands] == [5]


def test_labeled_drawings_of_the_room_are_pinned_first(client, app, trainer):
    room = app.extensions["room"]
    participant, _ = room.join()
    room.save(participant, new_id(), SEVEN, 7, None)
    client.post("/api/lab/open", json={})
    client.post("/api/lab/runs", json={"spec": {}})
    trainer.update(pinned=[[0.1] * 10] * 5)
    pinned = client.get("/api/lab/runs/1").json["pinned"]
    assert pinned[0]["label"] == 7
    assert len({drawing["label"] for drawing in pinned}) == 5


def test_drawings_of_the_room_are_offered_and_pinned(client, app):
    room = app.extensions["room"]
    participant, _ = room.join()
    for label in (7, 7, None):
        room.save(participant, new_id(), SEVEN, label, None)
    offered = client.get("/api/lab/pinned").json["room"]
    assert [drawing["label"] for drawing in offered] == [7, 7]
    assert client.put("/api/lab/pinned", json={"drawings": offered}).status_code == 200
    pinned = client.get("/api/lab/pinned").json["pinned"]
    assert [drawing["label"] for drawing in pinned] == [7, 7]


def test_labeled_drawings_of_the_room_score_each_run(client, app, trainer):
    room = app.extensions["room"]
    participant, _ = room.join()
    app.extensions["lab"].read_room = room.labeled_bitmaps
    client.post("/api/lab/runs", json={"spec": {}})
    trainer.finish()
    assert client.post("/api/lab/room-scores").json["run"]["room_score"] is None
    saved, _ = room.save(participant, new_id(), SEVEN, 7, None)
    room.save(participant, new_id(), SEVEN, None, None)
    content = base64.b64decode(room.drawing(saved["id"])["bitmap"])
    is_right = expected_digit(np.frombuffer(content, np.uint8)) == 7
    score = {"right": int(is_right), "count": 1}
    assert client.post("/api/lab/room-scores").json["run"]["room_score"] == score


def test_run_is_trained_controlled_kept_downloaded_and_thrown_away(client, trainer):
    run = client.post("/api/lab/runs", json={"spec": {"epochs": 1}, "title": "mine"})
    assert (run.status_code, run.json["title"]) == (201, "mine")
    assert client.post("/api/lab/runs", json={"spec": {}}).status_code == 409
    trainer.update(step=7)
    assert client.post("/api/lab/control", json={"action": "pause"}).status_code == 200
    assert client.post("/api/lab/control", json={"action": "resume"}).status_code == 409
    trainer.finish()
    assert client.get("/api/lab/runs/1").json["points"][0][0] == 7
    assert client.post("/api/predict?model=run-1", json={"strokes": SEVEN}).json["model"] == "run-1"
    assert client.post("/api/lab/runs/1/keep", json={"name": "mine"}).json == {"name": "mine"}
    assert client.post("/api/lab/runs/1/keep", json={"name": "mine"}).status_code == 409
    for file in ("network.keras", "network.tflite", "train.py"):
        response = client.get(f"/api/lab/runs/1/{file}")
        assert response.status_code == 200
        assert f"inkwise-run-1-{file}" in response.headers["Content-Disposition"]
    assert client.get("/api/lab/runs/1/run-1.json").status_code == 404
    assert client.delete("/api/lab/runs/1").status_code == 204
    assert client.get("/api/lab/runs/1").status_code == 404
    assert client.post("/api/predict?model=run-1", json={"strokes": SEVEN}).status_code == 404
    assert client.post("/api/predict?model=mine", json={"strokes": SEVEN}).status_code == 200


def test_models_of_the_lab_are_listed(client, trainer):
    client.post("/api/lab/runs", json={"spec": {}})
    trainer.finish()
    names = [card["name"] for card in client.get("/api/models").json["models"]]
    assert names == ["linear", "conv", "run-1"]
    for path in ("/", "/models", "/models/run-1", "/inside"):
        assert "run-1" in client.get(path).text
    assert "run-1" not in client.get("/scoreboard").text


def test_missing_tensorflow_is_explained(store, tmp_path):
    app = create_app({"TESTING": True, "ROOM_FOLDER": tmp_path / "room"}, store=store)
    app.extensions["lab"] = Lab(
        tmp_path / "lab", tmp_path / "kept", tmp_path, store, FakeTrainer, lambda: False
    )
    response = app.test_client().post("/api/lab/runs", json={"spec": {}})
    assert response.status_code == 503
    assert "Install it" in response.json["error"]["explanation"]
    app.extensions["room"].close()
