"""Take a room's drawings out: as our JSON Lines, as MNIST's IDX files, as arrays for NumPy.

A line of the JSON Lines is a sample as webapp/training/ink_file.py reads it, with all else that the room
knows of the drawing beside, so that an import into an empty room and another export give the same bytes:

    {"label": 4, "writer": "room/PARTICIPANT", "strokes": [...], "id": UUID, "name": ..., "round": {"id",
     "kind", "digit", "started_at"}, "sent_at": ..., "hidden": false, "answers": [{"model", "digit",
     "probability", "is_digit"}, ...], "votes": [{"participant", "name", "counts"}, ...]}

A label is null where nobody said which digit it is. The first answer is that of the model that was the
default one. Drawings come in the order in which they were saved.
"""

import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np
from sqlalchemy import Connection, Row, select

from webapp.ink.bitmap import SIZE
from webapp.room.clock import iso
from webapp.room.database import Database
from webapp.room.schema import answers, drawings, participants, rounds, votes
from webapp.room.transfer.idx import to_idx

PAGE = 200  # drawings read at once: no export holds all ink in memory
SITE = "room"  # what stands before the slash in `writer`
UNLABELLED = -1  # in the arrays, where no digit is known
FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # in a zip, so that the same drawings give the same bytes

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
    drawings.c.hidden,
    drawings.c.sent_at,
    rounds.c.id.label("round_id"),
    rounds.c.kind,
    rounds.c.digit.label("asked"),
    rounds.c.started_at,
)


def write_jsonl(database: Database, file: BinaryIO, labelled_only: bool = False) -> int:
    """Write all drawings as JSON Lines into `file`, and return how many.

    Args:
        labelled_only: leave out what has no label or was hidden: what is left is all fit for training.
    """
    count = 0
    with database.reading() as connection:
        for page in _pages(connection):
            found = _Beside(connection, [row.id for row in page])
            for row in page:
                if not labelled_only or _is_fit(row):
                    file.write(_line(row, found))
                    count += 1
    return count


def write_npz(database: Database, file: BinaryIO) -> None:
    """Write the drawings that are not hidden as arrays for NumPy.

    images        uint8 (n, 28, 28)
    labels        int8 (n,), -1 where nobody said which digit it is
    ids, writers  text (n,)
    rounds        text (n,), ids of the rounds; kinds, text (n,), is free, ask or fool
    sent_at       int64 (n,), milliseconds since 1970, UTC
    models        text (m,); answers, int8 (n, m), is what each read, -1 where it was not asked;
    probabilities and is_digit, float64 (n, m), are NaN there
    """
    with database.reading() as connection:
        rows = [row for row in _rows_of_bitmaps(connection) if not row.hidden]
        models, digits, shares, sure = _answers_of(connection, [row.id for row in rows])
    np.savez_compressed(
        file,
        images=_images(rows),
        labels=np.array([UNLABELLED if row.label is None else row.label for row in rows], np.int8),
        ids=np.array([row.id for row in rows], np.str_),
        writers=np.array([f"{SITE}/{row.participant_id}" for row in rows], np.str_),
        rounds=np.array([row.round_id for row in rows], np.str_),
        kinds=np.array([row.kind for row in rows], np.str_),
        sent_at=np.array([row.sent_at for row in rows], np.int64),
        models=np.array(models, np.str_),
        answers=digits,
        probabilities=shares,
        is_digit=sure,
    )


def write_idx(database: Database, file: BinaryIO) -> None:
    """Write the drawings with a label that are not hidden as MNIST's two files, together in one zip."""
    with database.reading() as connection:
        rows = [row for row in _rows_of_bitmaps(connection) if _is_fit(row)]
    parts = {
        "images-idx3-ubyte.gz": _images(rows),
        "labels-idx1-ubyte.gz": np.array([row.label for row in rows], np.uint8),
    }
    with zipfile.ZipFile(file, "w") as packed:
        for name, array in parts.items():
            packed.writestr(zipfile.ZipInfo(name, FIXED_DATE), to_idx(array))


class _Beside:
    """What other tables say of some drawings."""

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


def _line(row: Row, beside: _Beside) -> bytes:
    drawn_for = {"id": row.round_id, "kind": row.kind, "digit": row.asked, "started_at": iso(row.started_at)}
    after = {
        "id": row.id,
        "name": row.name,
        "round": drawn_for,
        "sent_at": iso(row.sent_at),
        "hidden": row.hidden,
        "answers": _default_first(row, beside.answers[row.id]),
        "votes": [
            {"participant": each.participant_id, "name": each.name, "counts": each.counts}
            for each in beside.votes[row.id]
        ],
    }
    before = {"label": row.label, "writer": f"{SITE}/{row.participant_id}"}
    # The ink goes out as it is kept, a text of JSON; to read and write it anew would take most of the time.
    return f'{_json(before)[:-1]},"strokes":{row.strokes},{_json(after)[1:]}\n'.encode()


def _default_first(row: Row, found: Sequence[Row]) -> list[dict]:
    names = ("digit", "probability", "is_digit")
    default = [getattr(row, name) for name in names]  # a drawing's own are those of the default model
    said = [{"model": each.model} | {name: getattr(each, name) for name in names} for each in found]
    return sorted(said, key=lambda each: [each[name] for name in names] != default)


def _json(value: dict) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_fit(row: Row) -> bool:
    return row.label is not None and not row.hidden


def _pages(connection: Connection) -> Iterator[list[Row]]:
    last = 0
    query = select(*COLUMNS).select_from(drawings.join(participants).join(rounds)).order_by(drawings.c.number)
    while page := connection.execute(query.where(drawings.c.number > last).limit(PAGE)).all():
        yield page
        last = page[-1].number


def _rows_of_bitmaps(connection: Connection) -> list[Row]:
    columns = (*(column for column in COLUMNS if column is not drawings.c.strokes), drawings.c.bitmap)
    query = select(*columns).select_from(drawings.join(participants).join(rounds))
    return connection.execute(query.order_by(drawings.c.number)).all()


def _images(rows: Sequence[Row]) -> np.ndarray:
    content = b"".join(row.bitmap for row in rows)
    return np.frombuffer(content, np.uint8).reshape(len(rows), SIZE, SIZE)


def _answers_of(
    connection: Connection, ids: Sequence[str]
) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Return the models' names (m), and their digits, probabilities and is_digit, each (n, m)."""
    query = select(answers.c.model).distinct().order_by(answers.c.model)
    models = list(connection.execute(query).scalars())
    places = {drawing_id: place for place, drawing_id in enumerate(ids)}
    columns = {name: column for column, name in enumerate(models)}
    digits = np.full((len(ids), len(models)), UNLABELLED, np.int8)
    shares, sure = np.full(digits.shape, np.nan), np.full(digits.shape, np.nan)
    for row in connection.execute(select(answers)):
        if row.drawing_id in places:
            place = places[row.drawing_id], columns[row.model]
            digits[place], shares[place] = row.digit, row.probability
            sure[place] = np.nan if row.is_digit is None else row.is_digit
    return models, digits, shares, sure
