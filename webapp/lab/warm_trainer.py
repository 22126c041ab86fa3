"""Start the trainer when it is needed, keep it warm while a page is open, and end it a minute later."""

import threading
from collections.abc import Callable
from pathlib import Path

from webapp.errors import TrainerUnavailable
from webapp.lab.process_lock import ProcessLock
from webapp.lab.trainer import INSTALL, Trainer

OFF, STARTING, IDLE, FAILED = "off", "starting", "idle", "failed"
ELSEWHERE = (
    "Another server process of this room has the lab. The lab and teaching work with one server process: "
    "stop the others, then open this page again."
)
UNUSED = 60.0  # seconds after the last page was closed until the trainer's process ends


class WarmTrainer:
    """Thread-safe by the lab's lock. Of the processes that share a folder the first to open it has the lab.

    Args:
        process: the control of the trainer's process.
        process_lock: held from the first start to `close`.
        lock: the lab's.
        is_able: whether it can train.
        is_busy: whether a run or a teaching needs the process.
        on_start: called after each start, such as to send what the trainer has to know first.
        on_lab_taken: called when this process takes the lab, before the first start.
        changed: called after a change of the status.

    Attributes:
        status: OFF, STARTING, IDLE (ready) or FAILED.
        reason: why nothing can be trained, or None.
    """

    def __init__(
        self,
        process: Trainer,
        process_lock: ProcessLock,
        lock: threading.RLock,
        is_able: Callable[[], bool],
        is_busy: Callable[[], bool],
        on_start: Callable[[], None],
        on_lab_taken: Callable[[], None],
        changed: Callable[[], object],
    ):
        self.process = process
        self._process_lock = process_lock
        self._lock = lock
        self._is_able = is_able
        self._is_busy = is_busy
        self._on_start = on_start
        self._on_lab_taken = on_lab_taken
        self._changed = changed
        self.status = OFF
        self._reason = None if is_able() else INSTALL
        self._counting = threading.Lock()  # of what follows; the event loop takes it, so it is held briefly
        self._pages = 0  # open event streams
        self._closing: threading.Timer | None = None
        if not process_lock.is_elsewhere:
            on_lab_taken()

    @property
    def reason(self) -> str | None:
        return ELSEWHERE if self._process_lock.is_elsewhere else self._reason

    @property
    def unavailable(self) -> str | None:
        """Why this process cannot train, or None."""
        if not self._is_able():
            return INSTALL
        return ELSEWHERE if self.is_elsewhere else None

    @property
    def is_elsewhere(self) -> bool:
        """Whether another process of this room has the lab."""
        with self._lock:
            return self._process_lock.is_elsewhere

    @property
    def is_running(self) -> bool:
        return self.process.is_running

    def open(self) -> None:
        """Start the process unless it runs. Raises TrainerUnavailable."""
        with self._lock:
            if not self._is_able():
                raise TrainerUnavailable("expected TensorFlow and Keras, found them not installed", INSTALL)
            self._take_lab()
            if not self.process.is_running:
                self.status, self._reason = STARTING, None
                self.process.start()
                self._on_start()
                self._changed()

    def send(self, command: dict) -> None:
        """Send a command. Raises TrainerUnavailable if the process does not run."""
        self.process.send(command)

    def use(self, digits: Path) -> None:
        """Train on another file from now on. Call it when nothing trains."""
        self.process.use(digits)

    def close(self) -> None:
        """End the process, at the end of the server, and let another one have the lab."""
        self.process.stop()
        with self._lock:
            self._process_lock.release()

    # --- pages ---

    def add_page(self) -> None:
        """Count an open page: the trainer stays warm while there is one."""
        with self._counting:
            self._pages += 1
            if self._closing is not None:
                self._closing.cancel()
                self._closing = None

    def remove_page(self) -> None:
        """Uncount a page; the trainer ends a minute after the last one, or after its run."""
        with self._counting:
            self._pages -= 1
        self.close_later()

    def close_later(self) -> None:
        """End the process in a minute if no page is open and nothing trains then."""
        with self._counting:
            if self._pages > 0 or self._closing is not None:
                return
            self._closing = threading.Timer(UNUSED, self.close_unused)
            self._closing.daemon = True
            self._closing.start()

    def close_unused(self) -> None:
        """End the process if no page is open and nothing trains."""
        with self._lock:
            with self._counting:
                self._closing = None
                is_open = self._pages > 0
            if is_open or self._is_busy():
                return
            self.status = OFF
            self._changed()
        self.process.stop()

    # --- what the process says ---

    def note_ready(self) -> None:
        """The process waits for commands."""
        self.status, self._reason = IDLE, None

    def note_failure(self, reason: str) -> None:
        """The process cannot train, and says why."""
        self.status, self._reason = FAILED, reason

    def note_exit(self, reason: str | None) -> None:
        """The process has ended.

        Args:
            reason: why, for people; None if what trained shows it.
        """
        if self.status != FAILED:
            self.status, self._reason = (OFF, None) if reason is None else (FAILED, reason)

    def _take_lab(self) -> None:
        """Raise TrainerUnavailable if another process has the lab."""
        was_held = self._process_lock.is_held
        if not self._process_lock.acquire():
            raise TrainerUnavailable("expected no other process with the lab, found one", ELSEWHERE)
        if not was_held:
            self._on_lab_taken()
