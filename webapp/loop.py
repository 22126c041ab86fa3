"""Wait for all sockets at once, and look again only at those of which something has changed.

waitress's own loop asks every connection in every round what it waits for; with the 600 connections of a
full room that took two fifths of the time in which Python could do anything. Here a connection is asked
after something came of it, and while a thread is at work for it. Once a second all are asked, since waitress
closes those that say nothing.
"""

import selectors
import threading
import time

from waitress import wasyncore

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
SWEEP = 1.0  # seconds from one time that all are asked to the next


class Loop:
    """Reads and writes what is ready.

    Attributes:
        sockets: waitress's dispatchers by file number: connections, the listener, the trigger.
        thread: the thread that goes round, which alone closes them; None before the first round.
        is_ending: whether nobody is to begin anything new.
    """

    def __init__(self):
        self.sockets: dict[int, wasyncore.dispatcher] = {}
        self._selector = selectors.DefaultSelector()
        self._waits_for: dict[int, int] = {}  # READ, WRITE or both, by file number
        self._changed: set[wasyncore.dispatcher] = set()
        self._swept_at = float("-inf")
        self.thread: int | None = None
        self.is_ending = False

    def note(self, dispatcher: wasyncore.dispatcher) -> None:
        """Ask it in the next rounds, until it is not at work any more. Any thread may call this."""
        self._changed.add(dispatcher)

    def forget(self, number: int) -> None:
        """Wait no longer for a file, which is about to be closed."""
        if self._waits_for.pop(number, 0):
            self._selector.unregister(number)

    def turn(self, timeout: float) -> None:
        """Wait until something is ready, `timeout` seconds at most, and read and write it."""
        self.thread = threading.get_ident()
        self._ask()
        for key, events in self._selector.select(timeout):
            if events & READ:
                wasyncore.read(key.data)
            if events & WRITE and self.sockets.get(key.fd) is key.data:
                wasyncore.write(key.data)
            self.note(key.data)

    def end(self) -> None:
        """Read what has come by now, and from then on only what belongs to a request that has begun."""
        self.turn(0)
        self.is_ending = True
        self._swept_at = float("-inf")  # everybody is asked once more

    def close(self) -> None:
        """Close all sockets."""
        for number in list(self._waits_for):
            self.forget(number)
        wasyncore.close_all(self.sockets, ignore_all=True)
        self._selector.close()

    def _ask(self) -> None:
        now = time.monotonic()
        if now - self._swept_at >= SWEEP:
            self._swept_at = now
            self._changed.update(list(self.sockets.values()))
        for dispatcher in self._changed.copy():
            # Out of it first: who is noted by another thread from here on is asked in the next round.
            self._changed.discard(dispatcher)
            if getattr(dispatcher, "is_at_work", False):
                self._changed.add(dispatcher)
            if self.sockets.get(dispatcher._fileno) is dispatcher:
                try:
                    self._wait_for(dispatcher, dispatcher._fileno)
                except (OSError, KeyError, ValueError):  # what one socket does must not end all others
                    dispatcher.handle_error()

    def _wait_for(self, dispatcher: wasyncore.dispatcher, number: int) -> None:
        wanted = READ if dispatcher.readable() else 0
        if dispatcher.writable() and not dispatcher.accepting:  # a listener has nothing to write
            wanted |= WRITE
        before = self._waits_for.get(number, 0)
        if wanted == before:
            return
        if not wanted:
            self.forget(number)
            return
        (self._selector.modify if before else self._selector.register)(number, wanted, dispatcher)
        self._waits_for[number] = wanted
