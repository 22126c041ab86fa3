"""Fetch all of MNIST in a thread, with progress for the page."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from webapp.errors import DataError, NotNow
from webapp.training.mnist_download import MNIST, RemoteFile, fetch_mnist

logger = logging.getLogger(__name__)


class MnistFetch:
    """One download at a time. Thread-safe.

    Args:
        folder: where the file is saved.
        on_change: called by the thread when progress or outcome have changed.
    """

    def __init__(self, folder: Path, on_change: Callable[[], None], source: RemoteFile = MNIST):
        self._folder = folder
        self._on_change = on_change
        self._source = source
        self._lock = threading.Lock()
        self._is_running = False
        self._received = 0
        self._reason: str | None = None
        self.path: Path | None = None  # of the file, once it is there

    def to_json(self) -> dict:
        """Return {"is_running", "received" and "size" in bytes, "reason" of a failure or None}."""
        with self._lock:
            return {
                "is_running": self._is_running,
                "received": self._received,
                "size": self._source.size,
                "reason": self._reason,
            }

    def start(self) -> None:
        """Start to download. Raises NotNow while it runs, and once the file is there."""
        with self._lock:
            if self._is_running or self.path is not None:
                raise NotNow("expected no download of MNIST, but there is one", "MNIST is being fetched.")
            self._is_running, self._received, self._reason = True, 0, None
        threading.Thread(target=self._run, name="mnist-fetch", daemon=True).start()

    def _run(self) -> None:
        path, reason = None, None
        try:
            path = fetch_mnist(self._folder, self._source, self._progress)
        except DataError as error:
            logger.warning("MNIST was not fetched: %s", error.message)
            reason = error.explanation
        with self._lock:
            self._is_running, self._reason, self.path = False, reason, path
        self._on_change()

    def _progress(self, received: int) -> None:
        with self._lock:
            self._received = received
        self._on_change()
