"""The table of open connections: how many may be open, and which one is closed for a new one.

Browsers open up to six connections and keep them, so 300 phones hold far more than they use. At the limit,
the connection that has been idle longest is closed (browsers expect that and open a new one), then one whose
request head is incomplete. So a new phone can always connect.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")
RESERVED = 32  # connections for the presenter's own computer
ADDRESS_SHARE = 2  # one address may hold one half of all connections
SWEEP_INTERVAL = 1.0  # seconds between checks of the time limits
LARGEST_BODY = 32_000_000  # bytes of a request body, on any route
DISCARD_RATE = 20_000_000  # bytes a second of all bodies together whose request has its response already
LARGEST_UNSENT = 64_000_000  # bytes that all clients together have not read yet; each has up to 128 kB


@dataclass(frozen=True)
class Limits:
    """Limits of the connections of one process.

    Attributes:
        connections: open at the same time.
        idle_timeout: seconds that a connection may be open without a request.
        head_timeout: seconds from the first to the last byte of a request head.
        largest_body: bytes of one request body, read or discarded.
        limits_addresses: whether the limits by client address apply; not behind a proxy.
    """

    connections: int = 4_000
    idle_timeout: float = 60.0
    head_timeout: float = 15.0
    largest_body: int = LARGEST_BODY
    limits_addresses: bool = True


class Connection(Protocol):
    """What the table needs of a connection."""

    address: str

    @property
    def unsent(self) -> int:
        """The bytes that the client has not read yet."""

    @property
    def sending_since(self) -> float:
        """The loop time since when there are unsent bytes; infinity if there are none."""

    def abort(self) -> None:
        """Close the connection at once and discard what is unsent."""

    def check_time_limits(self, now: float) -> None:
        """Close the connection if it exceeds a time limit at `now`, in the event loop's seconds."""


def _count_nothing(code: str, status: int) -> None:
    """Do not count an error."""


class ConnectionTable:
    """All open connections of a process. Use it on the event loop only.

    Args:
        note_rejection: called with code and status of each error that the protocol itself sends.
    """

    def __init__(self, limits: Limits, note_rejection: Callable[[str, int], None] = _count_nothing):
        self.limits = limits
        self.note_rejection = note_rejection
        self._open: dict[Connection, None] = {}
        self._idle: dict[Connection, None] = {}  # without a request, idle longest first
        self._in_head: dict[Connection, None] = {}  # with an incomplete request head, oldest first
        self._by_address: Counter[str] = Counter()
        self._sweep_timer: asyncio.TimerHandle | None = None
        self._discarded_until = 0.0  # loop time when discarded bytes are within DISCARD_RATE again

    def __len__(self) -> int:
        """Return how many connections are open."""
        return len(self._open)

    def admit(self, connection: Connection) -> bool:
        """Add a new connection, closing another one at the limit; return False if none can be closed."""
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
        """Remove a connection that is closed, or is about to be."""
        if connection not in self._open:
            return
        del self._open[connection]
        self._idle.pop(connection, None)
        self._in_head.pop(connection, None)
        self._by_address[connection.address] -= 1
        if not self._by_address[connection.address]:
            del self._by_address[connection.address]

    def mark_idle(self, connection: Connection) -> None:
        """Record that a connection waits for its next request."""
        if connection in self._open:
            self._in_head.pop(connection, None)
            self._idle[connection] = None

    def mark_in_head(self, connection: Connection) -> None:
        """Record that the first bytes of a request have arrived."""
        if connection in self._open:
            self._idle.pop(connection, None)
            self._in_head[connection] = None

    def mark_busy(self, connection: Connection) -> None:
        """Record that a request head is complete: the connection is not closed for another one."""
        self._idle.pop(connection, None)
        self._in_head.pop(connection, None)

    def discard(self, count: int, now: float) -> float:
        """Count discarded bytes, and return the seconds for which the connection should not be read.

        A rejected client gets its response only if it can send its whole body, but must not keep the event
        loop busy with that.
        """
        self._discarded_until = max(self._discarded_until, now) + count / DISCARD_RATE
        return self._discarded_until - now

    def _close_one(self, of_address: str | None = None) -> bool:
        for candidates in (self._idle, self._in_head):
            for connection in candidates:
                if of_address in (None, connection.address):
                    self.remove(connection)
                    connection.abort()  # a client that does not read would keep a closing connection open
                    return True
        return False

    def _schedule_sweep(self) -> None:
        self._sweep_timer = asyncio.get_running_loop().call_later(SWEEP_INTERVAL, self._sweep)

    def _sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        for connection in list(self._open):
            connection.check_time_limits(now)
        self._limit_unsent()
        self._sweep_timer = None
        if self._open:
            self._schedule_sweep()

    def _limit_unsent(self) -> None:
        """Close connections while all together have too many unsent bytes, the slowest reader first."""
        unsent = {connection: connection.unsent for connection in self._open}
        excess = sum(unsent.values()) - LARGEST_UNSENT
        if excess <= 0:
            return
        for connection in sorted(unsent, key=lambda each: each.sending_since):
            if excess <= 0:
                break
            excess -= unsent[connection]
            connection.abort()
