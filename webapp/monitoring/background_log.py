"""Write the log in a thread of its own: a full or closed stderr neither blocks nor ends the server."""

import logging
import os
import queue
import sys
import threading
import time
from contextlib import suppress
from typing import TextIO

SIZE = 1000  # lines that wait; further ones are dropped and counted
FLUSH_TIME = 1.0  # seconds to wait for the lines at the end
CHECK_INTERVAL = 0.01  # seconds


class BackgroundHandler(logging.Handler):
    """A handler that formats records at once, and writes the lines to stderr in a thread.

    Args:
        size: lines that may wait.
        stream: instead of the present sys.stderr.
    """

    def __init__(self, size: int = SIZE, stream: TextIO | None = None):
        super().__init__()
        self._size = size
        self._stream = stream
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._dropped = 0
        self._is_writing = False
        threading.Thread(target=self._write_all, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Add a record's line to those that wait, or drop it."""
        if self._lines.qsize() >= self._size:
            self._dropped += 1
            return
        try:
            self._lines.put(self.format(record))
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, a name of logging
        """Drop a record that cannot be formatted: the message about it would go to stderr, too."""
        self._dropped += 1

    def flush(self) -> None:
        """Wait until all lines are written, for FLUSH_TIME at most."""
        deadline = time.monotonic() + FLUSH_TIME
        while (self._is_writing or not self._lines.empty()) and time.monotonic() < deadline:
            time.sleep(CHECK_INTERVAL)

    def _write_all(self) -> None:
        while True:
            self._is_writing = not self._lines.empty()
            line = self._lines.get()
            self._is_writing = True
            dropped, self._dropped = self._dropped, 0
            if dropped:
                line += f"\n{dropped} lines of the log were dropped"
            if (stream := self._stream or sys.stderr) is not None:
                write(stream, line + "\n")


def write(stream: TextIO, text: str) -> None:
    """Write text to a stream; do nothing if that fails."""
    with suppress(OSError, ValueError):  # full or closed
        if sys.platform == "win32" or not _has_descriptor(stream):
            stream.write(text)
            stream.flush()
            return
        # Without the stream's buffer, which would keep what cannot be written.
        rest = text.encode(stream.encoding or "utf-8", "backslashreplace")
        while rest:
            rest = rest[os.write(stream.fileno(), rest) :]


def _has_descriptor(stream: TextIO) -> bool:
    try:
        return stream.fileno() >= 0
    except (AttributeError, OSError, ValueError):
        return False  # a test's or a notebook's stream without a file
