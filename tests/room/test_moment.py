"""Whom a moment of the room concerns: participants with a drawing that others changed."""

from tests.room.rooms import fool, join, send
from webapp.room.live import Moment


def concerned(room, before: Moment) -> set[str]:
    return set(room.live.moment({}, before).concerned)


def test_first_moment_concerns_no_participant(room):
    send(room, join(room))
    assert room.live.moment({}).concerned == frozenset()


def test_own_drawing_does_not_concern_its_participant(room):
    ada = join(room)
    before = room.live.moment({})
    send(room, ada)
    assert concerned(room, before) == set()


def test_hidden_drawing_concerns_its_participant_only(room):
    ada, bob = join(room), join(room)
    drawing = send(room, ada)
    send(room, bob)
    before = room.live.moment({})
    room.hide(drawing["id"], True)
    assert concerned(room, before) == {ada.id}
    assert concerned(room, room.live.moment({})) == set()


def test_approval_concerns_all_whose_drawings_waited(room):
    room.change_state({"approval": True})
    people = [join(room) for _ in range(3)]
    for person in people[:2]:
        send(room, person)
    before = room.live.moment({})
    room.moderation.approve_all()
    assert concerned(room, before) == {person.id for person in people[:2]}


def test_approval_within_the_same_moment_is_noticed(room):
    room.change_state({"approval": True})
    ada = join(room)
    before = room.live.moment({})
    send(room, ada)
    assert concerned(room, before) == set()
    room.moderation.approve_all()
    assert concerned(room, before) == {ada.id}


def test_votes_concern_the_participant_once_they_decide(room):
    people = [join(room) for _ in range(4)]
    drawing = fool(room, people, [True, True])
    before = room.live.moment({})
    assert concerned(room, before) == set()
    room.vote(people[1], drawing["id"], False)
    assert concerned(room, before) == set()
    room.vote(people[1], drawing["id"], True)
    room.vote(people[3], drawing["id"], True)
    assert concerned(room, before) == {people[0].id}
