"""Delete what is older than the room promises to keep: on start, and again and again."""

import logging
import threading
from collections.abc import Callable

from sqlalchemy import delete, exists, select

from webapp.errors import InkwiseError
from webapp.room import clock, drawings
from webapp.room.database import Database
from webapp.room.schema import drawings as drawings_table
from webapp.room.schema import participants as participants_table
from webapp.room.schema import votes as votes_table

DAY = 24 * 60 * 60 * 1000  # milliseconds
BATCH = 50  # drawings deleted at once: others wait to write meanwhile
INTERVAL = 60 * 60  # seconds; more often than once a day, since a laptop sleeps and its timers with it

logger = logging.getLogger(__name__)


class Retention:
    """Keeps drawings for a number of days.

    Args:
        days: 0 keeps them for ever.
        now: milliseconds since 1970; a test's own, or the computer's.
    """

    def __init__(self, database: Database, days: int, now: Callable[[], int] = clock.now):
        self._database = database
        self._days = days
        self._now = now
        self.first_done = threading.Event()  # set when what was too old at the start is gone

    def start(self) -> None:
        """Delete in a thread of its own, now and every hour."""
        if self._days:
            threading.Thread(target=self._run, name="retention", daemon=True).start()

    def apply(self) -> int:
        """Delete what is too old, and return how many drawings that were.

        Participants whose drawings are all gone and who have not been here as long are forgotten as well.

        Raises:
            StorageUnavailable, DatabaseUnavailable: the database cannot be written now.
        """
        if not self._days:
            return 0
        before, deleted = self._now() - self._days * DAY, 0
        while batch := self._old(before):
            with self._database.writing() as change:
                drawings.delete_all(change, batch)
            deleted += len(batch)
        self._forget_participants(before)
        self._database.forget()  # also what a process that was killed had not forgotten
        if deleted:
            logger.info("%d drawings older than %d days were deleted", deleted, self._days)
        return deleted

    def _old(self, before: int) -> list[str]:
        query = select(drawings_table.c.id).where(drawings_table.c.sent_at < before)
        with self._database.reading() as connection:
            return list(connection.execute(query.order_by(drawings_table.c.sent_at).limit(BATCH)).scalars())

    def _forget_participants(self, before: int) -> None:
        known = participants_table.c.id
        old = participants_table.c.seen_at < before
        drew = exists().where(drawings_table.c.participant_id == known)
        voted = exists().where(votes_table.c.participant_id == known)
        with self._database.alone() as connection:
            connection.execute(delete(participants_table).where(old, ~drew, ~voted))

    def _run(self) -> None:
        waiting = threading.Event()
        while True:
            try:
                self.apply()
            except InkwiseError as error:
                logger.warning("Drawings that are too old could not be deleted: %s", error)
            except Exception:  # a thread that ends would delete nothing any more
                logger.exception("Drawings that are too old could not be deleted")
            self.first_done.set()
            waiting.wait(INTERVAL)
