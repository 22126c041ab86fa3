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

from tests.deploy.deployment import PATIENCE, TOKEN, request
from tests.fakes import foreseen, some_bitmap
from webapp.settings import ROOT

BYTES = "application/octet-stream"
DRIPPING = 40  # clients of each kind; five times as many as there are threads


def predict(deployment, seed: int = 0) -> int:
    """Return the digit that a prediction through nginx says."""
    status, answer, _ = deployment.request(
        "POST", "/api/predict", some_bitmap(seed).tobytes(), Content_Type=BYTES
    )
    assert status == 200, answer
    return answer["digit"]


def counted(deployment) -> float:
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
        command, cwd=ROOT, env=kept | settings, capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    match = re.fullmatch(r"https://inkwise\.example(/presenter\?token=[\w-]{22})\n", printed.stdout)
    status, _, headers = deployment.request("GET", match[1])
    assert status == 303
    return headers["Set-Cookie"].partition(";")[0]


def test_deployment_answers_as_the_models_do(deployment):
    for seed in range(10):
        assert predict(deployment, seed) == foreseen(some_bitmap(seed))


def test_deployment_counts_each_prediction_once(deployment):
    before = counted(deployment)
    for seed in range(12):
        predict(deployment, seed)
    assert counted(deployment) == before + 12


@pytest.mark.parametrize("path", ["/metrics", "/api/status"])
def test_deployment_tells_figures_to_nobody_without_token(deployment, path):
    for headers in ({}, {"X_Forwarded_For": "127.0.0.1"}, {"Host": "localhost"}):
        assert deployment.request("GET", path, **headers)[0] == 403


def test_deployment_keeps_one_room_for_all_processes(deployment):
    status, _, headers = deployment.request(
        "POST", "/api/room/participants", b'{"code": "APPLE"}', Content_Type="application/json"
    )
    assert status == 201
    cookie = headers["Set-Cookie"].partition(";")[0]
    assert "Secure" not in headers["Set-Cookie"]
    for _ in range(10):
        assert deployment.request("GET", "/api/room/me", Cookie=cookie)[0] == 200


def test_deployment_believes_nothing_that_a_client_claims_of_itself(deployment):
    _, _, headers = deployment.request(
        "POST",
        "/api/room/participants",
        b'{"code": "APPLE"}',
        Content_Type="application/json",
        X_Forwarded_Proto="https",
    )
    assert "Secure" not in headers["Set-Cookie"]


@pytest.mark.parametrize("name", ["inkwise.example", "192.168.1.7:8080"])
def test_deployment_answers_to_its_public_names(deployment, name):
    assert deployment.request("GET", "/healthz", Host=name)[0] == 200


def test_deployment_refuses_a_large_body_before_it_has_come(deployment):
    with socket.create_connection(("127.0.0.1", deployment.nginx.port), PATIENCE) as client:
        client.sendall(
            b"POST /api/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
            b"Content-Length: 9000000\r\n\r\n"
        )
        answer = http.client.HTTPResponse(client)
        answer.begin()
        assert answer.status == 413
        assert b'"code": "too_large"' in answer.read()


def test_deployment_takes_a_large_import_where_it_belongs(deployment, presenter):
    headers = {"Cookie": presenter, "Content_Type": "application/x-ndjson"}
    status, answer, _ = deployment.request("POST", "/api/room/import", b"\n" * 9_000_000, **headers)
    assert (status, answer["imported"]) == (200, 0)


@pytest.mark.parametrize("path", ["/", "/openapi.json", "/static/css/base.css"])
def test_deployment_compresses_what_is_worth_it(deployment, path):
    _, plain, _ = deployment.request("GET", path, Accept_Encoding="identity")
    _, unpacked, headers = deployment.request("GET", path, Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert unpacked == plain


def test_deployment_says_unchanged_through_compression(deployment):
    headers = deployment.request("GET", "/api/room/scoreboard", Accept_Encoding="gzip")[2]
    again = deployment.request("GET", "/api/room/scoreboard", If_None_Match=headers["ETag"])
    assert again[0] == 304


def test_deployment_answers_while_slow_clients_hold_on(deployment):
    head = b"POST /api/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
    clients = []
    try:
        for _ in range(DRIPPING):
            for begun in (head, head + b"Content-Length: 784\r\n\r\n" + b"\x01" * 300):
                client = socket.create_connection(("127.0.0.1", deployment.nginx.port), PATIENCE)
                clients.append(client)
                client.sendall(begun)
        assert predict(deployment, 3) == foreseen(some_bitmap(3))
        clients[1].sendall(b"\x01" * 484)  # the slow ones get their answer as well
        assert clients[1].recv(12) == b"HTTP/1.1 200"
    finally:
        for client in clients:
            client.close()


def test_deployment_tells_the_presenter_how_it_is(deployment, presenter):
    status, told, _ = deployment.request("GET", "/api/status", Cookie=presenter)
    assert (status, told["ready"]) == (200, True)


def test_deployment_writes_no_address_into_a_log(deployment):
    assert "127.0.0.1" not in deployment.nginx.said()
    for instance in deployment.instances:
        lines = [line for line in instance.said().splitlines() if "Inkwise is at" not in line]
        assert not any("127.0.0.1" in line for line in lines)


def test_deployment_limits_no_other_path_than_it_answers(deployment):
    assert deployment.request("GET", "//api/models")[0] == 404


def test_deployment_goes_on_while_one_process_is_gone(deployment):
    deployment.instances[0].stop(signal.SIGKILL)
    assert {deployment.request("GET", "/readyz")[0] for _ in range(20)} == {200}
