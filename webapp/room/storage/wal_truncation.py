"""Remove deleted data from SQLite's write-ahead log: at once, or with a retry while readers use it."""

import logging
import threading
from collections.abc import Callable

AGAIN_AFTER = 5.0  # seconds

logger = logging.getLogger(__name__)


class WalTruncation:
    """Empties the log when called. Never raises, since the deletion itself is committed.

    Args:
        empty: empties the log and returns whether it succeeded; may raise any exception.
    """

    def __init__(self, empty: Callable[[], bool]):
        self._empty = empty
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None  # of the retry

    def __call__(self) -> None:
        """Empty the log now, or schedule a retry."""
        if not self._succeeds():
            self._try_later()

    def stop(self) -> None:
        """Cancel the retry. SQLite empties the log when the database is closed."""
        with self._lock:
            timer, self._timer = self._timer, None
        if timer:
            timer.cancel()

    def _succeeds(self) -> bool:
        try:
            return self._empty()
        except Exception as error:  # the deletion itself is committed
            logger.info("SQLite's log could not be emptied, it will be tried again: %s", error)
            return False

    def _try_later(self) -> None:
        with self._lock:
            if self._timer is None:
                self._timer = threading.Timer(AGAIN_AFTER, self._try_again)
                self._timer.daemon = True
                self._timer.start()

    def _try_again(self) -> None:
        with self._lock:
            self._timer = None
        self()
