"""Silence what native code writes to stderr, such as LiteRT's note on its delegate, which no setting turns
off."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

_lock = threading.Lock()  # two threads that silence at the same time would restore each other's silence


@contextlib.contextmanager
def native_silence() -> Iterator[None]:
    """Silence what C++ code writes to stderr while the block runs; what Python writes there still comes
    through."""
    with _lock:
        yield from _redirected()


def _redirected() -> Iterator[None]:
    kept = os.dup(2)
    if _descriptor(sys.stderr) == 2:
        # It stays so: a log handler may have taken the new stream, and needs it open.
        copy = os.dup(2)
        sys.stderr = os.fdopen(copy, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _descriptor(stream) -> int | None:
    try:
        return stream.fileno()
    except (AttributeError, OSError, ValueError):
        return None  # the stream of a test or a notebook, without a file behind it
