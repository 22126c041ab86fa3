"""Where a room is kept: SQLite or PostgreSQL through SQLAlchemy Core, with one writer at a time.

Readers see one moment of the room, whatever is written meanwhile. Writers wait for each other: the
threads of a process for its turn, processes for the row of the table `room`. So changes are committed
in the order of their revisions, and who has seen a revision has missed nothing before it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

import sqlalchemy
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from webapp.errors import NotStored, RoomClosed
from webapp.room import migrations
from webapp.room.engines import BUSY, is_lost, is_sqlite, make_readers, make_writer, parse_url
from webapp.room.forgetting import Forgetting
from webapp.room.schema import room
from webapp.room.turn import Turn

LOCKED_PAUSE = 1.0  # seconds for which nobody else tries to write what another process holds
OPENING = 5.0  # seconds one waits for another thread to open the database, while that has never failed
CLOSED_PAUSE = 2.0  # seconds for which nobody else tries to open what could not be opened
IN_VAIN = BUSY / 2  # seconds; a write that failed after as long had waited, so the next would as well
FORGET_BUSY = 50  # milliseconds that emptying SQLite's log waits for readers: writers wait meanwhile
ROOM = select(room).with_for_update()
# Mistakes of ours, and no trouble of the database.
BUGS = (IntegrityError, DataError, ProgrammingError, NotSupportedError)


@dataclass
class Change:
    """A change in the making. Nothing is seen of it before `Database.writing` has ended.

    Attributes:
        room: the room's row as it was before.
        revision: the one that live views will know the change by.
        published: columns of the room's row that are set with it; None where there is nothing to see.
    """

    connection: Connection
    room: sqlalchemy.Row
    revision: int
    published: dict[str, object] | None = None

    def publish(self, **columns: object) -> None:
        """Let live views know, and set columns of the room's row."""
        self.published = (self.published or {}) | columns

    def next_number(self) -> int:
        """Return the number of a new drawing."""
        number = (self.published or {}).get("last_number", self.room.last_number) + 1
        self.publish(last_number=number)
        return number

    def count(self, more: int) -> None:
        """Count drawings that became visible, or less than 0 where they vanished."""
        self.publish(drawings=(self.published or {}).get("drawings", self.room.drawings) + more)


class Database:
    """One room's database.

    Args:
        url: SQLAlchemy's, sqlite:///PATH or postgresql+psycopg://...

    Attributes:
        on_change: called after each commit that live views can see, in the thread that wrote.

    Raises:
        SettingError: the address cannot be understood. Nothing is opened before the first use.
    """

    on_change: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, url: str):
        self.url = parse_url(url)
        self.is_sqlite = is_sqlite(self.url)
        self._turn = Turn(_not_stored, LOCKED_PAUSE)
        self._opening = Turn(_closed, CLOSED_PAUSE, OPENING)
        self._engines: tuple[Engine, Engine] | None = None
        self._forgetting = Forgetting(self._empty_log)

    def open(self) -> None:
        """Open the database and bring its tables up to date. Does nothing where that has been done.

        Raises:
            RoomClosed: it cannot be opened, or was written by a newer version. Two seconds later the next
                call tries again; until then everybody is told the same.
        """
        if self._engines is not None:
            return
        with self._opening:
            try:
                self._engines = self._engines or self._open()
            except RoomClosed as error:
                self._opening.fail(error.message)
                raise

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        self._forgetting.stop()
        engines, self._engines = self._engines, None
        for engine in engines or ():
            engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the room. Raises RoomClosed."""
        begun = time.monotonic()
        try:
            with self._engine(0).connect() as connection:
                yield connection
        except BUGS:
            raise
        except (DBAPIError, PoolTimeout) as error:
            closed = RoomClosed(f"the room cannot be read at the moment: {reason(error)}")
            if is_lost(error) and time.monotonic() - begun >= IN_VAIN:
                self._lose(closed.message)
            raise closed from error

    @contextmanager
    def writing(self) -> Iterator[Change]:
        """Give a Change that is on the disk when the block has ended, or not at all.

        Raises:
            NotStored: another writer holds the database, or it cannot be written; nothing was.
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
        """Give a connection to write what no live view shows. Raises NotStored."""
        engine = self._engine(1)  # who opens the database does not hold the turn meanwhile
        try:
            with self._turn, self._failing_fast(), engine.begin() as connection:
                yield connection
        except BUGS:
            raise
        except (DBAPIError, PoolTimeout) as error:
            raise _not_stored(reason(error)) from error

    def forget(self) -> None:
        """Take what was deleted out of SQLite's log as well; later, where readers do not allow it now."""
        if self.is_sqlite:
            self._forgetting()

    def _lose(self, why: str) -> None:
        """Close what cannot be reached: one thread will try to open it again, and no other waits for that."""
        with suppress(RoomClosed), self._opening:  # refused where another thread has done so already
            self.close()
            self._opening.fail(why)

    @contextmanager
    def _failing_fast(self) -> Iterator[None]:
        """Let nobody else wait for what the holder of the turn has waited for in vain."""
        begun = time.monotonic()
        try:
            yield
        except (DBAPIError, PoolTimeout) as error:
            if time.monotonic() - begun >= IN_VAIN:
                self._turn.fail(reason(error))
            raise

    def _empty_log(self) -> bool:
        if self._engines is None:  # closed meanwhile, which empties the log as well
            return True
        with self._turn, closing(self._engine(1).raw_connection()) as connection:
            try:
                connection.execute(f"PRAGMA busy_timeout = {FORGET_BUSY}")
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
                raise RoomClosed(f"the room's database cannot be opened: {reason(error)}") from error
            raise
        return readers, writer


def reason(error: Exception) -> str:
    """Return in a few words what the database said."""
    original = getattr(error, "orig", None) or error
    lines = str(original).strip().splitlines()
    return lines[0][:120] if lines else type(original).__name__


def _not_stored(why: str | None) -> NotStored:
    why = why or "the room's database is busy"
    return NotStored(f"this could not be stored, please send it again: {why}")


def _closed(why: str | None) -> RoomClosed:
    return RoomClosed(why or "the room is being opened: try again in a moment")
