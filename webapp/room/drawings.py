"""Save a drawing once, however often it is sent; hide it; delete it for good."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

from sqlalchemy import Connection, Row, bindparam, delete, exists, insert, select, update

from webapp.errors import BadRequest, DeletedDrawing, OtherDrawing, UnknownDrawing
from webapp.ink.describe import describe
from webapp.nets.network import Answer
from webapp.room import confusion_counts, participants
from webapp.room.clock import now
from webapp.room.database import Change
from webapp.room.ink_record import InkRecord
from webapp.room.rounds import FOOL, FREE, Round
from webapp.room.schema import answers, drawings, gone
from webapp.room.serializers import ANSWERS, answers_to_json, select_drawings, whole_to_json

UUID = re.compile("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
IS_DIGIT = 0.5  # from here on a network says that it saw a digit

# What sending and reading ask, built once rather than for each drawing.
ID = bindparam("drawing_id")
OWNER = select(
    select(drawings.c.participant_id).where(drawings.c.id == ID).scalar_subquery(),
    exists().where(gone.c.id == ID),
)
NEEDED = select(
    drawings.c.id,
    drawings.c.participant_id,
    drawings.c.round_id,
    drawings.c.label,
    drawings.c.hidden,
    drawings.c.fooled,
).where(drawings.c.id == ID)
WHOLE = select_drawings(drawings.c.strokes, drawings.c.bitmap).where(drawings.c.id == ID)


@dataclass(frozen=True, eq=False)
class NewDrawing:
    """A drawing that is to be saved.

    Attributes:
        answers: what each model says, the default model first.
    """

    id: str
    participant_id: str
    round: Round
    label: int | None
    ink: InkRecord
    answers: Mapping[str, Answer]
    sent_at: int | None = None  # now, where it is not known


def check_id(value: object) -> str:
    """Return a drawing's id in small letters. Raises BadRequest where it is no UUID."""
    text = value.lower() if isinstance(value, str) else ""
    if not UUID.fullmatch(text):
        raise BadRequest(f"expected the id of a drawing as a UUID, received {describe(value)}")
    return text


def find_own(connection: Connection, drawing_id: str, participant_id: str) -> bool:
    """Return whether the participant has saved this drawing already.

    Raises:
        OtherDrawing: another participant has.
        DeletedDrawing: it was deleted.
    """
    owner, is_gone = connection.execute(OWNER, {"drawing_id": drawing_id}).one()
    if owner not in (None, participant_id):
        raise OtherDrawing(f"expected a new id, received {drawing_id}, another participant's drawing")
    if owner is None and is_gone:
        raise DeletedDrawing(f"expected a new id, received {drawing_id}, a drawing that has been deleted")
    return owner is not None


def save(change: Change, new: NewDrawing) -> tuple[SimpleNamespace, list[SimpleNamespace]]:
    """Save a drawing that `find_own` has not found.

    Returns its row and those of its answers, so that nobody has to read them again beside hands that draw.
    """
    first = next(iter(new.answers.values()))
    label = new.label if new.round.kind == FREE else new.round.digit
    number = change.next_number()
    row = {
        "id": new.id,
        "number": number,
        "revision": change.revision,
        "participant_id": new.participant_id,
        "round_id": new.round.id,
        "strokes": new.ink.strokes,
        "shape": new.ink.shape,
        "bitmap": new.ink.bitmap.tobytes(),
        "label": label,
        **_answer(first),
        "fooled": "voting" if new.round.kind == FOOL and is_fooled(first, new.round.digit) else None,
        "yes": 0,
        "no": 0,
        "hidden": False,
        "sent_at": now() if new.sent_at is None else new.sent_at,
    }
    change.connection.execute(insert(drawings), row)
    rows = [
        {"drawing_id": new.id, "model": model, "label": label, "number": number, **_answer(answer)}
        for model, answer in new.answers.items()
    ]
    change.connection.execute(insert(answers), rows)
    digits = {model: answer.digit for model, answer in new.answers.items()}
    confusion_counts.count(change, new.round.id, label, digits, +1)
    participants.touch(change, new.participant_id)
    return SimpleNamespace(**row), [SimpleNamespace(**row) for row in rows]


def is_fooled(answer: Answer, digit: int) -> bool:
    """Return whether a network read another digit than `digit`, or none at all."""
    return answer.digit != digit or (answer.is_digit is not None and answer.is_digit < IS_DIGIT)


def _answer(answer: Answer) -> dict:
    probability = float(answer.probabilities[answer.digit])
    return {"digit": answer.digit, "probability": probability, "is_digit": answer.is_digit}


def find(connection: Connection, drawing_id: str) -> Row:
    """Return the columns that changes need. Raises UnknownDrawing."""
    row = connection.execute(NEEDED, {"drawing_id": drawing_id}).one_or_none()
    if row is None:
        raise unknown(drawing_id)
    return row


def show(connection: Connection, drawing_id: str, models: Sequence[str], hidden_too: bool = False) -> dict:
    """Return a Drawing with its whole ink, its bitmap and all answers. Raises UnknownDrawing."""
    row = connection.execute(WHOLE, {"drawing_id": drawing_id}).one_or_none()
    if row is None or (row.hidden and not hidden_too):
        raise unknown(drawing_id)
    rows = connection.execute(ANSWERS, {"ids": [drawing_id]})
    return whole_to_json(row, answers_to_json(rows, models))


def hide(change: Change, drawing_id: str, hidden: bool) -> None:
    """Hide a drawing from everybody but its participant, or show it again. Raises UnknownDrawing."""
    row = find(change.connection, drawing_id)
    if row.hidden == hidden:
        return
    change.connection.execute(
        update(drawings).where(drawings.c.id == drawing_id).values(hidden=hidden, revision=change.revision)
    )
    confusion_counts.count_stored(change, row, -1 if hidden else +1)
    participants.touch(change, row.participant_id)
    if hidden:
        _take_from_spotlight(change, [drawing_id])


def delete_own(change: Change, participant_id: str, drawing_id: str) -> None:
    """Delete one of the participant's drawings. Raises UnknownDrawing where it is none of theirs."""
    row = find(change.connection, drawing_id)
    if row.participant_id != participant_id:
        raise unknown(drawing_id)
    delete_all(change, [drawing_id])


def delete_all_of(change: Change, participant_id: str) -> int:
    """Delete all of a participant's drawings, and return how many there were."""
    query = select(drawings.c.id).where(drawings.c.participant_id == participant_id)
    found = list(change.connection.execute(query).scalars())
    delete_all(change, found)
    return len(found)


def delete_all(change: Change, drawing_ids: Sequence[str]) -> None:
    """Delete drawings with their answers and votes; their ids alone stay, as gone."""
    for drawing_id in drawing_ids:
        row = find(change.connection, drawing_id)
        if not row.hidden:
            confusion_counts.count_stored(change, row, -1)
        change.connection.execute(delete(drawings).where(drawings.c.id == drawing_id))
        change.connection.execute(insert(gone).values(id=drawing_id, revision=change.revision))
        participants.touch(change, row.participant_id)
        change.publish()
    _take_from_spotlight(change, drawing_ids)


def unknown(drawing_id: str) -> UnknownDrawing:
    """Return the error for a drawing that is not there, or not for these eyes."""
    return UnknownDrawing(f"expected the id of a drawing, received {drawing_id}, which is none that is shown")


def _take_from_spotlight(change: Change, drawing_ids: Sequence[str]) -> None:
    if change.room.spotlight in drawing_ids:
        change.publish(spotlight=None)
