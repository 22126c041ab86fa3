"""Who takes part: joining without an account, coming back, and a name that can be changed.

A participant is known by a secret that only their browser holds. The database holds its hash, so that
nobody who reads the database can act for them.
"""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from webapp.errors import NotJoined
from webapp.room.clock import now
from webapp.room.database import Change
from webapp.room.names import new_name
from webapp.room.schema import drawings, participants

SECRET_BYTES = 16  # 128 bits
RENAMED = 200  # newest drawings of the room among which those of a new name are told anew


@dataclass(frozen=True)
class Participant:
    """One participant, as everybody may know them."""

    id: str
    name: str
    revision: int  # at which anything of theirs changed last

    def to_json(self) -> dict:
        return {"id": self.id, "name": self.name}


ROW = select(participants.c.id, participants.c.name, participants.c.revision)
BY_SECRET = ROW.where(participants.c.secret_hash == bindparam("secret_hash"))
BY_ID = ROW.where(participants.c.id == bindparam("participant_id"))
TOUCH = (
    update(participants)
    .where(participants.c.id == bindparam("participant_id"))
    .values(revision=bindparam("newest"))
)


def find(connection: Connection, secret: str) -> Participant | None:
    """Return who holds `secret`, or None."""
    row = connection.execute(BY_SECRET, {"secret_hash": hashed(secret)}).one_or_none()
    return Participant(*row) if row else None


def join(change: Change) -> tuple[Participant, str]:
    """Let somebody in. Return the participant and the secret that they are known by."""
    connection, secret = change.connection, secrets.token_urlsafe(SECRET_BYTES)
    named = select(participants.c.id).limit(1)
    name = new_name(
        lambda name: connection.execute(named.where(participants.c.name == name)).first() is not None
    )
    participant = Participant(secrets.token_hex(8), name, change.room.revision)
    connection.execute(
        insert(participants).values(
            id=participant.id,
            secret_hash=hashed(secret),
            name=name,
            revision=participant.revision,
            joined_at=now(),
            seen_at=now(),
        )
    )
    return participant, secret


def require(connection: Connection, participant: Participant) -> Participant:
    """Return a participant as they are now. Raises NotJoined for one who was forgotten a moment ago."""
    row = connection.execute(BY_ID, {"participant_id": participant.id}).one_or_none()
    if row is None:
        raise NotJoined("expected the cookie of a participant, received one that is not known any more")
    return Participant(*row)


def rename(change: Change, participant: Participant, name: str) -> Participant:
    """Give a participant another name, and let the live views know."""
    change.connection.execute(
        update(participants)
        .where(participants.c.id == participant.id)
        .values(name=name, revision=change.revision)
    )
    change.connection.execute(
        update(drawings)
        .where(drawings.c.participant_id == participant.id)
        .where(drawings.c.number > change.room.last_number - RENAMED)
        .values(revision=change.revision)
    )
    change.publish()
    return Participant(participant.id, name, change.revision)


def touch(change: Change, participant_id: str) -> None:
    """Note that something of a participant's changed."""
    change.connection.execute(TOUCH, {"participant_id": participant_id, "newest": change.revision})


def hashed(secret: str) -> str:
    """Return the SHA-256 of a secret. It is random and long, so nothing slower is needed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
