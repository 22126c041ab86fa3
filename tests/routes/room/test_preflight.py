"""Before the show: the checks and the burst, against a real server."""

import http.client
import json
import re
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPMessage

import pytest

from tests.fakes import write_model
from tests.server_process import PATIENCE, ServerProcess
from webapp.room.address import database_url
from webapp.room.auth import RoomAuth
from webapp.room.database import Database
from webapp.room.key_values import KeyValues
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
    """The cookie that the presenter's link gives."""
    database = Database(database_url("sqlite", folder / "room"))
    link = RoomAuth(complete({}), KeyValues(database)).presenter_path()
    database.close()
    return re.match(r"inkwise_presenter=\w+", ask(server, "GET", link)[1]["Set-Cookie"]).group()


def ask(server, method: str, path: str, cookie: str = "") -> tuple[int, HTTPMessage, dict | None]:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE)
    try:
        connection.request(method, path, headers={"Cookie": cookie})
        response = connection.getresponse()
        content = response.read()
        is_json = response.headers.get_content_type() == "application/json"
        return response.status, response.headers, json.loads(content) if is_json else None
    finally:
        connection.close()


def test_preflight_is_the_presenters(server):
    for method, path in (("GET", "/api/room/preflight"), ("POST", "/api/room/preflight/burst")):
        status, _, answer = ask(server, method, path)
        assert (status, answer["error"]["code"]) == (403, "not_presenter")


def test_preflight_finds_a_server_well(server, cookie):
    status, _, answer = ask(server, "GET", "/api/room/preflight", cookie)
    checks = {check["name"]: check for check in answer["checks"]}
    assert status == 200
    assert checks["models"]["ok"]
    assert checks["address"] == {
        "name": "address",
        "ok": True,
        "detail": f"{server.address} answers from this computer",
        "advice": "",
    }


def test_burst_measures_this_server_and_runs_once_at_a_time(server, cookie):
    with ThreadPoolExecutor(4) as pool:
        path = "/api/room/preflight/burst"
        answers = list(pool.map(lambda _: ask(server, "POST", path, cookie), range(4)))
    measured = [answer for status, _, answer in answers if status == 200]
    assert {status for status, _, _ in answers} == {200, 409}
    assert measured[0]["requests"] > measured[0]["errors"]
    assert measured[0]["predictions_per_second"] > 0
    assert measured[0]["limited_by"] in ("predictions", "connections")


def test_burst_that_fails_is_told_and_can_be_tried_again(client, app, monkeypatch):
    client.get(app.extensions["auth"].presenter_path())
    monkeypatch.setattr(preflight, "BURST_TIME", 0.001)
    for _ in range(2):
        response = client.post("/api/room/preflight/burst")
        assert (response.status_code, response.json["error"]["code"]) == (503, "busy")


def test_burst_behind_a_proxy_says_what_measures_instead(client, app):
    client.get(app.extensions["auth"].presenter_path())
    app.config["TRUSTED_PROXIES"] = 1
    response = client.post("/api/room/preflight/burst")
    assert response.status_code == 409
    assert "benchmarks/room.py" in response.json["error"]["message"]
