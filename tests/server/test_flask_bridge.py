"""Bodies are read before Flask gets a thread; large ones are the presenter's alone; odd paths are not
found."""

import json

import pytest

from tests.fakes import some_bitmap

JSON_LINES = {"Content-Type": "application/x-ndjson"}


def presenter(client, app):
    """Make `client` the presenter's."""
    client.get(app.extensions["auth"].presenter_path())
    return client


@pytest.mark.parametrize("path", ["//api/models", "/api//models", "//api/predict", "/%2Fapi/models"])
def test_bridge_finds_no_path_with_repeated_slashes(asgi_client, path):
    response = asgi_client.request("POST" if "predict" in path else "GET", f"http://localhost{path}")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("size", [1_000_001, 5_000_000])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_bridge_rejects_a_body_that_is_too_large(asgi_client, size, is_chunked):
    body = iter([b"1" * size]) if is_chunked else b"1" * size
    response = asgi_client.post("/api/predict", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 413
    assert response.json()["error"] == {
        "code": "too_large",
        "message": "expected at most 1,000,000 bytes, received more",
    }


def test_bridge_takes_an_upload_of_the_presenter_in_chunks(app, client_of):
    client = presenter(client_of(app=app), app)
    response = client.post("/api/room/import", content=iter([b"\n" * 700_000] * 3), headers=JSON_LINES)
    assert (response.status_code, response.json()["imported"]) == (200, 0)


def test_bridge_rejects_an_upload_of_another_client_before_its_body(client_of):
    def body():
        raise AssertionError("the body was read")
        yield b""

    response = client_of().post("/api/room/import", content=body(), headers=JSON_LINES)
    assert (response.status_code, response.json()["error"]["code"]) == (403, "not_presenter")


def test_bridge_passes_a_body_in_chunks_on_as_a_whole(asgi_client):
    body = json.dumps({"bitmap": some_bitmap().ravel().tolist()}).encode()
    parts = iter([body[:100], body[100:]])
    response = asgi_client.post("/api/predict", content=parts, headers={"Content-Type": "application/json"})
    assert response.status_code == 200


def test_bridge_reports_a_bug_as_500_without_detail(app, client_of, monkeypatch):
    def fail(environ, start_response):
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(app, "wsgi_app", fail)
    response = client_of(app=app).get("/api/models")
    assert (response.status_code, response.json()["error"]["code"]) == (500, "internal")
    assert "secret" not in response.text
