"""Labeled drawings of the room, for the lab."""

import json
from typing import NamedTuple

from sqlalchemy import Connection, select

from webapp.room.storage.schema import drawings

SEARCHED = 100  # newest labeled drawings

NEWEST = (
    select(drawings.c.label, drawings.c.thumbnail)
    .where(drawings.c.label.is_not(None), drawings.c.hidden.is_(False))
    .order_by(drawings.c.number.desc())
)

BITMAPS = (
    select(drawings.c.number, drawings.c.label, drawings.c.bitmap)
    .where(drawings.c.label.is_not(None), drawings.c.hidden.is_(False))
    .order_by(drawings.c.number.desc())
)


class LabeledBitmap(NamedTuple):
    """A drawing with the digit that it shows."""

    number: int
    label: int
    bitmap: bytes  # 784


def newest_bitmaps(connection: Connection, count: int) -> list[LabeledBitmap]:
    """Return at most `count` of the newest visible labeled drawings, the newest first."""
    return [LabeledBitmap(*row) for row in connection.execute(BITMAPS.limit(count))]


def newest_labeled(connection: Connection, count: int) -> list[dict]:
    """Return at most `count` of the newest visible labeled drawings: {"strokes", "label"}."""
    rows = connection.execute(NEWEST.limit(count))
    return [{"strokes": json.loads(row.thumbnail), "label": row.label} for row in rows]


def newest_of_each_digit(connection: Connection, count: int) -> list[dict]:
    """Return at most `count` of the newest visible drawings, each of another digit."""
    found: dict[int, dict] = {}
    for drawing in newest_labeled(connection, SEARCHED):
        found.setdefault(drawing["label"], drawing)
    return list(found.values())[:count]
