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

    Not thread-safe: use it on one event loop only.

    Args:
        slots: requests that run at the same time.
        size: requests that may wait.
        timeout: seconds that a request may wait.
    """

    def __init__(self, slots: int, size: int, timeout: float):
        self._free = slots  # 0 while a request waits
        self._size = size
        self._timeout = timeout
        self._waiting: dict[asyncio.Future[None], float] = {}  # loop time of the first wait, oldest first
        self._timer: asyncio.TimerHandle | None = None  # for the oldest; a timer for each would cost more

    def __len__(self) -> int:
        """Return how many requests wait."""
        return len(self._waiting)

    @asynccontextmanager
    async def slot(self, scope: Scope) -> AsyncIterator[None]:
        """Hold a slot while the block runs.

        Raises:
            Busy: the queue is full, no slot became free in time, or the client disconnected.
        """
        if self._free:
            self._free -= 1
        else:
            await self._wait(scope)
        try:
            yield
        finally:
            self._release()

    def _release(self) -> None:
        """Give a slot to the oldest waiting request, if there is one."""
        while self._waiting:
            waiter = next(iter(self._waiting))
            del self._waiting[waiter]
            if not waiter.done():  # it is done if its request was cancelled in this round of the event loop
                return waiter.set_result(None)
        self._free += 1
        return None

    async def _wait(self, scope: Scope) -> None:
        loop = asyncio.get_running_loop()
        since = loop.time()
        if self._is_full(since):
            raise Busy("too many requests are waiting; try again in a second")
        waiter = loop.create_future()
        self._waiting[waiter] = since
        if self._timer is None:
            self._timer = loop.call_at(since + self._timeout, self._expire, loop)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._release()  # it got a slot just before
            raise
        finally:
            self._waiting.pop(waiter, None)
        # Only after a long wait: a client that closed its sending side may still read the response.
        if loop.time() - since > CHECK_AFTER and is_disconnected(scope):
            self._release()
            raise Busy("the client has disconnected")

    def _expire(self, loop: asyncio.AbstractEventLoop) -> None:
        """Raise Busy in requests that have waited for the whole timeout."""
        self._timer = None
        while self._waiting:
            waiter, since = next(iter(self._waiting.items()))
            if since + self._timeout > loop.time():
                self._timer = loop.call_at(since + self._timeout, self._expire, loop)
                return
            del self._waiting[waiter]
            if not waiter.done():
                waiter.set_exception(waited_too_long(self._timeout))

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


def waited_too_long(timeout: float) -> Busy:
    """Return the error for a request that has waited for `timeout` seconds."""
    return Busy(f"no response within {timeout:g} seconds; try again in a second")


def is_disconnected(scope: Scope) -> bool:
    """Return whether the client has closed its connection, if the server reports it (protocol.py does)."""
    connection = scope.get("state", {}).get("connection")
    return connection is not None and connection.is_disconnected
