"""The room's database: SQLite or PostgreSQL through SQLAlchemy Core, with one writer at a time.

Readers work on a snapshot. Writers wait for each other: threads of a process for its write lock, processes
for the row of the table `room`. So changes are committed in the order of their revisions, and a client that
has seen a revision has missed no change before it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

import sqlalchemy
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from webapp.errors import DatabaseUnavailable, StorageUnavailable
from webapp.room import migrations
from webapp.room.engines import BUSY, is_lost, is_sqlite, make_readers, make_writer, parse_url
from webapp.room.schema import room
from webapp.room.wal_truncation import WalTruncation
from webapp.room.write_lock import WriteLock

LOCKED_PAUSE = 1.0  # seconds without another try to write, after another process held the database
OPENING = 5.0  # seconds that a thread waits for another one that opens the database
CLOSED_PAUSE = 2.0  # seconds without another try to open a database that could not be opened
TIMED_OUT = BUSY / 2  # seconds; a write that failed after that had waited for a lock, as would the next
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
        published: columns of the room's row to set; None where pages show nothing of the change.
    """

    connection: Connection
    room: sqlalchemy.Row
    revision: int
    published: dict[str, object] | None = None

    def publish(self, **columns: object) -> None:
        """Give the room a new revision, and set columns of its row."""
        self.published = (self.published or {}) | columns

    def next_number(self) -> int:
        """Return the number of a new drawing."""
        number = (self.published or {}).get("last_number", self.room.last_number) + 1
        self.publish(last_number=number)
        return number

    def count(self, more: int) -> None:
        """Add to the number of visible drawings; negative where drawings are hidden or deleted."""
        self.publish(drawings=(self.published or {}).get("drawings", self.room.drawings) + more)


class Database:
    """One room's database.

    Args:
        url: SQLAlchemy's, sqlite:///PATH or postgresql+psycopg://...

    Attributes:
        on_change: called after each commit with a new revision, in the thread that wrote.

    Raises:
        SettingError: the address cannot be understood. Nothing is opened before the first use.
    """

    on_change: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, url: str):
        self.url = parse_url(url)
        self.is_sqlite = is_sqlite(self.url)
        self._write_lock = WriteLock(_not_stored, LOCKED_PAUSE)
        self._open_lock = WriteLock(_closed, CLOSED_PAUSE, OPENING)
        self._engines: tuple[Engine, Engine] | None = None
        self._wal_truncation = WalTruncation(self._empty_log)

    def open(self) -> None:
        """Open the database and bring its tables up to date. Does nothing where that has been done.

        Raises:
            DatabaseUnavailable: it cannot be opened, or was written by a newer version. Calls fail with the
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
        for engine in engines or ():
            engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection with a snapshot of the room. Raises DatabaseUnavailable."""
        begun = time.monotonic()
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
        """Give a Change that is committed at the end of the block, or rolled back.

        Raises:
            StorageUnavailable: another writer holds the database, or it cannot be written.
        """
        with self.alone() as connection:
            row = connection.execute(ROOM).one()
            change = Change(connection, row, row.revision + 1)
            yield change
            if change.published is not None:
                connection.execute(update(room).values(revision=change.revision, **change.published))
        if change.published is not None:
            self.on_change()

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Give a connection to write what no page shows. Raises StorageUnavailable."""
        engine = self._engine(1)  # opened before the write lock is taken
        try:
            with self._write_lock, self._failing_fast(), engine.begin() as connection:
                yield connection
        except BUGS:
            raise
        except (DBAPIError, PoolTimeout) as error:
            raise _not_stored(reason(error)) from error

    def forget(self) -> None:
        """Remove deleted data from SQLite's log as well; later where readers need it now."""
        if self.is_sqlite:
            self._wal_truncation()

    def _lose(self, why: str) -> None:
        """Close a database that cannot be reached. One thread opens it again, and no other waits for it."""
        with (
            suppress(DatabaseUnavailable),
            self._open_lock,
        ):  # refused where another thread has done so already
            self.close()
            self._open_lock.fail(why)

    @contextmanager
    def _failing_fast(self) -> Iterator[None]:
        """Open the circuit breaker where the block has failed after waiting for a lock of the database."""
        begun = time.monotonic()
        try:
            yield
        except (DBAPIError, PoolTimeout) as error:
            if time.monotonic() - begun >= TIMED_OUT:
                self._write_lock.fail(reason(error))
            raise

    def _empty_log(self) -> bool:
        if self._engines is None:  # closed meanwhile, which empties the log as well
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
        engines = self._engines
        if engines is None:
            self.open()
            engines = self._engines
        return engines[index]

    def _open(self) -> tuple[Engine, Engine]:
        readers, writer = make_readers(self.url), make_writer(self.url)
        try:
            with writer.begin() as connection:
                migrations.migrate(connection)
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
    return StorageUnavailable(f"this could not be stored, please send it again: {why}")


def _closed(why: str | None) -> DatabaseUnavailable:
    return DatabaseUnavailable(why or "the room is being opened; try again in a second")
