"""The room's service: one method for each action of a participant or the presenter.

A change is committed when its method returns. After StorageUnavailable nothing has changed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import numpy as np
from sqlalchemy import Connection, select

from webapp.errors import BadRequest, describe
from webapp.ink.parsing import parse_strokes
from webapp.nets.network import Prediction
from webapp.room import drawings, handwriting, labeled, participants, rounds, scoreboard, serializers, votes
from webapp.room.ink_record import make_ink_record
from webapp.room.live import Known, Live, LiveResponse
from webapp.room.moderation import Moderation, reject_pending
from webapp.room.names import choose_name
from webapp.room.participants import Participant
from webapp.room.presence import Presence
from webapp.room.rounds import Round
from webapp.room.storage.database import Database
from webapp.room.storage.key_values import KeyValues
from webapp.room.storage.schema import room as room_table

Predict = Callable[
    [np.ndarray], Mapping[str, Prediction]
]  # bitmap -> prediction of each model, default first

FLAGS = ("paused", "joining_closed", "approval")  # columns of the room that the presenter switches


class RoomService:
    """The room of one database.

    Args:
        url: of the database; nothing is opened before the first use.
        predict: returns the predictions of all models for a bitmap, uint8 (28, 28). If it raises Busy or
            ModelsLoading, nothing is stored, and the phone sends again.
        models: returns their names in the order of display.

    Attributes:
        database: for actions without a method here, such as an export.
        key_values: the join code and the presenter's token.
        live: responses that pages fetch repeatedly.
        presence: participants seen in the last 30 seconds.
        moderation: approval of drawings, and blocked participants.
    """

    def __init__(self, url: str, predict: Predict, models: Callable[[], list[str]]):
        self.database = Database(url)
        self.key_values = KeyValues(self.database)
        self.presence = Presence(self.database)
        self.live = Live(self.database, self.presence)
        self.moderation = Moderation(self.database)
        self.models = models
        self._predict = predict

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    # Participants

    def participant(self, secret: str) -> Participant | None:
        """Return the participant with `secret`, or None, and record that they are present."""
        with self.database.reading() as connection:
            found = participants.find(connection, secret)
        if found:
            self.presence.see(found.id)
        return found

    def find_id(self, secret: str) -> str | None:
        """Return the id of the participant with `secret`, or None, and record that they are present."""
        participant = self.participant(secret)
        return participant.id if participant else None

    def states(self, requests: Sequence[tuple[str, Known, Mapping[str, object]]]) -> list[LiveResponse]:
        """Return the state for each request from one snapshot, and record that participants are present.

        Args:
            requests: the participant's secret, "" for others, the ETags that the client has, and the join
                information for it, see `Live.state`.

        Raises:
            DatabaseUnavailable: the room cannot be read.
        """
        with self.database.reading() as connection:
            found = [participants.find(connection, secret) if secret else None for secret, _, _ in requests]
            pairs = zip(found, requests, strict=True)
            answers = self.live.states(connection, [(who, known, info) for who, (_, known, info) in pairs])
        self.presence.see_all(participant.id for participant in found if participant)
        return answers

    def count_present(self) -> int:
        """Return the number of participants seen in the last 30 seconds. Raises DatabaseUnavailable."""
        with self.database.reading() as connection:
            return self.presence.count(connection)

    def join(self, key: object = None) -> tuple[Participant, str]:
        """Add a participant. Return them and their secret.

        Args:
            key: a random UUID, or None. Idempotent: the same key again returns the same participant.

        Raises:
            BadRequest: another key.
            JoiningClosed: the presenter has closed joining.
        """
        checked = None if key is None else drawings.check_id(key, "key")
        with self.database.writing() as change:
            participant, secret = participants.join(change, checked)
        self.presence.see(participant.id)
        return participant, secret

    def rename(self, participant: Participant, name: object) -> Participant:
        """Give a participant another name. Raises BadRequest."""
        name = choose_name(name)
        with self.database.writing() as change:
            participants.require(change.connection, participant)
            return participants.rename(change, participant, name)

    # Drawings

    def save(
        self, participant: Participant, drawing_id: object, strokes: object, label: object, round_id: object
    ) -> tuple[dict, bool]:
        """Save a drawing. Return it with all answers, and whether it is new.

        Idempotent: the same id sent again changes nothing and returns the stored drawing.

        Args:
            strokes: ink as JSON.
            label: the digit it shows, or None; ignored in rounds that ask for a digit.
            round_id: the round it was drawn for, which may have ended; None for the present one.

        Raises:
            BadRequest, BadInk, EmptyInk, TooLarge: malformed.
            UnknownRound: not a round of this room.
            OtherDrawing, DeletedDrawing: the id is taken.
            NotAccepted: the presenter has blocked the participant.
            Busy, ModelsLoading: the models cannot predict now.
            StorageUnavailable: the drawing was not stored.
        """
        drawing_id = drawings.check_id(drawing_id)
        parsed = parse_strokes(strokes)
        digit = None if label is None else rounds.check_digit(label, "label")
        with self.database.reading() as connection:
            is_stored = drawings.find_own(connection, drawing_id, participant.id)
            drawn_for = self._round(connection, round_id)
        if is_stored:
            return self.drawing(drawing_id, hidden_too=True), False
        participants.check_accepted(participant)  # before the prediction, which costs more
        self.database.check_space()
        ink = make_ink_record(cast(list, strokes), parsed)
        # Predict before taking the write lock: a full queue must not delay other writers.
        new = drawings.NewDrawing(
            id=drawing_id,
            participant_id=participant.id,
            round=drawn_for,
            label=digit,
            ink=ink,
            answers=self._predict(ink.bitmap),
        )
        return self._save_once(participant, new)

    def drawing(self, drawing_id: object, hidden_too: bool = False) -> dict:
        """Return a Drawing with its full ink, its bitmap and all answers. Raises UnknownDrawing."""
        drawing_id = drawings.check_id(drawing_id)
        with self.database.reading() as connection:
            return drawings.show(connection, drawing_id, self.models(), hidden_too)

    def labeled_drawings(self, count: int) -> list[dict]:
        """Return at most `count` of the newest labeled drawings: strokes and label."""
        with self.database.reading() as connection:
            return labeled.newest_labeled(connection, count)

    def drawings_of_digits(self, count: int) -> list[dict]:
        """Return at most `count` of the newest labeled drawings, each of another digit: strokes and label."""
        with self.database.reading() as connection:
            return labeled.newest_of_each_digit(connection, count)

    def labeled_bitmaps(self, count: int) -> list[labeled.LabeledBitmap]:
        """Return at most `count` of the newest labeled drawings: number, label, bitmap."""
        with self.database.reading() as connection:
            return labeled.newest_bitmaps(connection, count)

    def label_counts(self) -> list[tuple[str, int, int, int]]:
        """Return participant, label, number of drawings, and those read right, for each of both."""
        with self.database.reading() as connection:
            return handwriting.count_labels(connection)

    def handwriting(self, count: int) -> list[handwriting.LabeledDrawing]:
        """Return at most `count` of the newest labeled drawings, with their people."""
        with self.database.reading() as connection:
            return handwriting.newest_drawings(connection, count)

    def scored_models(self) -> list[str]:
        """Return the names of the models with scores, also of those that are gone."""
        with self.database.reading() as connection:
            return scoreboard.scored_models(connection)

    def thumbnails(self, ids: Sequence[str]) -> dict[str, list]:
        """Return the simplified strokes of those drawings that are still visible, by id."""
        with self.database.reading() as connection:
            return handwriting.find_thumbnails(connection, ids)

    def delete(self, participant: Participant, drawing_id: object) -> None:
        """Delete one of a participant's drawings permanently. Raises UnknownDrawing."""
        drawing_id = drawings.check_id(drawing_id)
        with self.database.writing() as change:
            drawings.delete_own(change, participant.id, drawing_id)
        self.database.forget()

    def delete_all(self, participant: Participant) -> int:
        """Delete all of a participant's drawings permanently, and return their number."""
        with self.database.writing() as change:
            deleted = drawings.delete_all_of(change, participant.id)
        self.database.forget()
        return deleted

    def vote(self, participant: Participant, drawing_id: object, counts: object) -> dict:
        """Vote on whether a drawing fooled the network.

        Raises:
            BadRequest, UnknownDrawing, NotVotable.
            NotAccepted: the presenter has blocked the participant.
        """
        drawing_id = drawings.check_id(drawing_id)
        with self.database.writing() as change:
            participants.require_accepted(change.connection, participant)
            return votes.vote(change, participant.id, drawing_id, counts)

    # Presenter

    def start_round(self, kind: object, digit: object) -> Round:
        """Start a round, which ends the one before. Raises BadRequest."""
        with self.database.writing() as change:
            return rounds.start(change, kind, digit)

    def hide(self, drawing_id: object, hidden: object) -> dict:
        """Hide a drawing or show it again; return it. Raises BadRequest, UnknownDrawing."""
        drawing_id = drawings.check_id(drawing_id)
        if not isinstance(hidden, bool):
            raise BadRequest(f"expected hidden as true or false, received {describe(hidden)}")
        with self.database.writing() as change:
            drawings.hide(change, drawing_id, hidden)
        return self.drawing(drawing_id, hidden_too=True)

    def change_state(self, changes: Mapping[str, object]) -> None:
        """Set those of FLAGS, bools, and `spotlight`, the id of a drawing or None, that `changes` has.

        Raises:
            BadRequest: another type.
            UnknownDrawing: no such drawing, or a hidden one.
        """
        columns = {key: changes[key] for key in (*FLAGS, "spotlight") if key in changes}
        for flag in FLAGS:
            if not isinstance(columns.get(flag, False), bool):
                raise BadRequest(f"expected {flag} as true or false, received {describe(columns[flag])}")
        chosen = columns.get("spotlight")
        if chosen is not None:
            chosen = columns["spotlight"] = drawings.check_id(chosen)
        with self.database.writing() as change:
            if chosen and drawings.find(change.connection, chosen).hidden:
                raise drawings.unknown(chosen)
            change.publish(**columns)

    def clear(self) -> None:
        """Remove all drawings from the wall, also those that wait for it; they stay in the database."""
        with self.database.writing() as change:
            scoreboard.clear_wall(change)
            reject_pending(change)
            change.publish(
                cleared_number=change.room.last_number,
                cleared_revision=change.revision,
                on_wall=0,
                spotlight=None,
            )

    def _round(self, connection: Connection, round_id: object) -> Round:
        if round_id is None:
            round_id = connection.execute(select(room_table.c.round_id)).scalar_one()
        return rounds.find(connection, round_id)

    def _save_once(self, participant: Participant, new: drawings.NewDrawing) -> tuple[dict, bool]:
        """Save a drawing unless another request has saved it meanwhile. Return it, and whether it is new."""
        with self.database.writing() as change:
            if drawings.find_own(change.connection, new.id, new.participant_id):
                return drawings.show(change.connection, new.id, self.models(), hidden_too=True), False
            participant = participants.require_accepted(change.connection, participant)
            row, answers = drawings.save(change, new, change.room.approval)
        row.name = participant.name
        return serializers.whole_to_json(row, serializers.answers_to_json(answers, self.models())), True
