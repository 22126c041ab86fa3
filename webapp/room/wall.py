"""What is new on the wall since a revision, or what it shows now."""

from sqlalchemy import Connection, Row, or_, select

from webapp.room.schema import drawings, gone
from webapp.room.serializers import gone_json, select_drawings, to_json

NEWEST = 60  # drawings, where nothing else is asked for
MOST = 200


def wall(connection: Connection, room: Row, since: int | None, limit: int) -> dict:
    """Return {"full", "drawings"}: all that the wall shows, or what changed after `since`.

    Where it is full, it takes the place of everything before. It is so where `since` is left out or none of
    this room's revisions, where the wall was cleared after it, and where more has changed than is shown.
    """
    changes = None if _is_too_old(room, since) else _changes(connection, room, since, limit)
    if changes is None:
        return {"full": True, "drawings": _newest(connection, room, limit)}
    return {"full": False, "drawings": changes}


def _is_too_old(room: Row, since: int | None) -> bool:
    if since is None:
        return True
    return not room.first_revision <= since <= room.revision or since < room.cleared_revision


def _newest(connection: Connection, room: Row, limit: int) -> list[dict]:
    query = (
        select_drawings()
        .where(drawings.c.number > room.cleared_number, drawings.c.hidden.is_(False))
        .order_by(drawings.c.number.desc())
        .limit(limit)
    )
    return [to_json(row) for row in connection.execute(query)]


def _changes(connection: Connection, room: Row, since: int, limit: int) -> list[dict] | None:
    """Return at most `limit` changes, the newest drawing first; None where there are more."""
    changed = (
        select_drawings()
        .where(drawings.c.revision > since, or_(drawings.c.number > room.cleared_number, drawings.c.hidden))
        .order_by(drawings.c.revision.desc())  # as the index has them: no sorting of what is not shown
        .limit(limit + 1)
    )
    rows = sorted(connection.execute(changed), key=lambda row: row.number, reverse=True)
    vanished = select(gone.c.id).where(gone.c.revision > since).limit(limit + 1)
    lost = list(connection.execute(vanished).scalars())
    if len(rows) + len(lost) > limit:
        return None
    shown = [gone_json(row.id) if row.hidden else to_json(row) for row in rows]
    return shown + [gone_json(drawing_id) for drawing_id in lost]
