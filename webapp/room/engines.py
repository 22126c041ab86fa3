"""SQLAlchemy's engines for a room, on SQLite and PostgreSQL: one for those who read, one for who writes."""

from importlib.util import find_spec
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import ArgumentError, OperationalError

from webapp.errors import DatabaseUnavailable, SettingError

BUSY = 1.0  # seconds anybody waits for what another process holds
READERS = 32  # connections at most; a server's threads are the limit before
# A commit is on the disk when it returns, also when the power fails a moment later: FULL, and on macOS
# fullfsync, since there a plain fsync leaves it to the disk's own memory.
SQLITE_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "fullfsync = ON",
    "checkpoint_fullfsync = ON",
    "foreign_keys = ON",
)
# A PostgreSQL whose machine or network is gone says nothing: what waits for it gives up within seconds.
POSTGRESQL_LIMITS = {
    "connect_timeout": 3,  # seconds
    "tcp_user_timeout": 3000,  # milliseconds that sent bytes may stay unanswered
    "keepalives_idle": 5,  # seconds
    "keepalives_interval": 2,
    "keepalives_count": 2,
}


def parse_url(url: str) -> sqlalchemy.URL:
    """Return SQLAlchemy's address of a database. Raises SettingError where it is none that a room can use."""
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
    if not is_sqlite(parsed) and find_spec("psycopg") is None:
        raise SettingError(
            "expected the package psycopg for a PostgreSQL database, found none; "
            "pip install 'psycopg[binary]' installs it"
        )
    return parsed


def is_sqlite(url: sqlalchemy.URL) -> bool:
    """Return whether the address is a file's."""
    return url.get_backend_name() == "sqlite"


def is_lost(error: Exception) -> bool:
    """Return whether PostgreSQL cannot be reached, rather than that it said something."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") is None


def make_readers(url: sqlalchemy.URL) -> Engine:
    """Return an engine whose transactions see one moment of the room."""
    if is_sqlite(url):
        return _sqlite_engine(url, "BEGIN", "query_only = ON", pool_size=READERS)
    return _postgresql_engine(url, "REPEATABLE READ", pool_size=READERS)


def make_writer(url: sqlalchemy.URL) -> Engine:
    """Return an engine of one connection. Raises DatabaseUnavailable where SQLite's file cannot be made."""
    if not is_sqlite(url):
        return _postgresql_engine(url, "READ COMMITTED", pool_size=1)
    _make_file(Path(url.database))
    return _sqlite_engine(url, "BEGIN IMMEDIATE", "secure_delete = ON", pool_size=1)


def _make_file(path: Path) -> None:
    """Make an empty file for its owner alone: it will hold the presenter's token, and people's ink."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # SQLite's files beside it get the same mode
    except OSError as error:
        raise DatabaseUnavailable(f"the room's file cannot be made: {error.strerror}") from error


def _sqlite_engine(url: sqlalchemy.URL, begin: str, *pragmas: str, pool_size: int) -> Engine:
    engine = _make_engine(url, pool_size, connect_args={"timeout": BUSY})

    @event.listens_for(engine, "connect")
    def set_up(connection, record) -> None:
        connection.isolation_level = None  # Python's sqlite3 would begin transactions by rules of its own
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
        pool_pre_ping=True,  # the database may have been started anew since
        connect_args=POSTGRESQL_LIMITS | {"options": limits},
    )


def _make_engine(url: sqlalchemy.URL, pool_size: int, **options: object) -> Engine:
    return sqlalchemy.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=BUSY,
        hide_parameters=True,  # a traceback in a log shall hold nobody's name or ink
        **options,
    )
