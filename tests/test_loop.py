"""The loop asks only those of which something has changed, and forgets nobody."""

import os
import socket

import pytest
from waitress import wasyncore
from webapp.loop import Loop

from webapp import loop as looping


class Dispatcher(wasyncore.dispatcher):
    """Reads what comes, writes what a test gives it, and counts how often it is asked."""

    def __init__(self, ours: socket.socket, loop: Loop):
        super().__init__(ours, loop.sockets)
        self.asked, self.got, self.to_send, self.is_at_work = 0, b"", b"", False

    def readable(self) -> bool:
        self.asked += 1
        return not self.is_at_work

    def writable(self) -> bool:
        return bool(self.to_send)

    def handle_read(self) -> None:
        self.got += self.recv(100)

    def handle_write(self) -> None:
        self.to_send = self.to_send[self.send(self.to_send) :]

    def handle_close(self) -> None:
        self.close()


@pytest.fixture
def loop(monkeypatch):
    monkeypatch.setattr(looping, "SWEEP", 3600.0)  # seconds: in most tests all are asked once
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture
def pair(loop):
    """One of the loop's dispatchers, which has been asked once, and the socket at the other end."""
    ours, theirs = socket.socketpair()
    dispatcher = Dispatcher(ours, loop)
    loop.turn(0)
    yield dispatcher, theirs
    theirs.close()


def test_loop_reads_what_comes(loop, pair):
    dispatcher, theirs = pair
    theirs.send(b"ink")
    loop.turn(1)
    assert dispatcher.got == b"ink"


def test_loop_does_not_ask_those_of_which_nothing_has_changed(loop, pair):
    dispatcher, theirs = pair
    for _ in range(5):
        loop.turn(0)
    assert dispatcher.asked == 1
    theirs.send(b"ink")
    loop.turn(1)
    loop.turn(0)
    loop.turn(0)
    assert dispatcher.asked == 2


def test_loop_asks_whoever_is_at_work_until_the_work_is_done(loop, pair):
    dispatcher, theirs = pair
    dispatcher.is_at_work = True
    loop.note(dispatcher)
    loop.turn(0)
    theirs.send(b"the next request")
    loop.turn(0)
    assert dispatcher.got == b""
    dispatcher.is_at_work, dispatcher.to_send = False, b"answer"  # without another word to the loop
    loop.turn(1)
    assert (dispatcher.got, theirs.recv(100)) == (b"the next request", b"answer")
    loop.turn(0)
    asked = dispatcher.asked
    loop.turn(0)
    assert dispatcher.asked == asked


def test_loop_hears_of_who_begins_to_work_while_it_is_asked(loop, pair):
    dispatcher, theirs = pair

    class Begins:
        """At work from the moment on at which the loop has looked."""

        def __get__(self, instance, owner) -> bool:
            del type(dispatcher).is_at_work
            dispatcher.is_at_work = True
            loop.note(dispatcher)
            return False

    dispatcher.__dict__.pop("is_at_work")
    dispatcher.__class__ = type("Beginner", (Dispatcher,), {"is_at_work": Begins()})
    loop.note(dispatcher)
    loop.turn(0)
    dispatcher.is_at_work, dispatcher.to_send = False, b"answer"
    loop.turn(1)
    assert theirs.recv(100) == b"answer"


def test_loop_outlives_a_socket_that_it_cannot_wait_for(loop, pair):
    dispatcher, theirs = pair
    ours, other = socket.socketpair()
    other.close()
    lost = Dispatcher(ours, loop)
    ours.close()
    loop.note(lost)
    theirs.send(b"ink")
    loop.turn(1)
    assert dispatcher.got == b"ink"
    assert lost not in loop.sockets.values()


def test_loop_asks_all_now_and_then(loop, pair, monkeypatch):
    dispatcher, theirs = pair
    dispatcher.to_send = b"what nobody told the loop of"
    loop.turn(0)
    assert dispatcher.to_send
    monkeypatch.setattr(looping, "SWEEP", 0.0)
    loop.turn(1)
    assert theirs.recv(100) == b"what nobody told the loop of"


def test_loop_knows_a_new_connection_by_the_number_of_one_that_ended(loop, pair):
    dispatcher, theirs = pair
    number = dispatcher._fileno
    loop.forget(number)
    dispatcher.close()
    ours, other = socket.socketpair()
    ours = ours if ours.fileno() == number else socket.socket(fileno=_moved(ours, number))
    newcomer = Dispatcher(ours, loop)
    loop.note(newcomer)
    other.send(b"ink")
    loop.turn(1)
    assert newcomer.got == b"ink"
    other.close()


def _moved(ours: socket.socket, number: int) -> int:
    os.dup2(ours.fileno(), number)
    ours.close()
    return number


def test_loop_closes_a_connection_that_the_other_side_has_ended(loop, pair):
    dispatcher, theirs = pair
    theirs.close()
    loop.turn(1)
    assert dispatcher._fileno not in loop.sockets
    loop.turn(0)
