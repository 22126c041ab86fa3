"""Key-value settings in the room's database, such as the join code and the presenter's token."""

import time

from sqlalchemy import Connection, delete, insert, select

from webapp.room.storage.database import Change, Database
from webapp.room.storage.schema import settings

MAX_AGE = 1.0  # seconds that a value is cached


class KeyValues:
    """Reads and writes strings by name; `get_or_set` caches values for a second."""

    def __init__(self, database: Database):
        self._database = database
        self._cache: dict[str, tuple[float, str]] = {}  # name -> (when it was read, value)

    def get(self, name: str) -> str | None:
        """Return the value of `name` in the database, or None. Raises DatabaseUnavailable."""
        with self._database.reading() as connection:
            return _find(connection, name)

    def get_or_set(self, name: str, value: str) -> str:
        """Return the value of `name`; if there is none, store `value` and return it.

        Raises:
            DatabaseUnavailable, StorageUnavailable: the database cannot be read or written.
        """
        read_at, known = self._cache.get(name, (float("-inf"), ""))
        if time.monotonic() - read_at < MAX_AGE:
            return known
        text = self.get(name) or self._write_first(name, value)
        self._cache[name] = (time.monotonic(), text)
        return text

    def replace(self, name: str, value: str) -> None:
        """Store `value` under `name`."""
        with self._database.writing() as change:
            write(change, name, value)
            change.publish()
        self._cache.pop(name, None)

    def _write_first(self, name: str, value: str) -> str:
        with self._database.writing() as change:
            found = _find(change.connection, name)  # another process may have written it
            if found is None:
                write(change, name, value)
            return found or value


def write(change: Change, name: str, value: str) -> None:
    """Store `value` under `name`, in place of an earlier value."""
    change.connection.execute(delete(settings).where(settings.c.name == name))
    change.connection.execute(insert(settings).values(name=name, value=value))


def _find(connection: Connection, name: str) -> str | None:
    return connection.execute(select(settings.c.value).where(settings.c.name == name)).scalar_one_or_none()
