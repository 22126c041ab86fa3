"""The short way gives what the route gives, and leaves to it what is unusual."""

import pytest

from tests.fakes import foreseen, some_bitmap
from webapp.errors import Busy

BYTES = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def flask_alone(app):
    """A client of the routes without the gate before them."""
    app.extensions["gate"] = gate = app.wsgi_app
    app.wsgi_app = gate._routes
    yield app.test_client()
    app.wsgi_app = gate


MODELS = ["conv", "linear", "vonc", "", "all", "con%76", "conv&model=linear"]


@pytest.mark.parametrize("query", ["", "?x=1", *(f"?model={name}" for name in MODELS)])
@pytest.mark.parametrize("body", [some_bitmap().tobytes(), bytes(784), b"\x01" * 783, b""])
def test_express_gives_what_the_route_gives(client, flask_alone, app, query, body):
    expected = flask_alone.post(f"/api/predict{query}", data=body, headers=BYTES)
    app.wsgi_app = app.extensions["gate"]
    found = client.post(f"/api/predict{query}", data=body, headers=BYTES)
    assert (found.status_code, found.json) == (expected.status_code, expected.json)
    assert found.mimetype == expected.mimetype


def test_express_does_without_flask(app, client, monkeypatch):
    def refuse(environ, start_response):
        raise AssertionError("the route was asked")

    monkeypatch.setattr(app.wsgi_app, "_routes", refuse)
    bitmap = some_bitmap()
    response = client.post("/api/predict?model=linear", data=bitmap.tobytes(), headers=BYTES)
    assert response.json["digit"] == foreseen(bitmap)


def test_express_busy_predictor_is_told_as_the_route_tells_it(app, client, monkeypatch):
    def be_busy(networks, bitmap, asker):
        raise Busy("256 bitmaps wait already; try again in a second")

    monkeypatch.setattr(app.extensions["predictor"], "ask", be_busy)
    response = client.post("/api/predict", data=some_bitmap().tobytes(), headers=BYTES)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.json["error"]["code"] == "busy"
