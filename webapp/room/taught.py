"""The notice to phones that a taught network reads a drawing of theirs which was misread before.

The room stores the ids of such drawings, one for each participant. Without the drawing there is no notice.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from webapp.room.storage.database import Database
from webapp.room.storage.key_values import KeyValues, find_value
from webapp.room.storage.schema import drawings as table

TAUGHT = "taught"  # key in the room's settings
MAX_PEOPLE = 500
BATCH = 500  # ids in one query: SQLite limits the parameters


@dataclass(frozen=True)
class Taught:
    """The present notice.

    Attributes:
        id: random, another one for each notice; "" for none.
        labels: the digit that is read now, by the participant's id.
    """

    id: str = ""
    labels: dict[str, int] = field(default_factory=dict)

    def of(self, participant_id: str) -> dict | None:
        """Return {"id", "label"} for a participant, or None."""
        label = self.labels.get(participant_id)
        return None if label is None else {"id": self.id, "label": label}


def read(connection: Connection) -> Taught:
    """Return the present notice."""
    stored = find_value(connection, TAUGHT)
    if not stored:
        return Taught()
    notice = json.loads(stored)
    found = _labeled(connection, notice["drawings"])
    return Taught(notice["id"], {participant: label for _, participant, label, _ in found})


def publish(database: Database, key_values: KeyValues, drawing_ids: Sequence[str]) -> None:
    """Replace the notice, and give the room a new revision.

    Args:
        drawing_ids: of labeled drawings; unknown ones are left out. The newest of each participant counts,
            for the MAX_PEOPLE who drew last. Without any there is no notice.
    """
    with database.reading() as connection:
        found = _labeled(connection, drawing_ids)
    newest: dict[str, str] = {}
    for drawing, participant, _, _ in found:
        newest.setdefault(participant, drawing)
    kept = list(newest.values())[:MAX_PEOPLE]
    value = json.dumps({"id": secrets.token_hex(4), "drawings": kept}) if kept else ""
    key_values.replace(TAUGHT, value)


def _labeled(connection: Connection, ids: Sequence[str]) -> list[tuple[str, str, int, int]]:
    """Return id, participant, label and number of the labeled drawings with these ids, the newest first."""
    found: list[tuple[str, str, int, int]] = []
    columns = (table.c.id, table.c.participant_id, table.c.label, table.c.number)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        query = select(*columns).where(table.c.id.in_(batch), table.c.label.is_not(None))
        found.extend(tuple(row) for row in connection.execute(query))
    return sorted(found, key=lambda row: -row[3])
