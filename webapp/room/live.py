"""Responses that pages fetch repeatedly: state, wall, scoreboard, a participant's own drawings.

Each response has an ETag. A request with the newest one costs one query for one row. Responses for all pages
are cached for the newest revision.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, and_, not_, or_, select

from webapp.room import participants, rounds, scoreboard, serializers, votes, wall
from webapp.room.participants import Participant
from webapp.room.presence import Presence
from webapp.room.revision_cache import RevisionCache, SharedJson
from webapp.room.serializers import to_bytes
from webapp.room.storage.database import Database
from webapp.room.storage.schema import drawings as table
from webapp.room.storage.schema import room as room_table
from webapp.room.verdicts import VOTING

OWN = 100  # newest drawings that a participant sees


@dataclass(frozen=True)
class LiveResponse:
    """A response: its ETag, and its JSON, None if the client has it.

    Attributes:
        shared: the same JSON, if many requests get it.
    """

    tag: str
    json: bytes | None
    shared: SharedJson | None = None


@dataclass(frozen=True)
class Moment:
    """What event streams compare to find changes.

    Attributes:
        revision: of the room.
        present: participants seen in the last 30 seconds.
        state: checksum of round, pause, spotlight, joining, approval, address and network.
        votes: checksum of the drawings that are open for votes.
        last_number: of the newest drawing.
        concerned: ids of the participants with a drawing that was approved, hidden or judged since the moment
            before; their own saving of a drawing does not count.
    """

    revision: int
    present: int
    state: str
    votes: str
    last_number: int = 0
    concerned: frozenset[str] = frozenset()


ROOM = select(room_table)

Known = Callable[[str], bool]  # whether the client has the response with an ETag


def _knows_nothing(tag: str) -> bool:
    return False


class Live:
    """Builds each response from one snapshot of the database."""

    def __init__(self, database: Database, presence: Presence):
        self._database = database
        self._presence = presence
        self._cache = RevisionCache()
        # Set by the application: which network predicts, and what it learned, for a participant's id or None.
        self.about_network: Callable[[str | None], dict] = lambda _: {}

    def moment(self, join_info: Mapping[str, object], before: Moment | None = None) -> Moment:
        """Return the present moment, for event streams. Raises DatabaseUnavailable.

        Args:
            join_info: without the code, which a checksum would reveal to everyone.
            before: the moment from which changes count, or None.
        """
        with self._database.reading() as connection:
            room, present = self._moment(connection)
            state = dict(join_info) | {"round": room.round_id, "paused": room.paused, "light": room.spotlight}
            state |= {"joining_closed": room.joining_closed, "approval": room.approval}
            state |= self.about_network(None)
            votes = self._candidates(connection, room)
            concerned = _concerned(connection, room, before) if before else frozenset()
        marks = _mark(state), _mark({"votes": votes})
        return Moment(room.revision, present, *marks, room.last_number, concerned)

    def state(
        self, participant: Participant | None, join_info: Mapping[str, object], known: Known = _knows_nothing
    ) -> LiveResponse:
        """Return the round, counts, and for a participant their id, the drawings to vote on, and a notice.

        Args:
            join_info: the room's code and address, as in the response.
        """
        with self._database.reading() as connection:
            return self.states(connection, [(participant, known, join_info)])[0]

    def states(
        self,
        connection: Connection,
        requests: Sequence[tuple[Participant | None, Known, Mapping[str, object]]],
    ) -> list[LiveResponse]:
        """Return the states for several requests, from the snapshot of `connection`.

        Args:
            requests: participant, known ETags, and the join information for each client.
        """
        room, present = self._moment(connection)
        answers = []
        for participant, known, join_info in requests:
            mark = f"{room.revision}-{present}-{_mark(join_info)}"
            network = self.about_network(participant.id if participant else None)
            tag = f"{mark}-{_mark(network)}-{participant.id if participant else ''}"
            json = None
            if not known(tag):
                state = self._state(connection, room, present, join_info) | network
                state["participant_id"] = participant.id if participant else None
                state["taught"] = network.get("taught") if participant else None
                json = to_bytes(state | {"to_vote": self._to_vote(connection, room, participant)})
            answers.append(LiveResponse(tag, json))
        return answers

    def wall(
        self, since: int | None, limit: int, join_info: Mapping[str, object], known: Known = _knows_nothing
    ) -> LiveResponse:
        """Return the state and the changes on the wall since a revision; see wall.py.

        Args:
            join_info: the room's code, address and Wi-Fi, as in the response.
        """
        with self._database.reading() as connection:
            room, present = self._moment(connection)
            mark = _mark(join_info)
            tag = f"{room.revision}-{present}-{mark}"
            if known(tag):
                return LiveResponse(tag, None)

            def build() -> SharedJson:
                state = self._state(connection, room, present, join_info) | {"count": room.drawings}
                return SharedJson(to_bytes(state | wall.wall(connection, room, since, limit)))

            key = ("wall", since, limit, present, mark)
            shared = self._cache.get(room.revision, key, build)
            return LiveResponse(tag, shared.content, shared)

    def scoreboard(
        self,
        models: Sequence[str],
        model: str,
        round_id: str | None,
        known: Known = _knows_nothing,
        only_wall: bool = False,
    ) -> LiveResponse:
        """Return the scores of `models` and the confusion matrix of `model`; see scoreboard.py.

        Args:
            only_wall: count only what is on the wall.

        Raises:
            BadRequest, UnknownRound: not a round of this room.
        """
        with self._database.reading() as connection:
            room = connection.execute(ROOM).one()
            if round_id is not None:
                rounds.find(connection, round_id)
            about = {"models": list(models), "model": model, "round": round_id, "only_wall": only_wall}
            tag = f"{room.revision}-{_mark(about)}"
            if known(tag):
                return LiveResponse(tag, None)

            def build() -> SharedJson:
                cleared_number = room.cleared_number if only_wall else None
                scores = scoreboard.scoreboard(connection, models, model, round_id, cleared_number)
                return SharedJson(to_bytes({"revision": room.revision} | scores))

            key = ("scoreboard", model, round_id, only_wall, *models)
            shared = self._cache.get(room.revision, key, build)
            return LiveResponse(tag, shared.content, shared)

    def own(
        self,
        participant: Participant,
        models: Sequence[str],
        since: int | None,
        known: Known = _knows_nothing,
    ) -> LiveResponse:
        """Return a participant's newest drawings; none if none of theirs changed since a revision.

        Raises:
            NotJoined: the participant was deleted a moment ago.
        """
        with self._database.reading() as connection:
            # Both from one snapshot: otherwise a change between two queries would be lost.
            participant = participants.require(connection, participant)
            room = connection.execute(ROOM).one()
            tag = f"{participant.revision}-{participant.id}"
            if known(tag):
                return LiveResponse(tag, None)
            is_new = since is None or not participant.revision <= since <= room.revision
            found = self._own(connection, participant, models) if is_new else []
        about = participant.to_json() | {"revision": room.revision, "full": is_new}
        return LiveResponse(tag, to_bytes(about | {"drawings": found}))

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
            "on_wall": room.on_wall,
            "spotlight": room.spotlight,
            "joining_closed": room.joining_closed,
            "approval": room.approval,
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


def _concerned(connection: Connection, room: Row, before: Moment) -> frozenset[str]:
    if before.revision == room.revision:
        return frozenset()
    is_known = table.c.number <= before.last_number
    if room.approval:  # a new drawing waits, so one that does not was approved meanwhile
        is_known = or_(is_known, table.c.withheld.is_(None))
    is_undecided = and_(table.c.fooled.is_not(None), table.c.fooled == VOTING, table.c.yes + table.c.no > 0)
    query = select(table.c.participant_id).distinct().where(table.c.revision > before.revision, is_known)
    return frozenset(connection.execute(query.where(not_(is_undecided))).scalars())


def _mark(value: Mapping[str, object]) -> str:
    """Return a checksum of a JSON value."""
    return f"{zlib.crc32(to_bytes(dict(value))):x}"
