"""The server round by round, in the test's own thread: who is let in, and who is still heard at the end."""

import socket

import pytest

from webapp import create_app
from webapp import loop as looping
from webapp.server import Server

PATIENCE = 20.0  # seconds
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def start(store, tmp_path, monkeypatch):
    """A function that makes a server with room for so many connections, and a function to connect to it."""
    monkeypatch.setattr(Server, "_await_orders", lambda server: None)  # the signals are the tests' own
    monkeypatch.setattr(looping, "SWEEP", 3600.0)  # seconds: nothing is seen only because all are asked
    visitors, servers = [], []

    def make(limit: int):
        app = create_app({"PORT": 0, "CONNECTIONS": limit, "ROOM_FOLDER": tmp_path / "room"}, store)
        server = Server(app)
        address = server._waitress.effective_host, server._waitress.effective_port
        servers.append(server)

        def connect() -> socket.socket:
            visitors.append(socket.create_connection(address, timeout=PATIENCE))
            return visitors[-1]

        return server, connect

    yield make
    for visitor in visitors:
        visitor.close()
    for server in servers:
        if server._loop.sockets:  # not stopped yet
            server._drain()


@pytest.mark.parametrize(("limit", "taken"), [(100, 30), (10, 10)])
def test_server_takes_in_all_who_knock_up_to_its_limit(start, limit, taken):
    server, connect = start(limit)
    for _ in range(30):
        connect()
    server._loop.turn(PATIENCE)
    assert len(server._waitress.active_channels) == taken


def test_server_gives_a_place_that_comes_free_to_who_waits_for_one(start):
    server, connect = start(1)
    first, second = connect(), connect()
    server._loop.turn(PATIENCE)
    first.close()
    for _ in range(3):  # it hears of the end, asks who waits, and lets them in
        server._loop.turn(1)
    second.sendall(REQUEST)
    server._loop.turn(PATIENCE)
    assert second.recv(100).startswith(b"HTTP/1.1 200 OK")


def test_server_that_stops_answers_what_had_arrived_and_begins_nothing_new(start):
    server, connect = start(100)
    early, late = connect(), connect()
    server._loop.turn(PATIENCE)
    server._loop.turn(0)
    early.sendall(REQUEST)
    end = server._loop.end

    def end_and_hear_one_more() -> None:
        end()
        late.sendall(REQUEST)

    server._loop.end = end_and_hear_one_more
    server._drain()
    assert early.recv(100).startswith(b"HTTP/1.1 200 OK")
    with pytest.raises(ConnectionResetError):
        late.recv(100)


def test_server_that_stops_hears_out_who_has_begun_to_ask(start):
    server, connect = start(100)
    visitor = connect()
    server._loop.turn(PATIENCE)
    visitor.sendall(REQUEST[:20])
    end = server._loop.end

    def end_and_hear_the_rest() -> None:
        end()
        visitor.sendall(REQUEST[20:])

    server._loop.end = end_and_hear_the_rest
    server._drain()
    assert visitor.recv(100).startswith(b"HTTP/1.1 200 OK")
