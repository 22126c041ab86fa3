"""Count participants seen in the last 30 seconds, without a write for every request.

Each process keeps the times in memory and writes them every ten seconds in one transaction. A count combines
this process's memory with the times that other processes wrote, so it may lag by seconds.
"""

import logging
import threading
from collections.abc import Callable, Iterable

from sqlalchemy import Connection, bindparam, select, update

from webapp.errors import InkwiseError
from webapp.room.clock import now
from webapp.room.storage.database import Database
from webapp.room.storage.schema import participants

SEEN = 30_000  # milliseconds for which a participant counts as present
WRITE_EVERY = 10_000  # milliseconds
COUNT_EVERY = 1_000  # milliseconds

logger = logging.getLogger(__name__)


class Presence:
    """The times at which participants were seen, in milliseconds of `clock`. Thread-safe."""

    def __init__(self, database: Database, clock: Callable[[], int] = now):
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, int] = {}
        self._unwritten: dict[str, int] = {}
        self._written_at = clock()
        self._counted_at = 0
        self._count = 0

    def see(self, participant_id: str) -> None:
        """Record that a participant is present; every ten seconds, write all records to the database."""
        moment = self._clock()
        with self._lock:
            if participant_id not in self._seen:
                self._counted_at = 0
            self._seen[participant_id] = self._unwritten[participant_id] = moment
            if 0 <= moment - self._written_at < WRITE_EVERY:  # negative after the clock was set back
                return
            self._written_at = moment
            unwritten, self._unwritten = self._unwritten, {}
        self._write(unwritten)

    def see_all(self, participant_ids: Iterable[str]) -> None:
        """Record that several participants are present."""
        for participant_id in participant_ids:
            self.see(participant_id)

    def count(self, connection: Connection) -> int:
        """Return the number of participants seen in the last 30 seconds."""
        moment = self._clock()
        with self._lock:
            if 0 <= moment - self._counted_at < COUNT_EVERY:
                return self._count
            self._counted_at = moment
            self._seen = {key: at for key, at in self._seen.items() if abs(moment - at) <= SEEN}
            seen = set(self._seen)
        self._count = len(seen | self._written(connection, moment))
        return self._count

    def _written(self, connection: Connection, moment: int) -> set[str]:
        lately = participants.c.seen_at.between(moment - SEEN, moment + SEEN)
        query = select(participants.c.id).where(lately)
        return set(connection.execute(query).scalars())

    def _write(self, seen: dict[str, int]) -> None:
        rows = [{"participant": key, "at": at} for key, at in seen.items()]
        statement = update(participants).where(participants.c.id == bindparam("participant"))
        try:
            with self._database.writing() as change:
                change.connection.execute(statement.values(seen_at=bindparam("at")), rows)
        except InkwiseError as error:  # the count may lag; the request must not fail
            logger.info("Presence could not be written: %s", error)
