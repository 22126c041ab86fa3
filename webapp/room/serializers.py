"""A drawing as the pages get it."""

import base64
import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Row, Select, bindparam, select

from webapp.room.clock import iso
from webapp.room.jsontext import JsonText
from webapp.room.schema import answers, drawings, participants

# What a Drawing is made of, without what is large: the whole ink and the bitmap.
COLUMNS = (
    drawings.c.id,
    drawings.c.number,
    drawings.c.revision,
    participants.c.name,
    drawings.c.shape,
    drawings.c.label,
    drawings.c.digit,
    drawings.c.probability,
    drawings.c.is_digit,
    drawings.c.round_id,
    drawings.c.fooled,
    drawings.c.yes,
    drawings.c.no,
    drawings.c.hidden,
    drawings.c.sent_at,
)


def select_drawings(*more) -> Select:
    """Return a query for what `to_json` needs, and the columns `more`."""
    return select(*COLUMNS, *more).join_from(drawings, participants)


ANSWERS = select(answers).where(answers.c.drawing_id.in_(bindparam("ids", expanding=True)))
ONE = select_drawings().where(drawings.c.id == bindparam("drawing_id"))


def to_json(row: Row) -> dict:
    """Return the Drawing of one row of `select_drawings`, its ink simplified; for jsontext.to_bytes."""
    return {
        "id": row.id,
        "number": row.number,
        "revision": row.revision,
        "name": row.name,
        "strokes": JsonText(row.shape),
        "label": row.label,
        "digit": row.digit,
        "probability": row.probability,
        "is_digit": row.is_digit,
        "right": None if row.label is None else row.label == row.digit,
        "round": row.round_id,
        "fooled": row.fooled,
        "votes": {"yes": row.yes, "no": row.no},
        "hidden": row.hidden,
        "sent_at": iso(row.sent_at),
    }


def find(connection: Connection, drawing_id: str) -> dict:
    """Return one Drawing that is known to be there."""
    return to_json(connection.execute(ONE, {"drawing_id": drawing_id}).one())


def gone_json(drawing_id: str) -> dict:
    """Return what a live view gets of a drawing that is not to be seen any more."""
    return {"id": drawing_id, "gone": True}


def with_answers(connection: Connection, shown: list[dict], models: Sequence[str]) -> list[dict]:
    """Add the answer of each model to Drawings, in the order of `models`."""
    by_id: dict[str, list[Row]] = {drawing["id"]: [] for drawing in shown}
    for row in connection.execute(ANSWERS, {"ids": list(by_id)}):
        by_id[row.drawing_id].append(row)
    for drawing in shown:
        drawing["answers"] = answers_to_json(by_id[drawing["id"]], models)
    return shown


def answers_to_json(rows: Iterable, models: Sequence[str]) -> list[dict]:
    """Return one drawing's answers, in the order of `models`; those of others follow by name."""
    places = {model: place for place, model in enumerate(models)}
    found = [
        {"model": row.model, "digit": row.digit, "probability": row.probability, "is_digit": row.is_digit}
        for row in rows
    ]
    return sorted(found, key=lambda answer: (places.get(answer["model"], 99), answer["model"]))


def whole_to_json(row: Row, found: list[dict]) -> dict:
    """Return a Drawing with its whole ink, its bitmap and the answers `found`.

    `row` has what `to_json` needs, strokes and bitmap, read from the tables or just stored there.
    """
    ink = {"strokes": json.loads(row.strokes), "bitmap": bitmap_text(row.bitmap)}
    return to_json(row) | ink | {"answers": found}


def bitmap_text(bitmap: bytes) -> str:
    """Return a bitmap's 784 bytes in base64."""
    return base64.b64encode(bitmap).decode("ascii")
