"""Bound the bytes of request bodies that are held in memory at the same time."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from webapp.errors import Busy
from webapp.server.connections import LOOPBACK_ADDRESSES

TOTAL = 48_000_000  # bytes
ADDRESS_SHARE = 4  # one address may hold a fourth; a room behind one address needs a tenth of that


class BodyBudget:
    """Counts the bytes of all bodies, and of each address. Use it on the event loop only.

    Args:
        total: bytes of all bodies together.
    """

    def __init__(self, total: int = TOTAL):
        self._total = total
        self._by_address: Counter[str] = Counter()

    @property
    def held(self) -> int:
        """The bytes of all bodies."""
        return self._by_address.total()

    @contextmanager
    def share(self, address: str) -> Iterator["Share"]:
        """Yield the share of one request; its bytes are given back after the block."""
        share = Share(self, address)
        try:
            yield share
        finally:
            self._add(address, -share.size)

    def add(self, address: str, count: int) -> None:
        """Count the bytes of a body. Raises Busy if there are too many."""
        most = self._total if address in LOOPBACK_ADDRESSES else self._total // ADDRESS_SHARE
        if self.held + count > self._total or self._by_address[address] + count > most:
            raise Busy("too many request bodies are being received; try again in a second")
        self._add(address, count)

    def _add(self, address: str, count: int) -> None:
        self._by_address[address] += count
        if not self._by_address[address]:
            del self._by_address[address]


class Share:
    """The bytes of one request's body."""

    def __init__(self, budget: BodyBudget, address: str):
        self.size = 0
        self._budget = budget
        self._address = address

    def add(self, count: int) -> None:
        """Count received bytes. Raises Busy if there are too many."""
        self._budget.add(self._address, count)
        self.size += count
