"""Labeled drawings of the room, for the lab."""

from tests.room.rooms import new_id

LINE = [[[0, 0], [0, 100]]]


def save(room, label: int | None) -> str:
    participant, _ = room.join()
    return room.save(participant, new_id(), LINE, label, None)[0]["id"]


def test_newest_labeled_drawings_come_first(room):
    for label in (1, None, 4, 4):
        save(room, label)
    assert [drawing["label"] for drawing in room.labeled_drawings(9)] == [4, 4, 1]
    assert [drawing["label"] for drawing in room.labeled_drawings(2)] == [4, 4]
    assert [drawing["label"] for drawing in room.drawings_of_digits(9)] == [4, 1]
    assert [drawing.label for drawing in room.labeled_bitmaps(9)] == [4, 4, 1]
    assert [len(drawing.bitmap) for drawing in room.labeled_bitmaps(1)] == [784]


def test_hidden_drawings_are_left_out(room):
    drawing = save(room, 1)
    room.hide(drawing, True)
    assert room.labeled_drawings(9) == room.drawings_of_digits(9) == room.labeled_bitmaps(9) == []
