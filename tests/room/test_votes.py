"""Votes on whether people can read a drawing that the network misreads."""

import json

import pytest
from sqlalchemy import select

from tests.room.rooms import fool, join, new_id, send
from webapp.errors import BadRequest, NotVotable, UnknownDrawing
from webapp.room import rounds
from webapp.room.storage import schema
from webapp.room.verdicts import verdict_of_votes


def to_vote(room, participant) -> list[str]:
    """Return the ids of the drawings that a participant can vote on."""
    state = json.loads(room.live.state(participant, {}).json)
    return [drawing["id"] for drawing in state["to_vote"]]


@pytest.mark.parametrize(
    ("yes", "no", "expected"),
    [(0, 0, "voting"), (2, 0, "voting"), (3, 0, "yes"), (2, 1, "yes"), (1, 2, "no"), (2, 2, "no")],
)
def test_verdict_requires_three_votes_and_a_majority(yes, no, expected):
    assert verdict_of_votes(yes, no) == expected


@pytest.mark.parametrize(
    ("read", "is_digit", "fooled", "right"),
    [
        (9, 0.9, "voting", False),
        (4, 0.9, "caught", True),
        (4, 0.49, "voting", False),
        (4, 0.5, "caught", True),
        (4, None, "caught", True),
        (9, None, "voting", False),
    ],
)
def test_drawing_is_caught_unless_misread_or_rejected(room, reader, read, is_digit, fooled, right):
    reader.digits["conv"], reader.is_digit = read, is_digit
    room.start_round("fool", 4)
    drawing = send(room, join(room))
    assert (drawing["fooled"], drawing["right"]) == (fooled, right)
    (answer,) = (answer for answer in drawing["answers"] if answer["model"] == "conv")
    assert answer["right"] is right


def test_drawing_that_fooled_the_network_is_never_right(room, reader):
    people = [join(room) for _ in range(4)]
    reader.is_digit = 0.2  # reads a 4, but rejects it
    drawing = fool(room, people, [True, True, True], read=4)
    found = room.drawing(drawing["id"])
    assert (found["digit"], found["label"], found["fooled"], found["right"]) == (4, 4, "yes", False)


def test_drawing_without_a_label_is_neither_right_nor_wrong(room, reader):
    reader.is_digit = 0.2
    drawing = send(room, join(room))
    assert (drawing["right"], drawing["fooled"]) == (None, None)
    assert [answer["right"] for answer in drawing["answers"]] == [None, None]


def test_vote_on_a_caught_drawing_is_rejected(room):
    people = [join(room) for _ in range(2)]
    drawing = fool(room, people, [], read=4)
    assert to_vote(room, people[1]) == []
    with pytest.raises(NotVotable, match="one that has not"):
        room.vote(people[1], drawing["id"], True)


def test_misread_drawing_of_an_ask_round_is_no_candidate(room, reader):
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


def test_vote_returns_the_current_counts(room):
    people = [join(room) for _ in range(3)]
    drawing = fool(room, people, [True])
    assert room.vote(people[2], drawing["id"], False) == {"yes": 1, "no": 1, "counts": False}


def test_repeated_vote_replaces_the_first(room):
    people = [join(room) for _ in range(2)]
    drawing = fool(room, people, [True])
    before = room.drawing(drawing["id"])["revision"]
    assert room.vote(people[1], drawing["id"], True) == {"yes": 1, "no": 0, "counts": True}
    assert room.drawing(drawing["id"])["revision"] == before  # nothing has changed
    assert room.vote(people[1], drawing["id"], False) == {"yes": 0, "no": 1, "counts": False}


def test_vote_on_own_drawing_is_rejected(room):
    participant = join(room)
    drawing = fool(room, [participant], [])
    with pytest.raises(NotVotable, match="on your own"):
        room.vote(participant, drawing["id"], True)


@pytest.mark.parametrize("counts", [None, 1, "yes", [True]])
def test_vote_requires_a_boolean(room, counts):
    people = [join(room) for _ in range(2)]
    drawing = fool(room, people, [])
    with pytest.raises(BadRequest, match="expected counts as true or false"):
        room.vote(people[1], drawing["id"], counts)


def test_vote_on_unknown_or_hidden_drawing_is_rejected(room):
    people = [join(room) for _ in range(2)]
    drawing = fool(room, people, [])
    room.hide(drawing["id"], True)
    for drawing_id in (drawing["id"], new_id()):
        with pytest.raises(UnknownDrawing):
            room.vote(people[1], drawing_id, True)


def test_participants_see_candidates_until_they_vote(room):
    people = [join(room) for _ in range(2)]
    drawing = fool(room, people, [])
    assert to_vote(room, people[0]) == []
    assert to_vote(room, people[1]) == [drawing["id"]]
    room.vote(people[1], drawing["id"], True)
    assert to_vote(room, people[1]) == []


def test_participants_see_at_most_three_candidates(room):
    people = [join(room) for _ in range(3)]
    first = fool(room, people, [])
    others = [send(room, people[0]) for _ in range(4)]
    room.vote(people[1], others[3]["id"], True)
    assert to_vote(room, people[2]) == [others[3]["id"], first["id"], others[0]["id"]]


def test_candidates_exclude_decided_hidden_cleared_and_old_ones(room):
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


def test_votes_are_deleted_with_the_drawing(room):
    people = [join(room) for _ in range(4)]
    fool(room, people, [True, True, True])
    assert room.delete_all(people[0]) == 1
    with room.database.reading() as connection:
        assert connection.execute(select(schema.votes)).all() == []


def test_current_round_is_voted_on_after_a_clock_set_back(room, monkeypatch):
    people = [join(room) for _ in range(2)]
    earlier = fool(room, people, [])
    before = rounds.now()
    monkeypatch.setattr(rounds, "now", lambda: before - 3_600_000)
    later = fool(room, people, [])
    assert to_vote(room, people[1]) == [later["id"]] != [earlier["id"]]
