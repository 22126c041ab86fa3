"""Record latency and status of the requests of a load test."""

import time
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field

import numpy as np

SUCCESS = (200, 201, 204, 304)


@dataclass
class LatencyRecorder:
    """Latencies and statuses of requests, in the order of their responses.

    Attributes:
        started: reading of time.perf_counter() at the start of the test.
        sent_at: seconds since `started` at which each request was sent.
        latencies: seconds until its response.
        statuses: its HTTP status, or the name of an error.
    """

    started: float = field(default_factory=time.perf_counter)
    sent_at: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    statuses: list[int | str] = field(default_factory=list)

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.started

    async def record(self, exchange: Awaitable[bytes]) -> bytes | None:
        """Await a response and record it. Return the response, or None after an error."""
        sent_at, response = self.now, None
        try:
            response = await exchange
            status = int(response[9:12])
        except (OSError, ValueError) as error:  # TimeoutError and ConnectionError are OSErrors
            status = type(error).__name__
        self.sent_at.append(sent_at)
        self.latencies.append(self.now - sent_at)
        self.statuses.append(status)
        return response if status in SUCCESS else None

    def between(self, begin: float, end: float) -> "LatencyRecorder":
        """Return the requests sent in [begin, end), seconds since the start."""
        chosen = [index for index, sent_at in enumerate(self.sent_at) if begin <= sent_at < end]
        lists = (self.sent_at, self.latencies, self.statuses)
        return LatencyRecorder(self.started, *([values[index] for index in chosen] for values in lists))

    @property
    def errors(self) -> Counter:
        """Number of failed requests by status or name of the error."""
        return Counter(status for status in self.statuses if status not in SUCCESS)

    def percentile(self, percent: float, statuses: tuple = SUCCESS) -> float:
        """Return a percentile in ms of the latencies of responses with these statuses; NaN without any."""
        pairs = zip(self.latencies, self.statuses, strict=True)
        latencies = [latency for latency, status in pairs if status in statuses]
        return float(np.percentile(latencies, percent)) * 1000 if latencies else float("nan")
