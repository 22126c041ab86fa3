"""Requests are counted, timed and logged by route template, without client data."""

import logging

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.fakes import some_bitmap

BITMAP = some_bitmap().tobytes()
BYTES = {"Content-Type": "application/octet-stream"}
REMOTE_ADDRESS = "192.168.1.7"


def read_metrics(client) -> dict[tuple, float]:
    """Return {(name, *label values sorted by label name): value} of all metrics."""
    text = client.get("/metrics").text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, *dict(sorted(sample.labels.items())).values()): sample.value for sample in samples}


def predict(client, query: str = ""):
    return client.post(f"/api/predict{query}", content=BITMAP, headers=BYTES)


def test_metrics_count_requests_by_route_method_and_status(asgi_client):
    for _ in range(3):
        predict(asgi_client)
    asgi_client.get("/models/conv")
    asgi_client.get("/models/nothing")
    found = read_metrics(asgi_client)
    assert found["inkwise_http_requests_total", "POST", "/api/predict", "200"] == 3
    assert found["inkwise_http_requests_total", "GET", "/models/<name>", "200"] == 1
    assert found["inkwise_http_requests_total", "GET", "/models/<name>", "404"] == 1
    assert found["inkwise_http_request_duration_seconds_count", "POST", "/api/predict"] == 3
    assert 0 < found["inkwise_http_request_duration_seconds_sum", "POST", "/api/predict"] < 60


def test_metrics_labels_are_bounded(asgi_client):
    for number in range(50):
        asgi_client.get(f"/nothing/{number}")
        asgi_client.get(f"/models/model-{number}?secret={number}")
        asgi_client.request(f"METHOD{number}", "/healthz")
    series = [key for key in read_metrics(asgi_client) if key[0] == "inkwise_http_requests_total"]
    assert sorted(series) == [
        ("inkwise_http_requests_total", "GET", "/models/<name>", "404"),
        ("inkwise_http_requests_total", "GET", "none", "404"),
        ("inkwise_http_requests_total", "other", "none", "405"),
    ]


def test_metrics_count_native_and_flask_rejections(asgi_client):
    asgi_client.post("/api/predict", content=bytes(784), headers=BYTES)
    asgi_client.get("/nothing")
    asgi_client.get("/", headers={"Host": "rebound.example"})
    found = read_metrics(asgi_client)
    assert found["inkwise_http_rejections_total", "empty_ink"] == 1
    assert found["inkwise_http_rejections_total", "not_found"] == 1
    assert found["inkwise_http_rejections_total", "bad_request"] == 1


def test_metrics_report_queue_length(app, client_of):
    client = client_of(app=app)
    assert read_metrics(client)["inkwise_inference_queue_length",] == 0
    app.extensions["monitor"].queue_length = lambda: 7
    found = read_metrics(client)
    assert found["inkwise_inference_queue_length",] == 7
    assert found["inkwise_inference_queue_limit",] == app.config["QUEUE_SIZE"]
    assert client.get("/api/status").json()["queue"] == 7


def test_status_reports_recent_activity(app, client_of):
    client = client_of(app=app)
    predict(client)
    predict(client, "?model=nothing")
    status = client.get("/api/status").json()
    assert status["ready"] is True
    assert status["models"] == {"loading": 0, "warm": 2, "failed": 0}
    assert status["predictions_per_second"] > 0
    assert 0 < status["p95_ms"] < 60_000
    assert (status["queue"], status["queue_size"]) == (0, app.config["QUEUE_SIZE"])
    assert status["rejections"] == 0
    assert status["uptime_s"] >= 0
    assert status["phones"] == 0


def test_requests_are_logged_without_the_client(client_of, caplog):
    client = client_of(REMOTE_ADDRESS, LAN=True)
    caplog.set_level(logging.INFO, "webapp")
    headers = {
        "User-Agent": "my-phone",
        "Referer": "http://my-site/",
        "Cookie": "inkwise_participant=my-secret",
    }
    client.get("/models/conv?token=my-token", headers=headers)
    (record,) = [record for record in caplog.records if record.getMessage() == "request"]
    assert record.fields.keys() == {"method", "route", "status", "ms", "bytes"}
    assert (record.fields["route"], record.fields["status"]) == ("/models/<name>", 200)
    assert record.fields["bytes"] > 500
    assert not any(secret in str(record.__dict__) for secret in ("my-", "192.168", "token"))


def test_requests_are_not_logged_by_default(asgi_client, caplog):
    caplog.set_level(logging.WARNING, "webapp")
    asgi_client.get("/")
    assert caplog.records == []


@pytest.mark.parametrize("path", ["/metrics", "/api/status"])
def test_metrics_reject_other_host_names_of_loopback(client_of, path):
    client = client_of(LAN=True)
    assert client.get(path).status_code == 200
    assert client.get(path, headers={"Host": "laptop.local"}).status_code == 403
    assert client.get(path, headers={"Host": "rebound.example"}).status_code == 400
    assert client.get(path, headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize(
    ("given", "status"), [("Bearer s3cret", 200), ("Bearer wrong", 403), ("s3cret", 403), ("Bearer ", 403)]
)
@pytest.mark.parametrize("path", ["/metrics", "/api/status"])
def test_metrics_accept_bearer_token_behind_a_proxy(client_of, path, given, status):
    client = client_of(TRUSTED_PROXIES=1, METRICS_TOKEN="s3cret")
    assert client.get(path, headers={"Authorization": given}).status_code == status


def test_metrics_are_open_to_the_presenter(app, client_of):
    client = client_of(REMOTE_ADDRESS, app=app)
    client.get(app.extensions["auth"].presenter_path())
    response = client.get("/metrics")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("given", ["Bearer ", "Bearer", ""])
@pytest.mark.parametrize("path", ["/metrics", "/api/status"])
def test_metrics_reject_an_empty_token(client_of, path, given):
    client = client_of(REMOTE_ADDRESS, LAN=True)
    assert client.get(path, headers={"Authorization": given}).status_code == 403


@pytest.mark.parametrize("path", ["/metrics", "/api/status"])
def test_metrics_reject_other_computers(client_of, path):
    client = client_of(REMOTE_ADDRESS, LAN=True)
    assert client.get(path, headers={"Host": "localhost"}).status_code == 403
