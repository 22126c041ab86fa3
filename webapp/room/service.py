"""The room: one method for each thing that a participant or the presenter does.

A change is committed before its method returns; otherwise StorageUnavailable is raised and nothing has
changed.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from sqlalchemy import select

from webapp.errors import BadRequest
from webapp.ink.describe import describe
from webapp.ink.strokes import parse_strokes
from webapp.nets.network import Answer
from webapp.room import drawings, participants, rounds, serializers, votes
from webapp.room.database import Database
from webapp.room.ink_record import prepare
from webapp.room.key_values import KeyValues
from webapp.room.live import Answer as LiveAnswer
from webapp.room.live import Known, Live
from webapp.room.names import clean_name
from webapp.room.participants import Participant
from webapp.room.presence import Presence
from webapp.room.rounds import Round
from webapp.room.schema import room as room_table

Read = Callable[[np.ndarray], Mapping[str, Answer]]  # bitmap -> what each model says, the default first


class Room:
    """The room of one database.

    Args:
        url: of the database; nothing is opened before the first use.
        read: predicts a bitmap, uint8 (28, 28), by every model. Where it raises Busy or ModelsLoading,
            nothing is stored, and the phone sends again.
        models: returns their names in the order of display.

    Attributes:
        database: for what no method here does, such as an export.
        key_values: the join code and the presenter's token.
        live: what pages fetch repeatedly.
    """

    def __init__(self, url: str, read: Read, models: Callable[[], list[str]]):
        self.database = Database(url)
        self.key_values = KeyValues(self.database)
        self.presence = Presence(self.database)
        self.live = Live(self.database, self.presence)
        self.models = models
        self._read = read

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    # Participants

    def participant(self, secret: str) -> Participant | None:
        """Return the participant who holds `secret`, or None, and note that they are present."""
        with self.database.reading() as connection:
            found = participants.find(connection, secret)
        if found:
            self.presence.see(found.id)
        return found

    def find_id(self, secret: str) -> str | None:
        """Return the id of the participant of `secret`, or None, and note that they are there."""
        participant = self.participant(secret)
        return participant and participant.id

    def states(
        self, requests: Sequence[tuple[str, Known]], join_info: Mapping[str, object]
    ) -> list[LiveAnswer]:
        """Return the state for each request, all from one snapshot, and note that its participant is present.

        Args:
            requests: the participant's secret, "" for others, and what the client knows.
            join_info: see `Live.state`.

        Raises:
            DatabaseUnavailable: the room cannot be read.
        """
        with self.database.reading() as connection:
            found = [secret and participants.find(connection, secret) or None for secret, _ in requests]
            knowns = [known for _, known in requests]
            answers = self.live.states(connection, list(zip(found, knowns, strict=True)), join_info)
        self.presence.see_all(participant.id for participant in found if participant)
        return answers

    def count_present(self) -> int:
        """Return how many participants were seen in the last 30 seconds. Raises DatabaseUnavailable."""
        with self.database.reading() as connection:
            return self.presence.count(connection)

    def join(self) -> tuple[Participant, str]:
        """Add a participant. Return them and the secret that identifies them from now on."""
        with self.database.writing() as change:
            participant, secret = participants.join(change)
        self.presence.see(participant.id)
        return participant, secret

    def rename(self, participant: Participant, name: object) -> Participant:
        """Give a participant another name. Raises BadRequest."""
        name = clean_name(name)
        with self.database.writing() as change:
            participants.require(change.connection, participant)
            return participants.rename(change, participant, name)

    # Drawings

    def save(
        self, participant: Participant, drawing_id: object, strokes: object, label: object, round_id: object
    ) -> tuple[dict, bool]:
        """Save a drawing, and return it with all answers and whether it is new.

        The same id sent again changes nothing and gives the same.

        Args:
            strokes: ink as JSON.
            label: the digit that it is, or None; in a round that asks for a digit that one counts.
            round_id: the round that it was drawn for, also one that has ended; None: the one that runs.

        Raises:
            BadRequest, BadInk, EmptyInk, TooLarge: it cannot be read.
            UnknownRound: the round is none of this room's.
            OtherDrawing, DeletedDrawing: the id is taken.
            Busy, ModelsLoading: the models cannot answer now.
            StorageUnavailable: it is not on the disk.
        """
        drawing_id = drawings.check_id(drawing_id)
        parsed = parse_strokes(strokes)
        if label is not None:
            rounds.check_digit(label, "label")
        with self.database.reading() as connection:
            is_new = not drawings.find_own(connection, drawing_id, participant.id)
            drawn_for = self._round(connection, round_id)
        if is_new:
            ink = prepare(strokes, parsed)
            # Asked before the database is held: a full queue must not keep other writers waiting.
            new = drawings.NewDrawing(
                id=drawing_id,
                participant_id=participant.id,
                round=drawn_for,
                label=label,
                ink=ink,
                answers=self._read(ink.bitmap),
            )
            saved = self._save_once(participant, new)
            if saved is not None:
                return saved, True
        return self.drawing(drawing_id, hidden_too=True), False

    def drawing(self, drawing_id: object, hidden_too: bool = False) -> dict:
        """Return a Drawing with its whole ink, its bitmap and all answers. Raises UnknownDrawing."""
        drawing_id = drawings.check_id(drawing_id)
        with self.database.reading() as connection:
            return drawings.show(connection, drawing_id, self.models(), hidden_too)

    def delete(self, participant: Participant, drawing_id: object) -> None:
        """Delete one of a participant's drawings for good. Raises UnknownDrawing."""
        drawing_id = drawings.check_id(drawing_id)
        with self.database.writing() as change:
            drawings.delete_own(change, participant.id, drawing_id)
        self.database.forget()

    def delete_all(self, participant: Participant) -> int:
        """Delete all of a participant's drawings for good, and return how many there were."""
        with self.database.writing() as change:
            deleted = drawings.delete_all_of(change, participant.id)
        self.database.forget()
        return deleted

    def vote(self, participant: Participant, drawing_id: object, counts: object) -> dict:
        """Say whether a drawing fooled the network. Raises BadRequest, UnknownDrawing, NotVotable."""
        drawing_id = drawings.check_id(drawing_id)
        with self.database.writing() as change:
            participants.require(change.connection, participant)
            return votes.vote(change, participant.id, drawing_id, counts)

    # What the presenter does

    def start_round(self, kind: object, digit: object) -> Round:
        """Start a round, and so end the one before. Raises BadRequest."""
        with self.database.writing() as change:
            return rounds.start(change, kind, digit)

    def hide(self, drawing_id: object, hidden: object) -> dict:
        """Hide a drawing or show it again, and return it. Raises BadRequest, UnknownDrawing."""
        drawing_id = drawings.check_id(drawing_id)
        if not isinstance(hidden, bool):
            raise BadRequest(f"expected hidden as true or false, received {describe(hidden)}")
        with self.database.writing() as change:
            drawings.hide(change, drawing_id, hidden)
        return self.drawing(drawing_id, hidden_too=True)

    def present(self, wishes: Mapping[str, object]) -> None:
        """Set what `wishes` names: `paused`, a bool, and `spotlight`, the id of a drawing or None.

        Raises:
            BadRequest: it is something else.
            UnknownDrawing: the drawing for the spotlight is not there, or hidden.
        """
        columns = {key: wishes[key] for key in ("paused", "spotlight") if key in wishes}
        if not isinstance(columns.get("paused", False), bool):
            raise BadRequest(f"expected paused as true or false, received {describe(columns['paused'])}")
        chosen = columns.get("spotlight")
        if chosen is not None:
            chosen = columns["spotlight"] = drawings.check_id(chosen)
        with self.database.writing() as change:
            if chosen and drawings.find(change.connection, chosen).hidden:
                raise drawings.unknown(chosen)
            change.publish(**columns)

    def clear(self) -> None:
        """Take all drawings off the wall; they stay in the data."""
        with self.database.writing() as change:
            change.publish(
                cleared_number=change.room.last_number, cleared_revision=change.revision, spotlight=None
            )

    def _round(self, connection, round_id: object) -> Round:
        if round_id is None:
            round_id = connection.execute(select(room_table.c.round_id)).scalar_one()
        return rounds.find(connection, round_id)

    def _save_once(self, participant: Participant, new: drawings.NewDrawing) -> dict | None:
        """Return the Drawing, or None where the same one has been saved while the models were asked."""
        with self.database.writing() as change:
            if drawings.find_own(change.connection, new.id, new.participant_id):
                return None
            participant = participants.require(change.connection, participant)
            row, answers = drawings.save(change, new)
        row.name = participant.name
        return serializers.whole_to_json(row, serializers.answers_to_json(answers, self.models()))
