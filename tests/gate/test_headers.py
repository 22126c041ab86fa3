"""Every answer carries the security headers."""

import pytest
from webapp.gate.headers import SECURITY_HEADERS

ANSWERS = [
    "/",
    "/api/models",
    "/healthz",
    "/openapi.json",
    "/nothing",
    "/api/nothing",
]


@pytest.mark.parametrize("path", ANSWERS)
def test_headers_are_on_every_answer(client, path):
    response = client.get(path, buffered=True)
    for name, value in SECURITY_HEADERS.items():
        assert response.headers.getlist(name) == [value]


def test_headers_of_a_static_file_keep_its_type_and_no_more(client):
    headers = client.get("/static/css/base.css", buffered=True).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" not in headers


def test_headers_forbid_what_is_written_inside_a_page(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_headers_are_on_a_refusal_too(client):
    response = client.post("/api/predict", headers={"Origin": "http://elsewhere.example"})
    assert response.status_code == 403
    assert response.headers["X-Content-Type-Options"] == "nosniff"
