"""Record requests, predictions and rejections of the running server, and report its status."""

from collections.abc import Callable

import psutil

from webapp.monitoring.metrics import Metrics
from webapp.monitoring.sliding_window import SlidingWindow
from webapp.nets.store import STATUSES, ModelStore

REJECTED = (429, 503)  # statuses of requests that may succeed when repeated
MEGABYTE = 1_000_000  # bytes


class Monitor:
    """Records requests and reports the server's status.

    Attributes:
        metrics: the Prometheus metrics.
        window: speed and rejections of the last seconds.
        queue_length: returns the number of waiting predictions; set by the ASGI application.
    """

    def __init__(self, store: ModelStore, queue_size: int):
        self.queue_length: Callable[[], int] = lambda: 0
        self._store = store
        self._queue_size = queue_size
        self.metrics = Metrics(store, queue_size, lambda: self.queue_length())
        self.window = SlidingWindow()

    def note_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Record one request; see Metrics.count_request."""
        self.metrics.count_request(route, method, status, seconds)

    def note_prediction(self, seconds: float) -> None:
        """Record one successful prediction."""
        self.metrics.note_queue()
        self.window.note_prediction(seconds)

    def note_rejection(self, code: str, status: int) -> None:
        """Record an error response."""
        self.metrics.count_rejection(code)
        if status in REJECTED:
            self.window.note_rejection()

    def status(self) -> dict:
        """Return the JSON value of /api/status, without the room's part."""
        per_second, p95 = self.window.speed()
        statuses = list(self._store.statuses().values())
        memory = resident_bytes()
        return {
            "uptime_s": round(self.window.uptime, 1),
            "ready": self._store.is_ready,
            "default_model": self._store.default_status,
            "models": {status: statuses.count(status) for status in STATUSES},
            "predictions_per_second": round(per_second, 1),
            "p95_ms": None if p95 is None else round(1000 * p95, 1),
            "queue": self.queue_length(),
            "queue_size": self._queue_size,
            "rejections": self.window.rejections(),
            "memory_mb": None if memory is None else round(memory / MEGABYTE, 1),
        }


def resident_bytes() -> int | None:
    """Return the resident memory of this process in bytes, or None if the system does not report it."""
    try:
        return psutil.Process().memory_info().rss
    except psutil.Error:  # no access to /proc, as in some containers
        return None
