"""Phones follow the lab's run and guess its accuracy; only the presenter shows it."""

import pytest

from tests.lab.fake_trainer import FakeTrainer
from webapp.lab.lab import Lab


@pytest.fixture(autouse=True)
def trainer(app, store, tmp_path) -> FakeTrainer:
    """The trainer of the application's lab."""
    made = []

    def make(*arguments: object) -> FakeTrainer:
        made.append(FakeTrainer(*arguments))
        return made[0]

    app.extensions["lab"] = Lab(tmp_path / "lab", tmp_path / "kept", tmp_path, store, make, lambda: True)
    return made[0]


def test_phone_guesses_and_sees_the_truth(phone, presenter, trainer):
    assert phone.get("/api/room/run").json == {"shown": False}
    assert presenter.patch("/api/lab/room", json={"asking": True}).json["room"]["asking"]
    assert phone.put("/api/room/guess", json={"accuracy": 0.9349}).json == {"accuracy": 0.935}
    presenter.post("/api/lab/runs", json={"spec": {}})
    trainer.update(step=3)
    response = phone.put("/api/room/guess", json={"accuracy": 0.5})
    assert (response.status_code, response.json["error"]["code"]) == (409, "not_now")
    trainer.finish()
    news = phone.get("/api/room/run").json
    assert (news["run"]["test_accuracy"], news["guesses"]["values"]) == (0.9, [0.935])
    assert news["points"][0][0] == 3


def test_only_the_presenter_shows_the_lab(phone, client):
    for other in (phone, client):  # also not this computer without the presenter's cookie
        response = other.patch("/api/lab/room", json={"shown": True})
        assert (response.status_code, response.json["error"]["code"]) == (403, "not_presenter")


def test_guess_needs_a_participant(client):
    response = client.put("/api/room/guess", json={"accuracy": 0.5})
    assert (response.status_code, response.json["error"]["code"]) == (401, "not_joined")


def test_blocked_participant_cannot_guess(phone, presenter):
    presenter.patch("/api/lab/room", json={"asking": True})
    me = phone.get("/api/room/me").json["id"]
    presenter.patch(f"/api/room/participants/{me}", json={"blocked": True})
    response = phone.put("/api/room/guess", json={"accuracy": 0.5})
    assert (response.status_code, response.json["error"]["code"]) == (403, "not_accepted")


@pytest.mark.parametrize("body", [{}, {"accuracy": "1"}, {"accuracy": 1.5}, {"accuracy": None}])
def test_unusable_guess_is_explained(phone, presenter, body):
    presenter.patch("/api/lab/room", json={"asking": True})
    response = phone.put("/api/room/guess", json=body)
    assert response.status_code == 400
    assert response.json["error"]["explanation"] == "Enter a number from 0 to 100 %."


@pytest.mark.parametrize("body", [{}, {"shown": "yes"}, {"asking": 1}])
def test_unusable_switch_is_an_error(presenter, body):
    assert presenter.patch("/api/lab/room", json=body).status_code == 400


def test_run_has_an_etag(client, presenter):
    tag = client.get("/api/room/run").headers["ETag"]
    assert client.get("/api/room/run", headers={"If-None-Match": tag}).status_code == 304
    presenter.patch("/api/lab/room", json={"shown": True})
    assert client.get("/api/room/run", headers={"If-None-Match": tag}).json["run"] is None


def test_controls_of_the_room_are_on_the_presenters_page_only(client, presenter):
    assert "data-broadcast" in presenter.get("/lab").text
    assert "data-broadcast" not in client.get("/lab").text
