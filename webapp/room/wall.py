"""The wall: its drawings, or the changes since a revision."""

from sqlalchemy import Connection, Row, or_, select

from webapp.room.serializers import gone_json, select_drawings, to_json
from webapp.room.storage.schema import drawings, tombstones

DEFAULT_LIMIT = 60  # drawings
MAX_LIMIT = 200


def wall(connection: Connection, room: Row, since: int | None, limit: int) -> dict:
    """Return {"full", "drawings"}: all drawings on the wall, or the changes after revision `since`.

    It is full if `since` is None or not a revision of this room, if the wall was cleared after it, or if
    there are more than `limit` changes. A full answer replaces everything that the page shows.
    """
    changes = None if since is None or _is_too_old(room, since) else _changes(connection, room, since, limit)
    if changes is None:
        return {"full": True, "drawings": _newest(connection, room, limit)}
    return {"full": False, "drawings": changes}


def _is_too_old(room: Row, since: int) -> bool:
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
    """Return at most `limit` changes, the newest drawing first; None if there are more."""
    changed = (
        select_drawings()
        .where(drawings.c.revision > since, or_(drawings.c.number > room.cleared_number, drawings.c.hidden))
        .order_by(drawings.c.revision.desc())  # the order of the index
        .limit(limit + 1)
    )
    rows = sorted(connection.execute(changed), key=lambda row: row.number, reverse=True)
    vanished = select(tombstones.c.id).where(tombstones.c.revision > since).limit(limit + 1)
    lost = list(connection.execute(vanished).scalars())
    if len(rows) + len(lost) > limit:
        return None
    shown = [gone_json(row.id) if row.hidden else to_json(row) for row in rows]
    return shown + [gone_json(drawing_id) for drawing_id in lost]
