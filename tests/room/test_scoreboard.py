"""The scoreboard counts visible drawings only."""

import json

import pytest

from tests.room.rooms import MODELS, fool, join, send
from webapp.errors import BadRequest, UnknownRound
from webapp.room.drawings import delete_all
from webapp.room.scoreboard import GALLERY


def read_scoreboard(room, model: str = "conv", round_id: str | None = None, only_wall: bool = False) -> dict:
    """Return the scoreboard."""
    return json.loads(room.live.scoreboard(MODELS, model, round_id, only_wall=only_wall).json)


def score(room, model: str, round_id: str | None = None) -> tuple:
    """Return a model's numbers of drawings, labeled drawings and right predictions."""
    (found,) = (row for row in read_scoreboard(room, round_id=round_id)["models"] if row["model"] == model)
    assert found["accuracy"] == (found["right"] / found["labeled"] if found["labeled"] else None)
    return found["drawings"], found["labeled"], found["right"]


def send_all(room, reader, readings: list[tuple]) -> list[dict]:
    """Send a drawing for each (label, prediction of conv, prediction of linear)."""
    drawings = []
    for label, conv, linear in readings:
        reader.digits = {"conv": conv, "linear": linear}
        drawings.append(send(room, join(room), label))
    return drawings


def test_scoreboard_of_an_empty_room_shows_every_model(room):
    found = read_scoreboard(room)
    assert [row["model"] for row in found["models"]] == list(MODELS)
    assert score(room, "conv") == (0, 0, 0)
    assert found["confusion"] == [[0] * 11] * 10
    assert found["verdicts"] == {"caught": 0, "voting": 0, "yes": 0, "no": 0}
    assert (found["pairs"], found["fooled"]) == ([], [])


def test_scoreboard_etag_differs_by_model_and_query(room):
    def tag(models=MODELS, model="conv", round_id=None, only_wall=False) -> str:
        return room.live.scoreboard(models, model, round_id, only_wall=only_wall).tag

    ask = room.start_round("ask", 4)
    tags = tag(), tag(model="linear"), tag(models=["conv"]), tag(round_id=ask.id), tag(only_wall=True)
    assert len(set(tags)) == len(tags)
    assert tag() == tags[0]


def test_scoreboard_counts_by_model(room, reader):
    send_all(room, reader, [(4, 4, 9), (4, 4, 4), (7, 1, 7), (None, 3, 3)])
    assert score(room, "conv") == (4, 3, 2)
    assert score(room, "linear") == (4, 3, 2)
    confusion = read_scoreboard(room)["confusion"]
    assert (confusion[4][4], confusion[7][1], sum(map(sum, confusion))) == (2, 1, 3)
    assert read_scoreboard(room, "linear")["confusion"][4][9] == 1


def test_rejected_digit_is_wrong_in_every_score(room, reader):
    reader.is_digit = 0.2  # of conv; linear has no such output
    drawings = send_all(room, reader, [(4, 4, 4), (4, 4, 4), (7, 1, 7)])
    assert score(room, "conv") == (3, 3, 0)
    assert score(room, "linear") == (3, 3, 3)
    found = read_scoreboard(room)
    assert (found["confusion"][4], found["confusion"][7]) == ([0] * 10 + [2], [0] * 10 + [1])
    assert [(pair["label"], pair["digit"], pair["count"]) for pair in found["pairs"]] == [
        (4, None, 2),
        (7, None, 1),
    ]
    shown = [drawing["id"] for drawing in found["pairs"][0]["drawings"]]
    assert shown == [drawings[1]["id"], drawings[0]["id"]]
    room.hide(drawings[0]["id"], True)
    assert read_scoreboard(room)["confusion"][4][10] == 1


def test_verdicts_are_counted_beyond_the_gallery(room, reader):
    people = [join(room) for _ in range(4)]
    fooled = [fool(room, people, [True, True, True]) for _ in range(GALLERY + 1)]
    fool(room, people, [True, False, False])
    fool(room, people, [True])
    caught = fool(room, people, [], read=4)
    found = read_scoreboard(room)
    assert found["verdicts"] == {"caught": 1, "voting": 1, "yes": GALLERY + 1, "no": 1}
    assert len(found["fooled"]) == GALLERY
    room.hide(fooled[0]["id"], True)
    room.delete(people[0], caught["id"])
    assert read_scoreboard(room)["verdicts"] == {"caught": 0, "voting": 1, "yes": GALLERY, "no": 1}
    assert read_scoreboard(room, round_id=fooled[1]["round"])["verdicts"]["yes"] == 1


def test_changed_vote_moves_the_verdict(room):
    people = [join(room) for _ in range(4)]
    drawing = fool(room, people, [True, True, False])
    room.vote(people[1], drawing["id"], False)
    assert read_scoreboard(room)["verdicts"] == {"caught": 0, "voting": 0, "yes": 0, "no": 1}


