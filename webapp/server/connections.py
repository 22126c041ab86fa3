"""The table of open connections: how many may be open, and which is closed when another one needs its place.

Browsers open up to six connections each and keep them, so a room of 300 phones holds far more than it uses.
When the limit is reached, the connection that has been idle longest is closed: browsers expect that, and open
a new one when they need it. Then those whose request head is incomplete. A new phone is always let in.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")
RESERVED = 32  # connections for the presenter's own computer
ADDRESS_SHARE = 2  # one address may hold one half of all connections
SWEEP_INTERVAL = 1.0  # seconds between two checks of all time limits


@dataclass(frozen=True)
class Limits:
    """Limits of the connections of one process.

    Attributes:
        connections: open at the same time.
        idle_timeout: seconds that a connection may be open without a request.
        head_timeout: seconds that a request head may take, from its first byte to its last.
        largest_body: bytes that are read, or read and discarded, of one request body.
        limits_addresses: whether the limits by client address apply; not behind a proxy, which has one
            address.
    """

    connections: int = 4_000
    idle_timeout: float = 60.0
    head_timeout: float = 15.0
    largest_body: int = 32_000_000
    limits_addresses: bool = True


class Connection(Protocol):
    """What the table needs to know of a connection."""

    address: str

    def close_now(self) -> None:
        """Close the connection at once."""

    def check_time_limits(self, now: float) -> None:
        """Close the connection where it is over a time limit at `now`, in seconds of the event loop's
        clock."""


class ConnectionTable:
    """All open connections of a process. Use it on the event loop only."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self._open: dict[Connection, None] = {}
        self._idle: dict[Connection, None] = {}  # without a request, the one that became so first in front
        self._in_head: dict[Connection, None] = {}  # with an incomplete request head, the oldest in front
        self._by_address: Counter[str] = Counter()
        self._sweep_timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """Return how many connections are open."""
        return len(self._open)

    def admit(self, connection: Connection) -> bool:
        """Add a new connection, after closing another one where that is needed; False where none can be
        closed."""
        address, limits = connection.address, self.limits
        is_local = address in LOOPBACK_ADDRESSES
        most = limits.connections
        if limits.limits_addresses and not is_local:
            most -= min(RESERVED, most // 2)
            most_of_address = limits.connections // ADDRESS_SHARE
            if self._by_address[address] >= most_of_address and not self._close_one(of_address=address):
                return False
        if len(self._open) >= most and not self._close_one():
            return False
        self._open[connection] = self._idle[connection] = None
        self._by_address[address] += 1
        if self._sweep_timer is None:
            self._schedule_sweep()
        return True

    def remove(self, connection: Connection) -> None:
        """Forget a connection that is closed, or is about to be."""
        if self._open.pop(connection, self) is self:
            return
        self._idle.pop(connection, None)
        self._in_head.pop(connection, None)
        self._by_address[connection.address] -= 1
        if not self._by_address[connection.address]:
            del self._by_address[connection.address]

    def mark_idle(self, connection: Connection) -> None:
        """Note that a connection waits for its next request."""
        if connection in self._open:
            self._in_head.pop(connection, None)
            self._idle[connection] = None

    def mark_in_head(self, connection: Connection) -> None:
        """Note that the first bytes of a request have come."""
        if connection in self._open:
            self._idle.pop(connection, None)
            self._in_head[connection] = None

    def mark_busy(self, connection: Connection) -> None:
        """Note that a request head is complete: the connection is not closed for another one."""
        self._idle.pop(connection, None)
        self._in_head.pop(connection, None)

    def _close_one(self, of_address: str | None = None) -> bool:
        for candidates in (self._idle, self._in_head):
            for connection in candidates:
                if of_address in (None, connection.address):
                    self.remove(connection)
                    connection.close_now()
                    return True
        return False

    def _schedule_sweep(self) -> None:
        self._sweep_timer = asyncio.get_running_loop().call_later(SWEEP_INTERVAL, self._sweep)

    def _sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        for connection in list(self._open):
            connection.check_time_limits(now)
        self._sweep_timer = None
        if self._open:
            self._schedule_sweep()
