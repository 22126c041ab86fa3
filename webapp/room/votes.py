"""Votes on drawings that the network misread in a fool round: can people read them? See verdicts.py."""

from collections.abc import Container, Iterable, Mapping
from types import SimpleNamespace

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from webapp.errors import BadRequest, NotVotable, describe
from webapp.room import participants, scoreboard
from webapp.room.drawings import find, unknown
from webapp.room.rounds import latest_fool
from webapp.room.storage.database import Change
from webapp.room.storage.schema import drawings, votes
from webapp.room.verdicts import CAUGHT, VOTING, verdict_of_votes

OFFERED = 3  # candidates sent to a phone at once
CANDIDATES = 100  # candidates that are searched for them

JUDGED = select(votes.c.drawing_id).where(votes.c.participant_id == bindparam("who"))


def vote(change: Change, participant_id: str, drawing_id: str, counts: object) -> dict:
    """Store a participant's vote, replacing an earlier one, and return {"yes", "no", "counts"}.

    Raises:
        BadRequest: `counts` is not a bool.
        UnknownDrawing: no such drawing, or a hidden one.
        NotVotable: not a fool round, or the network read the drawing, or it is the participant's own.
    """
    if not isinstance(counts, bool):
        raise BadRequest(f"expected counts as true or false, received {describe(counts)}")
    drawing = find(change.connection, drawing_id)
    if drawing.hidden:
        raise unknown(drawing_id)
    _check_votable(drawing, [participant_id])
    if _note(change.connection, drawing_id, participant_id, counts):
        _update_result(change, drawing)
    row = change.connection.execute(
        select(drawings.c.yes, drawings.c.no).where(drawings.c.id == drawing_id)
    ).one()
    return {"yes": row.yes, "no": row.no, "counts": counts}


def store_all(change: Change, drawing: SimpleNamespace, given: Mapping[str, bool]) -> None:
    """Store the votes of an imported drawing, and settle its verdict once.

    Args:
        drawing: as `drawings.save` returns it.
        given: participant's id -> whether people can read it.

    Raises:
        NotVotable: the network read the drawing, or its participant votes on it.
    """
    if not given:
        return
    _check_votable(drawing, given)
    rows = [
        {"drawing_id": drawing.id, "participant_id": participant_id, "counts": counts}
        for participant_id, counts in given.items()
    ]
    change.connection.execute(insert(votes), rows)
    yes = sum(given.values())
    _set_result(change, drawing, yes, len(given) - yes)


def candidates(connection: Connection, cleared_number: int) -> list[tuple[str, str]]:
    """Return (id, participant's id) of the newest fool round's drawings that need votes.

    Those with the most votes come first, then the oldest.
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
    """Return the ids of at most three candidates that the participant has neither drawn nor voted on."""
    judged = set(connection.execute(JUDGED, {"who": participant_id}).scalars())
    own = ((drawing_id, drawer) for drawing_id, drawer in found if drawing_id not in judged)
    return [drawing_id for drawing_id, drawer in own if drawer != participant_id][:OFFERED]


def _check_votable(drawing: Row | SimpleNamespace, participant_ids: Container[str]) -> None:
    if drawing.fooled in (None, CAUGHT):
        raise NotVotable("expected a drawing that may have fooled the network, received one that has not")
    if drawing.participant_id in participant_ids:
        raise NotVotable("expected a vote on another's drawing, received one on your own")


def _note(connection: Connection, drawing_id: str, participant_id: str, counts: bool) -> bool:
    """Store a vote, and return whether it changed."""
    own = (votes.c.drawing_id == drawing_id, votes.c.participant_id == participant_id)
    before = connection.execute(select(votes.c.counts).where(*own)).scalar_one_or_none()
    if before is None:
        connection.execute(
            insert(votes).values(drawing_id=drawing_id, participant_id=participant_id, counts=counts)
        )
    elif before != counts:
        connection.execute(update(votes).where(*own).values(counts=counts))
    return before != counts


def _update_result(change: Change, drawing: Row) -> None:
    query = select(votes.c.counts, func.count()).where(votes.c.drawing_id == drawing.id)
    numbers = dict(map(tuple, change.connection.execute(query.group_by(votes.c.counts))))
    _set_result(change, drawing, numbers.get(True, 0), numbers.get(False, 0))


def _set_result(change: Change, drawing: Row | SimpleNamespace, yes: int, no: int) -> None:
    verdict = verdict_of_votes(yes, no)
    scoreboard.count_verdict(change, drawing, drawing.fooled, -1)
    scoreboard.count_verdict(change, drawing, verdict, +1)
    change.connection.execute(
        update(drawings)
        .where(drawings.c.id == drawing.id)
        .values(yes=yes, no=no, fooled=verdict, revision=change.revision)
    )
    participants.touch(change, drawing.participant_id)
    change.publish()
