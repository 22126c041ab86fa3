"""Where a room is kept: SQLite or PostgreSQL through SQLAlchemy Core, with one writer at a time.

Readers see one moment of the room, whatever is written meanwhile. Writers wait for each other: the
threads of a process for its turn, processes for the row of the table `room`. So changes are committed
in the order of their revisions, and who has seen a revision has missed nothing before it.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, Engine, event, select, update
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from webapp.errors import NotStored, RoomClosed, SettingError
from webapp.room import migrations
from webapp.room.schema import room

BUSY = 1.0  # seconds a writer waits for another process
STUCK = 1.0  # seconds after which a writer counts as stuck, and who comes then is sent away at once
READERS = 32  # connections at most; a server's threads are the limit before
# Mistakes of ours, and no trouble of the database.
BUGS = (IntegrityError, DataError, ProgrammingError, NotSupportedError)

logger = logging.getLogger(__name__)


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

    Raises:
        SettingError: the address cannot be understood. Nothing is opened before the first use.
    """

    def __init__(self, url: str):
        self.url = _parse(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._turn = _Turn()
        self._opening = threading.Lock()
        self._engines: tuple[Engine, Engine] | None = None

    def open(self) -> None:
        """Open the database and bring its tables up to date. Does nothing where that has been done.

        Raises:
            RoomClosed: it cannot be opened, or was written by a newer version. The next call tries again.
        """
        with self._opening:
            if self._engines is None:
                self._engines = self._open()

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        with self._opening:
            engines, self._engines = self._engines, None
        for engine in engines or ():
            engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the room. Raises RoomClosed."""
        try:
            with self._engine(0).connect() as connection:
                yield connection
        except BUGS:
            raise
        except (DBAPIError, PoolTimeout) as error:
            raise RoomClosed(f"the room cannot be read at the moment: {reason(error)}") from error

    @contextmanager
    def writing(self) -> Iterator[Change]:
        """Give a Change that is on the disk when the block has ended, or not at all.

        Raises:
            NotStored: another writer holds the database, or it cannot be written; nothing was.
        """
        with self.alone() as connection:
            row = connection.execute(select(room).with_for_update()).one()
            change = Change(connection, row, row.revision + 1)
            yield change
            if change.published is not None:
                connection.execute(update(room).values(revision=change.revision, **change.published))

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Give a connection to write what no live view shows. Raises NotStored."""
        try:
            with self._turn, self._engine(1).begin() as connection:
                yield connection
        except BUGS:
            raise
        except (DBAPIError, PoolTimeout) as error:
            raise NotStored(f"this could not be stored, please send it again: {reason(error)}") from error

    def forget(self) -> None:
        """Take what was deleted out of SQLite's log as well, as far as readers allow it at the moment."""
        if self.is_sqlite:
            with self._turn, closing(self._engine(1).raw_connection()) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # not within a transaction

    def _engine(self, index: int) -> Engine:
        engines = self._engines
        if engines is None:
            self.open()
            engines = self._engines
        return engines[index]

    def _open(self) -> tuple[Engine, Engine]:
        readers, writer = self._readers(), self._writer()
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

    def _readers(self) -> Engine:
        if self.is_sqlite:
            return _sqlite_engine(self.url, "BEGIN", "query_only = ON", pool_size=READERS)
        return _postgresql_engine(self.url, "REPEATABLE READ", pool_size=READERS)

    def _writer(self) -> Engine:
        if not self.is_sqlite:
            return _postgresql_engine(self.url, "READ COMMITTED", pool_size=1)
        if self.url.database:
            _make_file(Path(self.url.database))
        return _sqlite_engine(self.url, "BEGIN IMMEDIATE", "secure_delete = ON", pool_size=1)


def _make_file(path: Path) -> None:
    """Make an empty file for its owner alone: it will hold the presenter's token, and people's ink."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # SQLite's files beside it get the same mode
    except OSError as error:
        raise RoomClosed(f"the room's file cannot be made: {error.strerror}") from error


class _Turn:
    """Lets one thread write at a time. Who comes while another is stuck is sent away at once.

    Otherwise a database that is locked for a minute would take all threads of the server, and predictions,
    which need no database, would wait as well.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._since: float | None = None

    def __enter__(self) -> None:
        since = self._since
        is_stuck = since is not None and time.monotonic() - since > STUCK
        if not self._lock.acquire(timeout=0 if is_stuck else STUCK):
            raise NotStored("this could not be stored, please send it again: the room's database is busy")
        self._since = time.monotonic()

    def __exit__(self, *exception: object) -> None:
        self._since = None
        self._lock.release()


def reason(error: Exception) -> str:
    """Return in a few words what the database said."""
    original = getattr(error, "orig", None) or error
    lines = str(original).strip().splitlines()
    return lines[0][:120] if lines else type(original).__name__


def _parse(url: str) -> sqlalchemy.URL:
    try:
        parsed = sqlalchemy.make_url(url)
    except ArgumentError:
        parsed = None
    drivers = ("sqlite", "postgresql+psycopg")
    if parsed is None or parsed.drivername not in drivers or not parsed.database:
        raise SettingError(
            "expected sqlite, sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME for --database, "
            f"received {url.partition('@')[2] or url!r}"  # what stands before an @ may be a password
        )
    return parsed


def _sqlite_engine(url: sqlalchemy.URL, begin: str, *pragmas: str, pool_size: int) -> Engine:
    engine = sqlalchemy.create_engine(
        url, pool_size=pool_size, max_overflow=0, pool_timeout=BUSY, connect_args={"timeout": BUSY}
    )

    @event.listens_for(engine, "connect")
    def set_up(connection, record) -> None:
        connection.isolation_level = None  # Python's sqlite3 would begin transactions by rules of its own
        # FULL: a commit is on the disk when it returns, also when the power fails a moment later.
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", *pragmas):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql_engine(url: sqlalchemy.URL, isolation_level: str, pool_size: int) -> Engine:
    milliseconds = int(BUSY * 1000)
    limits = f"-c lock_timeout={milliseconds} -c statement_timeout={10 * milliseconds}"
    return sqlalchemy.create_engine(
        url,
        isolation_level=isolation_level,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=BUSY,
        pool_pre_ping=True,  # the database may have been started anew since
        connect_args={"connect_timeout": 3, "options": limits},
    )
