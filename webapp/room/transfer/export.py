"""Export a room's drawings as JSON Lines.

A line of the JSON Lines is a sample for webapp/training/ink_file.py with further fields, so that an import
into an empty room and another export give the same bytes:

    {"label": 4, "writer": "room/PARTICIPANT", "strokes": [...], "id": UUID, "name": ..., "round": {"id",
     "kind", "digit", "started_at"}, "sent_at": ..., "hidden": false, "answers": [{"model", "digit",
     "probability", "is_digit"}, ...], "votes": [{"participant", "name", "counts"}, ...]}

The label is null if it is not known. The first answer is that of the model that was the default. Drawings are
in the order of saving.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from sqlalchemy import ColumnElement, Connection, Row, select

from webapp.room.clock import iso
from webapp.room.storage.database import Database
from webapp.room.storage.schema import answers, drawings, participants, rounds, votes

PAGE = 200  # drawings read at once, to bound memory
SITE = "room"  # the part of `writer` before the slash

COLUMNS = (
    drawings.c.id,
    drawings.c.number,
    drawings.c.participant_id,
    participants.c.name,
    drawings.c.label,
    drawings.c.strokes,
    drawings.c.digit,
    drawings.c.probability,
    drawings.c.is_digit,
    drawings.c.fooled,
    drawings.c.hidden,
    drawings.c.sent_at,
    rounds.c.id.label("round_id"),
    rounds.c.kind,
    rounds.c.digit.label("asked"),
    rounds.c.started_at,
)


def write_jsonl(database: Database, file: BinaryIO, labeled_only: bool = False) -> int:
    """Write all drawings as JSON Lines into `file`, and return their number.

    Args:
        labeled_only: leave out drawings without a label and hidden ones; the rest can be trained on.
    """
    count = 0
    with database.reading() as connection:
        for page in pages_of(connection):
            found = _Related(connection, [row.id for row in page])
            for row in page:
                if not labeled_only or is_training_sample(row):
                    file.write(_line(row, found))
                    count += 1
    return count


class _Related:
    """The answers and votes of some drawings."""

    def __init__(self, connection: Connection, ids: Sequence[str]):
        self.answers: dict[str, list[Row]] = defaultdict(list)
        self.votes: dict[str, list[Row]] = defaultdict(list)
        of_answers = select(answers).where(answers.c.drawing_id.in_(ids))
        for row in connection.execute(of_answers.order_by(answers.c.model)):
            self.answers[row.drawing_id].append(row)
        of_votes = select(votes, participants.c.name).join_from(votes, participants)
        of_votes = of_votes.where(votes.c.drawing_id.in_(ids)).order_by(votes.c.participant_id)
        for row in connection.execute(of_votes):
            self.votes[row.drawing_id].append(row)


def _line(row: Row, related: _Related) -> bytes:
    drawn_for = {"id": row.round_id, "kind": row.kind, "digit": row.asked, "started_at": iso(row.started_at)}
    after = {
        "id": row.id,
        "name": row.name,
        "round": drawn_for,
        "sent_at": iso(row.sent_at),
        "hidden": row.hidden,
        "answers": _default_first(row, related.answers[row.id]),
        "votes": [
            {"participant": each.participant_id, "name": each.name, "counts": each.counts}
            for each in related.votes[row.id]
        ],
    }
    before = {"label": row.label, "writer": f"{SITE}/{row.participant_id}"}
    # The stored ink is JSON; parsing it and writing it again would take most of the time.
    return f'{_json(before)[:-1]},"strokes":{row.strokes},{_json(after)[1:]}\n'.encode()


def _default_first(row: Row, found: Sequence[Row]) -> list[dict]:
    names = ("digit", "probability", "is_digit")
    default = [getattr(row, name) for name in names]  # the drawing's row holds the default model's answer
    said = [{"model": each.model} | {name: getattr(each, name) for name in names} for each in found]
    return sorted(said, key=lambda each: [each[name] for name in names] != default)


def _json(value: dict) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def is_training_sample(row: Row) -> bool:
    """Return whether training may use a drawing: it has a label and is not hidden."""
    return row.label is not None and not row.hidden


def pages_of(
    connection: Connection, columns: Sequence[ColumnElement] = COLUMNS, size: int = PAGE
) -> Iterator[Sequence[Row]]:
    """Yield the rows of all drawings, `size` at once; `columns` contains the number."""
    last = 0
    query = select(*columns).select_from(drawings.join(participants).join(rounds)).order_by(drawings.c.number)
    while page := connection.execute(query.where(drawings.c.number > last).limit(size)).all():
        yield page
        last = page[-1].number
