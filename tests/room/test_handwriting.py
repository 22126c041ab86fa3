"""The room's labeled drawings with their people, to teach a network."""

import json

from tests.room.rooms import new_id

LINE = [[[0, 0], [0, 100]]]


def save(room, participant, label: int | None) -> str:
    return room.save(participant, new_id(), LINE, label, None)[0]["id"]


def test_labels_are_counted_by_person(room):
    (one, _), (other, _) = room.join(), room.join()
    for participant, label in ((one, 1), (one, 1), (one, None), (other, 4)):
        save(room, participant, label)
    found = {(person, label): count for person, label, count, _ in room.label_counts()}
    assert found == {(one.id, 1): 2, (other.id, 4): 1}


def test_count_tells_how_many_the_default_model_read(room):
    participant, _ = room.join()
    drawing = room.drawing(save(room, participant, 1), hidden_too=True)
    is_right = drawing["right"]
    assert [row[3] for row in room.label_counts()] == [int(is_right)]


def test_newest_drawings_come_with_person_and_ink(room):
    participant, _ = room.join()
    first, second = save(room, participant, 1), save(room, participant, 2)
    found = room.handwriting(9)
    assert [each.id for each in found] == [second, first]
    assert (found[0].participant_id, found[0].label) == (participant.id, 2)
    assert len(found[0].bitmap) == 784
    assert json.loads(found[0].strokes) == LINE
    assert len(room.handwriting(1)) == 1


def test_hidden_and_deleted_drawings_are_left_out(room):
    participant, _ = room.join()
    hidden, deleted, shown = (save(room, participant, 1) for _ in range(3))
    room.hide(hidden, True)
    room.delete(participant, deleted)
    assert [each.id for each in room.handwriting(9)] == [shown]
    assert list(room.thumbnails([hidden, deleted, shown])) == [shown]
    assert [row[2] for row in room.label_counts()] == [1]
