"""Drawings as JSON. Stored ink is JSON already, so it is inserted as text and not parsed."""

import base64
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, bindparam, select

from webapp.room.clock import iso
from webapp.room.storage.schema import FOR_APPROVAL, answers, drawings, participants
from webapp.room.verdicts import is_right

# The columns of a Drawing without the large ones, the full ink and the bitmap.
COLUMNS = (
    drawings.c.id,
    drawings.c.number,
    drawings.c.revision,
    drawings.c.participant_id,
    participants.c.name,
    drawings.c.thumbnail,
    drawings.c.label,
    drawings.c.digit,
    drawings.c.probability,
    drawings.c.is_digit,
    drawings.c.round_id,
    drawings.c.fooled,
    drawings.c.yes,
    drawings.c.no,
    drawings.c.hidden,
    drawings.c.withheld,
    drawings.c.sent_at,
)


def select_drawings(*more: Column) -> Select:
    """Return a query for the columns that `to_json` needs, and `more`."""
    return select(*COLUMNS, *more).join_from(drawings, participants)


ANSWERS = select(answers).where(answers.c.drawing_id.in_(bindparam("ids", expanding=True)))
ONE = select_drawings().where(drawings.c.id == bindparam("drawing_id"))


def to_json(row: Any) -> dict:
    """Return the Drawing of a row of `select_drawings`, with simplified ink, for `to_bytes`."""
    return {
        "id": row.id,
        "number": row.number,
        "revision": row.revision,
        "participant_id": row.participant_id,
        "name": row.name,
        "strokes": JsonText(row.thumbnail),
        "label": row.label,
        "digit": row.digit,
        "probability": row.probability,
        "is_digit": row.is_digit,
        "right": is_right(row, row.label),
        "round": row.round_id,
        "fooled": row.fooled,
        "votes": {"yes": row.yes, "no": row.no},
        "hidden": row.hidden,
        "pending": row.withheld == FOR_APPROVAL,
        "sent_at": iso(row.sent_at),
    }


def find(connection: Connection, drawing_id: str) -> dict:
    """Return an existing Drawing."""
    return to_json(connection.execute(ONE, {"drawing_id": drawing_id}).one())


def gone_json(drawing_id: str) -> dict:
    """Return the entry of a live view for a drawing that was hidden or deleted."""
    return {"id": drawing_id, "gone": True}


def with_answers(connection: Connection, shown: list[dict], models: Sequence[str]) -> list[dict]:
    """Add the answers to Drawings, in the order of `models`."""
    by_id: dict[str, list[Row]] = {drawing["id"]: [] for drawing in shown}
    for row in connection.execute(ANSWERS, {"ids": list(by_id)}):
        by_id[row.drawing_id].append(row)
    for drawing in shown:
        drawing["answers"] = answers_to_json(by_id[drawing["id"]], models)
    return shown


def answers_to_json(rows: Iterable, models: Sequence[str]) -> list[dict]:
    """Return one drawing's answers, in the order of `models`; other models follow by name."""
    places = {model: place for place, model in enumerate(models)}
    found = [
        {"model": row.model, "digit": row.digit, "probability": row.probability, "is_digit": row.is_digit}
        | {"right": is_right(row, row.label)}
        for row in rows
    ]
    return sorted(found, key=lambda answer: (places.get(answer["model"], 99), answer["model"]))


def whole_to_json(row: Any, found: list[dict]) -> dict:
    """Return a Drawing with its full ink, its bitmap and the answers `found`.

    Args:
        row: the columns that `to_json` needs, strokes and bitmap.
    """
    ink = {"strokes": json.loads(row.strokes), "bitmap": bitmap_text(row.bitmap)}
    return to_json(row) | ink | {"answers": found}


def bitmap_text(bitmap: bytes) -> str:
    """Return a bitmap's 784 bytes in base64."""
    return base64.b64encode(bitmap).decode("ascii")


PLACEHOLDER = re.compile(r'"\\u0000(\d+)"')  # of a JsonText; no name contains the character 0


@dataclass(frozen=True)
class JsonText:
    """A string that is JSON, without spaces."""

    text: str


def to_bytes(value: object) -> bytes:
    """Return compact JSON in UTF-8 of a value that may contain JsonText."""
    texts: list[str] = []

    def hold(part: object) -> str:
        if not isinstance(part, JsonText):
            raise TypeError(f"expected what JSON can hold, received {type(part).__name__}")
        texts.append(part.text)
        return f"\0{len(texts) - 1}"

    frame = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=hold)
    return PLACEHOLDER.sub(lambda match: texts[int(match[1])], frame).encode()
