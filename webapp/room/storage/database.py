"""The room's database: SQLite or PostgreSQL through SQLAlchemy Core, with one writer at a time.

Readers work on a snapshot. Writers wait for each other: threads of a process for its write lock, processes
for the row of the table `room`. So changes are committed in the order of their revisions, and a client that
has seen a revision has missed no change before it.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import sqlalchemy
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from webapp.errors import DatabaseUnavailable, StorageUnavailable
from webapp.room.storage import schema
from webapp.room.storage.disk_space import DiskSpace
from webapp.room.storage.engines import BUSY, is_lost, is_sqlite, make_readers, make_writer, parse_url
from webapp.room.storage.file_guard import FileGuard
from webapp.room.storage.schema import room
from webapp.room.storage.wal_truncation import WalTruncation
from webapp.room.storage.write_lock import WriteLock

LOCKED_PAUSE = 1.0  # seconds without another try to write, after another process held the database
OPENING = 5.0  # seconds that a thread waits for another one that opens the database
CLOSED_PAUSE = 2.0  # seconds without another try to open a database that could not be opened
TIMED_OUT = BUSY / 2  # seconds; a write that failed after that had waited for a lock, as would the next
FULL = "is full"  # in SQLite's error on a full disk
TRUNCATE_BUSY = 50  # milliseconds that emptying SQLite's log waits for readers; writers wait meanwhile
ROOM = select(room).with_for_update()
# Errors in our code, not failures of the database.
BUGS = (IntegrityError, DataError, ProgrammingError, NotSupportedError)


@dataclass
class Change:
    """One transaction that changes the room.

    Attributes:
        room: the room's row as it was before.
        revision: the room's revision after the change.
        published: columns of the room's row to set; None if the change is not visible.
    """

    connection: Connection
    room: sqlalchemy.Row
    revision: int
    published: dict[str, Any] | None = None

    def publish(self, **columns: Any) -> None:
        """Give the room a new revision, and set columns of its row."""
        self.published = (self.published or {}) | columns

    def next_number(self) -> int:
        """Return the number of a new drawing."""
        number = (self.published or {}).get("last_number", self.room.last_number) + 1
        self.publish(last_number=number)
        return number

    def count(self, more: int, on_wall: int) -> None:
        """Add to the numbers of drawings, visible and on the wall; negative after hiding or deleting."""
        before = self.published or {}
        self.publish(
            drawings=before.get("drawings", self.room.drawings) + more,
            on_wall=before.get("on_wall", self.room.on_wall) + on_wall,
        )


class Database:
    """One room's database.

    Args:
        url: SQLAlchemy's, sqlite:///PATH or postgresql+psycopg://...

    Attributes:
        on_change: called after each commit with a new revision, in the thread that wrote.
        file, space: of SQLite's file; None for PostgreSQL.

    Raises:
        SettingError: the URL is not supported. Nothing is opened before the first use.
    """

    on_change: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, url: str):
        self.url = parse_url(url)
        self.is_sqlite = is_sqlite(self.url)
        self._write_lock = WriteLock(_not_stored, LOCKED_PAUSE)
        self._open_lock = WriteLock(_closed, CLOSED_PAUSE, OPENING)
        self._engines: tuple[Engine, Engine] | None = None
        self._wal_truncation = WalTruncation(self._empty_log)
        path = Path(self.url.database or "")
        self.file = FileGuard(path) if self.is_sqlite else None
        self.space = DiskSpace(path) if self.is_sqlite else None

    def open(self) -> None:
        """Open the database and migrate its tables. Does nothing if it is open.

        Raises:
            DatabaseUnavailable: it cannot be opened, or a newer version wrote it. Further calls fail with the
                same error for two seconds; then the next one tries again.
        """
        if self._engines is not None:
            return
        with self._open_lock:
            try:
                self._engines = self._engines or self._open()
            except DatabaseUnavailable as error:
                self._open_lock.fail(error.message)
                raise

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        self._wal_truncation.stop()
        engines, self._engines = self._engines, None
        if self.file:
            self.file.note_closed()
        for engine in engines or ():
            engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection with a snapshot of the room. Raises DatabaseUnavailable."""
        begun = time.monotonic()
        if self.file and not self.file.is_same():
            with suppress(StorageUnavailable):  # what is open can still be read
                self.check_file()
        try:
            with self._engine(0).connect() as connection:
                yield connection
        except BUGS:
            raise
        except (DBAPIError, PoolTimeout) as error:
            closed = DatabaseUnavailable(f"the room cannot be read at the moment: {reason(error)}")
            if is_lost(error) and time.monotonic() - begun >= TIMED_OUT:
                self._lose(closed.message)
            raise closed from error

    @contextmanager
    def writing(self) -> Iterator[Change]:
        """Yield a Change that is committed at the end of the block, or rolled back after an exception.

        The block holds the write lock and the row of the table `room`. Without `publish` the room keeps its
        revision: for changes that no page shows.

        Raises:
            StorageUnavailable: another writer holds the database, or it cannot be written.
        """
        with self._transaction() as connection:
            row = connection.execute(ROOM).one()
            change = Change(connection, row, row.revision + 1)
            yield change
            if change.published is not None:
                connection.execute(update(room).values(revision=change.revision, **change.published))
        if change.published is not None:
            self.on_change()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Yield a connection in a write transaction, without a lock of the row `room` or a new revision.

        Raises:
            StorageUnavailable: another writer holds the database, or it cannot be written.
        """
        self._engine(1)  # open the database before taking the write lock
        if self.space:
            self.space.before_write()
        try:
            with self._write_lock, self._failing_fast():
                self._restore_file()
                with self._engine(1).begin() as connection:
                    yield connection
        except BUGS:
            raise
        except (DBAPIError, PoolTimeout) as error:
            if self.space and FULL in str(error):
                self.space.release()  # for the next try
            raise _not_stored(reason(error)) from error

    def check_space(self) -> None:
        """Raise StorageUnavailable if the disk has too little space for more drawings."""
        if self.space:
            self.space.check_drawings()

    def forget(self) -> None:
        """Remove deleted data from SQLite's log as well, with a retry while readers use it."""
        if self.is_sqlite:
            self._wal_truncation()

    @property
    def notices(self) -> list[str]:
        """Sentences on what endangers the room's file; none where all is well."""
        found = [self.file.notice if self.file else "", self.space.notice if self.space else ""]
        return [each for each in found if each]

    def check_file(self) -> None:
        """Write SQLite's file again if it was removed or replaced, and keep a reserve on the disk.

        Raises:
            StorageUnavailable, DatabaseUnavailable: that is not possible now.
        """
        if self.space:
            self.space.keep_reserve()
        if self.file and not self.file.is_same():
            with self._transaction():
                pass

    def _restore_file(self) -> None:
        """Do what `check_file` does, with the write lock held."""
        if self.file is None or self.file.is_same():
            return
        before = self._engines
        if before is None:
            return
        with closing(before[1].raw_connection()) as connection:
            self.file.restore(cast(sqlite3.Connection, connection.driver_connection))
        try:
            self._engines = self._open()
        except BaseException:
            self.close()  # the next use opens the new file
            raise
        for engine in before:
            engine.dispose()

    def _lose(self, why: str) -> None:
        """Close a database that cannot be reached. One thread opens it again; the others do not wait."""
        with (
            suppress(DatabaseUnavailable),
            self._open_lock,
        ):  # rejected if another thread has done this already
            self.close()
            self._open_lock.fail(why)

    @contextmanager
    def _failing_fast(self) -> Iterator[None]:
        """Open the circuit breaker if the block fails after waiting for a lock of the database."""
        begun = time.monotonic()
        try:
            yield
        except (DBAPIError, PoolTimeout) as error:
            if time.monotonic() - begun >= TIMED_OUT:
                self._write_lock.fail(reason(error))
            raise

    def _empty_log(self) -> bool:
        if self._engines is None:  # closed, which empties the log
            return True
        with self._write_lock, closing(self._engine(1).raw_connection()) as connection:
            try:
                connection.execute(f"PRAGMA busy_timeout = {TRUNCATE_BUSY}")
                # Not within a transaction.
                is_busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {int(BUSY * 1000)}")
        return not is_busy

    def _engine(self, index: int) -> Engine:
        while (engines := self._engines) is None:  # another thread may close it again
            self.open()
        return engines[index]

    def _open(self) -> tuple[Engine, Engine]:
        is_same = self.file.is_same if self.file else lambda: True
        readers, writer = make_readers(self.url, is_same), make_writer(self.url, is_same)
        try:
            with writer.begin() as connection:
                schema.migrate(connection)
            if self.file:
                self.file.note_opened()
        except BaseException as error:
            readers.dispose()
            writer.dispose()
            if isinstance(error, DBAPIError | OSError):
                raise DatabaseUnavailable(f"the room's database cannot be opened: {reason(error)}") from error
            raise
        return readers, writer


def reason(error: Exception) -> str:
    """Return the database's error message, shortened."""
    original = getattr(error, "orig", None) or error
    lines = str(original).strip().splitlines()
    return lines[0][:120] if lines else type(original).__name__


def _not_stored(why: str | None) -> StorageUnavailable:
    why = why or "the room's database is busy"
    return StorageUnavailable(
        f"this could not be stored, please send it again: {why}",
        f"The server cannot save this at the moment ({why}). Try again.",
    )


def _closed(why: str | None) -> DatabaseUnavailable:
    return DatabaseUnavailable(why or "the room is being opened; try again in a second")
