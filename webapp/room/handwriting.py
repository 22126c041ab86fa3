"""The room's labeled drawings with their people, to teach a network the room's handwriting."""

import json
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, case, func, select

from webapp.nets.network import IS_DIGIT
from webapp.room.storage.schema import drawings

LABELED = drawings.c.label.is_not(None) & drawings.c.hidden.is_(False)  # as in transfer/export.py
IS_READ = (drawings.c.digit == drawings.c.label) & (func.coalesce(drawings.c.is_digit, 1.0) >= IS_DIGIT)

COUNTS = (
    select(
        drawings.c.participant_id,
        drawings.c.label,
        func.count().label("drawings"),
        func.sum(case((IS_READ, 1), else_=0)).label("right"),
    )
    .where(LABELED)
    .group_by(drawings.c.participant_id, drawings.c.label)
)
NEWEST = (
    select(drawings.c.id, drawings.c.participant_id, drawings.c.label, drawings.c.bitmap, drawings.c.strokes)
    .where(LABELED)
    .order_by(drawings.c.number.desc())
)
THUMBNAILS = select(drawings.c.id, drawings.c.thumbnail).where(drawings.c.hidden.is_(False))


class LabeledDrawing(NamedTuple):
    """A drawing with the digit that it shows; `strokes` is JSON."""

    id: str
    participant_id: str
    label: int
    bitmap: bytes  # 784
    strokes: str


def count_labels(connection: Connection) -> list[tuple[str, int, int, int]]:
    """Return participant, label, visible drawings, and those that the default model read as labeled."""
    rows = connection.execute(COUNTS)
    return [(row.participant_id, row.label, row.drawings, int(row.right)) for row in rows]


def newest_drawings(connection: Connection, count: int) -> list[LabeledDrawing]:
    """Return at most `count` of the newest visible labeled drawings, the newest first."""
    return [LabeledDrawing(*row) for row in connection.execute(NEWEST.limit(count))]


def find_thumbnails(connection: Connection, ids: Collection[str]) -> dict[str, list]:
    """Return the simplified strokes of those drawings that are still visible, by id."""
    rows = connection.execute(THUMBNAILS.where(drawings.c.id.in_(ids)))
    return {row.id: json.loads(row.thumbnail) for row in rows}
