"""A process stops without dropping a response, and says why it cannot start; nginx says when all are gone."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

from tests.deploy.conftest import make_folder
from tests.deploy.deployment import TOKEN, Instance, Nginx, accepts_requests, request
from tests.fakes import expected_digit, some_bitmap
from tests.waiting import wait_until

BODY = some_bitmap().tobytes()
# A held prediction may take long on a busy machine.
SLOW_SETTINGS = {"INKWISE_INFERENCE_THREADS": 1, "INKWISE_REQUEST_TIMEOUT": 60}


def predict(port: int):
    """Ask for a prediction, and return status, JSON and headers."""
    return request(port, "POST", "/api/predict", BODY, Content_Type="application/octet-stream")


def waiting(port: int) -> int:
    """Return how many bitmaps wait, as the process itself tells it."""
    return request(port, "GET", "/api/status", Authorization=f"Bearer {TOKEN}")[1]["queue"]


def test_stop_finishes_pending_requests(tmp_path):
    held = tmp_path / "held"
    instance = Instance(make_folder(tmp_path), FAKE_HOLD=held, **SLOW_SETTINGS)
    try:
        port = instance.wait_until_ready().port
        with ThreadPoolExecutor(1) as pool:
            response = pool.submit(predict, port)
            wait_until(held.with_suffix(".started").exists, "the prediction to start")
            instance.process.send_signal(signal.SIGTERM)
            wait_until(lambda: not accepts_requests(port), "no new requests to be taken")
            held.touch()
            status, answer, _ = response.result()
        assert instance.wait() == 0
    finally:
        instance.stop(signal.SIGKILL)
    assert (status, answer["digit"]) == (200, expected_digit(some_bitmap()))


def test_proxy_rejects_requests_over_its_limit(tmp_path):
    held = tmp_path / "held"
    instance = Instance(make_folder(tmp_path), FAKE_HOLD=held, **SLOW_SETTINGS)
    try:
        nginx = Nginx.start(tmp_path, instance.wait_until_ready().port, most=2)
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(predict, nginx.port)
            wait_until(held.with_suffix(".started").exists, "the first prediction to start")
            second = pool.submit(predict, nginx.port)
            wait_until(lambda: waiting(instance.port) == 1, "the second request to wait")
            status, answer, _ = request(nginx.port, "GET", "/healthz")
            held.touch()
            assert [first.result()[0], second.result()[0]] == [200, 200]
        nginx.stop()
    finally:
        held.touch()
        instance.stop()
    assert (status, answer["error"]["code"]) == (503, "unavailable")


def test_start_with_invalid_setting_reports_it(tmp_path):
    instance = Instance(make_folder(tmp_path), "webapp", INKWISE_RETENTION_DAYS="soon")
    assert instance.wait() == 2
    assert "expected a whole number of days from 0 to 3,650 for INKWISE_RETENTION_DAYS" in instance.read_log()


def test_proxy_reports_a_stopped_server_in_json(tmp_path):
    os.chmod(tmp_path, 0o755)
    instance = Instance(make_folder(tmp_path))
    try:
        nginx = Nginx.start(tmp_path, instance.wait_until_ready().port)
    finally:
        instance.stop()
    try:
        status, answer, headers = request(nginx.port, "GET", "/api/models")
    finally:
        nginx.stop()
    assert (status, answer["error"]["code"]) == (503, "unavailable")
    assert headers["Retry-After"] == "2"
