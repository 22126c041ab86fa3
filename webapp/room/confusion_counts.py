"""Counts that are kept with every drawing, so that a score never has to read 20,000 of them."""

from collections.abc import Mapping

from sqlalchemy import Connection, Row, select, text

from webapp.room.database import Change
from webapp.room.schema import answers

UNKNOWN = -1  # the label of a drawing that nobody labelled

ADD = text(
    "INSERT INTO tallies (round_id, model, label, digit, count) "
    "VALUES (:round_id, :model, :label, :digit, :count) "
    "ON CONFLICT (round_id, model, label, digit) DO UPDATE SET count = tallies.count + excluded.count"
)


def count(change: Change, round_id: str, label: int | None, digits: Mapping[str, int], more: int) -> None:
    """Count a drawing in (`more` 1) or out (-1), and the digit that each model read it as."""
    known = UNKNOWN if label is None else label
    rows = [
        {"round_id": round_id, "model": model, "label": known, "digit": digit, "count": more}
        for model, digit in digits.items()
    ]
    if rows:
        change.connection.execute(ADD, rows)
    change.count(more)


def count_stored(change: Change, drawing: Row, more: int) -> None:
    """Count a drawing that is stored; it has id, round_id and label."""
    query = select(answers.c.model, answers.c.digit).where(answers.c.drawing_id == drawing.id)
    count(change, drawing.round_id, drawing.label, dict(read(change.connection, query)), more)


def read(connection: Connection, query) -> list[tuple]:
    """Return all rows of a query as tuples."""
    return [tuple(row) for row in connection.execute(query)]
