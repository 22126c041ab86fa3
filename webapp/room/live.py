"""What pages fetch repeatedly: state, wall, scoreboard, a participant's own drawings.

Each response has an ETag. A request with the newest one costs one query for one row.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from webapp.room import participants, rounds, scoreboard, serializers, votes, wall
from webapp.room.database import Database
from webapp.room.jsontext import to_bytes
from webapp.room.participants import Participant
from webapp.room.presence import Presence
from webapp.room.revision_cache import RevisionCache
from webapp.room.schema import drawings as table
from webapp.room.schema import room as room_table

OWN = 100  # newest drawings of a participant that they are shown


@dataclass(frozen=True)
class Answer:
    """A response: its ETag, and its JSON, None where the client has it already."""

    tag: str
    json: bytes | None


@dataclass(frozen=True)
class Moment:
    """What event streams compare: two equal ones are the same to every page.

    Attributes:
        revision: of the room.
        present: participants seen in the last 30 seconds.
        state: a short text that is another for another round, pause, spotlight, code or address.
        votes: the same of the drawings that can be voted on.
    """

    revision: int
    present: int
    state: str
    votes: str


ROOM = select(room_table)

Known = Callable[[str], bool]  # tells whether the client has the response of an ETag


def _knows_nothing(tag: str) -> bool:
    return False


class Live:
    """Builds each response from one snapshot of the database."""

    def __init__(self, database: Database, presence: Presence):
        self._database = database
        self._presence = presence
        self._cache = RevisionCache()

    def moment(self, join_info: Mapping[str, object]) -> Moment:
        """Return what event streams compare. Raises DatabaseUnavailable."""
        with self._database.reading() as connection:
            room, present = self._moment(connection)
            state = dict(join_info) | {"round": room.round_id, "paused": room.paused, "light": room.spotlight}
            votes = self._candidates(connection, room)
        return Moment(room.revision, present, _mark(state), _mark({"votes": votes}))

    def state(
        self, participant: Participant | None, join_info: Mapping[str, object], known: Known = _knows_nothing
    ) -> Answer:
        """Return the current round, counts, and for a participant the drawings to vote on.

        Args:
            join_info: the room's code and address, as in the response.
        """
        with self._database.reading() as connection:
            return self.states(connection, [(participant, known)], join_info)[0]

    def states(
        self,
        connection: Connection,
        requests: Sequence[tuple[Participant | None, Known]],
        join_info: Mapping[str, object],
    ) -> list[Answer]:
        """Return what `state` does for each of several requests, from the snapshot of `connection`."""
        room, present = self._moment(connection)
        mark, answers = f"{room.revision}-{present}-{_mark(join_info)}", []
        for participant, known in requests:
            tag = f"{mark}-{participant.id if participant else ''}"
            json = None
            if not known(tag):
                state = self._state(connection, room, present, join_info)
                json = to_bytes(state | {"to_vote": self._to_vote(connection, room, participant)})
            answers.append(Answer(tag, json))
        return answers

    def wall(
        self, since: int | None, limit: int, join_info: Mapping[str, object], known: Known = _knows_nothing
    ) -> Answer:
        """Return the state with what is new on the wall since a revision; see wall.py."""
        with self._database.reading() as connection:
            room, present = self._moment(connection)
            tag = f"{room.revision}-{present}-{_mark(join_info)}"
            if known(tag):
                return Answer(tag, None)
            return Answer(
                tag,
                self._cache.get(
                    room.revision,
                    ("wall", since, limit, present, *join_info.items()),
                    lambda: to_bytes(
                        self._state(connection, room, present, join_info)
                        | {"count": room.drawings}
                        | wall.wall(connection, room, since, limit)
                    ),
                ),
            )

    def scoreboard(
        self, models: Sequence[str], model: str, round_id: str | None, known: Known = _knows_nothing
    ) -> Answer:
        """Return the scores of `models`, and of `model` what it confuses; see scoreboard.py.

        Raises:
            BadRequest, UnknownRound: the round is none of this room's.
        """
        with self._database.reading() as connection:
            room = connection.execute(ROOM).one()
            if round_id is not None:
                rounds.find(connection, round_id)
            tag = f"{room.revision}"
            if known(tag):
                return Answer(tag, None)

            def build() -> bytes:
                scores = scoreboard.scoreboard(connection, models, model, round_id)
                return to_bytes({"revision": room.revision} | scores)

            key = ("scoreboard", model, round_id, *models)
            return Answer(tag, self._cache.get(room.revision, key, build))

    def own(
        self,
        participant: Participant,
        models: Sequence[str],
        since: int | None,
        known: Known = _knows_nothing,
    ) -> Answer:
        """Return a participant's newest drawings; none where none of theirs changed since a revision.

        Raises:
            NotJoined: the participant has just been deleted.
        """
        with self._database.reading() as connection:
            # Both from one snapshot: a change between two would never be reported.
            participant = participants.require(connection, participant)
            room = connection.execute(ROOM).one()
            tag = f"{participant.revision}-{participant.id}"
            if known(tag):
                return Answer(tag, None)
            is_new = since is None or not participant.revision <= since <= room.revision
            found = self._own(connection, participant, models) if is_new else []
        about = participant.to_json() | {"revision": room.revision, "full": is_new}
        return Answer(tag, to_bytes(about | {"drawings": found}))

    def _moment(self, connection: Connection) -> tuple[Row, int]:
        return connection.execute(ROOM).one(), self._presence.count(connection)

    def _state(
        self, connection: Connection, room: Row, present: int, join_info: Mapping[str, object]
    ) -> dict:
        running = self._cache.get(room.revision, "round", lambda: rounds.find(connection, room.round_id))
        return {
            "revision": room.revision,
            "round": running.to_json(),
            "paused": room.paused,
            **join_info,
            "participants": present,
            "drawings": room.drawings,
            "spotlight": room.spotlight,
        }

    def _to_vote(self, connection: Connection, room: Row, participant: Participant | None) -> list[dict]:
        if participant is None:
            return []
        found = self._candidates(connection, room)
        ids = votes.to_vote(connection, found, participant.id) if found else []
        return [self._drawing(connection, room, drawing_id) for drawing_id in ids]

    def _candidates(self, connection: Connection, room: Row) -> list[tuple[str, str]]:
        return self._cache.get(
            room.revision, "candidates", lambda: votes.candidates(connection, room.cleared_number)
        )

    def _drawing(self, connection: Connection, room: Row, drawing_id: str) -> dict:
        return self._cache.get(room.revision, drawing_id, lambda: serializers.find(connection, drawing_id))

    def _own(self, connection: Connection, participant: Participant, models: Sequence[str]) -> list[dict]:
        query = serializers.select_drawings().where(table.c.participant_id == participant.id)
        rows = connection.execute(query.order_by(table.c.number.desc()).limit(OWN))
        return serializers.with_answers(connection, [serializers.to_json(row) for row in rows], models)


def _mark(value: Mapping[str, object]) -> str:
    """Return a short text that is another for another value, such as the address of a laptop that changes its
    network."""
    return f"{zlib.crc32(to_bytes(dict(value))):x}"
