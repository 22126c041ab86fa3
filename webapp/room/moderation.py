"""Moderation: drawings that wait for approval, and participants that the presenter has blocked.

A drawing that waits, or whose participant is blocked, is hidden like one that the presenter hid by hand; the
column `withheld` says why, so that approving or unblocking shows exactly these again.
"""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from webapp.errors import BadRequest, UnknownParticipant, describe
from webapp.room import drawings
from webapp.room.serializers import select_drawings, to_json
from webapp.room.storage.database import Change, Database
from webapp.room.storage.schema import FOR_APPROVAL, OF_BLOCKED, participants, room
from webapp.room.storage.schema import drawings as table

BATCH = 50  # drawings changed in one transaction, during which others wait to write
LISTED = 48  # drawings that wait, and blocked participants, shown to the presenter
ID = re.compile("[0-9a-f]{16}")

Conditions = tuple[ColumnElement[bool], ...]  # on a drawing and its participant
# Drawings that wait for approval; those of blocked participants do not.
PENDING: Conditions = (table.c.withheld == FOR_APPROVAL, participants.c.blocked.is_(False))


class Moderation:
    """The presenter's actions on participants and on drawings that wait."""

    def __init__(self, database: Database):
        self._database = database

    def overview(self) -> dict:
        """Return {"revision", "pending", "pending_count", "blocked"}: the oldest, and the latest people."""
        with self._database.reading() as connection:
            query = select_drawings().where(*PENDING).order_by(table.c.number).limit(LISTED)
            return {
                "revision": connection.execute(select(room.c.revision)).scalar_one(),
                "pending": [to_json(row) for row in connection.execute(query)],
                "pending_count": _count_pending(connection),
                "blocked": [_blocked_json(connection, row) for row in _blocked(connection)],
            }

    def approve_all(self) -> int:
        """Show all drawings that wait, and return their number."""
        return self._hide_all(PENDING, hidden=False)

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
        name, number = self._block(participant_id) if blocked else self._unblock(participant_id)
        return {"id": participant_id, "name": name, "blocked": blocked, "drawings": number}

    def _block(self, participant_id: str) -> tuple[str, int]:
        """Take no more drawings, then hide those that are visible. Return the name and their number."""
        with self._database.writing() as change:
            name = _set_blocked(change, participant_id, True)
        visible = participants.c.id == participant_id, participants.c.blocked, table.c.hidden.is_(False)
        return name, self._hide_all(visible, hidden=True, withheld=OF_BLOCKED)

    def _unblock(self, participant_id: str) -> tuple[str, int]:
        """Show what `_block` has hidden, then take drawings again. Return the name and their number.

        In this order: after an error the participant is still listed as blocked, so it can be repeated.
        """
        withheld = participants.c.id == participant_id, table.c.withheld == OF_BLOCKED
        number = self._hide_all(withheld, hidden=False)
        with self._database.writing() as change:
            number += _hide(change, withheld, hidden=False)  # by a block that still runs
            return _set_blocked(change, participant_id, False), number

    def _hide_all(self, conditions: Conditions, hidden: bool, withheld: str | None = None) -> int:
        """Hide or show the drawings that meet the conditions, in batches; return their number.

        Each transaction checks the conditions again, because the presenter may block or unblock meanwhile.
        """
        with self._database.reading() as connection:
            found = _find_ids(connection, conditions)
        number = 0
        for start in range(0, len(found), BATCH):
            is_in_batch = table.c.id.in_(found[start : start + BATCH])
            with self._database.writing() as change:
                number += _hide(change, (*conditions, is_in_batch), hidden, withheld)
        return number


def reject_pending(change: Change) -> None:
    """Keep all drawings that wait for approval hidden, and end their wait."""
    is_pending = table.c.withheld == FOR_APPROVAL
    people = select(table.c.participant_id).where(is_pending)
    values = {"revision": change.revision}
    change.connection.execute(update(participants).where(participants.c.id.in_(people)).values(values))
    change.connection.execute(update(table).where(is_pending).values(values | {"withheld": None}))
    change.publish()


def _hide(change: Change, conditions: Conditions, hidden: bool, withheld: str | None = None) -> int:
    """Hide or show the drawings that meet the conditions; return their number."""
    found = _find_ids(change.connection, conditions)
    for drawing_id in found:
        drawings.hide(change, drawing_id, hidden, withheld)
    return len(found)


def _find_ids(connection: Connection, conditions: Conditions) -> Sequence[str]:
    query = select(table.c.id).join_from(table, participants).where(*conditions)
    return connection.execute(query.order_by(table.c.number)).scalars().all()


def _count_pending(connection: Connection) -> int:
    query = select(func.count()).select_from(table.join(participants)).where(*PENDING)
    return connection.execute(query).scalar_one()


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