def on_wall(room) -> tuple:
    """Return the numbers of drawings, labeled and right ones, and the verdicts on the wall."""
    found, state = read_scoreboard(room, only_wall=True), json.loads(room.live.state(None, {}).json)
    (conv,) = (row for row in found["models"] if row["model"] == "conv")
    assert found["confusion"][4][4] == conv["right"]
    verdicts = {name: count for name, count in found["verdicts"].items() if count}
    return state["on_wall"], conv["labeled"], conv["right"], verdicts


def test_cleared_wall_counts_nothing(room, reader):
    people = [join(room) for _ in range(4)]
    old = send(room, people[0], 4)
    fooled = fool(room, people, [True, True, True])
    assert on_wall(room) == (2, 1, 1, {"yes": 1})
    room.clear()
    assert on_wall(room) == (0, 0, 0, {})
    found = read_scoreboard(room, only_wall=True)
    assert (found["pairs"], found["fooled"]) == ([], [])
    assert score(room, "conv") == (1, 1, 1)  # the scoreboard goes on
    room.hide(old["id"], True)  # what was cleared changes nothing on the wall
    room.hide(old["id"], False)
    room.vote(people[1], fooled["id"], False)
    room.delete(people[0], fooled["id"])
    assert on_wall(room) == (0, 0, 0, {})
    room.start_round("free", None)
    reader.digits["conv"] = 4
    new = send(room, people[0], 4)
    assert on_wall(room) == (1, 1, 1, {})
    room.hide(new["id"], True)
    assert on_wall(room) == (0, 0, 0, {})


def test_scoreboard_lists_most_confused_pairs_first(room, reader):
    drawings = send_all(room, reader, [(7, 1, 7)] * 8 + [(4, 9, 4)] + [(2, 2, 3)])
    pairs = read_scoreboard(room)["pairs"]
    assert [(pair["label"], pair["digit"], pair["count"]) for pair in pairs] == [(7, 1, 8), (4, 9, 1)]
    assert [drawing["id"] for drawing in pairs[0]["drawings"]] == [row["id"] for row in drawings[7:1:-1]]
    (linear,) = read_scoreboard(room, "linear")["pairs"]
    assert [drawing["id"] for drawing in linear["drawings"]] == [drawings[9]["id"]]


def test_scoreboard_skips_hidden_and_deleted_drawings(room, reader):
    drawings = send_all(room, reader, [(7, 1, 1), (7, 1, 1), (7, 7, 7)])
    room.hide(drawings[0]["id"], True)
    assert score(room, "conv") == (2, 2, 1)
    assert [row["id"] for row in read_scoreboard(room)["pairs"][0]["drawings"]] == [drawings[1]["id"]]
    room.hide(drawings[0]["id"], True)  # hiding twice changes nothing
    assert score(room, "conv") == (2, 2, 1)
    room.hide(drawings[0]["id"], False)
    assert score(room, "conv") == (3, 3, 1)
    with room.database.writing() as change:
        delete_all(change, [drawing["id"] for drawing in drawings])
    assert score(room, "conv") == (0, 0, 0)
    assert read_scoreboard(room)["pairs"] == []


def test_scoreboard_of_one_round(room, reader):
    send_all(room, reader, [(7, 1, 1)])
    ask_round = room.start_round("ask", 4)
    send_all(room, reader, [(None, 4, 9)])
    assert score(room, "conv", ask_round.id) == (1, 1, 1)
    assert score(room, "linear", ask_round.id) == (1, 1, 0)
    assert read_scoreboard(room, round_id=ask_round.id)["pairs"] == []
    assert score(room, "conv") == (2, 2, 1)


def test_scoreboard_of_all_rounds_skips_fool_rounds(room):
    people = [join(room) for _ in range(4)]
    drawing = fool(room, people, [True, True, True])
    assert score(room, "conv") == (0, 0, 0)
    assert [row["id"] for row in read_scoreboard(room)["fooled"]] == [drawing["id"]]
    assert score(room, "conv", drawing["round"]) == (1, 1, 0)
    assert read_scoreboard(room, round_id=drawing["round"])["pairs"][0]["count"] == 1


def test_gallery_skips_drawings_voted_down(room):
    people = [join(room) for _ in range(4)]
    fool(room, people, [True, False, False])
    assert read_scoreboard(room)["fooled"] == []


def test_scoreboard_of_an_unknown_round_is_rejected(room):
    with pytest.raises(UnknownRound):
        read_scoreboard(room, round_id="0123456789ab")
    with pytest.raises(BadRequest):
        read_scoreboard(room, round_id="first")
