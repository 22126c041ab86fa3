"""What the room is asked to do: draw freely, draw a digit, or draw one that fools the network."""

import re
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, insert, select

from webapp.errors import BadRequest, UnknownRound
from webapp.ink.describe import describe
from webapp.room.clock import iso, now
from webapp.room.database import Change
from webapp.room.schema import room, rounds

FREE, ASK, FOOL = KINDS = ("free", "ask", "fool")
ID = re.compile("[0-9a-f]{12}")


@dataclass(frozen=True)
class Round:
    """One round. The one that runs is named in the room's row."""

    id: str
    kind: str
    digit: int | None  # that is asked for; None in a free round
    started_at: int

    def to_json(self) -> dict:
        return {"id": self.id, "kind": self.kind, "digit": self.digit, "started_at": iso(self.started_at)}


COLUMNS = (rounds.c.id, rounds.c.kind, rounds.c.digit, rounds.c.started_at)
BY_ID = select(*COLUMNS).where(rounds.c.id == bindparam("round_id"))


def find(connection: Connection, round_id: object) -> Round:
    """Return a round of this room. Raises BadRequest for what is no id, UnknownRound for an unknown one."""
    if not isinstance(round_id, str) or not ID.fullmatch(round_id):
        raise BadRequest(f"expected round as the id of a round, received {describe(round_id)}")
    row = connection.execute(BY_ID, {"round_id": round_id}).one_or_none()
    if row is None:
        raise UnknownRound(f"expected a round of this room, received {round_id}, which is none of them")
    return Round(*row)


def start(change: Change, kind: object, digit: object) -> Round:
    """Start a round, and so end the one before. Raises BadRequest."""
    if kind not in KINDS:
        raise BadRequest(f"expected kind as one of {', '.join(KINDS)}, received {describe(kind)}")
    if kind == FREE and digit is not None:
        raise BadRequest(f"expected no digit for a free round, received {describe(digit)}")
    if kind != FREE:
        check_digit(digit, "digit")
    newest = change.connection.execute(select(func.max(rounds.c.number))).scalar_one()
    started = Round(secrets.token_hex(6), kind, digit, now())
    change.connection.execute(
        insert(rounds).values(
            id=started.id, number=newest + 1, kind=kind, digit=digit, started_at=started.started_at
        )
    )
    change.publish(round_id=started.id)
    return started


def check_digit(value: object, name: str) -> int:
    """Return `value` where it is a digit. Raises BadRequest, naming it."""
    if type(value) is not int or not 0 <= value <= 9:  # True is an int in Python but no digit
        raise BadRequest(f"expected {name} as an int from 0 to 9, received {describe(value)}")
    return value


def latest_fool(connection: Connection) -> str | None:
    """Return the id of the newest round in which the network was to be fooled, or None.

    The one that runs, or else by its time: an import brings in older rounds under new numbers, and times of
    other computers, and a clock may be put back.
    """
    running = select(room.c.round_id).scalar_subquery()
    newest = ((rounds.c.id == running).desc(), rounds.c.started_at.desc(), rounds.c.number.desc())
    query = select(rounds.c.id).where(rounds.c.kind == FOOL).order_by(*newest).limit(1)
    return connection.execute(query).scalar_one_or_none()
