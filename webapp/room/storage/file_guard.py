"""Notice that the file of a SQLite room was removed or replaced under the running server, and write it again.

SQLite goes on with the file that it has open, although no path leads to it: all would be lost at the exit.
The guard compares the file's inode with that of the open one, and copies the room from the open connection to
the path. A file that it finds there is kept under another name, unless it is this room with all its changes:
another process may have written it again. A program that overwrites the file in place is not noticed.
"""

import logging
import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from webapp.errors import StorageUnavailable

LOGS = ("-wal", "-shm")  # endings of the files that SQLite keeps beside a database
# The id of the first round is random, so it identifies the room.
PAUSE = 2.0  # seconds until the next try, after the file could not be written again
STATE = "SELECT (SELECT id FROM rounds WHERE number = 1), revision FROM room"

Inode = tuple[int, int]  # with the device in front

logger = logging.getLogger(__name__)


class FileGuard:
    """The file of one room.

    Attributes:
        notice: what happened to the file, for people; "" if nothing.
    """

    def __init__(self, path: Path):
        self._path = path.absolute()
        self._log = Path(f"{self._path}{LOGS[0]}")
        self._opened: Inode | None = None  # None while the room is closed
        self._opened_log: Inode | None = None
        self._next_try = float("-inf")
        self.notice = ""

    def note_opened(self) -> None:
        """Remember which file is open, and which log."""
        self._opened, self._opened_log = _find(self._path), _find(self._log)

    def note_closed(self) -> None:
        """Forget which file was open: the next one may be another."""
        self._opened = None

    def is_same(self) -> bool:
        """Return whether the path leads to the open file; true while none is open."""
        return self._opened is None or _find(self._path) == self._opened

    def restore(self, connection: sqlite3.Connection) -> None:
        """Make the path lead to the room of an open connection again.

        Args:
            connection: to the file that was open, outside of a transaction.

        Raises:
            StorageUnavailable: it cannot be written. What is open can still be read.
        """
        if time.monotonic() < self._next_try:
            raise _not_restored()
        try:
            kept = self._put_back(connection)
        except (OSError, sqlite3.Error) as error:
            self._next_try = time.monotonic() + PAUSE
            self._say(
                f"The room’s file {self._path} was removed or replaced, and cannot be written again: "
                f"{error}. Drawings are not taken, and all is lost when Inkwise stops."
            )
            raise _not_restored() from error
        self.note_opened()
        when = time.strftime("%H:%M")
        self._say(f"The room’s file {self._path} was removed or replaced at {when}. {kept}")

    def _put_back(self, connection: sqlite3.Connection) -> str:
        """Return what became of the room, as a sentence."""
        if self._is_newer(connection):
            return "The file there has newer changes of this room and is used now."
        self._path.parent.mkdir(parents=True, exist_ok=True)
        copy = self._path.with_name(f"{self._path.name}.new")
        copy.unlink(missing_ok=True)
        copy.touch(mode=0o600)  # it holds the presenter's token and ink
        connection.execute("VACUUM INTO ?", (str(copy),))
        _flush(copy)
        aside = self._set_aside()
        self._move(copy)
        return "It was written again with everything" + (
            f"; the other file is {aside} now." if aside else "."
        )

    def _is_newer(self, connection: sqlite3.Connection) -> bool:
        """Return whether the path leads to this room with all its changes, and to a log that fits."""
        if self._has_own_log():
            return False
        uri = f"{self._path.as_uri()}?immutable=1"  # reads the file alone, and changes neither it nor its log
        with suppress(sqlite3.Error), closing(sqlite3.connect(uri, uri=True)) as other:
            first, newest = other.execute(STATE).fetchone()
            own_first, own_newest = connection.execute(STATE).fetchone()
            return first == own_first and newest >= own_newest
        return False

    def _has_own_log(self) -> bool:
        """Return whether the log at the path is that of the file that was open: it fits no other."""
        return self._opened_log is not None and _find(self._log) == self._opened_log

    def _set_aside(self) -> Path | None:
        """Rename what is at the path, with its log: SQLite would apply a log to any file of that name."""
        aside, has_own_log = None, self._has_own_log()
        if self._path.exists() and self._path.stat().st_size:
            aside = self._path.with_name(f"{self._path.stem}-found-{time.time_ns()}{self._path.suffix}")
            self._path.rename(aside)
        for ending in LOGS:
            log = Path(f"{self._path}{ending}")
            with suppress(FileNotFoundError):
                log.rename(f"{aside}{ending}") if aside and not has_own_log else log.unlink()
        self._path.unlink(missing_ok=True)  # an empty file
        return aside

    def _move(self, copy: Path) -> None:
        try:
            os.link(copy, self._path)  # unlike a rename, replaces no file that another process has written
            copy.unlink()
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            copy.replace(self._path)
        _flush(self._path.parent)

    def _say(self, notice: str) -> None:
        if notice != self.notice:
            logger.error("%s", notice)
        self.notice = notice


def _not_restored() -> StorageUnavailable:
    return StorageUnavailable(
        "this could not be stored: the room's file was removed and cannot be written again"
    )


def _find(path: Path) -> Inode | None:
    """Return device and inode of what is at a path, or None."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _flush(path: Path) -> None:
    """Write a file or a folder to the disk."""
    with suppress(PermissionError):  # Windows cannot open folders
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
