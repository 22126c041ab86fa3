"""SQLAlchemy engines for SQLite and PostgreSQL: one for readers, one with a single connection for writers."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import ArgumentError, OperationalError

from webapp.errors import DatabaseUnavailable, SettingError

SQLITE = "sqlite"  # value of the setting `database` for a file in the room's folder
FILE = "room.sqlite"
BUSY = 1.0  # seconds to wait for a lock of another process
PRIVATE = 0o600
READERS = 32  # connections; the server has fewer threads
# A commit survives a power failure: FULL, and on macOS fullfsync, since fsync there does not flush the disk's
# cache.
SQLITE_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "fullfsync = ON",
    "checkpoint_fullfsync = ON",
    "foreign_keys = ON",
)
# Give up within seconds when PostgreSQL's machine or network is down.
POSTGRESQL_LIMITS = {
    "connect_timeout": 3,  # seconds
    "tcp_user_timeout": 3000,  # milliseconds that sent bytes may stay unacknowledged
    "keepalives_idle": 5,  # seconds
    "keepalives_interval": 2,
    "keepalives_count": 2,
}


def parse_url(url: str) -> sqlalchemy.URL:
    """Return SQLAlchemy's URL of a database. Raises SettingError if it is not supported."""
    try:
        parsed = sqlalchemy.make_url(url)
    except ArgumentError:
        parsed = None
    drivers = ("sqlite", "postgresql+psycopg")
    if parsed is None or parsed.drivername not in drivers or not parsed.database:
        raise SettingError(
            "expected sqlite, sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME for --database, "
            f"received {url.partition('@')[2] or url!r}"  # a password may come before an @
        )
    if not is_sqlite(parsed) and find_spec("psycopg") is None:
        raise SettingError(
            "expected the package psycopg for a PostgreSQL database, found none; "
            "pip install 'psycopg[binary]' installs it"
        )
    return parsed


def is_sqlite(url: sqlalchemy.URL) -> bool:
    """Return whether the database is a SQLite file."""
    return url.get_backend_name() == "sqlite"


def is_lost(error: Exception) -> bool:
    """Return whether PostgreSQL cannot be reached, as opposed to an error that it reported."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") is None


def make_readers(url: sqlalchemy.URL, is_same: Callable[[], bool] = lambda: True) -> Engine:
    """Return an engine whose transactions are snapshots."""
    if is_sqlite(url):
        return _sqlite_engine(url, is_same, "BEGIN", "query_only = ON", pool_size=READERS)
    return _postgresql_engine(url, "REPEATABLE READ", pool_size=READERS)


def make_writer(url: sqlalchemy.URL, is_same: Callable[[], bool] = lambda: True) -> Engine:
    """Return an engine of one connection; see `make_readers`.

    Raises:
        DatabaseUnavailable: SQLite's file cannot be created.
    """
    if not is_sqlite(url):
        return _postgresql_engine(url, "READ COMMITTED", pool_size=1)
    _make_file(Path(url.database or ""))
    return _sqlite_engine(url, is_same, "BEGIN IMMEDIATE", "secure_delete = ON", pool_size=1)


def _make_file(path: Path) -> None:
    """Make a file readable by its owner only, and create it if there is none: it holds the presenter's token.

    SQLite creates its log and shared memory with the same mode; those that exist are changed too.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=PRIVATE)
        for suffix in ("", "-wal", "-shm"):
            # It may belong to another user, who let this one read and write it.
            with suppress(FileNotFoundError, PermissionError):
                path.with_name(path.name + suffix).chmod(PRIVATE)
    except OSError as error:
        raise DatabaseUnavailable(f"the room's file cannot be made: {error.strerror}") from error


def _sqlite_engine(
    url: sqlalchemy.URL, is_same: Callable[[], bool], begin: str, *pragmas: str, pool_size: int
) -> Engine:
    # "rw": a connection must not create an empty file after the room's was removed.
    path = f"{Path(url.database or '').absolute().as_uri()}?mode=rw"

    def connect() -> sqlite3.Connection:
        if not is_same():
            raise sqlite3.OperationalError("the room's file was removed or replaced")
        return sqlite3.connect(path, uri=True, timeout=BUSY, check_same_thread=False)

    engine = _make_engine(url, pool_size, creator=connect)

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # sqlite3 must not begin transactions itself
        for pragma in (*SQLITE_PRAGMAS, *pragmas):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql_engine(url: sqlalchemy.URL, isolation_level: str, pool_size: int) -> Engine:
    milliseconds = int(BUSY * 1000)
    limits = f"-c lock_timeout={milliseconds} -c statement_timeout={10 * milliseconds}"
    return _make_engine(
        url,
        pool_size,
        isolation_level=isolation_level,
        pool_pre_ping=True,  # the database may have been restarted
        connect_args=POSTGRESQL_LIMITS | {"options": limits},
    )


def _make_engine(url: sqlalchemy.URL, pool_size: int, **options: object) -> Engine:
    return sqlalchemy.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=BUSY,
        hide_parameters=True,  # no names or ink in the log
        **options,
    )


def database_url(setting: str, folder: Path) -> str:
    """Return SQLAlchemy's URL for the settings `database` and `room_folder`."""
    if setting != SQLITE:
        return setting
    return sqlalchemy.URL.create("sqlite", database=str(Path(folder) / FILE)).render_as_string()
