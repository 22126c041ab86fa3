"""/metrics and /api/status tell how the server is doing, to those who may see it."""

import logging

import pytest
from flask import request
from prometheus_client.parser import text_string_to_metric_families

from tests.fakes import some_bitmap
from webapp import create_app
from webapp.room.doors import FREE_TRIES

BITMAP = some_bitmap().tobytes()
BYTES = "application/octet-stream"
PATHS = ["/metrics", "/api/status"]
ELSEWHERE = {"REMOTE_ADDR": "192.168.1.7"}


def figures(client) -> dict[tuple, float]:
    """Return (name, *values of its labels, by the labels' names) -> value of all there are."""
    text = client.get("/metrics").text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, *dict(sorted(sample.labels.items())).values()): sample.value for sample in samples}


def predict(client, **arguments):
    return client.post("/api/predict", data=BITMAP, content_type=BYTES, **arguments)


def test_metrics_count_requests_by_route_method_and_status(client):
    for _ in range(3):
        predict(client)
    client.get("/models/conv")
    client.get("/models/nothing")
    found = figures(client)
    assert found["inkwise_requests_total", "POST", "/api/predict", "200"] == 3
    assert found["inkwise_requests_total", "GET", "/models/<name>", "200"] == 1
    assert found["inkwise_requests_total", "GET", "/models/<name>", "404"] == 1
    assert found["inkwise_request_seconds_count", "POST", "/api/predict"] == 3
    assert 0 < found["inkwise_request_seconds_sum", "POST", "/api/predict"] < 60


def test_metrics_labels_do_not_grow_with_what_people_send(client):
    for number in range(50):
        client.get(f"/nothing/{number}")
        client.get(f"/models/model-{number}?secret={number}")
        client.open("/healthz", method=f"METHOD{number}")
    series = [key for key in figures(client) if key[0] == "inkwise_requests_total"]
    assert sorted(series) == [
        ("inkwise_requests_total", "GET", "/models/<name>", "404"),
        ("inkwise_requests_total", "GET", "none", "404"),
        ("inkwise_requests_total", "other", "none", "405"),
    ]


def test_metrics_count_refusals_by_code(client):
    client.post("/api/predict", data=b"12", content_type=BYTES)
    client.get("/nothing")
    found = figures(client)
    assert found["inkwise_refusals_total", "bad_bitmap"] == 1
    assert found["inkwise_refusals_total", "not_found"] == 1


def test_metrics_tell_models_by_name_hash_and_status(client, store):
    found = figures(client)
    assert found["inkwise_model_info", "conv", store.card("conv")["sha256"][:12]] == 1
    assert found["inkwise_model_status", "conv", "warm"] == 1
    assert found["inkwise_model_status", "conv", "failed"] == 0


def test_metrics_tell_the_queue(app, client):
    assert figures(client)["inkwise_queue_bitmaps",] == 0
    app.extensions["predictor"].waiting_before = lambda: 7
    found = figures(client)
    assert found["inkwise_queue_bitmaps",] == 7
    assert found["inkwise_queue_limit_bitmaps",] == app.config["QUEUE_SIZE"]


def test_metrics_of_two_applications_are_apart(app, store, tmp_path):
    other = create_app({"ROOM_FOLDER": tmp_path / "other"}, store=store)
    predict(app.test_client())
    assert ("inkwise_requests_total", "POST", "/api/predict", "200") not in figures(other.test_client())


def test_watch_counts_who_waits_for_a_thread_to_the_queue(app, client):
    app.extensions["predictor"].waiting_before = lambda: 3
    assert figures(client)["inkwise_queue_bitmaps",] == 3
    assert client.get("/api/status").json["queue"] == 3


def test_status_tells_what_happened_lately(app, client):
    predict(client)
    client.post("/api/predict?model=nothing", data=BITMAP, content_type=BYTES)
    status = client.get("/api/status").json
    assert status["ready"] is True
    assert status["models"] == {"loading": 0, "warm": 2, "failed": 0}
    assert status["predictions_per_second"] > 0
    assert 0 < status["p95_ms"] < 60_000
    assert (status["queue"], status["queue_size"]) == (0, app.config["QUEUE_SIZE"])
    assert status["refusals"] == 0
    assert status["uptime_s"] >= 0
    assert status["phones"] == 0


