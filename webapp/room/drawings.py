"""Save, hide and delete drawings. Saving is idempotent: a drawing that is sent again is stored once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

from sqlalchemy import BindParameter, Connection, Row, bindparam, delete, exists, insert, select, update

from webapp.errors import BadRequest, DeletedDrawing, OtherDrawing, UnknownDrawing, describe
from webapp.nets.network import Prediction
from webapp.room import participants, scoreboard
from webapp.room.clock import now
from webapp.room.ink_record import InkRecord
from webapp.room.rounds import FREE, Round
from webapp.room.serializers import ANSWERS, answers_to_json, select_drawings, whole_to_json
from webapp.room.storage.database import Change
from webapp.room.storage.schema import FOR_APPROVAL, answers, drawings, tombstones
from webapp.room.verdicts import first_verdict, read_as

UUID = re.compile("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")

# Queries, built once: building takes as long as running them.
ID: BindParameter[str] = bindparam("drawing_id")
OWNER = select(
    select(drawings.c.participant_id).where(drawings.c.id == ID).scalar_subquery(),
    exists().where(tombstones.c.id == ID),
)
NEEDED = select(
    drawings.c.id,
    drawings.c.number,
    drawings.c.participant_id,
    drawings.c.round_id,
    drawings.c.label,
    drawings.c.hidden,
    drawings.c.withheld,
    drawings.c.fooled,
).where(drawings.c.id == ID)
WHOLE = select_drawings(drawings.c.strokes, drawings.c.bitmap).where(drawings.c.id == ID)


@dataclass(frozen=True, eq=False)
class NewDrawing:
    """A drawing to save.

    Attributes:
        answers: the prediction of each model, the default model first.
    """

    id: str
    participant_id: str
    round: Round
    label: int | None
    ink: InkRecord
    answers: Mapping[str, Prediction]
    sent_at: int | None = None  # milliseconds since 1970; None for now


def check_id(value: object, name: str = "the id of a drawing") -> str:
    """Return a UUID in lower case. Raises BadRequest, with `name` in its message, for anything else."""
    text = value.lower() if isinstance(value, str) else ""
    if not UUID.fullmatch(text):
        raise BadRequest(f"expected {name} as a UUID, received {describe(value)}")
    return text


def find_own(connection: Connection, drawing_id: str, participant_id: str) -> bool:
    """Return whether the participant has saved this drawing before.

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


def save(
    change: Change, new: NewDrawing, for_approval: bool = False
) -> tuple[SimpleNamespace, list[SimpleNamespace]]:
    """Save a drawing that `find_own` has not found. Return its row and the rows of its answers.

    Args:
        for_approval: keep it from all but its participant until the presenter approves it.
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
        "thumbnail": new.ink.thumbnail,
        "bitmap": new.ink.bitmap.tobytes(),
        "label": label,
        **_answer(first),
        "fooled": first_verdict(first, new.round.kind, label),
        "yes": 0,
        "no": 0,
        "hidden": for_approval,
        "withheld": FOR_APPROVAL if for_approval else None,
        "sent_at": now() if new.sent_at is None else new.sent_at,
    }
    change.connection.execute(insert(drawings), row)
    rows = [
        {"drawing_id": new.id, "model": model, "label": label, "number": number, **_answer(answer)}
        | {"reading": read_as(answer)}
        for model, answer in new.answers.items()
    ]
    change.connection.execute(insert(answers), rows)
    saved = SimpleNamespace(**row)
    if for_approval:
        change.publish()
    else:
        scoreboard.count(change, saved, {each["model"]: each["reading"] for each in rows}, +1)
    participants.touch(change, new.participant_id)
    return saved, [SimpleNamespace(**each) for each in rows]


def _answer(answer: Prediction) -> dict:
    probability = float(answer.probabilities[answer.digit])
    return {"digit": answer.digit, "probability": probability, "is_digit": answer.is_digit}


def find(connection: Connection, drawing_id: str) -> Row:
    """Return the columns of a drawing that changes need. Raises UnknownDrawing."""
    row = connection.execute(NEEDED, {"drawing_id": drawing_id}).one_or_none()
    if row is None:
        raise unknown(drawing_id)
    return row


def show(connection: Connection, drawing_id: str, models: Sequence[str], hidden_too: bool = False) -> dict:
    """Return a Drawing with its full ink, its bitmap and all answers. Raises UnknownDrawing."""
    row = connection.execute(WHOLE, {"drawing_id": drawing_id}).one_or_none()
    if row is None or (row.hidden and not hidden_too):
        raise unknown(drawing_id)
    rows = connection.execute(ANSWERS, {"ids": [drawing_id]})
    return whole_to_json(row, answers_to_json(rows, models))


def hide(change: Change, drawing_id: str, hidden: bool, withheld: str | None = None) -> None:
    """Hide a drawing from all but its participant, or show it again. Raises UnknownDrawing.

    Args:
        withheld: why it is hidden, if not by hand.
    """
    row = find(change.connection, drawing_id)
    if (row.hidden, row.withheld) == (hidden, withheld):
        return
    values = {"hidden": hidden, "withheld": withheld, "revision": change.revision}
    change.connection.execute(update(drawings).where(drawings.c.id == drawing_id).values(values))
    if row.hidden != hidden:
        scoreboard.count_stored(change, row, -1 if hidden else +1)
    else:
        change.publish()
    participants.touch(change, row.participant_id)
    if hidden:
        _take_from_spotlight(change, [drawing_id])


def delete_own(change: Change, participant_id: str, drawing_id: str) -> None:
    """Delete one of the participant's drawings. Raises UnknownDrawing if it is not theirs."""
    row = find(change.connection, drawing_id)
    if row.participant_id != participant_id:
        raise unknown(drawing_id)
    delete_all(change, [drawing_id])


def delete_all_of(change: Change, participant_id: str) -> int:
    """Delete all of a participant's drawings and return their number."""
    query = select(drawings.c.id).where(drawings.c.participant_id == participant_id)
    found = list(change.connection.execute(query).scalars())
    delete_all(change, found)
    return len(found)


def delete_all(change: Change, drawing_ids: Sequence[str]) -> None:
    """Delete drawings with their answers and votes; tombstones keep their ids."""
    for drawing_id in drawing_ids:
        row = find(change.connection, drawing_id)
        if not row.hidden:
            scoreboard.count_stored(change, row, -1)
        change.connection.execute(delete(drawings).where(drawings.c.id == drawing_id))
        change.connection.execute(insert(tombstones).values(id=drawing_id, revision=change.revision))
        participants.touch(change, row.participant_id)
        change.publish()
    _take_from_spotlight(change, drawing_ids)


def unknown(drawing_id: str) -> UnknownDrawing:
    """Return the error for a drawing that does not exist or is hidden."""
    return UnknownDrawing(f"expected the id of a drawing, received {drawing_id}, which is none that is shown")


def _take_from_spotlight(change: Change, drawing_ids: Sequence[str]) -> None:
    if change.room.spotlight in drawing_ids:
        change.publish(spotlight=None)
