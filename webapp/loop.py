"""Wait for all sockets at once, and look again only at those of which something has changed.

waitress's own loop asks every connection in every round what it waits for; with the 600 connections of a
full room that took two fifths of the time in which Python could do anything. Here a connection is asked
after something came of it, and while a thread is at work for it. Once a second all are asked, since waitress
closes those that say nothing.
"""

import selectors
import time

from waitress import wasyncore

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
SWEEP = 1.0  # seconds from one time that all are asked to the next


class Loop:
    """Reads and writes what is ready.

    Attributes:
        sockets: waitress's dispatchers by file number: connections, the listener, the trigger.
    """

    def __init__(self):
        self.sockets: dict[int, wasyncore.dispatcher] = {}
        self._selector = selectors.DefaultSelector()
        self._waits_for: dict[int, int] = {}  # READ, WRITE or both, by file number
        self._changed: set[wasyncore.dispatcher] = set()
        self._swept_at = float("-inf")

    def note(self, dispatcher: wasyncore.dispatcher) -> None:
        """Ask it in the next rounds, until it is not at work any more. Any thread may call this."""
        self._changed.add(dispatcher)

    def forget(self, number: int) -> None:
        """Wait no longer for a file, which is about to be closed."""
        if self._waits_for.pop(number, 0):
            self._selector.unregister(number)

    def turn(self, timeout: float) -> None:
        """Wait until something is ready, `timeout` seconds at most, and read and write it."""
        self._ask()
        for key, events in self._selector.select(timeout):
            if events & READ:
                wasyncore.read(key.data)
            if events & WRITE and self.sockets.get(key.fd) is key.data:
                wasyncore.write(key.data)
            self.note(key.data)

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
            # First this, then what it waits for: a thread that ends in between wakes the loop once more.
            if not getattr(dispatcher, "is_at_work", False):
                self._changed.discard(dispatcher)
            if self.sockets.get(dispatcher._fileno) is dispatcher:
                self._wait_for(dispatcher, dispatcher._fileno)

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
