"""A real server over real sockets: what is not HTTP, what is too large, and a calm end."""

import http.client
import json
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes import foreseen, some_bitmap, write_model
from tests.server_process import PATIENCE, ServerProcess
from webapp.server.protocol import HEAD_BYTES, HEAD_LINES

pytestmark = pytest.mark.slow

HEAD = (
    b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/octet-stream\r\nContent-Length: 784\r\n"
)
HUGE = HEAD.replace(b"784", b"99999999999").replace(b"\r\n", b"\r\nConnection: close\r\n", 1) + b"\r\n"
STOP_TIME = 10.0  # seconds from the order to stop until containers are killed


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that every test leaves alive."""
    folder = tmp_path_factory.mktemp("models")
    write_model(folder, "conv")
    with ServerProcess(folder, module="tests.fake_server") as server:
        yield server


@pytest.fixture
def held_server(model_folder):
    """A server whose answers wait for `write_line`, and that a test may stop."""
    with ServerProcess(model_folder, "held", module="tests.fake_server") as server:
        yield server


@pytest.fixture
def threads():
    with ThreadPoolExecutor(4) as pool:
        yield pool


def talk(server, *parts: bytes) -> tuple[int, dict, dict]:
    """Send bytes as they are; return the status, headers and JSON that come back."""
    with socket.create_connection((server.host, server.port), timeout=PATIENCE) as connection:
        for part in parts:
            connection.sendall(part)
        answer = b""
        while received := connection.recv(65536):
            answer += received
    head, body = answer.split(b"\r\n\r\n", 1)
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split()[1]), headers, json.loads(body)


def test_server_answers(server):
    bitmap = some_bitmap()
    status, answer = server.request("POST", "/api/predict", bitmap.tobytes())
    assert (status, answer["digit"]) == (200, foreseen(bitmap))


def test_server_keeps_a_connection_on_which_nothing_is_new(server):
    connection = http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE)
    connection.request("GET", "/static/css/base.css")
    answer = connection.getresponse()
    answer.read()
    ours = connection.sock
    for _ in range(3):
        connection.request("GET", "/static/css/base.css", headers={"If-None-Match": answer.headers["ETag"]})
        unchanged = connection.getresponse()
        assert (unchanged.status, unchanged.read()) == (304, b"")
        assert connection.sock is ours
    connection.request("GET", "/static/css/base.css", headers={"Connection": "close"})
    assert connection.getresponse().headers["Connection"] == "close"


def test_server_answers_who_expects_to_go_on_and_has_nothing_to_send(server):
    head = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
    with socket.create_connection((server.host, server.port), timeout=PATIENCE) as connection:
        connection.sendall(head + b"Expect: 100-continue\r\n\r\n" + head + b"Connection: close\r\n\r\n")
        answer = b""
        while received := connection.recv(65536):
            answer += received
    assert answer.count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.parametrize(("proxy", "status"), [(b"", 200), (b"X-Forwarded-For: 127.0.0.1\r\n", 403)])
def test_server_tells_figures_to_this_computer_and_not_to_a_proxy_on_it(server, proxy, status):
    head = b"GET /api/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    assert talk(server, head + proxy + b"\r\n")[0] == status


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
def test_server_says_what_is_wrong_with_what_is_not_http(server, head, status):
    found, headers, answer = talk(server, head)
    assert found == status
    assert headers["content-type"] == "application/json"
    assert answer["error"]["code"]
    assert answer["error"]["message"].startswith("expected a well-formed HTTP request")


@pytest.mark.parametrize("size", [1_000_001, 10_000_000, 31_000_000])
def test_server_lets_the_sender_of_a_large_body_read_why_it_is_refused(server, size):
    status, answer = server.request("POST", "/api/predict", b"1" * size, "application/json")
    assert status == 413
    assert answer["error"] == {
        "code": "too_large",
        "message": "expected at most 1,000,000 bytes, received more",
    }


def test_server_refuses_a_huge_body_by_its_length_alone(server):
    status, _, answer = talk(server, HUGE)
    assert (status, answer["error"]["code"]) == (413, "too_large")


def test_server_takes_a_body_in_chunks(server):
    bitmap = some_bitmap(3)
    head = b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    kind = b"Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    status, _, answer = talk(server, head, kind, b"310\r\n", bitmap.tobytes(), b"\r\n0\r\n\r\n")
    assert (status, answer["digit"]) == (200, foreseen(bitmap))


def test_server_answers_a_client_that_has_closed_its_side_for_sending(server):
    with socket.create_connection((server.host, server.port), timeout=PATIENCE) as connection:
        connection.sendall(HEAD + b"\r\n" + some_bitmap().tobytes())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")


def test_server_answers_beside_many_silent_connections(server):
    silent = [socket.create_connection((server.host, server.port)) for _ in range(300)]
    status, _ = server.request("GET", "/healthz")
    for connection in silent:
        connection.close()
    assert status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_server_stops_at_once_where_nothing_is_under_way(held_server, number):
    with socket.create_connection((held_server.host, held_server.port)):  # a browser that says nothing
        begun = time.monotonic()
        assert held_server.stop(number) == 0
        assert time.monotonic() - begun < STOP_TIME
    assert held_server.errors == ""


def test_server_finishes_what_is_under_way_before_it_stops(model_folder, threads):
    bitmap = some_bitmap()
    with ServerProcess(model_folder, "held", PATIENCE, module="tests.fake_server") as server:
        answer = threads.submit(server.request, "POST", "/api/predict", bitmap.tobytes())
        assert server.read_line() == "asked\n"
        server.process.send_signal(signal.SIGTERM)
        wait_until_refused(server)
        server.write_line()
        assert answer.result(PATIENCE)[1]["digit"] == foreseen(bitmap)
        assert server.wait() == 0


def wait_until_refused(server):
    """Wait until the server takes no new connections, as it does from the order to stop on."""
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at:
        try:
            socket.create_connection((server.host, server.port), timeout=PATIENCE).close()
        except ConnectionError:
            return
    pytest.fail("the server still takes connections")


def test_server_stops_in_time_even_if_an_answer_never_comes(held_server, threads):
    hanging = threads.submit(held_server.request, "POST", "/api/predict", some_bitmap().tobytes())
    assert held_server.read_line() == "asked\n"
    begun = time.monotonic()
    assert held_server.stop() == 0
    assert time.monotonic() - begun < STOP_TIME
    assert hanging.exception(PATIENCE) is not None  # neither JSON nor a prediction came


def test_server_computes_nothing_for_a_client_that_has_gone(held_server, threads):
    first = threads.submit(held_server.request, "POST", "/api/predict", some_bitmap().tobytes())
    assert held_server.read_line() == "asked\n"
    with socket.create_connection((held_server.host, held_server.port)) as gone:
        gone.sendall(HEAD + b"\r\n" + some_bitmap(1).tobytes())
    held_server.request("GET", "/healthz")  # the server has seen the end of that connection by now
    held_server.write_line()
    assert first.result(PATIENCE)[0] == 200
    last = threads.submit(held_server.request, "POST", "/api/predict", some_bitmap(2).tobytes())
    assert held_server.read_line() == "asked\n"
    held_server.write_line()  # one line each for the first and the last: none was asked between them
    assert last.result(PATIENCE)[1]["digit"] == foreseen(some_bitmap(2))
