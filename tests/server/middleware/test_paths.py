"""Paths with several readings are unknown, before any other middleware compares them."""

from urllib.parse import unquote

import pytest

from webapp.server.middleware.paths import is_ambiguous

AMBIGUOUS = [
    "//api/explain",
    "/api//explain",
    "/./api/explain",
    "/api/./explain",
    "/api/x/../explain",
    "/api/explain/..",
    "/api/explain/.",
    "/%2e/api/explain",
    "/%2Fapi/explain",
    "/api%2fexplain",
    "/api%5Cexplain",
    "/api\\explain",
    "/api/explain%00",
    "/api/explain%0a",
    "/api/explain?model=\xff",
]


def make_scope(target: str) -> dict:
    """Return the scope that uvicorn makes of a request target."""
    raw, _, query = target.partition("?")
    return {"path": unquote(raw), "raw_path": raw.encode(), "query_string": query.encode("latin-1")}


@pytest.mark.parametrize("target", AMBIGUOUS)
def test_path_is_ambiguous(target):
    assert is_ambiguous(make_scope(target))


@pytest.mark.parametrize(
    "target", ["/", "*", "/models/%63onv", "/a..b/...", "/.well-known/x", "/join/?code=%2F"]
)
def test_path_is_not_ambiguous(target):
    assert not is_ambiguous(make_scope(target))


@pytest.mark.parametrize("path", ["//api/models", "/api//models", "//api/predict", "/%2Fapi/models"])
def test_ambiguous_path_is_unknown(asgi_client, path):
    response = asgi_client.request("POST" if "predict" in path else "GET", f"http://localhost{path}")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["//api/explain", "/inkwise//api/explain", "/%2Fapi/explain"])
def test_ambiguous_path_does_not_bypass_rate_limits_behind_a_proxy(client_of, path):
    client = client_of("10.0.0.7", TRUSTED_PROXIES=1, RATE_LIMIT_SCALE=0.001)
    client.headers.update({"X-Forwarded-Prefix": "/inkwise"})
    assert {client.post(f"http://localhost{path}").status_code for _ in range(5)} == {404}
