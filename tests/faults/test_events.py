"""Event streams of a real server: clients that leave, and a stop."""

import http.client
import json
from contextlib import ExitStack
from threading import Event, Thread

import pytest

from tests.fakes import write_model
from tests.server_process import ServerProcess
from tests.waiting import TIMEOUT


@pytest.fixture
def server(tmp_path):
    """A server with fake models and a room of its own."""
    write_model(tmp_path, "conv")
    with ServerProcess(
        tmp_path, f"sqlite:///{tmp_path / 'room.sqlite'}", module="tests.faults.room_server"
    ) as server:
        yield server


class Stream:
    """An open event stream."""

    def __init__(self, port: int, query: str = ""):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self._connection.request("GET", f"/api/room/events{query}")
        self.response = self._connection.getresponse()

    def read(self) -> dict | None:
        """Return the data of the next event of the room; None at the end."""
        while line := self.response.readline():
            if line == b"event: room\n":
                return json.loads(self.response.readline().removeprefix(b"data: "))
        return None

    def close(self) -> None:
        self.response.close()
        self._connection.close()


def join(server) -> str:
    """Join, and return the cookie."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=TIMEOUT)
    connection.request("POST", "/api/room/participants")
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.getheader("Set-Cookie").partition(";")[0]


def send(server, cookie: str, drawing_id: str) -> None:
    """Send a drawing."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=TIMEOUT)
    body = json.dumps({"strokes": [[[0, 0], [30, 90]]], "label": 1})
    headers = {"Content-Type": "application/json", "Cookie": cookie}
    connection.request("PUT", f"/api/room/drawings/{drawing_id}", body, headers)
    assert connection.getresponse().status == 201
    connection.close()


def test_drawing_event_reaches_walls_but_not_phones(server):
    cookie = join(server)
    wall, phone = Stream(server.port), Stream(server.port, "?only=state")
    first, summary = wall.read(), phone.read()
    assert wall.response.getheader("Content-Type").startswith("text/event-stream")
    assert wall.response.getheader("Cache-Control") == "no-store"
    send(server, cookie, "11111111-1111-4111-8111-111111111111")
    revision = first["revision"]
    while (event := wall.read())["revision"] == revision:  # one event more may tell of who has joined
        pass
    assert event["state"] == summary["state"]
    wall.close()
    phone.close()


def test_stop_ends_open_streams(server):
    stream, ended = Stream(server.port), Event()
    stream.read()

    def read_to_the_end() -> None:
        while stream.read():
            pass
        ended.set()

    reader = Thread(target=read_to_the_end)
    reader.start()
    assert server.stop() == 0
    assert ended.wait(TIMEOUT)
    reader.join()
    stream.close()


def test_closed_streams_free_their_slots(server, extent):
    for _ in range(extent(60, 3000)):
        stream = Stream(server.port)
        assert stream.read()
        stream.close()
    with ExitStack() as stack:
        streams = [Stream(server.port) for _ in range(50)]
        for stream in streams:
            stack.callback(stream.close)
            assert stream.read()
    assert server.request("GET", "/healthz")[0] == 200
