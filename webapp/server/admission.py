"""Admission control: bounded request queues; requests beyond the limit get 503 with Retry-After."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import Scope

from webapp.errors import Busy

NEARLY = 0.8  # share of the timeout; behind a request that has waited so long, a new one would time out
CHECK_AFTER = 0.5  # seconds of waiting after which the client's connection is checked


class RequestQueue:
    """A number of slots for requests that run, and a bounded first-in-first-out queue for those that wait.

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
            Busy: the queue is full, no slot became free in time, or the client has disconnected meanwhile.
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
        # Only after a long wait: a client that has closed its sending side may still read the response.
        if clock() - since > CHECK_AFTER and is_disconnected(scope):
            self._slots.release()
            raise Busy("the client has disconnected")

    def _is_full(self, now: float) -> bool:
        oldest = next(iter(self._waiting.values()), None)
        waits_too_long = oldest is not None and now - oldest > NEARLY * self._timeout
        return len(self._waiting) >= self._size or waits_too_long


def is_disconnected(scope: Scope) -> bool:
    """Return whether the client has closed its connection, as far as the server tells (protocol.py does)."""
    connection = scope.get("state", {}).get("connection")
    return connection is not None and connection.is_disconnected
