"""Errors are JSON for programs and HTML pages for browsers."""

import logging

import pytest

from webapp.errors import InkwiseError, SettingError

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    "path", ["/api/nothing", "/api/", "/static/nothing.js", "/static/../webapp/settings.py", "/static/%00"]
)
def test_unknown_api_address_returns_json(client, path):
    response = client.get(path, headers=BROWSER)
    assert response.status_code in (400, 404)
    assert response.json["error"].keys() == {"code", "message", "explanation"}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/predict", {"POST", "OPTIONS"}),
        ("DELETE", "/api/predict", {"POST", "OPTIONS"}),
        ("POST", "/api/models", {"GET", "HEAD", "OPTIONS"}),
        ("PUT", "/healthz", {"GET", "HEAD", "OPTIONS"}),
        ("BREW", "/readyz", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_wrong_method_returns_405_with_allow(client, method, path, allowed):
    response = client.open(path, method=method)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == allowed
    assert response.json["error"]["code"] == "method_not_allowed"
    assert response.json["error"]["message"].endswith(f"for {path}, received {method}")


@pytest.mark.parametrize("path", ["/nothing", "/models/vonc", "/%00", "/%ff"])
def test_unknown_page_returns_html_to_browsers(client, path):
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert "<main" in response.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nonsense", 404, "This page does not exist."),
        ("/models/vonc", 404, "This page does not exist."),
        ("/room/drawings/00000000-0000-4000-8000-000000000000/inside", 404, "This page does not exist."),
        ("/data?set=secret", 400, "There is no such collection of digits."),
        ("/data?digit=12", 400, "A number in this address is not valid: digit."),
        ("/presenter?token=wrong", 403, "This is not the presenter&#39;s link of this room."),
    ],
)
def test_error_page_speaks_to_people(client, path, status, words):
    response = client.get(path, headers=BROWSER)
    assert response.status_code == status
    assert words in response.text
    assert "expected" not in response.text
    assert "received" not in response.text


def test_unknown_page_returns_json_to_programs(client):
    response = client.get("/models/vonc", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert response.json["error"]["code"] == "unknown_model"


def test_server_error_hides_details(client, app, monkeypatch, caplog):
    def break_down(**_):
        raise ZeroDivisionError("a detail from inside")

    monkeypatch.setattr(app.extensions["store"], "cards", break_down)
    with caplog.at_level(logging.ERROR):
        response = client.get("/api/models")
    assert response.status_code == 500
    assert response.json["error"]["code"] == "internal"
    assert "detail from inside" not in response.text
    assert "GET /api/models failed" in caplog.text
    assert "ZeroDivisionError: a detail from inside" in caplog.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/room/participants"), ("PATCH", "/api/room/me"), ("POST", "/api/room/rounds")],
)
def test_oversized_body_of_a_room_route_returns_413(client, app, method, path):
    client.get(app.extensions["auth"].presenter_path())
    client.post("/api/room/participants", json={})
    response = client.open(path, method=method, json={"name": "x" * 200_000})
    assert response.status_code == 413
    assert response.json["error"]["message"] == "expected at most 128,000 bytes, received more"


def errors(kind: type[InkwiseError] = InkwiseError) -> list[type[InkwiseError]]:
    """Return the error classes that a page may show."""
    found = [each for below in kind.__subclasses__() for each in (below, *errors(below))]
    return [each for each in found if each is not SettingError]


@pytest.mark.parametrize("kind", errors())
def test_every_error_has_its_own_explanation_for_people(kind):
    assert kind.explanation != kind.__mro__[1].explanation
    assert kind.explanation.endswith(".")
    for word in ("expected", "received", "cookie", "token", "UUID", "bitmap"):
        assert word not in kind.explanation


PAGES = [
    ("/presenter?token=wrong", "This is not the presenter&#39;s link of this room."),
    ("/room/drawings/7/inside", "The server did not understand this."),
    ("/nothing", "This page does not exist."),
]


@pytest.mark.parametrize(("path", "words"), PAGES)
def test_error_page_shows_the_explanation(client, path, words):
    page = client.get(path, headers=BROWSER).text
    assert words in page
    assert "expected" not in page
    assert "expected" in client.get(path).json["error"]["message"]
