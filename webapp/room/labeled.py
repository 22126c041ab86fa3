"""Labeled drawings of the room, for the lab."""

import json

from sqlalchemy import Connection, select

from webapp.room.storage.schema import drawings

SEARCHED = 100  # newest labeled drawings

NEWEST = (
    select(drawings.c.label, drawings.c.thumbnail)
    .where(drawings.c.label.is_not(None), drawings.c.hidden.is_(False))
    .order_by(drawings.c.number.desc())
    .limit(SEARCHED)
)


def newest_labeled(connection: Connection, count: int) -> list[dict]:
    """Return at most `count` of the newest visible drawings, each of another digit: {"strokes", "label"}."""
    found: dict[int, dict] = {}
    for row in connection.execute(NEWEST):
        if len(found) < count:
            found.setdefault(row.label, {"strokes": json.loads(row.thumbnail), "label": row.label})
    return list(found.values())
