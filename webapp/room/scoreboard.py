"""How well the networks read this room: accuracy, confusion, the most confused pairs, the fooled gallery.

The score of all rounds leaves out those in which people tried to fool the network: their labels say what
was asked for, and being read wrong was the aim.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Row, bindparam, func, select

from webapp.room.confusion_counts import UNKNOWN
from webapp.room.rounds import FOOL
from webapp.room.schema import answers, drawings, rounds, tallies
from webapp.room.serializers import select_drawings, to_json

DIGITS = 10
PAIRS = 8  # most confused
DRAWINGS = 6  # of each pair
GALLERY = 24

NOT_TO_FOOL = rounds.c.kind != FOOL
# Made once: to put a query together takes as long as to answer it, and there are eight pairs.
_PAIR = (
    select_drawings()
    .join(answers, answers.c.drawing_id == drawings.c.id)
    .join(rounds, rounds.c.id == drawings.c.round_id)
    .where(answers.c.model == bindparam("model"), answers.c.label == bindparam("label"))
    .where(answers.c.digit == bindparam("digit"), drawings.c.hidden.is_(False))
    .order_by(answers.c.number.desc())
    .limit(DRAWINGS)
)
OF_PAIR = _PAIR.where(NOT_TO_FOOL)
OF_PAIR_IN_ROUND = _PAIR.where(drawings.c.round_id == bindparam("round_id"))


def scoreboard(connection: Connection, models: Sequence[str], model: str, round_id: str | None) -> dict:
    """Return the scores of `models`, and of `model` what it confuses, in one round or in all."""
    counts = _counts(connection, round_id)
    confusion = _confusion(counts, model)
    return {
        "models": [_score(counts, name) for name in models],
        "model": model,
        "confusion": confusion,
        "pairs": [
            {"label": label, "digit": digit, "count": count}
            | {"drawings": _of_pair(connection, model, label, digit, round_id)}
            for count, label, digit in _most_confused(confusion)
        ],
        "fooled": _gallery(connection, round_id),
    }


def _counts(connection: Connection, round_id: str | None) -> list[Row]:
    """Return rows of model, label, digit and count."""
    total = func.sum(tallies.c.count).label("total")
    query = select(tallies.c.model, tallies.c.label, tallies.c.digit, total)
    query = query.join_from(tallies, rounds)
    query = query.where(NOT_TO_FOOL if round_id is None else tallies.c.round_id == round_id)
    return connection.execute(query.group_by(tallies.c.model, tallies.c.label, tallies.c.digit)).all()


def _score(counts: list[Row], model: str) -> dict:
    rows = [row for row in counts if row.model == model]
    labelled = sum(int(row.total) for row in rows if row.label != UNKNOWN)
    right = sum(int(row.total) for row in rows if row.label == row.digit)
    return {
        "model": model,
        "right": right,
        "labelled": labelled,
        "drawings": sum(int(row.total) for row in rows),
        "accuracy": right / labelled if labelled else None,
    }


def _confusion(counts: list[Row], model: str) -> list[list[int]]:
    """Return how often each label (row) was read as each digit (column)."""
    table = [[0] * DIGITS for _ in range(DIGITS)]
    for row in counts:
        if row.model == model and row.label != UNKNOWN:
            table[row.label][row.digit] = int(row.total)
    return table


def _most_confused(confusion: list[list[int]]) -> list[tuple[int, int, int]]:
    """Return count, label and digit of the pairs that were confused most often."""
    wrong = [
        (count, label, digit)
        for label, row in enumerate(confusion)
        for digit, count in enumerate(row)
        if label != digit and count > 0
    ]
    return sorted(wrong, key=lambda pair: (-pair[0], pair[1], pair[2]))[:PAIRS]


def _of_pair(connection: Connection, model: str, label: int, digit: int, round_id: str | None) -> list[dict]:
    query = OF_PAIR if round_id is None else OF_PAIR_IN_ROUND
    values = {"model": model, "label": label, "digit": digit, "round_id": round_id}
    return [to_json(row) for row in connection.execute(query, values)]


def _gallery(connection: Connection, round_id: str | None) -> list[dict]:
    query = select_drawings().where(drawings.c.fooled == "yes", drawings.c.hidden.is_(False))
    if round_id is not None:
        query = query.where(drawings.c.round_id == round_id)
    query = query.order_by(drawings.c.number.desc()).limit(GALLERY)
    return [to_json(row) for row in connection.execute(query)]
