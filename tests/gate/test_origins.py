"""What changes something, or costs something, is not done for another site's page."""

import pytest

OWN = {"Host": "localhost:8000"}
CHANGING = [
    ("POST", "/api/predict"),
    ("POST", "/api/room/participants"),
    ("PATCH", "/api/room/me"),
    ("PUT", "/api/room/drawings/00000000-0000-4000-8000-000000000000"),
    ("DELETE", "/api/room/me/drawings"),
    ("POST", "/nothing"),
]
FOREIGN = [
    "http://elsewhere.example",
    "http://localhost",  # another port
    "http://localhost:8001",
    "http://localhost:8000.elsewhere.example",
    "http://elsewhere.example/localhost:8000",
    "http://user@localhost:8000",
    "http://[::1",
    "file://localhost:8000",
    "null",
    "",
    "localhost:8000",
]


@pytest.mark.parametrize(("method", "path"), CHANGING)
def test_origin_of_another_site_is_refused(client, method, path):
    response = client.open(path, method=method, headers=OWN | {"Origin": "http://elsewhere.example"})
    assert response.status_code == 403
    assert response.json["error"] == {
        "code": "wrong_origin",
        "message": "expected a page of 'localhost:8000' to ask, received one of 'http://elsewhere.example'",
    }


@pytest.mark.parametrize("origin", FOREIGN)
def test_origin_that_is_not_quite_the_host_is_refused(client, origin):
    response = client.post("/api/room/participants", json={}, headers=OWN | {"Origin": origin})
    assert (response.status_code, response.json["error"]["code"]) == (403, "wrong_origin")


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
def test_origin_of_our_own_page_is_let_in(client, host, origin):
    response = client.post("/api/room/participants", json={}, headers={"Host": host, "Origin": origin})
    assert response.status_code == 201


def test_origin_of_a_program_is_not_asked_for(client):
    assert client.post("/api/room/participants", json={}).status_code == 201


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_origin_may_read_what_the_browser_will_not_show_it(client, method):
    response = client.open("/api/models", method=method, headers={"Origin": "http://elsewhere.example"})
    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response.headers
