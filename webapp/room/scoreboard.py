"""Scoreboard: accuracy, confusion matrix, the most confused pairs, drawings that fooled the network.

Counts by round, model, label and reading, and of verdicts, are updated with every drawing, so that a score
never reads 20,000 drawings. The total leaves out fool rounds: there, being misread was the aim.
"""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, select, text, update

from webapp.room.rounds import FOOL
from webapp.room.serializers import select_drawings, to_json
from webapp.room.storage.database import Change
from webapp.room.storage.schema import answers, confusion_counts, drawings, rounds, verdict_counts
from webapp.room.verdicts import FOOLED, NO_DIGIT, VERDICTS

DIGITS = 10
READINGS = NO_DIGIT + 1  # the digits and "no digit"
UNKNOWN = -1  # label of drawings without one
PAIRS = 8  # most confused
DRAWINGS = 6  # of each pair
GALLERY = 24

NOT_TO_FOOL = rounds.c.kind != FOOL
# Built once: building a query takes as long as running it, and there are eight pairs.
_PAIR = (
    select_drawings()
    .join(answers, answers.c.drawing_id == drawings.c.id)
    .join(rounds, rounds.c.id == drawings.c.round_id)
    .where(answers.c.model == bindparam("model"), answers.c.label == bindparam("label"))
    .where(answers.c.reading == bindparam("reading"), answers.c.number > bindparam("cleared_number"))
    .where(drawings.c.hidden.is_(False))
    .order_by(answers.c.number.desc())
    .limit(DRAWINGS)
)
OF_PAIR = _PAIR.where(NOT_TO_FOOL)
OF_PAIR_IN_ROUND = _PAIR.where(drawings.c.round_id == bindparam("round_id"))

ADD_READING = text(
    "INSERT INTO confusion_counts (round_id, model, label, reading, count, on_wall) "
    "VALUES (:round_id, :model, :label, :reading, :more, :on_wall) "
    "ON CONFLICT (round_id, model, label, reading) DO UPDATE SET "
    "count = confusion_counts.count + excluded.count, on_wall = confusion_counts.on_wall + excluded.on_wall"
)
ADD_VERDICT = text(
    "INSERT INTO verdict_counts (round_id, verdict, count, on_wall) "
    "VALUES (:round_id, :verdict, :more, :on_wall) ON CONFLICT (round_id, verdict) DO UPDATE SET "
    "count = verdict_counts.count + excluded.count, on_wall = verdict_counts.on_wall + excluded.on_wall"
)


def scoreboard(
    connection: Connection,
    models: Sequence[str],
    model: str,
    round_id: str | None = None,
    cleared_number: int | None = None,
) -> dict:
    """Return the scores of `models` and the confusion matrix of `model`.

    Args:
        round_id: of the only round to count; None for all.
        cleared_number: of the room, to count only what is on the wall; None for all.
    """
    counts = _counts(connection, round_id, cleared_number)
    confusion = _confusion(counts, model)
    scope = {"round_id": round_id, "cleared_number": cleared_number or 0}
    return {
        "models": [_score(counts, name) for name in models],
        "model": model,
        "confusion": confusion,
        "pairs": [
            {"label": label, "digit": None if reading == NO_DIGIT else reading, "count": count}
            | {"drawings": _of_pair(connection, scope | {"model": model, "label": label, "reading": reading})}
            for count, label, reading in _most_confused(confusion)
        ],
        "verdicts": _verdicts(connection, round_id, cleared_number),
        "fooled": _gallery(connection, round_id, cleared_number or 0),
    }


def scored_models(connection: Connection) -> list[str]:
    """Return the names of all models with counts."""
    return list(connection.scalars(select(confusion_counts.c.model).distinct()))


def _counts(connection: Connection, round_id: str | None, cleared_number: int | None) -> list[Row]:
    """Return rows of model, label, reading and total."""
    count = confusion_counts.c
    number = count.count if cleared_number is None else count.on_wall
    query = select(count.model, count.label, count.reading, func.sum(number).label("total"))
    query = query.join_from(confusion_counts, rounds)
    query = query.where(NOT_TO_FOOL if round_id is None else count.round_id == round_id)
    return list(connection.execute(query.group_by(count.model, count.label, count.reading)))


