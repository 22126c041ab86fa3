"""A connection sends an answer at once, and keeps the server's loop out of it meanwhile."""

import socket
import threading
from types import SimpleNamespace

import pytest
from waitress.adjustments import Adjustments
from webapp.channel import make_channel
from webapp.loop import Loop

PATIENCE = 20.0  # seconds


class Server:
    """What a channel needs of its server."""

    _fileno = None

    def __init__(self):
        self.active_channels = {}

    def pull_trigger(self) -> None:
        pass


@pytest.fixture
def connection():
    """A channel that notes what it sends and whether the loop would send too, and the client's socket."""

    class Noted(make_channel(1_000, Loop())):
        def send(self, data: bytes, do_close: bool = True) -> int:
            sent.append((bytes(data), bool(self.writable())))
            return super().send(data, do_close)

    sent = []
    ours, theirs = socket.socketpair()
    theirs.settimeout(PATIENCE)
    server = Server()
    channel = Noted(server, ours, ("", 0), Adjustments(), {})
    yield channel, theirs, sent
    channel.handle_close()
    theirs.close()


@pytest.mark.parametrize("body", [b"", b"body"])
def test_channel_sends_a_head_with_what_follows_it_at_once(connection, body):
    channel, theirs, sent = connection
    channel.hold(b"head,")
    assert sent == []
    if body:
        channel.write_soon(body)
    channel.let_go()
    channel.let_go()
    assert [data for data, _ in sent] == [b"head," + body]
    assert theirs.recv(100) == b"head," + body


def test_channel_leaves_nothing_to_the_loop_while_a_thread_sends(connection):
    channel, _, sent = connection
    channel.write_soon(b"answer")
    assert sent == [(b"answer", False)]
    assert not channel.writable()  # all is sent


def test_channel_leaves_to_the_loop_what_a_slow_client_does_not_take_yet(connection):
    channel, theirs, _ = connection
    answer = b"x" * 5_000_000  # more than the system keeps for one connection
    channel.write_soon(answer)
    assert channel.writable()
    received = 0
    while received < len(answer):
        received += len(theirs.recv(1_000_000))
        channel.handle_write()
    assert not channel.writable()


def test_channel_that_is_broken_is_closed_by_the_loops_thread_alone(connection):
    channel, theirs, _ = connection
    channel.request = SimpleNamespace(expect_continue=True)
    theirs.close()
    channel.loop.thread = None  # another than this one
    channel.send_continue()
    assert channel.connected
    assert channel.writable()  # which the loop will try
    channel.loop.thread = threading.get_ident()
    channel.handle_write()
    assert not channel.connected


def test_channel_is_at_work_no_more_once_its_client_has_gone(connection):
    channel, theirs, _ = connection
    channel.requests = [SimpleNamespace(error=None, version="1.1", close=lambda: None)] * 2
    channel.connected = False
    channel.service()
    assert not channel.is_at_work


def test_channel_begins_nothing_new_where_all_ends(connection):
    channel, _, _ = connection
    assert channel.readable()
    channel.loop.is_ending = True
    assert not channel.readable()
    channel.request = SimpleNamespace()  # the head of one has come already
    assert channel.readable()


def test_channel_tells_that_a_client_has_gone_of_which_nothing_is_left(connection):
    channel, _, _ = connection
    channel.handle_close()
    channel.connected = True  # as it was a moment ago, when somebody looked
    assert channel.check_client_disconnected()
