"""Moderation: drawings that wait for approval, and participants that the presenter has blocked.

A drawing that waits, or whose participant is blocked, is hidden like one that the presenter hid by hand; the
column `withheld` says why, so that approving or unblocking shows exactly these again.
"""

import re

from sqlalchemy import Connection, Row, func, select, update

from webapp.errors import BadRequest, UnknownParticipant, describe
from webapp.room import drawings
from webapp.room.serializers import select_drawings, to_json
from webapp.room.storage.database import Change, Database
from webapp.room.storage.schema import FOR_APPROVAL, OF_BLOCKED, participants, room
from webapp.room.storage.schema import drawings as table

BATCH = 50  # drawings changed in one transaction, during which others wait to write
LISTED = 48  # drawings that wait, and blocked participants, shown to the presenter
ID = re.compile("[0-9a-f]{16}")


class Moderation:
    """The presenter's actions on participants and on drawings that wait."""

    def __init__(self, database: Database):
        self._database = database

    def overview(self) -> dict:
        """Return {"revision", "pending", "pending_count", "blocked"}: the oldest, and the latest people."""
        with self._database.reading() as connection:
            cleared, revision = connection.execute(select(room.c.cleared_number, room.c.revision)).one()
            query = select_drawings().where(*_is_pending(cleared)).order_by(table.c.number).limit(LISTED)
            return {
                "revision": revision,
                "pending": [to_json(row) for row in connection.execute(query)],
                "pending_count": count_pending(connection, cleared),
                "blocked": [_blocked_json(connection, row) for row in _blocked(connection)],
            }

    def approve_all(self) -> int:
        """Show all drawings that wait, and return their number."""
        with self._database.reading() as connection:
            cleared, last = connection.execute(select(room.c.cleared_number, room.c.last_number)).one()
            query = select(table.c.id).join_from(table, participants)
            query = query.where(*_is_pending(cleared), table.c.number <= last)
            found = list(connection.execute(query.order_by(table.c.number)).scalars())
        return self._hide_all(found, False, FOR_APPROVAL, None)

    def block(self, participant_id: object, blocked: object) -> dict:
        """Hide all of a participant's drawings and take no more, or undo both.

        Returns:
            {"id", "name", "blocked", "drawings"}: the last is the number of drawings hidden or shown.

        Raises:
            BadRequest, UnknownParticipant.
        """
        if not isinstance(participant_id, str) or not ID.fullmatch(participant_id):
            raise BadRequest(f"expected the id of a participant, received {describe(participant_id)}")
        if not isinstance(blocked, bool):
            raise BadRequest(f"expected blocked as true or false, received {describe(blocked)}")
        with self._database.writing() as change:
            name = _set_blocked(change, participant_id, blocked)
        before, after = (None, OF_BLOCKED) if blocked else (OF_BLOCKED, None)
        with self._database.reading() as connection:
            query = select(table.c.id).where(table.c.participant_id == participant_id)
            query = query.where(
                table.c.withheld.is_not_distinct_from(before), table.c.hidden.is_(not blocked)
            )
            found = list(connection.execute(query.order_by(table.c.number)).scalars())
        number = self._hide_all(found, blocked, before, after)
        return {"id": participant_id, "name": name, "blocked": blocked, "drawings": number}

    def _hide_all(self, ids: list[str], hidden: bool, before: str | None, after: str | None) -> int:
        """Hide or show the drawings that are still withheld as `before`; return their number."""
        number = 0
        for start in range(0, len(ids), BATCH):
            with self._database.writing() as change:
                query = select(table.c.id).where(table.c.id.in_(ids[start : start + BATCH]))
                query = query.where(table.c.withheld.is_not_distinct_from(before))
                for drawing_id in change.connection.execute(query).scalars().all():
                    drawings.hide(change, drawing_id, hidden, after)
                    number += 1
        return number


def count_pending(connection: Connection, cleared_number: int) -> int:
    """Return the number of drawings that wait for approval."""
    query = select(func.count()).select_from(table.join(participants)).where(*_is_pending(cleared_number))
    return connection.execute(query).scalar_one()


def _is_pending(cleared_number: int) -> tuple:
    """Return conditions: "clear" takes what waits too, and drawings of blocked participants do not wait."""
    waits = table.c.withheld == FOR_APPROVAL
    return waits, table.c.number > cleared_number, participants.c.blocked.is_(False)


def _set_blocked(change: Change, participant_id: str, blocked: bool) -> str:
    """Return the participant's name."""
    found = participants.c.id == participant_id
    name = change.connection.execute(select(participants.c.name).where(found)).scalar_one_or_none()
    if name is None:
        raise UnknownParticipant(f"expected the id of a participant, received {participant_id}")
    values = {"blocked": blocked, "revision": change.revision}
    change.connection.execute(update(participants).where(found).values(values))
    change.publish()
    return name


def _blocked(connection: Connection) -> list[Row]:
    query = select(participants.c.id, participants.c.name).where(participants.c.blocked)
    return list(connection.execute(query.order_by(participants.c.revision.desc()).limit(LISTED)))


def _blocked_json(connection: Connection, row: Row) -> dict:
    query = select(func.count()).where(table.c.participant_id == row.id, table.c.withheld == OF_BLOCKED)
    return {"id": row.id, "name": row.name, "drawings": connection.execute(query).scalar_one()}
