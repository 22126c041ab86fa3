"""Every response carries the security headers, and large ones are sent in parts."""

import pytest

from webapp.server.headers import PART, SECURITY_HEADERS, ResponseHeaders

ANSWERS = [
    "/",
    "/api/models",
    "/healthz",
    "/openapi.json",
    "/nothing",
    "/api/nothing",
]


@pytest.mark.parametrize("path", ANSWERS)
def test_headers_are_on_every_answer(asgi_client, path):
    response = asgi_client.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert response.headers.get_list(name) == [value]


def test_headers_of_a_static_file_keep_its_type_and_no_more(asgi_client):
    headers = asgi_client.get("/static/css/base.css").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" not in headers


def test_headers_forbid_what_is_written_inside_a_page(asgi_client):
    policy = asgi_client.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_headers_are_on_a_refusal_too(asgi_client):
    response = asgi_client.post("/api/predict", headers={"Origin": "http://elsewhere.example"})
    assert response.status_code == 403
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("size", [0, 1, PART, PART + 1, 3 * PART, 3 * PART + 7])
async def test_headers_middleware_sends_parts_that_add_up(size):
    body, sent = bytes(range(256)) * (size // 256 + 1), []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body[:size]})

    async def send(message):
        sent.append(message)

    await ResponseHeaders(app)({"type": "http", "path": "/"}, None, send)
    parts = sent[1:]
    assert b"".join(part["body"] for part in parts) == body[:size]
    assert all(len(part["body"]) <= PART for part in parts)
    assert [part.get("more_body", False) for part in parts] == [True] * (len(parts) - 1) + [False]
