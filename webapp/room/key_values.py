"""Key-value settings in the room's database, shared by restarts and processes: join code, presenter token."""

import time

from sqlalchemy import Connection, delete, insert, select

from webapp.room.database import Database
from webapp.room.schema import kept

MAX_AGE = 1.0  # seconds that a value is cached


class KeyValues:
    """Reads and writes short texts by name."""

    def __init__(self, database: Database):
        self._database = database
        self._known: dict[str, tuple[float, str]] = {}  # name -> (when it was read, text)

    def keep(self, name: str, value: str) -> str:
        """Return the text kept under `name`; where there is none, keep `value` and return it.

        Raises:
            DatabaseUnavailable, StorageUnavailable: the database cannot be read or written.
        """
        read_at, known = self._known.get(name, (float("-inf"), ""))
        if time.monotonic() - read_at < MAX_AGE:
            return known
        text = self._read(name) or self._write_first(name, value)
        self._known[name] = (time.monotonic(), text)
        return text

    def replace(self, name: str, value: str) -> None:
        """Keep `value` under `name`, whatever was there."""
        with self._database.writing() as change:
            change.connection.execute(delete(kept).where(kept.c.name == name))
            change.connection.execute(insert(kept).values(name=name, value=value))
            change.publish()
        self._known.pop(name, None)

    def _read(self, name: str) -> str | None:
        with self._database.reading() as connection:
            return _find(connection, name)

    def _write_first(self, name: str, value: str) -> str:
        with self._database.writing() as change:
            found = _find(change.connection, name)  # another process may have been faster
            if found is None:
                change.connection.execute(insert(kept).values(name=name, value=value))
            return found or value


def _find(connection: Connection, name: str) -> str | None:
    return connection.execute(select(kept.c.value).where(kept.c.name == name)).scalar_one_or_none()
