"""Whether a drawing counts as having fooled the network: people must be able to read it.

It counts as soon as three have voted and more than half of all votes say that they read the asked digit.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, insert, select, update

from webapp.errors import BadRequest, NotVotable
from webapp.ink.describe import describe
from webapp.room import participants
from webapp.room.database import Change
from webapp.room.drawings import find, unknown
from webapp.room.rounds import latest_fool
from webapp.room.schema import drawings, votes

ENOUGH = 3  # votes
OFFERED = 3  # candidates that a phone shows at once
CANDIDATES = 100  # at most that are looked through for them

JUDGED = select(votes.c.drawing_id).where(votes.c.participant_id == bindparam("who"))

VOTING, YES, NO = "voting", "yes", "no"


def vote(change: Change, participant_id: str, drawing_id: str, counts: object) -> dict:
    """Note a participant's vote, in place of an earlier one, and return {"yes", "no", "counts"}.

    Raises:
        BadRequest: `counts` is not a bool.
        UnknownDrawing: there is no such drawing, or it is hidden.
        NotVotable: there is nothing to vote on, or it is the participant's own.
    """
    if not isinstance(counts, bool):
        raise BadRequest(f"expected counts as true or false, received {describe(counts)}")
    drawing = find(change.connection, drawing_id)
    if drawing.hidden:
        raise unknown(drawing_id)
    if drawing.fooled is None:
        raise NotVotable("expected a drawing that may have fooled the network, received one that has not")
    if drawing.participant_id == participant_id:
        raise NotVotable("expected a vote on another's drawing, received one on your own")
    if _note(change.connection, drawing_id, participant_id, counts):
        _settle(change, drawing)
    row = change.connection.execute(
        select(drawings.c.yes, drawings.c.no).where(drawings.c.id == drawing_id)
    ).one()
    return {"yes": row.yes, "no": row.no, "counts": counts}


def result(yes: int, no: int) -> str:
    """Return what so many votes say."""
    if yes + no < ENOUGH:
        return VOTING
    return YES if yes > no else NO


def candidates(connection: Connection, cleared_number: int) -> list[tuple[str, str]]:
    """Return (id, participant's id) of the newest fool round's drawings that still need votes.

    Those nearest to enough votes come first, then the oldest.
    """
    round_id = latest_fool(connection)
    if round_id is None:
        return []
    query = (
        select(drawings.c.id, drawings.c.participant_id)
        .where(drawings.c.fooled == VOTING, drawings.c.round_id == round_id, drawings.c.hidden.is_(False))
        .where(drawings.c.number > cleared_number)
        .order_by((drawings.c.yes + drawings.c.no).desc(), drawings.c.number)
        .limit(CANDIDATES)
    )
    return [tuple(row) for row in connection.execute(query)]


def to_vote(connection: Connection, found: Iterable[tuple[str, str]], participant_id: str) -> list[str]:
    """Return of `candidates` the ids of at most three that the participant has neither drawn nor judged."""
    judged = set(connection.execute(JUDGED, {"who": participant_id}).scalars())
    own = ((drawing_id, drawer) for drawing_id, drawer in found if drawing_id not in judged)
    return [drawing_id for drawing_id, drawer in own if drawer != participant_id][:OFFERED]


def _note(connection: Connection, drawing_id: str, participant_id: str, counts: bool) -> bool:
    """Write a vote down, and return whether it is another than before."""
    own = (votes.c.drawing_id == drawing_id, votes.c.participant_id == participant_id)
    before = connection.execute(select(votes.c.counts).where(*own)).scalar_one_or_none()
    if before is None:
        connection.execute(
            insert(votes).values(drawing_id=drawing_id, participant_id=participant_id, counts=counts)
        )
    elif before != counts:
        connection.execute(update(votes).where(*own).values(counts=counts))
    return before != counts


def _settle(change: Change, drawing) -> None:
    query = select(votes.c.counts, func.count()).where(votes.c.drawing_id == drawing.id)
    numbers = dict(map(tuple, change.connection.execute(query.group_by(votes.c.counts))))
    yes, no = numbers.get(True, 0), numbers.get(False, 0)
    change.connection.execute(
        update(drawings)
        .where(drawings.c.id == drawing.id)
        .values(yes=yes, no=no, fooled=result(yes, no), revision=change.revision)
    )
    participants.touch(change, drawing.participant_id)
    change.publish()
