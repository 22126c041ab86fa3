"""Unexpected exceptions become a response 500 with headers, a line of the log and a metric."""

import pytest

from tests.server.middleware.test_request_metrics import read_metrics
from webapp.server.middleware.internal_errors import InternalErrors
from webapp.server.middleware.trusted_hosts import TrustedHosts

SECRET = "a secret detail"


def fail(*arguments):
    raise RuntimeError(SECRET)


@pytest.fixture(params=["native endpoint", "Flask", "middleware"])
def failing_part(app, request, monkeypatch) -> str:
    """Let one part of the application raise an exception."""
    if request.param == "native endpoint":
        monkeypatch.setattr(app.extensions["static"], "find", fail)
        return "/static/css/base.css"
    if request.param == "Flask":
        monkeypatch.setattr(app, "wsgi_app", fail)
        return "/api/models"
    monkeypatch.setattr(TrustedHosts, "check", fail)
    return "/api/models"


def test_internal_error_hides_its_details(app, client_of, failing_part):
    response = client_of(app=app).get(failing_part)
    assert (response.status_code, response.json()["error"]["code"]) == (500, "internal")
    assert SECRET not in response.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_internal_error_is_counted_and_logged(app, client_of, failing_part, monkeypatch, caplog):
    client = client_of(app=app)
    client.get(failing_part)
    monkeypatch.undo()
    found = read_metrics(client)
    assert found["inkwise_http_rejections_total", "internal"] == 1
    assert [key[1:] for key in found if key[0] == "inkwise_http_requests_total" and key[-1] == "500"]
    assert f"GET {failing_part} failed" in caplog.text
    assert SECRET in caplog.text


async def test_internal_error_after_the_start_of_a_response_ends_it():
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        fail()

    async def send(message):
        sent.append(message["type"])

    with pytest.raises(RuntimeError):  # the server closes the connection
        await InternalErrors(app)({"type": "http"}, None, send)
    assert sent == ["http.response.start"]
