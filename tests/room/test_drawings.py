"""Drawings are stored once and deleted completely."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest
from sqlalchemy import Engine, event, func, select

from tests.room.rooms import INK, join, make_room, new_id, send, send_many, send_with_retry
from tests.waiting import TIMEOUT
from webapp.errors import (
    BadInk,
    BadRequest,
    Busy,
    DeletedDrawing,
    EmptyInk,
    OtherDrawing,
    TooLarge,
    UnknownDrawing,
    UnknownRound,
)
from webapp.ink.bitmap import to_bitmap
from webapp.room import serializers
from webapp.room.ink_record import make_ink_record
from webapp.room.storage import schema

SOME_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def count_rows(room, table) -> int:
    """Return the number of rows in `table`."""
    with room.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


@contextmanager
def recorded_statements() -> Iterator[list[str]]:
    """Yield a list that collects all SQL statements."""
    found = []

    def record(connection, cursor, statement: str, *more: object) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", record)
    yield found
    event.remove(Engine, "before_cursor_execute", record)


def test_drawing_is_stored_completely(room, reader):
    reader.digits = {"conv": 9, "linear": 4}
    participant = join(room)
    drawing, is_new = room.save(participant, new_id(), INK, 4, None)
    assert is_new
    assert drawing["strokes"] == INK
    assert drawing["name"] == participant.name
    assert (drawing["label"], drawing["digit"], drawing["right"]) == (4, 9, False)
    assert drawing["probability"] == pytest.approx(0.91)
    assert drawing["is_digit"] == pytest.approx(0.9)
    assert drawing["bitmap"] == serializers.bitmap_text(
        to_bitmap([np.array(stroke) for stroke in INK]).tobytes()
    )
    found = [(answer["model"], answer["digit"]) for answer in drawing["answers"]]
    assert found == [("linear", 4), ("conv", 9)]  # smallest first
    assert (drawing["number"], drawing["fooled"], drawing["votes"]) == (1, None, {"yes": 0, "no": 0})


def test_drawing_without_label_has_no_result(room):
    assert send(room, join(room))["right"] is None


def test_saving_needs_few_statements_for_any_number_of_models(room, reader):
    participant = join(room)
    round_id = send(room, participant)["round"]
    for models in (("conv", "linear"), "abcdef"):
        reader.digits = dict.fromkeys(models, 4)
        with recorded_statements() as statements:
            send(room, participant, round_id=round_id)
        # Each statement waits for the GIL under load; two of them begin transactions.
        assert len(statements) <= 12, statements


def test_drawing_is_stored_completely_or_not_at_all(room, monkeypatch):
    participant, drawing_id = join(room), new_id()
    with monkeypatch.context() as patch:
        patch.setattr("webapp.room.drawings.scoreboard.count", lambda *arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send(room, participant, drawing_id=drawing_id)
    tables = (schema.drawings, schema.answers, schema.confusion_counts)
    assert [count_rows(room, table) for table in tables] == [0, 0, 0]
    assert send(room, participant, drawing_id=drawing_id)["number"] == 1


def test_drawing_sent_twice_is_idempotent(room, reader):
    participant, drawing_id = join(room), new_id()
    first, is_first_new = room.save(participant, drawing_id, INK, 4, None)
    again, is_again_new = room.save(participant, drawing_id.upper(), [[[1, 1], [2, 2]]], 7, None)
    assert (is_first_new, is_again_new) == (True, False)
    assert again == first
    assert reader.calls == 1  # no second prediction
    assert (count_rows(room, schema.drawings), count_rows(room, schema.answers)) == (1, 2)


def test_drawing_sent_concurrently_is_stored_once(room):
    participant, drawing_id = join(room), new_id()
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(send_with_retry, room, participant, 4, drawing_id=drawing_id) for _ in range(8)]
        saved = [job.result(2 * TIMEOUT) for job in jobs]
    assert all(drawing == saved[0] for drawing in saved)
    assert count_rows(room, schema.drawings) == 1


def test_drawings_are_numbered_in_the_order_of_saving(room):
    drawings = send_many(room, join(room), 3)
    assert [drawing["number"] for drawing in drawings] == [1, 2, 3]
    assert drawings[0]["revision"] < drawings[1]["revision"] < drawings[2]["revision"]


def test_drawing_id_of_another_participant_is_rejected(room):
    drawing = send(room, join(room))
    with pytest.raises(OtherDrawing, match="another participant's drawing"):
        send(room, join(room), drawing_id=drawing["id"])


def test_drawing_is_not_stored_while_models_are_busy(room, reader):
    participant = join(room)

    def be_busy(bitmap):
        raise Busy("256 bitmaps wait already; try again in a second")

    room._predict = be_busy
    with pytest.raises(Busy):
        send(room, participant)
    assert count_rows(room, schema.drawings) == 0


def test_drawing_is_prepared_before_the_write_lock(room, monkeypatch):
    prepared = []

    def prepare_and_write(raw, strokes):
        with room.database.writing():  # fails while the write lock is held
            prepared.append(make_ink_record(raw, strokes))
        return prepared[-1]

    monkeypatch.setattr("webapp.room.service.make_ink_record", prepare_and_write)
    send(room, join(room))
    assert [json.loads(ink.strokes) for ink in prepared] == [INK]


@pytest.mark.parametrize(
    ("strokes", "error"),
    [
        ([], EmptyInk),
        ([[], []], EmptyInk),
        (None, BadInk),
        ("ink", BadInk),
        ([[[1, float("inf")]]], BadInk),
        ([[[1, 2]] * 10_001], TooLarge),
        ([[[1, 2]] * 1_000_000], TooLarge),
    ],
)
def test_drawing_with_bad_ink_is_rejected(room, strokes, error):
    with pytest.raises(error, match="expected"):
        send(room, join(room), strokes=strokes)


@pytest.mark.parametrize("label", [-1, 10, True, "4", 4.0, [4], {}])
def test_drawing_with_invalid_label_is_rejected(room, label):
    with pytest.raises(BadRequest, match="expected label as an int from 0 to 9"):
        send(room, join(room), label)


BAD_IDS = [None, 7, "", "x" * 36, SOME_ID[:-1], f"{{{SOME_ID}}}", f"{SOME_ID}0", f"{SOME_ID}/..", "\ud800"]


@pytest.mark.parametrize("drawing_id", BAD_IDS)
def test_drawing_with_invalid_id_is_rejected(room, drawing_id):
    with pytest.raises(BadRequest, match="expected the id of a drawing as a UUID"):
        room.save(join(room), drawing_id, INK, None, None)


@pytest.mark.parametrize("round_id", [7, "", "now", "\x00" * 12, "\ud800", ["a"], "A" * 12])
def test_drawing_with_invalid_round_id_is_rejected(room, round_id):
    with pytest.raises(BadRequest, match="expected round as the id of a round"):
        send(room, join(room), round_id=round_id)


def test_drawing_for_an_unknown_round_is_rejected(room):
    with pytest.raises(UnknownRound, match="expected a round of this room"):
        send(room, join(room), round_id="0123456789ab")


def test_drawing_stores_ink_bit_for_bit(room):
    ink = [[[0.1 + 0.2, 1e-7], [123456.789, -5]], [], [[7, 7]]]
    drawing = send(room, join(room), strokes=ink)
    assert drawing["strokes"] == [ink[0], ink[2]]  # bit for bit; empty strokes are dropped
    assert json.dumps(drawing["strokes"]) == json.dumps([ink[0], ink[2]])


def test_hidden_drawing_is_invisible_until_shown_again(room):
    drawing = send(room, join(room))
    room.change_state({"spotlight": drawing["id"]})
    assert room.hide(drawing["id"], True)["hidden"]
    with pytest.raises(UnknownDrawing):
        room.drawing(drawing["id"])
    with room.database.reading() as connection:
        assert connection.execute(select(schema.room.c.spotlight)).scalar_one() is None
    room.hide(drawing["id"], False)
    assert room.drawing(drawing["id"])["id"] == drawing["id"]


@pytest.mark.parametrize("hidden", [None, 1, "true", []])
def test_hiding_requires_a_boolean(room, hidden):
    with pytest.raises(BadRequest, match="expected hidden as true or false"):
        room.hide(new_id(), hidden)


def test_deleted_drawings_leave_only_their_ids(room):
    participant, other = join(room), join(room)
    drawings, kept = send_many(room, participant, 2), send(room, other)
    assert room.delete_all(participant) == 2
    assert [count_rows(room, table) for table in (schema.drawings, schema.answers, schema.tombstones)] == [
        1,
        2,
        2,
    ]
    assert room.drawing(kept["id"])["id"] == kept["id"]
    with pytest.raises(UnknownDrawing):
        room.drawing(drawings[0]["id"])


def test_deleted_drawing_cannot_be_sent_again(room):
    participant = join(room)
    drawing = send(room, participant)
    room.delete(participant, drawing["id"])
    with pytest.raises(DeletedDrawing, match="a drawing that has been deleted"):
        send(room, participant, drawing_id=drawing["id"])


def test_drawing_can_be_deleted_by_its_participant_only(room):
    drawing = send(room, join(room))
    with pytest.raises(UnknownDrawing):
        room.delete(join(room), drawing["id"])
    assert room.drawing(drawing["id"])


@pytest.mark.parametrize("is_alone", [True, False])
def test_deleted_ink_is_erased_from_sqlite_files(tmp_path, reader, is_alone):
    room = make_room(f"sqlite:///{tmp_path / 'room.sqlite'}", reader)
    participant = join(room)
    drawing = send(room, participant, strokes=[[[314159.25, 271828.5], [161803.125, 141421.75]]])

    def is_in_a_file() -> bool:
        return any(b"314159.25" in path.read_bytes() for path in tmp_path.iterdir())

    assert is_in_a_file()
    if is_alone:
        room.delete(participant, drawing["id"])
    else:
        room.delete_all(participant)
    assert not is_in_a_file()
    room.close()
