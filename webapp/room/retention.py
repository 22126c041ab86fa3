"""Delete drawings older than the retention period, at the start and every hour."""

import logging
import threading
from collections.abc import Callable

from sqlalchemy import delete, exists, func, not_, or_, select

from webapp.errors import InkwiseError
from webapp.room import clock, drawings
from webapp.room.clock import DAY
from webapp.room.clock_trust import ClockTrust
from webapp.room.storage import key_values
from webapp.room.storage.database import Database
from webapp.room.storage.schema import confusion_counts, settings, verdict_counts
from webapp.room.storage.schema import drawings as drawings_table
from webapp.room.storage.schema import participants as participants_table
from webapp.room.storage.schema import room as room_table
from webapp.room.storage.schema import rounds as rounds_table
from webapp.room.storage.schema import votes as votes_table

BATCH = 50  # drawings deleted in one transaction, during which others wait to write
INTERVAL = 60 * 60  # seconds; a laptop sleeps, and its timers stop
TRUST = "clock_trust"  # key in the room's settings
ADVICE = "If the clock is right, start Inkwise once with --delete-expired; if not, set the clock."

logger = logging.getLogger(__name__)


class Retention:
    """Deletes old drawings in a background thread.

    Args:
        days: age at which drawings are deleted; 0 for never.
        deletes_expired: whether the first run trusts the clock, however far it has moved.
        now: returns milliseconds since 1970.
    """

    def __init__(
        self,
        database: Database,
        days: int,
        deletes_expired: bool = False,
        now: Callable[[], int] = clock.now,
    ):
        self._database = database
        self._days = days
        self._deletes_expired = deletes_expired
        self._now = now
        self.notice = ""  # why expired drawings are kept
        self.first_done = threading.Event()  # set after the first run

    def start(self) -> None:
        """Start the thread, which deletes now and every hour."""
        if self._days:
            threading.Thread(target=self._run, name="retention", daemon=True).start()

    def kept_since(self) -> int:
        """Return the time since which drawings are kept, in milliseconds; 0 if all are."""
        return self._now() - self._days * DAY if self._days else 0

    def apply(self) -> int:
        """Delete old drawings and return their number; see clock_trust.py for those that are kept.

        Participants without drawings and votes who were not seen in the retention period are deleted too, and
        so are older rounds without drawings.

        Raises:
            StorageUnavailable, DatabaseUnavailable: the database cannot be written now.
        """
        if not self._days:
            return 0
        trust, deleted = self._update_trust(), 0
        if trust.holds:
            return 0
        before = trust.time - self._days * DAY
        while batch := self._delete_batch(before):
            deleted += batch
        self._delete_participants(before)
        self._delete_counts_and_rounds(before)
        self._database.forget()  # also after a process that was killed before it did so
        if deleted:
            logger.info("%d drawings older than %d days were deleted", deleted, self._days)
        return deleted

    def _update_trust(self) -> ClockTrust:
        """Decide how far to trust the clock, and remember that for the next run."""
        now = self._now()
        known, newest, expired, number = self._measure(now)
        # A room of an earlier version: its newest drawing shows when the clock was last looked at.
        known = known or ClockTrust(min(newest, now))
        trust = ClockTrust(now) if self._deletes_expired else known.after(now, expired, number)
        with self._database.writing() as change:
            key_values.write(change, TRUST, trust.to_text())
        self._deletes_expired = False
        self.notice = self._describe(now - trust.time, expired, number) if trust.holds else ""
        if self.notice:
            logger.warning("%s %s", self.notice, ADVICE)
        return trust

    def _measure(self, now: int) -> tuple[ClockTrust | None, int, int, int]:
        """Return the trust so far, the newest drawing's time, and the numbers of expired ones and all."""
        sent_at = drawings_table.c.sent_at
        with self._database.reading() as connection:
            text = connection.execute(select(settings.c.value).where(settings.c.name == TRUST)).scalar()
            newest, number = connection.execute(select(func.max(sent_at), func.count())).one()
            is_expired = sent_at < now - self._days * DAY
            expired = connection.execute(select(func.count()).where(is_expired)).scalar_one()
        return ClockTrust.parse(text) if text else None, newest or now, expired, number

    def _describe(self, step: int, expired: int, number: int) -> str:
        return (
            f"{expired:,} of {number:,} drawings are older than {self._days} days by this computer's clock, "
            f"which has moved by {step // DAY:,} days since Inkwise last ran; they are kept."
        )

    def _delete_batch(self, before: int) -> int:
        """Delete the oldest drawings in one transaction; return their number."""
        query = select(drawings_table.c.id).where(drawings_table.c.sent_at < before)
        with self._database.writing() as change:
            query = query.order_by(drawings_table.c.sent_at).limit(BATCH)
            old = change.connection.execute(query).scalars().all()
            drawings.delete_all(change, old)
        return len(old)

    def _delete_participants(self, before: int) -> None:
        known = participants_table.c.id
        old = participants_table.c.seen_at < before
        drew = exists().where(drawings_table.c.participant_id == known)
        voted = exists().where(votes_table.c.participant_id == known)
        with self._database.writing() as change:
            change.connection.execute(delete(participants_table).where(old, ~drew, ~voted))

    def _delete_counts_and_rounds(self, before: int) -> None:
        """Delete counts that are 0, and old rounds without drawings except the present one."""
        known = rounds_table.c.id
        is_needed = (
            exists().where(drawings_table.c.round_id == known),
            exists().where(confusion_counts.c.round_id == known),
            exists().where(verdict_counts.c.round_id == known),
            exists().where(room_table.c.round_id == known),
        )
        with self._database.writing() as change:
            for table in (confusion_counts, verdict_counts):
                change.connection.execute(delete(table).where(table.c.count == 0))
            is_old = rounds_table.c.started_at < before
            change.connection.execute(delete(rounds_table).where(is_old, not_(or_(*is_needed))))

    def _run(self) -> None:
        waiting = threading.Event()
        while True:
            try:
                self.apply()
            except InkwiseError as error:
                logger.warning("Old drawings could not be deleted: %s", error)
            except Exception:  # keep the thread running
                logger.exception("Old drawings could not be deleted")
            self.first_done.set()
            waiting.wait(INTERVAL)
