"""Two server processes behind nginx, with the files that are shipped."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.deploy.deployment import TOKEN, Nginx, request
from tests.fakes import expected_digit, some_bitmap
from tests.waiting import TIMEOUT
from webapp.settings import ROOT, defaults

BYTES = "application/octet-stream"
DRIPPING = 40  # clients of each kind; five times as many as there are threads


def predict(deployment, seed: int = 0) -> int:
    """Return the digit that a prediction through nginx says."""
    status, answer, _ = deployment.request(
        "POST", "/api/predict", some_bitmap(seed).tobytes(), Content_Type=BYTES
    )
    assert status == 200, answer
    return answer["digit"]


def count_predictions(deployment) -> float:
    """Return how many predictions all processes together have counted; each has figures of its own."""
    texts = [
        request(instance.port, "GET", "/metrics", Authorization=f"Bearer {TOKEN}")[1].decode()
        for instance in deployment.instances
    ]
    families = [family for text in texts for family in text_string_to_metric_families(text)]
    samples = [sample for family in families for sample in family.samples]
    return sum(
        sample.value
        for sample in samples
        if sample.name == "inkwise_http_requests_total" and sample.labels["route"] == "/api/predict"
    )


@pytest.fixture(scope="module")
def presenter(deployment) -> str:
    """The presenter's cookie, by the link that deploy/presenter_link.py prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INKWISE_")}
    settings = {
        "INKWISE_MODELS": str(deployment.folder),
        "INKWISE_ROOM_FOLDER": str(deployment.folder / "room"),
        "INKWISE_PUBLIC_ADDRESS": "https://inkwise.example",
    }
    command = [sys.executable, "-m", "deploy.presenter_link"]
    printed = subprocess.run(
        command, cwd=ROOT, env=kept | settings, capture_output=True, text=True, timeout=TIMEOUT, check=True
    )
    match = re.fullmatch(r"https://inkwise\.example(/presenter\?token=[\w-]{22})\n", printed.stdout)
    status, _, headers = deployment.request("GET", match[1])
    assert status == 303
    return headers["Set-Cookie"].partition(";")[0]


def test_deployment_predicts(deployment):
    for seed in range(10):
        assert predict(deployment, seed) == expected_digit(some_bitmap(seed))


def test_deployment_counts_each_prediction_once(deployment):
    before = count_predictions(deployment)
    for seed in range(12):
        predict(deployment, seed)
    assert count_predictions(deployment) == before + 12


@pytest.mark.parametrize("path", ["/metrics", "/api/status"])
def test_deployment_hides_metrics_without_token(deployment, path):
    for headers in ({}, {"X_Forwarded_For": "127.0.0.1"}, {"Host": "localhost"}):
        assert deployment.request("GET", path, **headers)[0] == 403


def test_deployment_shares_one_room_among_processes(deployment):
    status, _, headers = deployment.request(
        "POST", "/api/room/participants", b'{"code": "APPLE"}', Content_Type="application/json"
    )
    assert status == 201
    cookie = headers["Set-Cookie"].partition(";")[0]
    assert "Secure" not in headers["Set-Cookie"]
    for _ in range(10):
        assert deployment.request("GET", "/api/room/me", Cookie=cookie)[0] == 200


def test_deployment_ignores_forwarded_headers_of_clients(deployment):
    _, _, headers = deployment.request(
        "POST",
        "/api/room/participants",
        b'{"code": "APPLE"}',
        Content_Type="application/json",
        X_Forwarded_Proto="https",
    )
    assert "Secure" not in headers["Set-Cookie"]


def test_proxy_closes_idle_connections_before_the_server():
    """Otherwise nginx may send a POST on a connection that is being closed, and does not repeat it."""
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    upstream = re.search(r"upstream inkwise \{.*?\n    \}", text, re.DOTALL)[0]
    assert int(re.search(r"keepalive_timeout (\d+)s;", upstream)[1]) < defaults()["IDLE_TIMEOUT"]


