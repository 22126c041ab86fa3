"""The notice that a taught network reads a drawing which was misread."""

import json

from tests.room.rooms import join, send
from webapp.room import taught


def notice(room, participant) -> dict | None:
    return json.loads(room.live.state(participant, {}).json)["taught"]


def labeled(room, participant, label: int = 7) -> str:
    return send(room, participant, label=label)["id"]


def test_notice_reaches_its_participant_only(room):
    ada, bob = join(room), join(room)
    drawing = labeled(room, ada)
    assert notice(room, ada) is None
    room.notify_taught([drawing])
    assert notice(room, ada)["label"] == 7
    assert notice(room, bob) is None
    assert notice(room, None) is None


def test_newest_drawing_of_a_participant_counts(room):
    ada = join(room)
    ids = [labeled(room, ada, label) for label in (3, 5)]
    room.notify_taught(ids)
    assert notice(room, ada)["label"] == 5


def test_each_notice_has_its_own_id(room):
    ada = join(room)
    drawing = labeled(room, ada)
    room.notify_taught([drawing])
    first = notice(room, ada)["id"]
    room.notify_taught([drawing])
    assert notice(room, ada)["id"] != first


def test_no_drawings_end_the_notice(room):
    ada = join(room)
    room.notify_taught([labeled(room, ada)])
    room.notify_taught([])
    assert notice(room, ada) is None


def test_deleted_drawing_takes_its_notice_with_it(room):
    ada = join(room)
    drawing = labeled(room, ada)
    room.notify_taught([drawing])
    room.delete(ada, drawing)
    assert notice(room, ada) is None


def test_unknown_and_unlabeled_drawings_are_left_out(room):
    ada, bob = join(room), join(room)
    room.notify_taught([send(room, ada)["id"], "11111111-1111-4111-8111-111111111111", labeled(room, bob)])
    assert notice(room, ada) is None
    assert notice(room, bob)["label"] == 7


def test_notice_is_limited_to_those_who_drew_last(room, monkeypatch):
    monkeypatch.setattr(taught, "MAX_PEOPLE", 2)
    people = [join(room) for _ in range(3)]
    room.notify_taught([labeled(room, person) for person in people])
    assert [notice(room, person) is not None for person in people] == [False, True, True]


def test_more_drawings_than_one_query_may_name(room, monkeypatch):
    monkeypatch.setattr(taught, "BATCH", 2)
    people = [join(room) for _ in range(5)]
    room.notify_taught([labeled(room, person) for person in people])
    assert all(notice(room, person) for person in people)


def test_notice_changes_the_state_that_streams_compare(room):
    ada = join(room)
    drawing = labeled(room, ada)
    before = room.live.moment({})
    room.notify_taught([drawing])
    after = room.live.moment({})
    assert after.state != before.state
    assert after.revision > before.revision
