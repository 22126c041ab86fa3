"""Start, feed and stop the trainer's process; see training/__init__.py for its commands and events."""

import importlib.util
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from webapp.errors import TrainerUnavailable
from webapp.settings import IS_INSTALLED, PACKAGE

MODULE = "webapp.lab.training"
FOLDER_PREFIX = "inkwise-trainer-"  # of the process's temporary folder
STOP_TIMEOUT = 3.0  # seconds for the process to end by itself
KEPT_LINES = 20  # of stderr, for the log
INSTALL = "This needs TensorFlow, which the installation has left out. " + (
    'Install it: pip install "inkwise[train]"' if IS_INSTALLED else "Install it: make run"
)
AGAIN = "The server goes on. Close other programs or choose a smaller network, then train again."
NO_MEMORY = f"The trainer ran out of memory. {AGAIN}"
KILLED = f"The trainer was ended by the system, most often for lack of memory. {AGAIN}"
ENDED = "The trainer ended by itself; the server's log says more. The server goes on; train again."
MEMORY_ERRORS = ("MemoryError", "bad_alloc", "Cannot allocate memory", "failed to map segment", "OOM when")

logger = logging.getLogger(__name__)


def can_train() -> bool:
    """Return whether TensorFlow and Keras are installed, without importing them."""
    return all(importlib.util.find_spec(name) is not None for name in ("tensorflow", "keras"))


class Trainer:
    """The process, and its temporary folder, in which TensorFlow leaves files. Thread-safe.

    Args:
        digits: the file to train on.
        on_event: called by a thread with each event.
        on_exit: called by that thread after an end that `stop` did not cause, with the reason for people.
    """

    def __init__(self, digits: Path, on_event: Callable[[dict], None], on_exit: Callable[[str], None]):
        self._digits = digits
        self._on_event = on_event
        self._on_exit = on_exit
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._folder = ""  # of the process

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        """Start the process unless it runs. Raises TrainerUnavailable."""
        with self._lock:
            if self._process is not None:
                return
            try:
                folder = tempfile.mkdtemp(prefix=FOLDER_PREFIX)
            except OSError as error:
                raise TrainerUnavailable(f"expected to start {MODULE}, but: {error}") from None
            try:
                process = subprocess.Popen(
                    [sys.executable, "-m", MODULE, str(self._digits)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=_environment(folder),
                    encoding="utf-8",
                    errors="replace",
                )
            except OSError as error:
                shutil.rmtree(folder, ignore_errors=True)
                raise TrainerUnavailable(f"expected to start {MODULE}, but: {error}") from None
            self._process, self._folder = process, folder
        last_lines: deque[str] = deque(maxlen=KEPT_LINES)
        stderr = threading.Thread(target=_keep_lines, args=(process.stderr, last_lines), daemon=True)
        stderr.start()
        threading.Thread(target=self._read, args=(process, folder, stderr, last_lines), daemon=True).start()

    def send(self, command: dict) -> None:
        """Send a command. Raises TrainerUnavailable if the process does not run."""
        with self._lock:
            try:
                if self._process is None or self._process.stdin is None:
                    raise OSError("it does not run")
                self._process.stdin.write(json.dumps(command) + "\n")
                self._process.stdin.flush()
            except OSError as error:
                raise TrainerUnavailable(f"expected a running trainer, but: {error}") from None

    def use(self, digits: Path) -> None:
        """Train on another file from now on. Call it when no run is active: a run ignores the command."""
        self._digits = digits
        with suppress(TrainerUnavailable):  # it reads the file when it starts
            self.send({"command": "digits", "file": str(digits)})

    def stop(self) -> None:
        """End the process, and wait until it has ended."""
        with self._lock:
            process, self._process, folder = self._process, None, self._folder
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)  # the server may end before the thread of `_read` does it

    def _read(
        self, process: subprocess.Popen[str], folder: str, stderr: threading.Thread, last_lines: deque[str]
    ) -> None:
        assert process.stdout is not None  # a pipe
        with process.stdout:
            for line in process.stdout:
                try:
                    self._on_event(json.loads(line))
                except Exception:
                    logger.exception("An event of the trainer cannot be used")
        code = process.wait()
        shutil.rmtree(folder, ignore_errors=True)
        stderr.join()
        if process.stdin is not None:
            with suppress(OSError):  # a command that was not read
                process.stdin.close()
        with self._lock:
            was_stopped = self._process is not process
            if not was_stopped:
                self._process = None
        if not was_stopped:
            text = "".join(last_lines).strip()
            logger.warning("The trainer ended with exit code %d: %s", code, text or "no message")
            self._on_exit(explain_exit(code, text))


def explain_exit(code: int, text: str) -> str:
    """Return why the process ended, for people, by its exit code and the end of its stderr."""
    if any(words in text for words in MEMORY_ERRORS):
        return NO_MEMORY
    return KILLED if code < 0 else ENDED  # without memory TensorFlow is killed, aborts or crashes


def _keep_lines(lines: TextIO, last_lines: deque[str]) -> None:
    with lines:
        last_lines.extend(lines)


def _environment(folder: str) -> dict[str, str]:
    """Return the environment in which the process finds this package and its temporary folder."""
    path = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path} | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
