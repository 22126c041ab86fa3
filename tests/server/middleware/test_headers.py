"""Every response carries the security headers, and large bodies are sent in parts."""

import base64
import hashlib
import re

import pytest

from webapp.server.middleware.headers import PART, ResponseHeaders

PATHS = [
    "/",
    "/api/models",
    "/healthz",
    "/openapi.json",
    "/nothing",
    "/api/nothing",
]


# Written out, not read from the code: a header that is dropped there must be missed here.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
POLICY = {
    "default-src": ["'self'"],
    "script-src": ["'self'", "HASH"],
    "img-src": ["'self'", "data:", "blob:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}


@pytest.mark.parametrize("path", PATHS)
def test_headers_are_on_every_response(asgi_client, path):
    response = asgi_client.get(path)
    for name, value in HEADERS.items():
        assert response.headers.get_list(name) == [value]


@pytest.mark.parametrize("path", PATHS)
def test_headers_allow_this_server_and_one_inline_script(asgi_client, path):
    (script,) = re.findall(r"<script>(.*?)</script>", asgi_client.get("/").text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = asgi_client.get(path).headers.get_list("Content-Security-Policy")
    policy = policy.replace(f"'sha256-{digest}'", "HASH")
    assert {name: values for name, *values in map(str.split, policy.split(";"))} == POLICY


def test_headers_of_static_files_omit_page_policies(asgi_client):
    headers = asgi_client.get("/static/css/base.css").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" not in headers


def test_headers_are_on_rejections(asgi_client):
    response = asgi_client.post("/api/predict", headers={"Origin": "http://elsewhere.example"})
    assert response.status_code == 403
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("size", [0, 1, PART, PART + 1, 3 * PART, 3 * PART + 7])
async def test_headers_middleware_splits_large_bodies(size):
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
