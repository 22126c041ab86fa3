"""Counts that are kept with every drawing, so that a score never has to read 20,000 of them."""

from sqlalchemy import Connection, Row, select, text

from webapp.room.database import Change
from webapp.room.schema import answers

UNKNOWN = -1  # the label of a drawing that nobody labelled

ADD = text(
    "INSERT INTO tallies (round_id, model, label, digit, count) "
    "VALUES (:round_id, :model, :label, :digit, :count) "
    "ON CONFLICT (round_id, model, label, digit) DO UPDATE SET count = tallies.count + excluded.count"
)


def count(change: Change, drawing: Row, more: int) -> None:
    """Count a drawing's answers in (`more` 1) or out (-1), and the drawing itself.

    `drawing` has id, round_id and label.
    """
    label = UNKNOWN if drawing.label is None else drawing.label
    query = select(answers.c.model, answers.c.digit).where(answers.c.drawing_id == drawing.id)
    rows = [
        {"round_id": drawing.round_id, "model": model, "label": label, "digit": digit, "count": more}
        for model, digit in read(change.connection, query)
    ]
    if rows:
        change.connection.execute(ADD, rows)
    change.count(more)


def read(connection: Connection, query) -> list[tuple]:
    """Return all rows of a query as tuples."""
    return [tuple(row) for row in connection.execute(query)]
