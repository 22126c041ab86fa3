"""Participants: joining without an account, returning, renaming.

A participant is identified by a secret in a cookie. The database holds its hash only, so reading the database
does not give access.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, insert, select, update

from webapp.errors import JoiningClosed, NotAccepted, NotJoined
from webapp.room.clock import now
from webapp.room.names import new_name
from webapp.room.storage.database import Change
from webapp.room.storage.schema import drawings, participants

SECRET_BYTES = 16  # 128 bits
RENAMED = 200  # newest drawings of a participant in which live views update a new name: a wall shows no more


@dataclass(frozen=True)
class Participant:
    """The public data of a participant."""

    id: str
    name: str
    revision: int  # of the last change of their name or drawings
    blocked: bool = False  # the presenter takes no more drawings and votes from them

    def to_json(self) -> dict:
        return {"id": self.id, "name": self.name}


ROW = select(participants.c.id, participants.c.name, participants.c.revision, participants.c.blocked)
BY_SECRET = ROW.where(participants.c.secret_hash == bindparam("secret_hash"))
BY_ID = ROW.where(participants.c.id == bindparam("participant_id"))
TOUCH = (
    update(participants)
    .where(participants.c.id == bindparam("participant_id"))
    .values(revision=bindparam("newest"))
)


def find(connection: Connection, secret: str) -> Participant | None:
    """Return the participant with `secret`, or None."""
    row = connection.execute(BY_SECRET, {"secret_hash": hashed(secret)}).one_or_none()
    return Participant(*row) if row else None


def join(change: Change, key: str | None = None) -> tuple[Participant, str]:
    """Add a participant. Return them and their secret.

    Args:
        key: becomes the secret. Requests with the same key, such as those of two tabs, are one participant.

    Raises:
        JoiningClosed: the presenter has closed joining.
    """
    connection, secret = change.connection, key or secrets.token_urlsafe(SECRET_BYTES)
    known = find(connection, secret) if key else None
    if known:
        return known, secret
    if change.room.joining_closed:
        raise JoiningClosed("expected an open room, received a request to join one that is closed")
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
    """Return the present data of a participant. Raises NotJoined if they were deleted a moment ago."""
    row = connection.execute(BY_ID, {"participant_id": participant.id}).one_or_none()
    if row is None:
        raise NotJoined("expected the cookie of a participant, received one that is not known any more")
    return Participant(*row)


def require_accepted(connection: Connection, participant: Participant) -> Participant:
    """Return the present data of a participant who may draw and vote. Raises NotJoined, NotAccepted."""
    found = require(connection, participant)
    check_accepted(found)
    return found


def check_accepted(participant: Participant) -> None:
    """Raise NotAccepted if the presenter has blocked the participant."""
    if participant.blocked:
        raise NotAccepted("expected a participant whose drawings are taken, received a blocked one")


def rename(change: Change, participant: Participant, name: str) -> Participant:
    """Rename a participant and update live views."""
    change.connection.execute(
        update(participants)
        .where(participants.c.id == participant.id)
        .values(name=name, revision=change.revision)
    )
    newest = (
        select(drawings.c.id)
        .where(drawings.c.participant_id == participant.id, drawings.c.hidden.is_(False))
        .order_by(drawings.c.number.desc())
        .limit(RENAMED)
    )
    change.connection.execute(
        update(drawings).where(drawings.c.id.in_(newest)).values(revision=change.revision)
    )
    change.publish()
    return replace(participant, name=name, revision=change.revision)


def touch(change: Change, participant_id: str) -> None:
    """Set the participant's revision to that of the change."""
    change.connection.execute(TOUCH, {"participant_id": participant_id, "newest": change.revision})


def hashed(secret: str) -> str:
    """Return the SHA-256 of a secret. Secrets are random and long, so no slow hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
