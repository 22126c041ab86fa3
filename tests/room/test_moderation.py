"""The presenter blocks participants, closes joining, and approves drawings before the wall."""

import json

import pytest

from tests.room.rooms import INK, MODELS, fool, join, new_id, send, send_many
from webapp.errors import BadRequest, JoiningClosed, NotAccepted, StorageUnavailable, UnknownParticipant
from webapp.room import drawings, moderation


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    """Make a few drawings take several transactions."""
    monkeypatch.setattr(moderation, "BATCH", 2)


def read_wall(room, since: int | None = None) -> dict:
    return json.loads(room.live.wall(since, 60, {}).json)


def shown_ids(room) -> list[str]:
    return [drawing["id"] for drawing in reversed(read_wall(room)["drawings"])]


def count_right(room) -> int:
    """Return the number of drawings in the scores."""
    return json.loads(room.live.scoreboard(MODELS, "conv", None).json)["models"][0]["drawings"]


def test_blocking_hides_everything_of_a_participant(room):
    vandal, ada = join(room), join(room)
    send_many(room, vandal, 5)
    kept = send(room, ada)
    room.change_state({"spotlight": shown_ids(room)[0]})
    before = read_wall(room)["revision"]
    report = room.moderation.block(vandal.id, True)
    assert report == {"id": vandal.id, "name": vandal.name, "blocked": True, "drawings": 5}
    assert shown_ids(room) == [kept["id"]]
    assert count_right(room) == read_wall(room)["count"] == 1
    assert read_wall(room)["spotlight"] is None
    assert all(change["gone"] for change in read_wall(room, before)["drawings"])


def test_blocked_participant_can_neither_send_nor_vote(room, reader):
    vandal, ada = join(room), join(room)
    sent = send(room, vandal)
    candidate = fool(room, [ada], [])
    room.moderation.block(vandal.id, True)
    calls = reader.calls
    vandal = join_again(room, vandal)
    with pytest.raises(NotAccepted):
        send(room, vandal)
    with pytest.raises(NotAccepted):
        room.vote(vandal, candidate["id"], True)
    assert reader.calls == calls  # no prediction for a blocked participant
    assert not room.save(vandal, sent["id"], INK, None, None)[1]  # a repeated request still gets its answer


def join_again(room, participant):
    """Return the participant as the next request finds them."""
    from webapp.room import participants

    with room.database.reading() as connection:
        return participants.require(connection, participant)


def test_request_that_waits_while_its_participant_is_blocked_stores_nothing(room):
    vandal = join(room)
    room.moderation.block(vandal.id, True)
    with pytest.raises(NotAccepted):
        send(room, vandal)  # with the data from before
    assert read_wall(room)["count"] == 0


def test_unblocking_shows_what_blocking_has_hidden(room):
    vandal = join(room)
    by_hand, *others = send_many(room, vandal, 5)
    room.hide(by_hand["id"], True)
    room.moderation.block(vandal.id, True)
    overview = room.moderation.overview()
    assert overview["blocked"] == [{"id": vandal.id, "name": vandal.name, "drawings": 4}]
    assert room.moderation.block(vandal.id, False)["drawings"] == 4
    assert shown_ids(room) == [each["id"] for each in others]
    assert (count_right(room), room.moderation.overview()["blocked"]) == (4, [])
    assert send(room, vandal)["hidden"] is False


def test_participant_stays_blocked_until_all_drawings_are_shown(room, monkeypatch):
    vandal = join(room)
    sent = send_many(room, vandal, 5)
    room.moderation.block(vandal.id, True)
    with monkeypatch.context() as patch:
        patch.setattr(drawings, "hide", fail_at(3, drawings.hide))
        with pytest.raises(StorageUnavailable):
            room.moderation.block(vandal.id, False)
    assert [each["drawings"] for each in room.moderation.overview()["blocked"]] == [3]
    assert room.moderation.block(vandal.id, False)["drawings"] == 3
    assert (shown_ids(room), room.moderation.overview()["blocked"]) == ([each["id"] for each in sent], [])


def fail_at(number: int, function):
    """Return a function that fails at its call of that number, as on a full disk."""
    calls = []

    def call(*arguments):
        calls.append(arguments)
        if len(calls) == number:
            raise StorageUnavailable("the disk is full")
        return function(*arguments)

    return call


def after_next_commit(room, action) -> None:
    """Run `action` once after the next commit, as another window would."""

    def run() -> None:
        room.database.on_change = lambda: None
        action()

    room.database.on_change = run