@pytest.mark.parametrize("name", ["inkwise.example", "192.168.1.7:8080"])
def test_deployment_answers_to_its_public_names(deployment, name):
    assert deployment.request("GET", "/healthz", Host=name)[0] == 200


def test_deployment_rejects_a_large_body_early(deployment):
    with socket.create_connection(("127.0.0.1", deployment.nginx.port), TIMEOUT) as client:
        client.sendall(
            b"POST /api/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
            b"Content-Length: 9000000\r\n\r\n"
        )
        answer = http.client.HTTPResponse(client)
        answer.begin()
        assert answer.status == 413
        assert b'"code": "too_large"' in answer.read()


def test_deployment_accepts_a_large_import(deployment, presenter):
    headers = {"Cookie": presenter, "Content_Type": "application/x-ndjson"}
    status, answer, _ = deployment.request("POST", "/api/room/import", b"\n" * 9_000_000, **headers)
    assert (status, answer["imported"]) == (200, 0)


@pytest.mark.parametrize("path", ["/", "/openapi.json", "/static/css/base.css"])
def test_deployment_compresses_responses(deployment, path):
    _, plain, _ = deployment.request("GET", path, Accept_Encoding="identity")
    _, unpacked, headers = deployment.request("GET", path, Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert unpacked == plain


def test_deployment_returns_304_for_compressed_etags(deployment):
    headers = deployment.request("GET", "/api/room/scoreboard", Accept_Encoding="gzip")[2]
    again = deployment.request("GET", "/api/room/scoreboard", If_None_Match=headers["ETag"])
    assert again[0] == 304


def test_deployment_answers_with_slow_clients(deployment):
    head = b"POST /api/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
    clients = []
    try:
        for _ in range(DRIPPING):
            for begun in (head, head + b"Content-Length: 784\r\n\r\n" + b"\x01" * 300):
                client = socket.create_connection(("127.0.0.1", deployment.nginx.port), TIMEOUT)
                clients.append(client)
                client.sendall(begun)
        assert predict(deployment, 3) == expected_digit(some_bitmap(3))
        clients[1].sendall(b"\x01" * 484)  # the slow ones get their answer as well
        assert clients[1].recv(12) == b"HTTP/1.1 200"
    finally:
        for client in clients:
            client.close()


def test_deployment_shows_status_to_the_presenter(deployment, presenter):
    status, status_json, _ = deployment.request("GET", "/api/status", Cookie=presenter)
    assert (status, status_json["ready"]) == (200, True)


def test_deployment_logs_no_client_address(deployment):
    assert "127.0.0.1" not in deployment.nginx.read_log()
    for instance in deployment.instances:
        lines = [line for line in instance.read_log().splitlines() if "Inkwise is at" not in line]
        assert not any("127.0.0.1" in line for line in lines)


def test_deployment_rejects_paths_with_double_slashes(deployment):
    assert deployment.request("GET", "//api/models")[0] == 404


def test_deployment_survives_the_loss_of_one_process(deployment):
    deployment.instances[0].stop(signal.SIGKILL)
    assert {deployment.request("GET", "/readyz")[0] for _ in range(20)} == {200}


WITHOUT_BURST = "location = /healthz { limit_req zone=requests; proxy_pass http://inkwise; }"
PIPELINED = 50  # requests of one client within a few milliseconds


def test_proxy_limits_requests_of_one_address(deployment):
    """One client cannot use up the shipped burst here, so this location allows none."""
    folder = deployment.folder / "limited"
    folder.mkdir()
    nginx = Nginx.start(folder, *(each.port for each in deployment.instances), location=WITHOUT_BURST)
    try:
        with socket.create_connection(("127.0.0.1", nginx.port), timeout=TIMEOUT) as connection:
            head = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
            connection.sendall((head + b"\r\n") * PIPELINED + head + b"Connection: close\r\n\r\n")
            answers = b""
            while part := connection.recv(65_536):
                answers += part
    finally:
        nginx.stop()
    rejected = answers.partition(b"HTTP/1.1 429 ")[2]
    assert b"HTTP/1.1 200 " in answers
    assert b"Retry-After: 1" in rejected
    assert b'"code": "rate_limited"' in rejected
