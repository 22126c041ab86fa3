"""Simulated clients that request predictions while they draw, and pause between digits.

Like the page, a client sends the next request of a digit only after the response to the previous one. The
start of each digit follows a schedule and not the responses, so a slow server gets no less load.
"""

import asyncio
import random
from collections.abc import Sequence

from benchmarks.load.connection import Connection
from benchmarks.load.latencies import LatencyRecorder

REQUEST_INTERVAL = (0.05, 0.2)  # seconds between two requests of a digit, minimum and maximum


class DrawingClient:
    """Draws one digit after the other until cancelled.

    Args:
        digits: the requests sent while each digit is drawn.
        rate: requests per second on average.
        recorder: records the responses.
    """

    def __init__(
        self,
        port: int,
        digits: Sequence[Sequence[bytes]],
        rate: float,
        recorder: LatencyRecorder,
        seed: int,
    ):
        self._digits, self._rate, self._recorder = digits, rate, recorder
        self._connection, self._random = Connection(port), random.Random(seed)

    async def run(self) -> None:
        """Draw digits with pauses; the first starts at a random time."""
        loop = asyncio.get_running_loop()
        begin = loop.time() + self._random.random() * len(self._digits[0]) / self._rate
        try:
            while True:
                digit = self._random.choice(self._digits)
                await _sleep_until(begin)
                await self._draw(digit)
                begin += len(digit) / self._rate * self._random.uniform(0.5, 1.5)
        finally:
            self._connection.close()

    async def _draw(self, requests: Sequence[bytes]) -> None:
        due = asyncio.get_running_loop().time()
        for request in requests:
            await _sleep_until(due)
            await self._recorder.record(self._connection.send(request))
            due += self._random.uniform(*REQUEST_INTERVAL)


async def _sleep_until(time: float) -> None:
    await asyncio.sleep(max(0.0, time - asyncio.get_running_loop().time()))


async def run_clients(clients: Sequence, seconds: float) -> None:
    """Run objects with a coroutine `run` for `seconds`, then cancel them. Raises the error of any client."""
    tasks = [asyncio.create_task(client.run()) for client in clients]
    done, pending = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()
