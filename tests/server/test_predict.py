"""The native predict endpoint gives what Flask's route gives, and leaves unusual requests to it."""

import pytest

from tests.fakes import foreseen, some_bitmap
from webapp.errors import Busy

BYTES = {"Content-Type": "application/octet-stream"}
MODELS = ["conv", "linear", "vonc", "", "all", "con%76", "conv&model=linear", "a b"]


@pytest.mark.parametrize("query", ["", "?x=1", *(f"?model={name}" for name in MODELS)])
@pytest.mark.parametrize("body", [some_bitmap().tobytes(), bytes(784), b"\x01" * 783, b""])
def test_predict_gives_what_flask_gives(client_of, app, query, body):
    expected = app.test_client().post(f"/api/predict{query}", data=body, headers=BYTES)
    found = client_of(app=app).post(f"/api/predict{query}", content=body, headers=BYTES)
    assert (found.status_code, found.json()) == (expected.status_code, expected.json)
    assert found.headers["Content-Type"] == expected.content_type


def test_predict_does_without_flask(app, client_of, monkeypatch):
    def refuse(environ, start_response):
        raise AssertionError("Flask was asked")

    client = client_of(app=app)
    monkeypatch.setattr(app, "wsgi_app", refuse)
    found = client.post("/api/predict?model=linear", content=some_bitmap().tobytes(), headers=BYTES)
    assert found.json()["digit"] == foreseen(some_bitmap())


def test_predict_reports_a_busy_predictor_as_the_contract_says(app, client_of, monkeypatch):
    def be_busy(model, bitmap):
        raise Busy("too many requests are waiting; try again in a second")

    monkeypatch.setattr(app.extensions["predictor"], "submit", be_busy)
    response = client_of(app=app).post("/api/predict", content=some_bitmap().tobytes(), headers=BYTES)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert response.json()["error"]["code"] == "busy"


def test_predict_by_another_method_names_the_right_one(asgi_client):
    response = asgi_client.get("/api/predict")
    assert (response.status_code, response.json()["error"]["code"]) == (405, "method_not_allowed")
    assert "POST" in response.headers["Allow"]


def test_predict_takes_strokes_too(asgi_client):
    response = asgi_client.post("/api/predict?model=all", json={"strokes": [[[0, 0], [3, 40]]]})
    assert [each["model"] for each in response.json()["predictions"]] == ["linear", "conv"]