def test_status_counts_phones_that_are_here(client):
    client.post("/api/room/participants", json={})
    client.get("/api/room/me")
    assert client.get("/api/status").json["phones"] == 1


def test_status_counts_who_was_sent_away(app, client):
    link = app.extensions["doors"].presenter_path()[:-3] + "xxx"
    for _ in range(FREE_TRIES + 2):
        client.get(link)
    assert client.get("/api/status").json["refusals"] == 2  # a wrong token is refused, not sent away


def test_status_is_told_without_a_room(store, tmp_path):
    (tmp_path / "file").write_text("no folder")
    app = create_app({"ROOM_FOLDER": tmp_path / "file"}, store=store)
    status = app.test_client().get("/api/status").json
    assert status["phones"] is None


@pytest.mark.parametrize("path", PATHS)
def test_watch_is_closed_to_others(client, path):
    response = client.get(path, environ_overrides=ELSEWHERE)
    assert (response.status_code, response.json["error"]["code"]) == (403, "not_presenter")


@pytest.mark.parametrize("path", PATHS)
def test_watch_is_open_to_the_presenter(app, client, path):
    client.get(app.extensions["doors"].presenter_path())
    response = client.get(path, environ_overrides=ELSEWHERE)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_watch_takes_nobody_behind_a_proxy_for_this_computer(client, header):
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


@pytest.fixture
def opened(store, tmp_path):
    """A client of an application that is open to the network, knows a token and stands behind no proxy."""
    yield from _client(store, tmp_path, LAN=True)


@pytest.fixture
def proxied(store, tmp_path):
    """The same behind one proxy."""
    yield from _client(store, tmp_path, PROXIES=1)


def _client(store, tmp_path, **config):
    settings = {"ROOM_FOLDER": tmp_path / "room", "METRICS_TOKEN": "s3cret", **config}
    app = create_app(settings, store=store)
    app.add_url_rule("/who", "who", lambda: [request.remote_addr, request.scheme, request.host])
    yield app.test_client()
    app.extensions["room"].close()


def test_watch_takes_no_foreign_name_for_this_computer(opened):
    assert opened.get("/metrics").status_code == 200
    assert opened.get("/metrics", headers={"Host": "laptop.local"}).status_code == 403
    assert opened.get("/metrics", headers={"Host": "rebound.example"}).status_code == 400


@pytest.mark.parametrize(
    ("given", "status"),
    [("Bearer s3cret", 200), ("Bearer wrong", 403), ("s3cret", 403), ("Bearer ", 403), ("Bearer é", 403)],
)
def test_watch_opens_to_the_token(proxied, given, status):
    assert proxied.get("/metrics", headers={"Authorization": given}).status_code == status


def test_watch_without_a_token_opens_to_none(client):
    headers = {"Authorization": "Bearer "}
    assert client.get("/metrics", headers=headers, environ_overrides=ELSEWHERE).status_code == 403


def test_proxy_is_believed_where_there_is_one(opened, proxied):
    told = {
        "X-Forwarded-For": "203.0.113.9, 192.168.1.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "inkwise.example",
    }
    assert proxied.get("/who", headers=told).json == ["192.168.1.7", "https", "inkwise.example"]
    assert opened.get("/who", headers=told).json == ["127.0.0.1", "http", "localhost"]


def test_requests_are_logged_without_who_asked(client, caplog):
    caplog.set_level(logging.INFO, "webapp")
    client.set_cookie("inkwise_participant", "my-secret")
    headers = {"User-Agent": "my-phone", "Referer": "http://my-site/"}
    client.get("/models/conv?token=my-token", headers=headers, environ_overrides=ELSEWHERE)
    (record,) = [record for record in caplog.records if record.getMessage() == "request"]
    assert record.fields.keys() == {"method", "route", "status", "ms", "bytes"}
    assert (record.fields["route"], record.fields["status"]) == ("/models/<name>", 200)
    assert record.fields["bytes"] > 1000
    assert not any(secret in str(record.__dict__) for secret in ("my-", "192.168", "token"))


def test_requests_that_fail_are_logged_with_the_code(client, caplog):
    caplog.set_level(logging.INFO, "webapp")
    client.get("/nothing")
    assert caplog.records[-1].fields["code"] == "not_found"


def test_requests_are_not_logged_by_default(client, caplog):
    caplog.set_level(logging.WARNING, "webapp")
    client.get("/")
    assert caplog.records == []
