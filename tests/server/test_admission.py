"""Requests beyond the limit of a queue get 503 at once; queued requests are served first in, first out."""

import asyncio
from types import SimpleNamespace

import pytest

from webapp.errors import Busy
from webapp.server import admission
from webapp.server.admission import AddressQueues, RequestQueue


class Holder:
    """Holds a slot of a queue until it is released."""

    def __init__(self, queue: RequestQueue | AddressQueues, scope: dict | None = None):
        self.holds, self.may_end = asyncio.Event(), asyncio.Event()
        self.task = asyncio.ensure_future(self._hold(queue, scope or {}))

    async def _hold(self, queue: RequestQueue | AddressQueues, scope: dict) -> None:
        async with queue.slot(scope):
            self.holds.set()
            await self.may_end.wait()

    async def release(self) -> None:
        self.may_end.set()
        await self.task


async def wait_for_length(queue: RequestQueue, count: int) -> None:
    """Run the event loop until `count` requests wait."""
    while len(queue) < count:
        await asyncio.sleep(0)


async def assert_rejected(queue: RequestQueue, message: str) -> None:
    """Fail unless one more request is rejected at once; a request that waits is cancelled."""
    waiting, another = len(queue), Holder(queue)
    while not another.task.done() and len(queue) == waiting:
        await asyncio.sleep(0)
    another.task.cancel()
    with pytest.raises(Busy, match=message):
        await another.task


async def test_queue_serves_requests_in_fifo_order():
    queue = RequestQueue(slots=1, size=10, timeout=60)
    first = Holder(queue)
    await first.holds.wait()
    others = []
    for count in range(1, 4):
        others.append(Holder(queue))
        await wait_for_length(queue, count)
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
    await wait_for_length(queue, 1)
    await assert_rejected(queue, "too many requests are waiting")
    await running.release()
    await waiter.release()


async def test_queue_raises_busy_after_its_timeout():
    queue = RequestQueue(slots=1, size=5, timeout=0.01)
    running = Holder(queue)
    await running.holds.wait()
    with pytest.raises(Busy, match="no response within 0.01 seconds"):
        async with queue.slot({}):
            pass
    await running.release()
    async with queue.slot({}):
        assert len(queue) == 0


async def test_each_request_waits_for_its_own_timeout():
    queue = RequestQueue(slots=1, size=5, timeout=0.05)
    running = Holder(queue)
    await running.holds.wait()
    clock = asyncio.get_running_loop().time
    first, since_first = Holder(queue), clock()
    await wait_for_length(queue, 1)
    is_later = asyncio.Event()
    asyncio.get_running_loop().call_later(0.03, is_later.set)  # more than half of the timeout
    await is_later.wait()
    second, since_second = Holder(queue), clock()
    for holder, since in ((first, since_first), (second, since_second)):
        with pytest.raises(Busy, match="no response within"):
            await holder.task
        assert clock() >= since + 0.04
    assert len(queue) == 0
    await running.release()


@pytest.mark.parametrize("is_just_served", [False, True])
async def test_cancelled_request_leaves_its_slot_to_others(is_just_served):
    queue = RequestQueue(slots=1, size=5, timeout=60)
    running, waiter = Holder(queue), Holder(queue)
    await wait_for_length(queue, 1)
    running.may_end.set()
    while is_just_served and len(queue):  # until the slot is the waiter's
        await asyncio.sleep(0)
    assert not waiter.holds.is_set()
    waiter.task.cancel()  # else while it waits, in the round of the event loop in which the slot becomes free
    await running.task
    with pytest.raises(asyncio.CancelledError):
        await waiter.task
    async with asyncio.timeout(10), queue.slot({}):
        assert len(queue) == 0


async def test_queue_rejects_when_its_oldest_request_is_late(monkeypatch):
    monkeypatch.setattr(
        admission, "FULL_AFTER", -1.0
    )  # share of the timeout: the oldest request has waited longer
    queue = RequestQueue(slots=1, size=5, timeout=60)
    running, waiter = Holder(queue), Holder(queue)
    await wait_for_length(queue, 1)
    await assert_rejected(queue, "too many requests are waiting")
    await running.release()
    await waiter.release()


@pytest.mark.parametrize("is_gone", [True, False])
async def test_queue_drops_disconnected_clients(monkeypatch, is_gone):
    monkeypatch.setattr(admission, "CHECK_AFTER", -1.0)  # seconds
    queue = RequestQueue(slots=1, size=5, timeout=60)
    running = Holder(queue)
    await running.holds.wait()
    scope = {"state": {"connection": SimpleNamespace(is_disconnected=is_gone)}}
    waiter = Holder(queue, scope)
    await wait_for_length(queue, 1)
    await running.release()
    while not waiter.task.done() and not waiter.holds.is_set():
        await asyncio.sleep(0)
    assert waiter.holds.is_set() != is_gone
    if is_gone:
        with pytest.raises(Busy, match="the client has disconnected"):
            await waiter.task
    else:
        await waiter.release()
    async with queue.slot({}):  # the slot is free again in both cases
        pass


async def test_address_queues_leave_threads_for_other_addresses():
    queues = AddressQueues(slots=2, size=10, timeout=60)
    greedy = [Holder(queues, {"client": ("10.0.0.7", number)}) for number in range(5)]
    other, own = Holder(queues, {"client": ("10.0.0.8", 1)}), Holder(queues, {"client": ("127.0.0.1", 1)})
    for holder in (*greedy[:2], other, own):
        await holder.holds.wait()
    assert [each.holds.is_set() for each in greedy] == [True, True, False, False, False]
    for holder in (*greedy, other, own):
        await holder.holds.wait()
        await holder.release()
    assert len(queues) == 0
