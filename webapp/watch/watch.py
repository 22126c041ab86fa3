"""Everything that is noted of an application while it serves."""

from collections.abc import Callable

from webapp.nets.store import STATUSES, ModelStore
from webapp.watch.memory import resident_bytes
from webapp.watch.meters import Meters
from webapp.watch.recent import Recent

SENT_AWAY = (429, 503)  # statuses of requests that would have been answered at another moment
MEGABYTE = 1_000_000  # bytes


class Watch:
    """Notes requests, and tells how the server is doing.

    Attributes:
        meters: the figures for Prometheus.
        recent: those of the last seconds.
        queue_length: tells how many predictions wait; set by the server that has the queue.
    """

    def __init__(self, store: ModelStore, queue_size: int):
        self.queue_length: Callable[[], int] = lambda: 0
        self._store = store
        self._queue_size = queue_size
        self.meters = Meters(store, queue_size, lambda: self.queue_length())
        self.recent = Recent()

    def note_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Note one answered request; see Meters.count_request."""
        self.meters.count_request(route, method, status, seconds)

    def note_prediction(self, seconds: float) -> None:
        """Note that the predict route has answered."""
        self.meters.note_queue()
        self.recent.note_answer(seconds)

    def note_rejection(self, code: str, status: int) -> None:
        """Note an error that was answered."""
        self.meters.count_refusal(code)
        if status in SENT_AWAY:
            self.recent.note_refusal()

    def status(self) -> dict:
        """Return how the server is doing at the moment, as /api/status tells it, but for the room."""
        per_second, p95 = self.recent.speed()
        statuses = list(self._store.statuses().values())
        memory = resident_bytes()
        return {
            "uptime_s": round(self.recent.uptime, 1),
            "ready": self._store.is_ready,
            "models": {status: statuses.count(status) for status in STATUSES},
            "predictions_per_second": round(per_second, 1),
            "p95_ms": None if p95 is None else round(1000 * p95, 1),
            "queue": self.queue_length(),
            "queue_size": self._queue_size,
            "refusals": self.recent.refusals(),
            "memory_mb": None if memory is None else round(memory / MEGABYTE, 1),
        }
