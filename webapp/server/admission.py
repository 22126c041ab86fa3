"""Admission control: bounded request queues; requests beyond the limit get 503 with Retry-After."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import Scope

from webapp.errors import Busy
from webapp.settings import LOOPBACK

FULL_AFTER = 0.8  # share of the timeout; behind a request that waited longer, a new one would time out
CHECK_AFTER = 0.5  # seconds of waiting after which the client's connection is checked


class RequestQueue:
    """Slots for running requests, and a bounded first-in-first-out queue for waiting ones.

    Not thread-safe: use it on the event loop only.

    Args:
        slots: requests that run at the same time.
        size: requests that may wait.
        timeout: seconds that a request may wait.
    """

    def __init__(self, slots: int, size: int, timeout: float):
        self._slots = asyncio.Semaphore(slots)
        self._size = size
        self._timeout = timeout
        self._waiting: dict[object, float] = {}  # ticket -> loop time when it began to wait, oldest first

    def __len__(self) -> int:
        """Return how many requests wait."""
        return len(self._waiting)

    @asynccontextmanager
    async def slot(self, scope: Scope) -> AsyncIterator[None]:
        """Hold a slot while the block runs.

        Raises:
            Busy: the queue is full, no slot became free in time, or the client disconnected.
        """
        if self._slots.locked():
            await self._wait(scope)
        else:
            await self._slots.acquire()
        try:
            yield
        finally:
            self._slots.release()

    async def _wait(self, scope: Scope) -> None:
        clock = asyncio.get_running_loop().time
        since = clock()
        if self._is_full(since):
            raise Busy("too many requests are waiting; try again in a second")
        ticket = object()
        self._waiting[ticket] = since
        try:
            async with asyncio.timeout(self._timeout):
                await self._slots.acquire()
        except TimeoutError:
            raise Busy(f"no response within {self._timeout:g} seconds; try again in a second") from None
        finally:
            del self._waiting[ticket]
        # Only after a long wait: a client that closed its sending side may still read the response.
        if clock() - since > CHECK_AFTER and is_disconnected(scope):
            self._slots.release()
            raise Busy("the client has disconnected")

    def _is_full(self, now: float) -> bool:
        oldest = next(iter(self._waiting.values()), None)
        waits_too_long = oldest is not None and now - oldest > FULL_AFTER * self._timeout
        return len(self._waiting) >= self._size or waits_too_long


class AddressQueues:
    """A request queue for each client address, so that one address cannot take all threads.

    Requests from this computer, and those whose address is unknown, do not wait.

    Args:
        slots, size, timeout: of each queue, as for RequestQueue.
    """

    def __init__(self, slots: int, size: int, timeout: float):
        self._limits = slots, size, timeout
        self._queues: dict[str, tuple[RequestQueue, int]] = {}  # address -> queue, requests that use it

    def __len__(self) -> int:
        """Return the number of addresses with requests."""
        return len(self._queues)

    @asynccontextmanager
    async def slot(self, scope: Scope) -> AsyncIterator[None]:
        """Hold a slot of the request's address while the block runs. Raises Busy as RequestQueue does."""
        address = scope["client"][0] if scope.get("client") else ""
        if not address or address in LOOPBACK:
            yield
            return
        queue, users = self._queues.get(address) or (RequestQueue(*self._limits), 0)
        self._queues[address] = queue, users + 1
        try:
            async with queue.slot(scope):
                yield
        finally:
            users = self._queues[address][1] - 1
            if users:
                self._queues[address] = queue, users
            else:
                del self._queues[address]


def is_disconnected(scope: Scope) -> bool:
    """Return whether the client has closed its connection, if the server reports it (protocol.py does)."""
    connection = scope.get("state", {}).get("connection")
    return connection is not None and connection.is_disconnected
