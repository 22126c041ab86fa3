"""Rounds: draw freely, draw a digit, or draw a digit that the network misreads."""

import re
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, exists, func, insert, select

from webapp.errors import BadRequest, UnknownRound, describe
from webapp.room.clock import iso, now
from webapp.room.storage.database import Change
from webapp.room.storage.schema import drawings, room, rounds

FREE, ASK, FOOL = KINDS = ("free", "ask", "fool")
ID = re.compile("[0-9a-f]{12}")


@dataclass(frozen=True)
class Round:
    """One round. The room's row holds the id of the present one."""

    id: str
    kind: str
    digit: int | None  # to draw; None in a free round
    started_at: int

    def to_json(self) -> dict:
        return {"id": self.id, "kind": self.kind, "digit": self.digit, "started_at": iso(self.started_at)}


COLUMNS = (rounds.c.id, rounds.c.kind, rounds.c.digit, rounds.c.started_at)
BY_ID = select(*COLUMNS).where(rounds.c.id == bindparam("round_id"))
RUNNING_AND_EMPTY = (
    select(*COLUMNS)
    .where(rounds.c.id == select(room.c.round_id).scalar_subquery())
    .where(~exists().where(drawings.c.round_id == rounds.c.id))
)


def find(connection: Connection, round_id: object) -> Round:
    """Return a round of this room. Raises BadRequest for a malformed id, UnknownRound for an unknown one."""
    if not isinstance(round_id, str) or not ID.fullmatch(round_id):
        raise BadRequest(f"expected round as the id of a round, received {describe(round_id)}")
    row = connection.execute(BY_ID, {"round_id": round_id}).one_or_none()
    if row is None:
        raise UnknownRound(f"expected a round of this room, received {round_id}, which is none of them")
    return Round(*row)


def start(change: Change, kind: object, digit: object) -> Round:
    """Start a round, which ends the one before. Raises BadRequest.

    The running round goes on if it has the same task and no drawing yet: a double click starts one round.
    """
    if kind not in KINDS:
        raise BadRequest(f"expected kind as one of {', '.join(KINDS)}, received {describe(kind)}")
    if kind == FREE and digit is not None:
        raise BadRequest(f"expected no digit for a free round, received {describe(digit)}")
    checked = None if kind == FREE else check_digit(digit, "digit")
    running = change.connection.execute(RUNNING_AND_EMPTY).one_or_none()
    if running and (running.kind, running.digit) == (kind, checked):
        return Round(*running)
    newest = change.connection.execute(select(func.max(rounds.c.number))).scalar_one()
    started = Round(secrets.token_hex(6), str(kind), checked, now())
    change.connection.execute(
        insert(rounds).values(
            id=started.id, number=newest + 1, kind=started.kind, digit=checked, started_at=started.started_at
        )
    )
    change.publish(round_id=started.id)
    return started


def check_digit(value: object, name: str) -> int:
    """Return `value` if it is a digit. Raises BadRequest with `name` in its message."""
    if type(value) is not int or not 0 <= value <= 9:  # bool is a subclass of int
        raise BadRequest(f"expected {name} as an int from 0 to 9, received {describe(value)}")
    return value


def latest_fool(connection: Connection) -> str | None:
    """Return the id of the newest fool round, or None.

    That is the present round, or else the latest by its time: an import gives older rounds new numbers.
    """
    running = select(room.c.round_id).scalar_subquery()
    newest = ((rounds.c.id == running).desc(), rounds.c.started_at.desc(), rounds.c.number.desc())
    query = select(rounds.c.id).where(rounds.c.kind == FOOL).order_by(*newest).limit(1)
    return connection.execute(query).scalar_one_or_none()
