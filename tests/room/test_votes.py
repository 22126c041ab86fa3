"""The room votes on whether a drawing that the network misread can be read by people."""

import json

import pytest
from sqlalchemy import select

from tests.room.rooms import fool, join, new_id, send
from webapp.errors import BadRequest, NotVotable, UnknownDrawing
from webapp.room import rounds, schema
from webapp.room.votes import result


def to_vote(room, participant) -> list[str]:
    """Return the ids of the drawings that a participant is asked about."""
    state = json.loads(room.live.state(participant, {}).json)
    return [drawing["id"] for drawing in state["to_vote"]]


@pytest.mark.parametrize(
    ("yes", "no", "expected"),
    [(0, 0, "voting"), (2, 0, "voting"), (3, 0, "yes"), (2, 1, "yes"), (1, 2, "no"), (2, 2, "no")],
)
def test_result_needs_three_votes_and_more_than_half(yes, no, expected):
    assert result(yes, no) == expected


@pytest.mark.parametrize(
    ("read", "is_digit", "fooled"),
    [(9, 0.9, "voting"), (4, 0.9, None), (4, 0.4, "voting"), (4, None, None), (9, None, "voting")],
)
def test_candidate_is_what_the_network_misreads_or_takes_for_no_digit(room, reader, read, is_digit, fooled):
    reader.digits["conv"], reader.is_digit = read, is_digit
    room.start_round("fool", 4)
    assert send(room, join(room))["fooled"] == fooled


def test_misread_drawing_of_another_round_is_no_candidate(room, reader):
    reader.digits["conv"] = 9
    room.start_round("ask", 4)
    drawing = send(room, join(room))
    assert drawing["fooled"] is None
    with pytest.raises(NotVotable, match="one that has not"):
        room.vote(join(room), drawing["id"], True)


@pytest.mark.parametrize(("votes", "fooled"), [([True, True, False], "yes"), ([True, False, False], "no")])
def test_votes_decide_whether_it_counts(room, votes, fooled):
    people = [join(room) for _ in range(4)]
    drawing = fool(room, people, votes)
    found = room.drawing(drawing["id"])
    assert found["fooled"] == fooled
    assert found["votes"] == {"yes": votes.count(True), "no": votes.count(False)}
    assert found["revision"] > drawing["revision"]


def test_vote_tells_the_votes_so_far(room):
    people = [join(room) for _ in range(3)]
    drawing = fool(room, people, [True])
    assert room.vote(people[2], drawing["id"], False) == {"yes": 1, "no": 1, "counts": False}


def test_vote_given_twice_counts_once_and_the_last_one_counts(room):
    people = [join(room) for _ in range(2)]
    drawing = fool(room, people, [True])
    before = room.drawing(drawing["id"])["revision"]
    assert room.vote(people[1], drawing["id"], True) == {"yes": 1, "no": 0, "counts": True}
    assert room.drawing(drawing["id"])["revision"] == before  # nothing has changed
    assert room.vote(people[1], drawing["id"], False) == {"yes": 0, "no": 1, "counts": False}


def test_vote_on_ones_own_drawing_is_refused(room):
    participant = join(room)
    drawing = fool(room, [participant], [])
    with pytest.raises(NotVotable, match="on your own"):
        room.vote(participant, drawing["id"], True)


@pytest.mark.parametrize("counts", [None, 1, "yes", [True]])
def test_vote_needs_true_or_false(room, counts):
    people = [join(room) for _ in range(2)]
    drawing = fool(room, people, [])
    with pytest.raises(BadRequest, match="expected counts as true or false"):
        room.vote(people[1], drawing["id"], counts)


def test_vote_on_a_drawing_that_is_not_there_or_hidden_is_refused(room):
    people = [join(room) for _ in range(2)]
    drawing = fool(room, people, [])
    room.hide(drawing["id"], True)
    for drawing_id in (drawing["id"], new_id()):
        with pytest.raises(UnknownDrawing):
            room.vote(people[1], drawing_id, True)


def test_participant_is_asked_about_others_drawings_until_they_have_voted(room):
    people = [join(room) for _ in range(2)]
    drawing = fool(room, people, [])
    assert to_vote(room, people[0]) == []
    assert to_vote(room, people[1]) == [drawing["id"]]
    room.vote(people[1], drawing["id"], True)
    assert to_vote(room, people[1]) == []


def test_participant_is_asked_about_three_at_most_those_with_votes_first(room):
    people = [join(room) for _ in range(3)]
    first = fool(room, people, [])
    others = [send(room, people[0]) for _ in range(4)]
    room.vote(people[1], others[3]["id"], True)
    assert to_vote(room, people[2]) == [others[3]["id"], first["id"], others[0]["id"]]


def test_nobody_is_asked_about_what_is_decided_hidden_cleared_or_of_an_earlier_round(room):
    people = [join(room) for _ in range(5)]
    fool(room, people, [True, True, True])  # decided
    assert to_vote(room, people[4]) == []
    hidden = send(room, people[0])
    room.hide(hidden["id"], True)
    assert to_vote(room, people[4]) == []
    send(room, people[0])
    room.clear()
    assert to_vote(room, people[4]) == []
    send(room, people[0])
    room.start_round("ask", 2)
    assert len(to_vote(room, people[4])) == 1  # the newest round of this kind is still voted on
    room.start_round("fool", 2)
    assert to_vote(room, people[4]) == []


def test_votes_go_with_the_drawing(room):
    people = [join(room) for _ in range(4)]
    fool(room, people, [True, True, True])
    assert room.delete_all(people[0]) == 1
    with room.database.reading() as connection:
        assert connection.execute(select(schema.votes)).all() == []


def test_round_that_runs_is_voted_on_although_the_clock_was_put_back(room, monkeypatch):
    people = [join(room) for _ in range(2)]
    earlier = fool(room, people, [])
    before = rounds.now()
    monkeypatch.setattr(rounds, "now", lambda: before - 3_600_000)
    later = fool(room, people, [])
    assert to_vote(room, people[1]) == [later["id"]] != [earlier["id"]]
