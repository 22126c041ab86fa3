"""Somebody joins without an account, comes back, and takes a name."""

import json

import pytest
from sqlalchemy import delete, select

from tests.room.rooms import MODELS, join, send
from webapp.errors import NotJoined
from webapp.room import schema
from webapp.room.participants import Participant, hashed


def test_participant_is_known_again_by_the_secret(room):
    joined, secret = room.join()
    assert room.participant(secret) == joined


def test_participant_of_another_secret_is_not_known(room):
    _, secret = room.join()
    assert room.participant(secret + "x") is None
    assert room.participant("") is None
    assert room.participant("\ud800") is None


def test_secret_is_random_and_not_in_the_database(room):
    (one, secret), (other, other_secret) = room.join(), room.join()
    assert secret != other_secret
    assert one.id != other.id
    assert len(secret) >= 22  # 128 bits in base64
    with room.database.reading() as connection:
        rows = connection.execute(select(schema.participants)).all()
    assert {row.secret_hash for row in rows} == {hashed(secret), hashed(other_secret)}
    assert not any(secret in str(value) for row in rows for value in row)


def test_participants_get_names_of_their_own(room):
    names = [join(room).name for _ in range(20)]
    assert len(set(names)) == 20


def test_participant_takes_another_name_and_the_wall_hears_of_it(room):
    participant, secret = room.join()
    drawing = send(room, participant)
    named = room.rename(participant, " Ada ")
    assert named == Participant(participant.id, "Ada", named.revision)
    assert room.participant(secret) == named
    assert room.drawing(drawing["id"])["name"] == "Ada"
    assert room.drawing(drawing["id"])["revision"] > drawing["revision"]


def test_participants_own_drawings_are_of_the_moment_they_are_told_with(room):
    ada, secret = room.join()
    asking = room.participant(secret)  # a request has found out who asks
    drawing = send(room, ada)  # and before it goes on, something changes
    told = json.loads(room.live.own(asking, MODELS, asking.revision).json)
    assert [shown["id"] for shown in told["drawings"]] == [drawing["id"]]
    assert told["revision"] >= drawing["revision"]
    again = json.loads(room.live.own(asking, MODELS, told["revision"]).json)
    assert (again["full"], again["drawings"]) == (False, [])


def test_participant_forgotten_meanwhile_has_no_drawings_of_their_own(room):
    ada = join(room)
    with room.database.alone() as connection:
        connection.execute(delete(schema.participants))
    with pytest.raises(NotJoined):
        room.live.own(ada, MODELS, None)


def test_participant_is_touched_by_what_happens_to_their_drawings(room):
    participant, secret = room.join()
    seen = [participant.revision]
    drawing = send(room, participant)
    for change in (
        lambda: room.hide(drawing["id"], True),
        lambda: room.hide(drawing["id"], False),
        lambda: room.delete(participant, drawing["id"]),
    ):
        seen.append(room.participant(secret).revision)
        change()
    seen.append(room.participant(secret).revision)
    assert seen == sorted(set(seen))  # each change another, later revision
