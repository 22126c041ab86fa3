"""What came of many requests: when, how long, and what kind of answer."""

import time
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field

import numpy as np

GOOD = (200, 201, 204, 304)


@dataclass
class Tally:
    """Notes of requests in the order of their answers.

    Attributes:
        starts: seconds since `started` at which each was sent.
        times: seconds until its answer.
        kinds: its status, or the name of an error.
    """

    started: float = field(default_factory=time.perf_counter)
    starts: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    kinds: list[int | str] = field(default_factory=list)

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self.started

    async def note(self, asking: Awaitable[bytes]) -> bytes | None:
        """Wait for an answer, note what came, and return it where it is a good one."""
        start, answer = self.now, None
        try:
            answer = await asking
            kind = int(answer[9:12])
        except (OSError, ValueError) as error:  # TimeoutError and ConnectionError are OSErrors
            kind = type(error).__name__
        self.starts.append(start)
        self.times.append(self.now - start)
        self.kinds.append(kind)
        return answer if kind in GOOD else None

    def part(self, begin: float, end: float) -> "Tally":
        """Return the notes of what was sent in [begin, end), seconds since the beginning."""
        chosen = [index for index, start in enumerate(self.starts) if begin <= start < end]
        lists = (self.starts, self.times, self.kinds)
        return Tally(self.started, *([values[index] for index in chosen] for values in lists))

    @property
    def errors(self) -> Counter:
        """How many were no good answers, by kind."""
        return Counter(kind for kind in self.kinds if kind not in GOOD)

    def percentile(self, share: float, kinds: tuple = GOOD) -> float:
        """Return the time in ms within which `share` per cent of the answers of these kinds came."""
        times = [each for each, kind in zip(self.times, self.kinds, strict=True) if kind in kinds]
        return float(np.percentile(times, share)) * 1000 if times else float("nan")
