"""Participants join without an account, return by cookie, and choose a name."""

import json

import pytest
from sqlalchemy import delete, select

from tests.room.rooms import MODELS, join, send, send_many
from webapp.errors import BadRequest, NotJoined
from webapp.room import participants
from webapp.room.participants import Participant, hashed
from webapp.room.storage import schema

KEY = "0b1d2c3e-4f50-4a6b-8c7d-9e0f1a2b3c4d"


def test_participant_is_found_by_the_secret(room):
    joined, secret = room.join()
    assert room.participant(secret) == joined


def test_unknown_secret_finds_no_participant(room):
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


def test_joining_again_with_the_same_key_is_one_participant(room):
    one, secret = room.join(KEY)
    assert room.join(KEY.upper()) == (one, secret)
    assert room.participant(secret) == one
    assert room.join("7f0c0d5e-8f0f-4c57-9a43-64d2f6d3a0b2")[0] != one


@pytest.mark.parametrize("key", ["", "short", 7, [], {"a": 1}, KEY + "0"])
def test_joining_with_a_malformed_key_is_rejected(room, key):
    with pytest.raises(BadRequest, match="expected key as a UUID"):
        room.join(key)


def test_participants_have_unique_names(room):
    names = [join(room).name for _ in range(20)]
    assert len(set(names)) == 20


def test_renaming_updates_drawings_on_the_wall(room):
    participant, secret = room.join()
    drawing = send(room, participant)
    named = room.rename(participant, " Ada ")
    assert named == Participant(participant.id, "Ada", named.revision)
    assert room.participant(secret) == named
    assert room.drawing(drawing["id"])["name"] == "Ada"
    assert room.drawing(drawing["id"])["revision"] > drawing["revision"]


def test_renaming_updates_drawings_behind_many_others(room, monkeypatch):
    monkeypatch.setattr(participants, "RENAMED", 3)
    ada, other = join(room), join(room)
    shown = send_many(room, ada, 3)
    for drawing in send_many(room, ada, 3):
        room.hide(drawing["id"], True)
    send_many(room, other, 3)
    room.rename(ada, "Ada")
    assert all(room.drawing(drawing["id"])["revision"] > drawing["revision"] for drawing in shown)


def test_own_drawings_match_the_reported_revision(room):
    ada, secret = room.join()
    loaded = room.participant(secret)  # a request has loaded its participant
    drawing = send(room, ada)  # then another request changes the room
    own = json.loads(room.live.own(loaded, MODELS, loaded.revision).json)
    assert [shown["id"] for shown in own["drawings"]] == [drawing["id"]]
    assert own["revision"] >= drawing["revision"]
    again = json.loads(room.live.own(loaded, MODELS, own["revision"]).json)
    assert (again["full"], again["drawings"]) == (False, [])


def test_deleted_participant_cannot_list_drawings(room):
    ada = join(room)
    with room.database.writing() as change:
        change.connection.execute(delete(schema.participants))
    with pytest.raises(NotJoined):
        room.live.own(ada, MODELS, None)


def test_participant_revision_changes_with_their_drawings(room):
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
    assert seen == sorted(set(seen))  # each change increases the revision
