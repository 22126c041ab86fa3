"""A server over real sockets: malformed HTTP, large bodies, graceful shutdown."""

import http.client
import json
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes import expected_digit, some_bitmap, write_model
from tests.server_process import ServerProcess
from tests.waiting import TIMEOUT, wait_until
from webapp import asgi
from webapp.errors import TooLarge
from webapp.server import lifecycle
from webapp.server.lifecycle import bind
from webapp.server.protocol import HEAD_BYTES, HEAD_LINES

pytestmark = pytest.mark.slow

HEAD = (
    b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/octet-stream\r\nContent-Length: 784\r\n"
)
HUGE = HEAD.replace(b"784", b"99999999999").replace(b"\r\n", b"\r\nConnection: close\r\n", 1) + b"\r\n"
STOP_TIME = 10.0  # seconds from SIGTERM until containers are killed


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that no test stops."""
    folder = tmp_path_factory.mktemp("models")
    write_model(folder, "conv")
    with ServerProcess(folder, module="tests.fake_server") as server:
        yield server


@pytest.fixture
def held_server(model_folder):
    """A server whose predictions wait for `write_line`; a test may stop it."""
    with ServerProcess(model_folder, "held", module="tests.fake_server") as server:
        yield server


@pytest.fixture
def threads():
    with ThreadPoolExecutor(4) as pool:
        yield pool


def exchange(server, *parts: bytes) -> tuple[int, dict, dict]:
    """Send raw bytes and return the status, headers and JSON of the response."""
    with socket.create_connection((server.host, server.port), timeout=TIMEOUT) as connection:
        for part in parts:
            connection.sendall(part)
        answer = b""
        while received := connection.recv(65536):
            answer += received
    head, body = answer.split(b"\r\n\r\n", 1)
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split()[1]), headers, json.loads(body)


def test_server_predicts(server):
    bitmap = some_bitmap()
    status, answer = server.request("POST", "/api/predict", bitmap.tobytes())
    assert (status, answer["digit"]) == (200, expected_digit(bitmap))


def test_server_keeps_connection_alive_after_304(server):
    connection = http.client.HTTPConnection(server.host, server.port, timeout=TIMEOUT)
    connection.request("GET", "/static/css/base.css")
    answer = connection.getresponse()
    answer.read()
    original_socket = connection.sock
    for _ in range(3):
        connection.request("GET", "/static/css/base.css", headers={"If-None-Match": answer.headers["ETag"]})
        unchanged = connection.getresponse()
        assert (unchanged.status, unchanged.read()) == (304, b"")
        assert connection.sock is original_socket
    connection.request("GET", "/static/css/base.css", headers={"Connection": "close"})
    assert connection.getresponse().headers["Connection"] == "close"


def test_server_answers_expect_continue_without_body(server):
    head = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
    with socket.create_connection((server.host, server.port), timeout=TIMEOUT) as connection:
        connection.sendall(head + b"Expect: 100-continue\r\n\r\n" + head + b"Connection: close\r\n\r\n")
        answer = b""
        while received := connection.recv(65536):
            answer += received
    assert answer.count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.parametrize(("proxy", "status"), [(b"", 200), (b"X-Forwarded-For: 127.0.0.1\r\n", 403)])
def test_server_shows_status_to_loopback_but_not_to_proxies(server, proxy, status):
    head = b"GET /api/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    assert exchange(server, head + proxy + b"\r\n")[0] == status


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 on this computer")
def test_listener_on_all_ipv6_addresses_accepts_ipv4():
    with bind("::", 0) as listener:
        assert listener.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == 0
        socket.create_connection(("127.0.0.1", listener.getsockname()[1]), timeout=TIMEOUT).close()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST /api/predict HTTP/1.1\r\nContent-Length: 784\r\nContent-Length: 12\r\n\r\n", 400),
        (b"POST /api/predict HTTP/1.1\r\nContent-Length: 784\r\nContent-Length: 784\r\n\r\n", 400),
        (b"POST /api/predict HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /api/predict HTTP/1.1\r\nContent-Length: 7e2\r\n\r\n", 400),
        (b"POST /api/predict HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"POST /api/predict HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST /api/predict HTTP/1.1\r\nContent-Length: ".ljust(5000, b"7") + b"\r\n\r\n", 400),
        (b"GET http://[ HTTP/1.1\r\n\r\n", 400),
        (b"a digit, please\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: ".ljust(HEAD_BYTES + 100, b"x") + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"a:\r\n" * (HEAD_LINES + 1) + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX:" + b" " * 40_000 + b"a\r\n\r\n", 431),
    ],
)
def test_server_explains_malformed_http(server, head, status):
    found, headers, answer = exchange(server, head)
    assert found == status
    assert headers["content-type"] == "application/json"
    assert answer["error"]["code"]
    assert answer["error"]["message"].startswith("expected a well-formed HTTP request")


@pytest.mark.parametrize("size", [200_001, 10_000_000, 31_000_000])
def test_server_sends_413_to_senders_of_large_bodies(server, size):
    status, answer = server.request("POST", "/api/predict", b"1" * size, "application/json")
    assert status == 413
    assert answer["error"] == {
        "code": "too_large",
        "message": "expected at most 200,000 bytes, received more",
        "explanation": TooLarge.explanation,
    }


def test_server_rejects_a_huge_body_by_content_length(server):
    status, _, answer = exchange(server, HUGE)
    assert (status, answer["error"]["code"]) == (413, "too_large")


def test_server_accepts_a_chunked_body(server):
    bitmap = some_bitmap(3)
    head = b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    kind = b"Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    status, _, answer = exchange(server, head, kind, b"310\r\n", bitmap.tobytes(), b"\r\n0\r\n\r\n")
    assert (status, answer["digit"]) == (200, expected_digit(bitmap))


def test_server_answers_a_half_closed_connection(server):
    with socket.create_connection((server.host, server.port), timeout=TIMEOUT) as connection:
        connection.sendall(HEAD + b"\r\n" + some_bitmap().tobytes())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")


def test_server_answers_with_many_silent_connections(server):
    silent = [socket.create_connection((server.host, server.port)) for _ in range(300)]
    status, _ = server.request("GET", "/healthz")
    for connection in silent:
        connection.close()
    assert status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_server_stops_at_once_when_idle(held_server, number):
    with socket.create_connection((held_server.host, held_server.port)):  # an idle browser
        started_at = time.monotonic()
        assert held_server.stop(number) == 0
        assert time.monotonic() - started_at < STOP_TIME
    assert held_server.errors == ""


def test_server_finishes_pending_requests_before_it_stops(model_folder, threads):
    bitmap = some_bitmap()
    with ServerProcess(model_folder, "held", TIMEOUT, module="tests.fake_server") as server:
        answer = threads.submit(server.request, "POST", "/api/predict", bitmap.tobytes())
        assert server.read_line() == "started\n"
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: refuses_connections(server), "no new connections to be accepted")
        server.write_line()
        assert answer.result(TIMEOUT)[1]["digit"] == expected_digit(bitmap)
        assert server.wait() == 0


def test_server_finishes_requests_while_the_trainer_ends(app, monkeypatch, threads):
    may_answer, is_answered, is_ended = threading.Event(), threading.Event(), threading.Event()

    def answer(environ, start_response):
        may_answer.wait(TIMEOUT)
        start_response("200 OK", [])
        return [b"{}"]

    def end_trainer() -> None:
        may_answer.set()
        if is_answered.wait(TIMEOUT):
            is_ended.set()

    monkeypatch.setattr(lifecycle, "STOP_SIGNALS", ())  # those of the test run stay
    monkeypatch.setattr(asgi, "allow_open_files", lambda connections: connections)
    monkeypatch.setattr(app, "wsgi_app", answer)
    monkeypatch.setattr(app.extensions["lab"].trainer, "close", end_trainer)
    app.config["PORT"] = 0
    server = asgi.make_server(app)
    stopped = threads.submit(server.serve_until_stopped)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)
    connection.request("GET", "/api/models")
    wait_until(lambda: server.server_state.tasks, "the request to arrive")
    server.should_exit = True
    assert connection.getresponse().read() == b"{}"
    is_answered.set()
    stopped.result(TIMEOUT)
    assert is_ended.is_set()


def refuses_connections(server) -> bool:
    """Return whether the server rejects new connections, as it does once it shuts down."""
    try:
        socket.create_connection((server.host, server.port), timeout=TIMEOUT).close()
    except ConnectionError:
        return True
    return False


def test_server_stops_in_time_with_a_hanging_request(held_server, threads):
    hanging = threads.submit(held_server.request, "POST", "/api/predict", some_bitmap().tobytes())
    assert held_server.read_line() == "started\n"
    started_at = time.monotonic()
    assert held_server.stop() == 0
    assert time.monotonic() - started_at < STOP_TIME
    assert hanging.exception(TIMEOUT) is not None  # the response never came


def test_server_skips_prediction_of_disconnected_client(held_server, threads):
    first = threads.submit(held_server.request, "POST", "/api/predict", some_bitmap().tobytes())
    assert held_server.read_line() == "started\n"
    with socket.create_connection((held_server.host, held_server.port)) as disconnected:
        disconnected.sendall(HEAD + b"\r\n" + some_bitmap(1).tobytes())
    held_server.request("GET", "/healthz")  # by now the server has seen the disconnect
    held_server.write_line()
    assert first.result(TIMEOUT)[0] == 200
    last = threads.submit(held_server.request, "POST", "/api/predict", some_bitmap(2).tobytes())
    assert held_server.read_line() == "started\n"
    held_server.write_line()  # one line for the first and one for the last: no prediction ran in between
    assert last.result(TIMEOUT)[1]["digit"] == expected_digit(some_bitmap(2))
