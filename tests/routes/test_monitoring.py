"""/metrics and /api/status: contents and access control."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.fakes import some_bitmap
from webapp import create_app
from webapp.room.auth import FREE_TRIES

BITMAP = some_bitmap().tobytes()
BYTES = "application/octet-stream"
PATHS = ["/metrics", "/api/status"]
REMOTE = {"REMOTE_ADDR": "192.168.1.7"}


def read_metrics(client) -> dict[tuple, float]:
    """Return {(name, *label values sorted by label name): value} of all metrics."""
    text = client.get("/metrics").text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, *dict(sorted(sample.labels.items())).values()): sample.value for sample in samples}


def predict(client, **arguments):
    return client.post("/api/predict", data=BITMAP, content_type=BYTES, **arguments)


def test_metrics_count_rejections_by_code(client):
    client.post("/api/predict", data=b"12", content_type=BYTES)
    client.get("/nothing")
    found = read_metrics(client)
    assert found["inkwise_http_rejections_total", "bad_bitmap"] == 1
    assert found["inkwise_http_rejections_total", "not_found"] == 1


def test_metrics_report_models_by_name_hash_and_status(client, store):
    found = read_metrics(client)
    assert found["inkwise_model_info", "conv", store.card("conv")["sha256"][:12]] == 1
    assert found["inkwise_model_status", "conv", "warm"] == 1
    assert found["inkwise_model_status", "conv", "failed"] == 0


def test_metrics_of_two_applications_are_separate(app, store, tmp_path):
    other = create_app({"ROOM_FOLDER": tmp_path / "other"}, store=store)
    app.test_client().get("/nothing")
    assert ("inkwise_http_rejections_total", "not_found") not in read_metrics(other.test_client())


def test_status_counts_present_phones(client):
    client.post("/api/room/participants", json={})
    client.get("/api/room/me")
    assert client.get("/api/status").json["phones"] == 1


def test_status_counts_rate_limited_requests(app, client):
    link = app.extensions["auth"].presenter_path()[:-3] + "xxx"
    for _ in range(FREE_TRIES + 2):
        client.get(link)
    assert client.get("/api/status").json["rejections"] == 2  # a wrong token alone does not count


def test_status_works_without_a_room(store, tmp_path):
    (tmp_path / "file").write_text("no folder")
    app = create_app({"ROOM_FOLDER": tmp_path / "file"}, store=store)
    status = app.test_client().get("/api/status").json
    assert status["phones"] is None


@pytest.mark.parametrize("path", PATHS)
def test_monitoring_rejects_remote_clients(client, path):
    response = client.get(path, environ_overrides=REMOTE)
    assert (response.status_code, response.json["error"]["code"]) == (403, "not_presenter")


@pytest.mark.parametrize("path", PATHS)
def test_monitoring_accepts_the_presenter(app, client, path):
    client.get(app.extensions["auth"].presenter_path())
    response = client.get(path, environ_overrides=REMOTE)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_monitoring_does_not_trust_forwarded_loopback(client, header):
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


def test_monitoring_rejects_an_empty_bearer_token(client):
    headers = {"Authorization": "Bearer "}
    assert client.get("/metrics", headers=headers, environ_overrides=REMOTE).status_code == 403
