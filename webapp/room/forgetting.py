"""Take what was deleted out of SQLite's log as well: at once where that can be, else again a little later."""

import logging
import threading
from collections.abc import Callable

AGAIN_AFTER = 5.0  # seconds

logger = logging.getLogger(__name__)


class Forgetting:
    """Empties the log whenever it is called. A deletion that is on the disk never fails for it.

    Args:
        empty: empties the log and returns whether it could; it may raise anything.
    """

    def __init__(self, empty: Callable[[], bool]):
        self._empty = empty
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None  # that tries again

    def __call__(self) -> None:
        """Empty the log now, or see to it that it is tried again."""
        if not self._succeeds():
            self._try_later()

    def stop(self) -> None:
        """Try no more. The log is emptied when the database is closed."""
        with self._lock:
            timer, self._timer = self._timer, None
        if timer:
            timer.cancel()

    def _succeeds(self) -> bool:
        try:
            return self._empty()
        except Exception as error:  # whatever it is, what was to be deleted is deleted
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
