"""Simulated phones that draw like people: questions while a hand draws, pauses between two digits.

The page asks again only when the answer to its last question is there, and so does a phone here. When
it begins to draw does not depend on the answers: a slow server does not get less to do.
"""

import asyncio
import random
from collections.abc import Sequence

from benchmarks.load.line import Line
from benchmarks.load.tally import Tally

BETWEEN_TOUCHES = (0.05, 0.2)  # seconds between two looks of the page at the ink


class Phone:
    """Draws one digit after the other until it is cancelled.

    Args:
        digits: for each digit the requests that are sent while it is drawn.
        rate: questions a second on the average.
        tally: where the answers are noted.
    """

    def __init__(self, port: int, digits: Sequence[Sequence[bytes]], rate: float, tally: Tally, seed: int):
        self._digits, self._rate, self._tally = digits, rate, tally
        self._line, self._random = Line(port), random.Random(seed)

    async def live(self) -> None:
        """Draw, pause, draw; the first digit at a random moment."""
        loop = asyncio.get_running_loop()
        begin = loop.time() + self._random.random() * len(self._digits[0]) / self._rate
        try:
            while True:
                digit = self._random.choice(self._digits)
                await _sleep_until(begin)
                await self._draw(digit)
                begin += len(digit) / self._rate * self._random.uniform(0.5, 1.5)
        finally:
            self._line.close()

    async def _draw(self, requests: Sequence[bytes]) -> None:
        due = asyncio.get_running_loop().time()
        for request in requests:
            await _sleep_until(due)
            await self._tally.note(self._line.ask(request))
            due += self._random.uniform(*BETWEEN_TOUCHES)


async def _sleep_until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - asyncio.get_running_loop().time()))


async def live_together(lives: Sequence, seconds: float) -> None:
    """Let phones (or anything with `live`) live for `seconds`. An error in one is raised here."""
    tasks = [asyncio.create_task(each.live()) for each in lives]
    done, living = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in living:
        task.cancel()
    await asyncio.gather(*living, return_exceptions=True)
    for task in done:
        task.result()
