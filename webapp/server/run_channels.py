"""Updates of the lab's newest run for the room's event streams, encoded once for all streams of a channel.

    event: run
    data: {"shown":true,"whole":false,"run":{...},"points":[...],"guesses":null}

A stream that has the update before receives the points since then, any other one the whole curve.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool

from webapp.lab.broadcast import Broadcast

WALL_INTERVAL = 0.2  # seconds between updates
PHONE_INTERVAL = 0.35

Wake = Callable[[], None]


class Channel:
    """Updates for streams of one kind, at most one each `interval` seconds.

    Args:
        with_values: with all guesses while the question is open.
    """

    def __init__(self, broadcast: Broadcast, interval: float, with_values: bool):
        self._broadcast = broadcast
        self._interval = interval
        self._with_values = with_values
        self._wakes: set[Wake] = set()
        self._change = -1  # of the lab, up to which the newest update goes
        self._run: int | None = None  # of the newest update
        self._number = 0  # of the newest update
        self._update = self._whole = b""
        self._changed = asyncio.Event()
        self._following: asyncio.Task | None = None

    def join(self, wake: Wake) -> None:
        """Call `wake` after each update until `leave`. On the event loop only."""
        self._wakes.add(wake)
        if self._following is None:  # what is known may be old
            self._change, self._run, self._update, self._whole = -1, None, b"", b""
            self._following = asyncio.get_running_loop().create_task(self._follow())

    def leave(self, wake: Wake) -> None:
        """Call `wake` no more. The lab is read while there is a stream."""
        self._wakes.discard(wake)
        if not self._wakes and self._following is not None:
            self._following.cancel()
            self._following = None

    def notify(self) -> None:
        """Note that the lab has changed. On the event loop only."""
        self._changed.set()

    def after(self, number: int) -> tuple[int, bytes]:
        """Return the number of the newest update, and the event for a stream that has update `number`.

        Args:
            number: 0 for none.

        Returns:
            The event is empty if there is nothing new.
        """
        if number == self._number:
            return number, b""
        return self._number, self._update if number == self._number - 1 and number > 0 else self._whole

    async def _follow(self) -> None:
        self._changed.set()
        while True:
            await self._changed.wait()
            self._changed.clear()
            if await self._read():
                for wake in self._wakes:
                    wake()
            await asyncio.sleep(self._interval)

    async def _read(self) -> bool:
        """Read the lab; return whether there is an update."""
        news = await run_in_threadpool(self._broadcast.news, self._change, self._run, self._with_values)
        whole = encode(news.whole)
        is_same = whole == self._whole
        self._change, self._run = news.change, news.run
        if not is_same:
            self._number += 1
            self._update, self._whole = encode(news.since), whole
        return not is_same


class RunChannels:
    """The channels of walls and phones. Their streams and tasks belong to one event loop.

    Args:
        listeners: the lab's; called by any thread after a change.
    """

    def __init__(self, broadcast: Broadcast, listeners: list[Callable[[], None]]):
        self.phones = Channel(broadcast, PHONE_INTERVAL, with_values=False)
        self.walls = Channel(broadcast, WALL_INTERVAL, with_values=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        listeners.append(self._notify)

    def join(self, wake: Wake, is_phone: bool) -> Channel:
        """Return the channel that calls `wake` after each update until `leave`. On the event loop only."""
        self._loop = asyncio.get_running_loop()
        channel = self.phones if is_phone else self.walls
        channel.join(wake)
        return channel

    def _notify(self) -> None:
        if self._loop is not None:
            for channel in (self.phones, self.walls):
                with suppress(RuntimeError):  # the event loop has ended
                    self._loop.call_soon_threadsafe(channel.notify)


def encode(news: dict) -> bytes:
    """Return the event with these news."""
    return f"event: run\ndata: {json.dumps(news, separators=(',', ':'), allow_nan=False)}\n\n".encode()
