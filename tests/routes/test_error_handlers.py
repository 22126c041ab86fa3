"""Every error has the contract's shape for programs, and is a page for people."""

import logging

import pytest

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    "path", ["/api/nothing", "/api/", "/static/nothing.js", "/static/../webapp/settings.py", "/static/%00"]
)
def test_failure_of_an_unknown_address_is_json(client, path):
    response = client.get(path, headers=BROWSER)
    assert response.status_code in (400, 404)
    assert response.json["error"].keys() == {"code", "message"}


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
def test_failure_of_a_wrong_method_names_the_right_ones(client, method, path, allowed):
    response = client.open(path, method=method)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == allowed
    assert response.json["error"]["code"] == "method_not_allowed"
    assert response.json["error"]["message"].endswith(f"for {path}, received {method}")


@pytest.mark.parametrize("path", ["/nothing", "/models/vonc", "/models/", "/%00", "/%ff"])
def test_failure_where_a_person_looks_is_a_page(client, path):
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert "<main" in response.text


def test_failure_for_a_program_at_a_page_is_json(client):
    response = client.get("/models/vonc", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert response.json["error"]["code"] == "unknown_model"


def test_failure_of_the_server_tells_no_detail(client, app, monkeypatch, caplog):
    def break_down():
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
def test_failure_of_a_body_that_is_larger_than_its_route_needs(client, app, method, path):
    client.get(app.extensions["auth"].presenter_path())
    client.post("/api/room/participants", json={})
    response = client.open(path, method=method, json={"name": "x" * 200_000})
    assert response.status_code == 413
    assert response.json["error"]["message"] == "expected at most 128,000 bytes, received more"
