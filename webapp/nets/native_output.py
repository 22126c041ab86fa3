"""Silence native code that writes to stderr, such as LiteRT's note on its delegate."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from typing import TextIO

_lock = threading.Lock()  # two redirections at once would restore each other's /dev/null


@contextlib.contextmanager
def native_silence() -> Iterator[None]:
    """Redirect file descriptor 2 to /dev/null during the block; Python's sys.stderr still works."""
    with _lock:
        yield from _redirected()


def _redirected() -> Iterator[None]:
    original = os.dup(2)
    if _descriptor(sys.stderr) == 2:
        # Not restored: a log handler may hold the new stream.
        copy = os.dup(2)
        sys.stderr = os.fdopen(copy, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    with open(os.devnull, "w") as null:
        os.dup2(null.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(original, 2)
        os.close(original)


def _descriptor(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except (AttributeError, OSError, ValueError):
        return None  # a test's or a notebook's stream without a file
