"""Short texts that are kept with the room, so that a restart, and every other process, finds the same."""

import time

from sqlalchemy import Connection, delete, insert, select

from webapp.room.database import Database
from webapp.room.schema import kept

REMEMBERED = 1.0  # seconds a text is believed before the database is asked again


class Keeping:
    """Keeps short texts by their names in one database."""

    def __init__(self, database: Database):
        self._database = database
        self._known: dict[str, tuple[float, str]] = {}  # name -> (when it was read, text)

    def keep(self, name: str, value: str) -> str:
        """Return the text kept under `name`; where there is none, keep `value` and return it.

        Raises:
            RoomClosed, NotStored: the database cannot be read or written.
        """
        read_at, known = self._known.get(name, (float("-inf"), ""))
        if time.monotonic() - read_at < REMEMBERED:
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
