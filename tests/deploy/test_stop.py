"""gunicorn stops without dropping an answer, and says why it cannot start; nginx says when it is gone."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

from tests.deploy.conftest import make_folder
from tests.deploy.deployment import TOKEN, Gunicorn, Nginx, request, takes_requests, wait_until
from tests.fakes import foreseen, some_bitmap

BODY = some_bitmap().tobytes()
# A held answer takes as long as a busy machine needs.
PATIENT = {
    "INKWISE_WORKERS": 1,
    "INKWISE_DESKS": 1,
    "INKWISE_REQUEST_TIMEOUT": 60,
    "GUNICORN_CMD_ARGS": "--graceful-timeout 60",
}


def predict(port: int):
    """Ask for a prediction, and return status, JSON and headers."""
    return request(port, "POST", "/api/predict", BODY, Content_Type="application/octet-stream")


def waiting(port: int) -> int:
    """Return how many bitmaps wait, as gunicorn itself tells it."""
    return request(port, "GET", "/api/status", Authorization=f"Bearer {TOKEN}")[1]["queue"]


def test_stop_lets_what_is_under_way_be_answered(tmp_path):
    held = tmp_path / "held"
    gunicorn = Gunicorn(make_folder(tmp_path), FAKE_HOLD=held, **PATIENT)
    try:
        port = gunicorn.wait_until_ready().port
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(predict, port)
            wait_until(held.with_suffix(".asked").exists, "the question to be asked")
            gunicorn.process.send_signal(signal.SIGTERM)
            wait_until(lambda: not takes_requests(port), "no new requests to be taken")
            held.touch()
            status, answer, _ = asked.result()
        assert gunicorn.wait() == 0
    finally:
        gunicorn.stop(signal.SIGKILL)
    assert (status, answer["digit"]) == (200, foreseen(some_bitmap()))


def test_proxy_says_at_once_that_too_many_wait(tmp_path):
    held = tmp_path / "held"
    gunicorn = Gunicorn(make_folder(tmp_path), FAKE_HOLD=held, **PATIENT)
    try:
        nginx = Nginx.start(tmp_path, gunicorn.wait_until_ready().port, most=2)
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(predict, nginx.port)
            wait_until(held.with_suffix(".asked").exists, "the first question to be asked")
            second = pool.submit(predict, nginx.port)
            wait_until(lambda: waiting(gunicorn.port) == 1, "the second question to wait")
            status, answer, _ = request(nginx.port, "GET", "/healthz")
            held.touch()
            assert [first.result()[0], second.result()[0]] == [200, 200]
        nginx.stop()
    finally:
        held.touch()
        gunicorn.stop()
    assert (status, answer["error"]["code"]) == (503, "unavailable")


def test_stop_takes_its_folder_of_figures_away(tmp_path):
    (tmp_path / "temporary").mkdir()
    gunicorn = Gunicorn(make_folder(tmp_path), INKWISE_WORKERS=1, TMPDIR=tmp_path / "temporary")
    try:
        gunicorn.wait_until_ready()
        (folder,) = (tmp_path / "temporary").glob("inkwise-metrics-*")
        assert any(folder.glob("counter_*.db"))
        assert gunicorn.stop() == 0
        assert not folder.exists()
    finally:
        gunicorn.stop(signal.SIGKILL)


def test_start_with_a_wrong_setting_ends_with_its_sentence(tmp_path):
    # One process: where two cannot start at the same moment, gunicorn's own tidying up fails, with code 1.
    gunicorn = Gunicorn(make_folder(tmp_path), INKWISE_WORKERS=1, INKWISE_RETENTION="soon")
    assert gunicorn.wait() == 3
    assert "expected a whole number of days from 0 to 3,650 for INKWISE_RETENTION" in gunicorn.said()


def test_proxy_says_in_json_that_the_server_is_gone(tmp_path):
    os.chmod(tmp_path, 0o755)
    gunicorn = Gunicorn(make_folder(tmp_path), INKWISE_WORKERS=1)
    try:
        nginx = Nginx.start(tmp_path, gunicorn.wait_until_ready().port)
    finally:
        gunicorn.stop()
    try:
        status, answer, headers = request(nginx.port, "GET", "/api/models")
    finally:
        nginx.stop()
    assert (status, answer["error"]["code"]) == (503, "unavailable")
    assert headers["Retry-After"] == "2"
