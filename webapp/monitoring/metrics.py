"""Prometheus metrics: requests, durations, rejections, queue length, models.

Label values come from short lists: route templates, methods, statuses, error codes, models. Each process has
its own metrics.
"""

from collections.abc import Callable, Iterator

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily

from webapp.nets.store import STATUSES, ModelStore

CONTENT_TYPE = prometheus_client.CONTENT_TYPE_LATEST
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"  # any other method
HASH_LENGTH = 12  # digits of a model's SHA-256

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call] # creation times of metrics, which are not needed


class Metrics:
    """The metrics of one application, in their own registry."""

    def __init__(self, store: ModelStore, queue_size: int, queue_length: Callable[[], int]):
        self._queue_length = queue_length
        self._registry = registry = CollectorRegistry()
        self._models = _Models(store)
        self._requests = Counter(
            "inkwise_http_requests", "HTTP requests", ("route", "method", "status"), registry=registry
        )
        self._seconds = Histogram(
            "inkwise_http_request_duration_seconds",
            "Time from the arrival of a request in the application to its response",
            ("route", "method"),
            registry=registry,
            buckets=SECONDS,
        )
        self._rejections = Counter(
            "inkwise_http_rejections",
            "Requests that failed, by error code",
            ("code",),
            registry=registry,
        )
        self._queue = _gauge("inkwise_inference_queue_length", "Predictions that wait for a thread", registry)
        _gauge("inkwise_inference_queue_limit", "Predictions that may wait", registry).set(queue_size)
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request.

        Args:
            route: the template, such as /models/<name>, never the path itself.
        """
        key = (route, method, status)
        # Looking up the metrics of a label takes longer than counting, so they are cached.
        counter, histogram = self._children.get(key) or self._find(key)
        counter.inc()
        histogram.observe(seconds)

    def count_rejection(self, code: str) -> None:
        """Count an error response by its code."""
        self._rejections.labels(code).inc()

    def note_queue(self) -> None:
        """Record the present queue length."""
        self._queue.set(self._queue_length())

    def export(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        self.note_queue()
        registry = CollectorRegistry()
        registry.register(self._models)
        registry.register(self._registry)
        ProcessCollector(registry=registry)  # memory, CPU and files of this process, on Linux
        return prometheus_client.generate_latest(registry)

    def _find(self, key: tuple[str, str, int]) -> tuple[Counter, Histogram]:
        route, method, status = key
        name = method if method in METHODS else OTHER
        found = self._requests.labels(route, name, status), self._seconds.labels(route, name)
        if name == method:  # invented methods would fill the cache
            self._children[key] = found
        return found


class _Models:
    """Collects the models and their status when metrics are exported."""

    def __init__(self, store: ModelStore):
        self._store = store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        info = GaugeMetricFamily("inkwise_model_info", "Models by file hash", labels=("model", "sha256"))
        state = GaugeMetricFamily("inkwise_model_status", "1 for the status", labels=("model", "status"))
        for card in self._store.cards():
            info.add_metric((card["name"], card["sha256"][:HASH_LENGTH]), 1)
            for status in STATUSES:
                state.add_metric((card["name"], status), float(card["status"] == status))
        yield info
        yield state


def _gauge(name: str, help_text: str, registry: CollectorRegistry) -> Gauge:
    return Gauge(name, help_text, registry=registry)
