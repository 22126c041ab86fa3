"""Requests beyond the limit of a queue get 503 at once; those in it are served first in, first out."""

import asyncio
from types import SimpleNamespace

import pytest

from webapp.errors import Busy
from webapp.server import admission
from webapp.server.admission import RequestQueue


class Holder:
    """Holds a slot of a queue until it is released."""

    def __init__(self, queue: RequestQueue, scope: dict | None = None):
        self.holds, self._release = asyncio.Event(), asyncio.Event()
        self.task = asyncio.ensure_future(self._hold(queue, scope or {}))

    async def _hold(self, queue: RequestQueue, scope: dict) -> None:
        async with queue.slot(scope):
            self.holds.set()
            await self._release.wait()

    async def release(self) -> None:
        self._release.set()
        await self.task


async def waiting(queue: RequestQueue, count: int) -> None:
    """Let the event loop run until so many requests wait."""
    while len(queue) < count:
        await asyncio.sleep(0)


async def test_queue_serves_in_the_order_of_arrival():
    queue = RequestQueue(slots=1, size=10, timeout=60)
    first = Holder(queue)
    await first.holds.wait()
    others = []
    for count in range(1, 4):
        others.append(Holder(queue))
        await waiting(queue, count)
    await first.release()
    for number, holder in enumerate(others):
        await holder.holds.wait()
        assert not any(later.holds.is_set() for later in others[number + 1 :])
        await holder.release()
    assert len(queue) == 0


async def test_queue_rejects_when_full():
    queue = RequestQueue(slots=1, size=1, timeout=60)
    running = Holder(queue)
    await running.holds.wait()
    waiter = Holder(queue)
    await waiting(queue, 1)
    with pytest.raises(Busy, match="too many requests are waiting"):
        async with queue.slot({}):
            pass
    await running.release()
    await waiter.release()


async def test_queue_gives_up_after_its_timeout_and_stays_usable():
    queue = RequestQueue(slots=1, size=5, timeout=0.01)
    running = Holder(queue)
    await running.holds.wait()
    with pytest.raises(Busy, match="no response within 0.01 seconds"):
        async with queue.slot({}):
            pass
    await running.release()
    async with queue.slot({}):
        assert len(queue) == 0


async def test_queue_rejects_behind_a_request_that_has_waited_too_long(monkeypatch):
    monkeypatch.setattr(admission, "NEARLY", -1.0)  # of the timeout: the oldest has waited longer than that
    queue = RequestQueue(slots=1, size=5, timeout=60)
    running, waiter = Holder(queue), Holder(queue)
    await waiting(queue, 1)
    with pytest.raises(Busy):
        async with queue.slot({}):
            pass
    await running.release()
    await waiter.release()


@pytest.mark.parametrize("is_gone", [True, False])
async def test_queue_drops_a_client_that_has_disconnected(monkeypatch, is_gone):
    monkeypatch.setattr(admission, "CHECK_AFTER", -1.0)  # seconds
    queue = RequestQueue(slots=1, size=5, timeout=60)
    running = Holder(queue)
    await running.holds.wait()
    scope = {"state": {"connection": SimpleNamespace(is_disconnected=is_gone)}}
    waiter = Holder(queue, scope)
    await waiting(queue, 1)
    await running.release()
    if is_gone:
        with pytest.raises(Busy, match="the client has disconnected"):
            await waiter.task
    else:
        await waiter.release()
    async with queue.slot({}):  # the slot is free again in both cases
        pass
