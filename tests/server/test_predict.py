"""The native predict endpoint equals Flask's route and passes unusual requests to it."""

import pytest

from tests.fakes import expected_digit, some_bitmap
from webapp.errors import Busy

BYTES = {"Content-Type": "application/octet-stream"}
MODELS = ["conv", "linear", "taught-1", "my_own-2", "vonc", "", "all", "con%76", "conv&model=linear", "a b"]


@pytest.mark.parametrize("query", ["", "?x=1", *(f"?model={name}" for name in MODELS)])
@pytest.mark.parametrize("body", [some_bitmap().tobytes(), bytes(784), b"\x01" * 783, b""])
def test_predict_equals_the_flask_route(client_of, app, query, body):
    expected = app.test_client().post(f"/api/predict{query}", data=body, headers=BYTES)
    found = client_of(app=app).post(f"/api/predict{query}", content=body, headers=BYTES)
    assert (found.status_code, found.json()) == (expected.status_code, expected.json)
    assert found.headers["Content-Type"] == expected.content_type


@pytest.mark.parametrize("query", ["", "?model=linear", "?model=taught-1"])
def test_predict_bypasses_flask(app, client_of, monkeypatch, query):
    def refuse(environ, start_response):
        raise AssertionError("Flask was called")

    client = client_of(app=app)
    monkeypatch.setattr(app, "wsgi_app", refuse)
    network = app.extensions["store"].network("linear")
    monkeypatch.setattr(app.extensions["predictor"], "find", lambda name: {name or "linear": network})
    found = client.post(f"/api/predict{query}", content=some_bitmap().tobytes(), headers=BYTES)
    assert found.json()["digit"] == expected_digit(some_bitmap())


def test_predict_returns_503_when_busy(app, client_of, monkeypatch):
    def be_busy(model, bitmap):
        raise Busy("too many requests are waiting; try again in a second")

    monkeypatch.setattr(app.extensions["predictor"], "submit", be_busy)
    response = client_of(app=app).post("/api/predict", content=some_bitmap().tobytes(), headers=BYTES)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert response.json()["error"]["code"] == "busy"


def test_predict_by_get_returns_405_with_allow(asgi_client):
    response = asgi_client.get("/api/predict")
    assert (response.status_code, response.json()["error"]["code"]) == (405, "method_not_allowed")
    assert "POST" in response.headers["Allow"]


def test_predict_accepts_strokes(asgi_client):
    response = asgi_client.post("/api/predict?model=all", json={"strokes": [[[0, 0], [3, 40]]]})
    assert [each["model"] for each in response.json()["predictions"]] == ["linear", "conv"]