def _score(counts: list[Row], model: str) -> dict:
    rows = [row for row in counts if row.model == model]
    labeled = sum(int(row.total) for row in rows if row.label != UNKNOWN)
    right = sum(int(row.total) for row in rows if row.label == row.reading)
    return {
        "model": model,
        "right": right,
        "labeled": labeled,
        "drawings": sum(int(row.total) for row in rows),
        "accuracy": right / labeled if labeled else None,
    }


def _confusion(counts: list[Row], model: str) -> list[list[int]]:
    """Return the confusion matrix (10, 11): row = label, column = reading, the last one "no digit"."""
    table = [[0] * READINGS for _ in range(DIGITS)]
    for row in counts:
        if row.model == model and row.label != UNKNOWN:
            table[row.label][row.reading] = int(row.total)
    return table


def _most_confused(confusion: list[list[int]]) -> list[tuple[int, int, int]]:
    """Return (count, label, reading) of the most frequent mistakes."""
    wrong = [
        (count, label, reading)
        for label, row in enumerate(confusion)
        for reading, count in enumerate(row)
        if label != reading and count > 0
    ]
    return sorted(wrong, key=lambda pair: (-pair[0], pair[1], pair[2]))[:PAIRS]


def _of_pair(connection: Connection, values: dict) -> list[dict]:
    query = OF_PAIR if values["round_id"] is None else OF_PAIR_IN_ROUND
    return [to_json(row) for row in connection.execute(query, values)]


def _verdicts(connection: Connection, round_id: str | None, cleared_number: int | None) -> dict[str, int]:
    """Return the number of drawings with each verdict, in all fool rounds or one."""
    count = verdict_counts.c
    number: ColumnElement[int] = count.count if cleared_number is None else count.on_wall
    query = select(count.verdict, func.sum(number)).group_by(count.verdict)
    if round_id is not None:
        query = query.where(count.round_id == round_id)
    found = {verdict: int(total) for verdict, total in connection.execute(query)}
    return {verdict: found.get(verdict, 0) for verdict in VERDICTS}


def _gallery(connection: Connection, round_id: str | None, cleared_number: int) -> list[dict]:
    query = select_drawings().where(drawings.c.fooled == FOOLED, drawings.c.hidden.is_(False))
    query = query.where(drawings.c.number > cleared_number)
    if round_id is not None:
        query = query.where(drawings.c.round_id == round_id)
    query = query.order_by(drawings.c.number.desc()).limit(GALLERY)
    return [to_json(row) for row in connection.execute(query)]


def count(change: Change, drawing: Row | SimpleNamespace, readings: Mapping[str, int], more: int) -> None:
    """Add a drawing to the counts (`more` = 1), or remove it (-1).

    Args:
        drawing: with number, round_id, label and fooled.
        readings: what each model reads.
    """
    added = _added(change, drawing, more)
    label = UNKNOWN if drawing.label is None else drawing.label
    rows = [added | {"model": model, "label": label, "reading": each} for model, each in readings.items()]
    if rows:
        change.connection.execute(ADD_READING, rows)
    if drawing.fooled:
        count_verdict(change, drawing, drawing.fooled, more)
    change.count(more, added["on_wall"])


def count_stored(change: Change, drawing: Row, more: int) -> None:
    """Add or remove a stored drawing, a row as `count` needs it, with its id."""
    query = select(answers.c.model, answers.c.reading).where(answers.c.drawing_id == drawing.id)
    readings = {row.model: row.reading for row in change.connection.execute(query)}
    count(change, drawing, readings, more)


def count_verdict(change: Change, drawing: Row | SimpleNamespace, verdict: str, more: int) -> None:
    """Add a drawing of a fool round to the count of a verdict (`more` = 1), or remove it (-1)."""
    change.connection.execute(ADD_VERDICT, _added(change, drawing, more) | {"verdict": verdict})


def clear_wall(change: Change) -> None:
    """Count no drawing as on the wall."""
    for table in (confusion_counts, verdict_counts):
        change.connection.execute(update(table).values(on_wall=0))


def _added(change: Change, drawing: Row | SimpleNamespace, more: int) -> dict:
    is_on_wall = drawing.number > change.room.cleared_number
    return {"round_id": drawing.round_id, "more": more, "on_wall": more if is_on_wall else 0}
