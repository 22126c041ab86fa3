"""A lock on a file, which one process holds; the system releases it when the process ends."""

import os
import sys
import time
from pathlib import Path

TRIES = 5  # another process that only looks holds the lock for some microseconds
PAUSE = 0.01  # seconds between two tries

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class ProcessLock:
    """Not thread-safe: its owner's lock protects it.

    Args:
        path: of the file, which is made when the lock is acquired; its folder, too.
    """

    def __init__(self, path: Path):
        self._path = path
        self._file: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this process holds it."""
        return self._file is not None

    @property
    def is_elsewhere(self) -> bool:
        """Whether another process holds it."""
        if self.is_held or not self._path.exists():
            return False
        file = self._open()
        if file is None:
            return False
        try:
            return not _try(file)
        finally:
            os.close(file)

    def acquire(self) -> bool:
        """Take the lock; return False if another process holds it. True if the file cannot be made."""
        if self.is_held:
            return True
        file = self._open()
        if file is None:
            return True
        for _ in range(TRIES):
            if _try(file):
                self._file = file
                return True
            time.sleep(PAUSE)
        os.close(file)
        return False

    def release(self) -> None:
        """Let others take it."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _open(self) -> int | None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return None


def _try(file: int) -> bool:
    """Lock a file; return whether that succeeded."""
    try:
        _lock(file)
    except OSError:
        return False
    return True
