"""Requests that a page of another site makes are rejected."""

import pytest

from webapp.errors import WrongOrigin

HOST = {"Host": "localhost:8000"}
UNSAFE = [
    ("POST", "/api/predict"),
    ("POST", "/api/room/participants"),
    ("PATCH", "/api/room/me"),
    ("PUT", "/api/room/drawings/00000000-0000-4000-8000-000000000000"),
    ("DELETE", "/api/room/me/drawings"),
    ("POST", "/nothing"),
]
OTHER_ORIGINS = [
    "http://elsewhere.example",
    "http://localhost",  # another port
    "http://localhost:8001",
    "http://localhost:8000.elsewhere.example",
    "http://elsewhere.example/localhost:8000",
    "http://user@localhost:8000",
    "http://localhost:8000/",
    "http://localhost:8000/elsewhere",
    "http://localhost:8000?elsewhere",
    "http://[::1",
    "file://localhost:8000",
    "null",
    "",
    "localhost:8000",
]


@pytest.mark.parametrize(("method", "path"), UNSAFE)
def test_csrf_rejects_cross_origin_requests(asgi_client, method, path):
    response = asgi_client.request(method, path, headers=HOST | {"Origin": "http://elsewhere.example"})
    assert response.status_code == 403
    assert response.json()["error"] == {
        "code": "wrong_origin",
        "message": "expected a request from a page of 'localhost:8000', received one from 'http://elsewhere.example'",
        "explanation": WrongOrigin.explanation,
    }


@pytest.mark.parametrize("origin", OTHER_ORIGINS)
def test_csrf_rejects_an_origin_that_resembles_the_host(asgi_client, origin):
    response = asgi_client.post("/api/room/participants", json={}, headers=HOST | {"Origin": origin})
    assert (response.status_code, response.json()["error"]["code"]) == (403, "wrong_origin")


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8000", "http://localhost:8000"),
        ("LOCALHOST:8000", "http://localhost:8000"),
        ("localhost", "http://localhost"),
        ("localhost", "https://localhost"),
        ("localhost:80", "http://localhost"),
        ("[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_csrf_accepts_same_origin_requests(asgi_client, host, origin):
    response = asgi_client.post("/api/room/participants", json={}, headers={"Host": host, "Origin": origin})
    assert response.status_code == 201


def test_csrf_accepts_requests_without_origin(asgi_client):
    assert asgi_client.post("/api/room/participants", json={}).status_code == 201


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_csrf_ignores_safe_methods(asgi_client, method):
    response = asgi_client.request(method, "/api/models", headers={"Origin": "http://elsewhere.example"})
    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response.headers
