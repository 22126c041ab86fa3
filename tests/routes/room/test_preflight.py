"""Preflight checks and load test against a real server."""

import http.client
import json
import re
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPMessage

import pytest

from tests.fakes import write_model
from tests.server_process import ServerProcess
from tests.waiting import TIMEOUT
from webapp.room.auth import RoomAuth
from webapp.room.storage.database import Database
from webapp.room.storage.engines import database_url
from webapp.room.storage.key_values import KeyValues
from webapp.routes.room import preflight
from webapp.settings import complete

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    write_model(folder, "conv")
    return folder


@pytest.fixture(scope="module")
def server(folder):
    with ServerProcess(folder, module="tests.fake_server") as server:
        yield server


@pytest.fixture(scope="module")
def cookie(server, folder) -> str:
    """The cookie that the presenter link sets."""
    database = Database(database_url("sqlite", folder / "room"))
    link = RoomAuth(complete({}), KeyValues(database)).presenter_path()
    database.close()
    return re.match(r"inkwise_presenter_\d+=\w+", send_request(server, "GET", link)[1]["Set-Cookie"]).group()


def send_request(server, method: str, path: str, cookie: str = "") -> tuple[int, HTTPMessage, dict | None]:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=TIMEOUT)
    try:
        connection.request(method, path, headers={"Cookie": cookie})
        response = connection.getresponse()
        content = response.read()
        is_json = response.headers.get_content_type() == "application/json"
        return response.status, response.headers, json.loads(content) if is_json else None
    finally:
        connection.close()


def test_preflight_is_for_the_presenter_only(server):
    for method, path in (("GET", "/api/room/preflight"), ("POST", "/api/room/preflight/load-test")):
        status, _, answer = send_request(server, method, path)
        assert (status, answer["error"]["code"]) == (403, "not_presenter")


def test_preflight_passes_on_a_working_server(server, cookie):
    status, _, answer = send_request(server, "GET", "/api/room/preflight", cookie)
    checks = {check["name"]: check for check in answer["checks"]}
    assert status == 200
    assert checks["models"]["ok"]
    assert checks["address"] == {
        "name": "address",
        "ok": True,
        "detail": f"{server.address} answers from this computer",
        "advice": "",
    }


def test_load_test_measures_and_runs_once_at_a_time(server, cookie):
    with ThreadPoolExecutor(4) as pool:
        path = "/api/room/preflight/load-test"
        answers = list(pool.map(lambda _: send_request(server, "POST", path, cookie), range(4)))
    measured = [answer for status, _, answer in answers if status == 200]
    assert {status for status, _, _ in answers} == {200, 409}
    assert measured[0]["requests"] > measured[0]["errors"]
    assert measured[0]["predictions_per_second"] > 0
    assert measured[0]["limited_by"] in ("predictions", "connections")


def test_load_test_failure_is_reported_and_repeatable(client, app, monkeypatch):
    client.get(app.extensions["auth"].presenter_path())
    monkeypatch.setattr(preflight, "LOAD_TEST_TIMEOUT", 0.001)
    for _ in range(2):
        response = client.post("/api/room/preflight/load-test")
        assert (response.status_code, response.json["error"]["code"]) == (503, "busy")


def test_load_test_behind_a_proxy_names_the_benchmark(client, app):
    client.get(app.extensions["auth"].presenter_path())
    app.config["TRUSTED_PROXIES"] = 1
    response = client.post("/api/room/preflight/load-test")
    assert response.status_code == 409
    assert "benchmarks/room.py" in response.json["error"]["message"]
