"""A drawing is saved once, however often it is sent, and really deleted."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest
from sqlalchemy import Engine, event, func, select

from tests.room.rooms import INK, PATIENCE, join, make_room, new_id, send, send_many, send_patiently
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
from webapp.room import schema, serializers
from webapp.room.ink_record import prepare

SOME_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def count_rows(room, table) -> int:
    """Return how many rows `table` has."""
    with room.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


@contextmanager
def noted_statements() -> Iterator[list[str]]:
    """Give a list of what is asked of databases meanwhile."""
    found = []

    def note(connection, cursor, statement: str, *more: object) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def test_drawing_is_kept_with_everything_that_belongs_to_it(room, reader):
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
    assert found == [("linear", 4), ("conv", 9)]  # in the order of the ladder
    assert (drawing["number"], drawing["fooled"], drawing["votes"]) == (1, None, {"yes": 0, "no": 0})


def test_drawing_without_label_is_neither_right_nor_wrong(room):
    assert send(room, join(room))["right"] is None


def test_saving_asks_the_database_little_however_many_models_there_are(room, reader):
    participant = join(room)
    round_id = send(room, participant)["round"]
    for models in (("conv", "linear"), "abcdef"):
        reader.digits = dict.fromkeys(models, 4)
        with noted_statements() as statements:
            send(room, participant, round_id=round_id)
        # Each is a wait for its turn beside hands that draw; two of them begin what is asked together.
        assert len(statements) <= 12, statements


def test_drawing_sent_again_changes_nothing_and_gives_the_same(room, reader):
    participant, drawing_id = join(room), new_id()
    first, is_first_new = room.save(participant, drawing_id, INK, 4, None)
    again, is_again_new = room.save(participant, drawing_id.upper(), [[[1, 1], [2, 2]]], 7, None)
    assert (is_first_new, is_again_new) == (True, False)
    assert again == first
    assert reader.asked == 1  # the networks are not asked for what they have said already
    assert (count_rows(room, schema.drawings), count_rows(room, schema.answers)) == (1, 2)


def test_drawing_sent_by_many_threads_at_once_is_kept_once(room):
    participant, drawing_id = join(room), new_id()
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(send_patiently, room, participant, 4, drawing_id=drawing_id) for _ in range(8)]
        saved = [job.result(2 * PATIENCE) for job in jobs]
    assert all(drawing == saved[0] for drawing in saved)
    assert count_rows(room, schema.drawings) == 1


def test_drawings_are_numbered_in_the_order_of_saving(room):
    drawings = send_many(room, join(room), 3)
    assert [drawing["number"] for drawing in drawings] == [1, 2, 3]
    assert drawings[0]["revision"] < drawings[1]["revision"] < drawings[2]["revision"]


def test_drawing_of_another_participant_is_refused(room):
    drawing = send(room, join(room))
    with pytest.raises(OtherDrawing, match="another participant's drawing"):
        send(room, join(room), drawing_id=drawing["id"])


def test_drawing_is_stored_by_nobody_while_the_models_are_busy(room, reader):
    participant = join(room)

    def be_busy(bitmap):
        raise Busy("256 bitmaps wait already; try again in a second")

    room._read = be_busy
    with pytest.raises(Busy):
        send(room, participant)
    assert count_rows(room, schema.drawings) == 0


def test_drawing_is_worked_out_before_the_database_is_held(room, monkeypatch):
    prepared = []

    def prepare_and_write(raw, strokes):
        with room.database.alone():  # refused while somebody writes
            prepared.append(prepare(raw, strokes))
        return prepared[-1]

    monkeypatch.setattr("webapp.room.service.prepare", prepare_and_write)
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
def test_drawing_of_bad_ink_is_refused(room, strokes, error):
    with pytest.raises(error, match="expected"):
        send(room, join(room), strokes=strokes)


@pytest.mark.parametrize("label", [-1, 10, True, "4", 4.0, [4], {}])
def test_drawing_with_a_label_that_is_no_digit_is_refused(room, label):
    with pytest.raises(BadRequest, match="expected label as an int from 0 to 9"):
        send(room, join(room), label)


@pytest.mark.parametrize("drawing_id", [None, 7, "", "x" * 36, SOME_ID[:-1], f"{{{SOME_ID}}}", "\ud800"])
def test_drawing_with_an_id_that_is_none_is_refused(room, drawing_id):
    with pytest.raises(BadRequest, match="expected the id of a drawing as a UUID"):
        room.save(join(room), drawing_id, INK, None, None)


@pytest.mark.parametrize("round_id", [7, "", "now", "\x00" * 12, "\ud800", ["a"], "A" * 12])
def test_drawing_for_a_round_that_is_none_is_refused(room, round_id):
    with pytest.raises(BadRequest, match="expected round as the id of a round"):
        send(room, join(room), round_id=round_id)


def test_drawing_for_another_rooms_round_is_refused(room):
    with pytest.raises(UnknownRound, match="expected a round of this room"):
        send(room, join(room), round_id="0123456789ab")


def test_drawing_keeps_its_ink_as_it_came(room):
    ink = [[[0.1 + 0.2, 1e-7], [123456.789, -5]], [], [[7, 7]]]
    drawing = send(room, join(room), strokes=ink)
    assert drawing["strokes"] == [ink[0], ink[2]]  # bit for bit; a stroke without points is nothing
    assert json.dumps(drawing["strokes"]) == json.dumps([ink[0], ink[2]])


def test_hidden_drawing_is_seen_by_nobody_until_it_is_shown_again(room):
    drawing = send(room, join(room))
    room.present({"spotlight": drawing["id"]})
    assert room.hide(drawing["id"], True)["hidden"]
    with pytest.raises(UnknownDrawing):
        room.drawing(drawing["id"])
    with room.database.reading() as connection:
        assert connection.execute(select(schema.room.c.spotlight)).scalar_one() is None
    room.hide(drawing["id"], False)
    assert room.drawing(drawing["id"])["id"] == drawing["id"]


@pytest.mark.parametrize("hidden", [None, 1, "true", []])
def test_hiding_needs_true_or_false(room, hidden):
    with pytest.raises(BadRequest, match="expected hidden as true or false"):
        room.hide(new_id(), hidden)


def test_deleted_drawings_leave_nothing_but_their_ids(room):
    participant, other = join(room), join(room)
    drawings, kept = send_many(room, participant, 2), send(room, other)
    assert room.delete_all(participant) == 2
    assert [count_rows(room, table) for table in (schema.drawings, schema.answers, schema.gone)] == [1, 2, 2]
    assert room.drawing(kept["id"])["id"] == kept["id"]
    with pytest.raises(UnknownDrawing):
        room.drawing(drawings[0]["id"])


def test_deleted_drawing_does_not_come_back_when_it_is_sent_late(room):
    participant = join(room)
    drawing = send(room, participant)
    room.delete(participant, drawing["id"])
    with pytest.raises(DeletedDrawing, match="a drawing that has been deleted"):
        send(room, participant, drawing_id=drawing["id"])


def test_drawing_is_deleted_by_its_own_participant_alone(room):
    drawing = send(room, join(room))
    with pytest.raises(UnknownDrawing):
        room.delete(join(room), drawing["id"])
    assert room.drawing(drawing["id"])


def test_deleted_ink_is_in_no_file_of_sqlite_any_more(tmp_path, reader):
    room = make_room(f"sqlite:///{tmp_path / 'room.sqlite'}", reader)
    participant = join(room)
    send(room, participant, strokes=[[[314159.25, 271828.5], [161803.125, 141421.75]]])

    def is_in_a_file() -> bool:
        return any(b"314159.25" in path.read_bytes() for path in tmp_path.iterdir())

    assert is_in_a_file()
    room.delete_all(participant)
    assert not is_in_a_file()
    room.close()