def test_unblocking_ends_a_block_that_still_hides(room):
    vandal = join(room)
    sent = send_many(room, vandal, 5)
    after_next_commit(room, lambda: room.moderation.block(vandal.id, False))
    room.moderation.block(vandal.id, True)
    assert (shown_ids(room), room.moderation.overview()["blocked"]) == ([each["id"] for each in sent], [])


def test_blocking_ends_an_approval_of_all_for_the_participant(room):
    room.change_state({"approval": True})
    vandal = join(room)
    send_many(room, vandal, 5)
    after_next_commit(room, lambda: room.moderation.block(vandal.id, True))
    assert room.moderation.approve_all() == 2  # the first batch
    assert shown_ids(room) == []


def test_blocking_an_unknown_participant_is_rejected(room):
    with pytest.raises(UnknownParticipant):
        room.moderation.block("0" * 16, True)
    for values in ((7, True), ("x", True), (join(room).id, "yes"), (join(room).id, None)):
        with pytest.raises(BadRequest):
            room.moderation.block(*values)


def test_closed_joining_keeps_those_who_have_joined(room):
    key = new_id()
    ada, secret = room.join(key)
    room.change_state({"joining_closed": True})
    with pytest.raises(JoiningClosed):
        room.join()
    assert room.join(key)[0].id == ada.id  # a repeated request
    assert room.participant(secret).id == ada.id
    assert send(room, ada)["number"] == 1
    room.change_state({"joining_closed": False})
    assert join(room).id


def test_drawings_wait_for_approval(room):
    room.change_state({"approval": True})
    ada = join(room)
    first, second = send_many(room, ada, 2)
    assert (first["hidden"], first["pending"]) == (True, True)
    assert (shown_ids(room), count_right(room), read_wall(room)["count"]) == ([], 0, 0)
    overview = room.moderation.overview()
    assert [each["id"] for each in overview["pending"]] == [first["id"], second["id"]]
    assert overview["pending_count"] == 2
    assert room.hide(first["id"], False)["pending"] is False
    room.hide(second["id"], True)  # rejected
    assert (shown_ids(room), count_right(room)) == ([first["id"]], 1)
    assert room.moderation.overview()["pending_count"] == 0


def test_all_waiting_drawings_are_approved_at_once(room):
    room.change_state({"approval": True})
    sent = send_many(room, join(room), 5)
    rejected = send(room, join(room))
    room.hide(rejected["id"], True)
    assert room.moderation.approve_all() == 5
    assert shown_ids(room) == [each["id"] for each in sent]
    assert room.moderation.approve_all() == 0


def test_waiting_drawings_go_on_waiting_after_the_mode_ends(room):
    room.change_state({"approval": True})
    waiting = send(room, join(room))
    room.change_state({"approval": False})
    assert send(room, join(room))["pending"] is False
    assert [each["id"] for each in room.moderation.overview()["pending"]] == [waiting["id"]]


def test_waiting_drawing_is_not_voted_on_until_approved(room):
    people = [join(room), join(room)]
    room.change_state({"approval": True})
    drawing = fool(room, people, [])
    state = json.loads(room.live.state(people[1], {}).json)
    assert state["to_vote"] == []
    room.moderation.approve_all()
    state = json.loads(room.live.state(people[1], {}).json)
    assert [each["id"] for each in state["to_vote"]] == [drawing["id"]]
    scores = json.loads(room.live.scoreboard(MODELS, "conv", None).json)
    assert scores["verdicts"]["voting"] == 1


def test_waiting_drawings_of_a_blocked_participant_wait_again_after_the_undo(room):
    room.change_state({"approval": True})
    vandal = join(room)
    send(room, vandal)
    room.moderation.block(vandal.id, True)
    assert room.moderation.overview()["pending"] == []
    assert room.moderation.approve_all() == 0
    room.moderation.block(vandal.id, False)
    assert room.moderation.overview()["pending_count"] == 1


def test_clearing_the_wall_takes_what_waits(room):
    room.change_state({"approval": True})
    ada, secret = room.join()
    send(room, ada)
    known = room.live.own(room.participant(secret), MODELS, None).tag
    room.clear()
    assert room.moderation.overview()["pending_count"] == 0
    own = room.live.own(room.participant(secret), MODELS, None, known.__eq__)
    (drawing,) = json.loads(own.json)["drawings"]
    assert (drawing["hidden"], drawing["pending"]) == (True, False)


def test_participant_deletes_a_waiting_drawing(room):
    room.change_state({"approval": True})
    ada = join(room)
    room.delete(ada, send(room, ada)["id"])
    assert (room.moderation.overview()["pending_count"], read_wall(room)["count"]) == (0, 0)
