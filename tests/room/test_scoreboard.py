"""The scoreboard counts with every drawing, and forgets what is hidden or deleted."""

import json

import pytest

from tests.room.rooms import MODELS, fool, join, send
from webapp.errors import BadRequest, UnknownRound
from webapp.room.drawings import delete_all


def look(room, model: str = "conv", round_id: str | None = None) -> dict:
    """Return the scoreboard."""
    return json.loads(room.live.scoreboard(MODELS, model, round_id).json)


def score(room, model: str, round_id: str | None = None) -> tuple:
    """Return how many drawings a model read, how many had a label, and how many of them it read right."""
    (found,) = (row for row in look(room, round_id=round_id)["models"] if row["model"] == model)
    assert found["accuracy"] == (found["right"] / found["labelled"] if found["labelled"] else None)
    return found["drawings"], found["labelled"], found["right"]


def filled(room, reader, readings: list[tuple]) -> list[dict]:
    """Send a drawing for each (label, what conv reads, what linear reads)."""
    drawings = []
    for label, conv, linear in readings:
        reader.digits = {"conv": conv, "linear": linear}
        drawings.append(send(room, join(room), label))
    return drawings


def test_scoreboard_of_an_empty_room_shows_every_model(room):
    found = look(room)
    assert [row["model"] for row in found["models"]] == list(MODELS)
    assert score(room, "conv") == (0, 0, 0)
    assert found["confusion"] == [[0] * 10] * 10
    assert (found["pairs"], found["fooled"]) == ([], [])


def test_scoreboard_counts_by_model(room, reader):
    filled(room, reader, [(4, 4, 9), (4, 4, 4), (7, 1, 7), (None, 3, 3)])
    assert score(room, "conv") == (4, 3, 2)
    assert score(room, "linear") == (4, 3, 2)
    confusion = look(room)["confusion"]
    assert (confusion[4][4], confusion[7][1], sum(map(sum, confusion))) == (2, 1, 3)
    assert look(room, "linear")["confusion"][4][9] == 1


def test_scoreboard_shows_the_most_confused_pairs_with_their_newest_drawings(room, reader):
    drawings = filled(room, reader, [(7, 1, 7)] * 8 + [(4, 9, 4)] + [(2, 2, 3)])
    pairs = look(room)["pairs"]
    assert [(pair["label"], pair["digit"], pair["count"]) for pair in pairs] == [(7, 1, 8), (4, 9, 1)]
    assert [drawing["id"] for drawing in pairs[0]["drawings"]] == [row["id"] for row in drawings[7:1:-1]]
    (linear,) = look(room, "linear")["pairs"]
    assert [drawing["id"] for drawing in linear["drawings"]] == [drawings[9]["id"]]


def test_scoreboard_leaves_out_what_is_hidden_or_deleted(room, reader):
    drawings = filled(room, reader, [(7, 1, 1), (7, 1, 1), (7, 7, 7)])
    room.hide(drawings[0]["id"], True)
    assert score(room, "conv") == (2, 2, 1)
    assert [row["id"] for row in look(room)["pairs"][0]["drawings"]] == [drawings[1]["id"]]
    room.hide(drawings[0]["id"], True)  # once more changes nothing
    assert score(room, "conv") == (2, 2, 1)
    room.hide(drawings[0]["id"], False)
    assert score(room, "conv") == (3, 3, 1)
    with room.database.writing() as change:
        delete_all(change, [drawing["id"] for drawing in drawings])
    assert score(room, "conv") == (0, 0, 0)
    assert look(room)["pairs"] == []


def test_scoreboard_of_one_round(room, reader):
    filled(room, reader, [(7, 1, 1)])
    asked = room.start_round("ask", 4)
    filled(room, reader, [(None, 4, 9)])
    assert score(room, "conv", asked.id) == (1, 1, 1)
    assert score(room, "linear", asked.id) == (1, 1, 0)
    assert look(room, round_id=asked.id)["pairs"] == []
    assert score(room, "conv") == (2, 2, 1)


def test_scoreboard_of_all_rounds_leaves_out_those_that_were_to_fool_the_network(room):
    people = [join(room) for _ in range(4)]
    drawing = fool(room, people, [True, True, True])
    assert score(room, "conv") == (0, 0, 0)
    assert [row["id"] for row in look(room)["fooled"]] == [drawing["id"]]
    assert score(room, "conv", drawing["round"]) == (1, 1, 0)
    assert look(room, round_id=drawing["round"])["pairs"][0]["count"] == 1


def test_gallery_holds_what_people_could_read(room):
    people = [join(room) for _ in range(4)]
    fool(room, people, [True, False, False])
    assert look(room)["fooled"] == []


def test_scoreboard_of_a_round_that_is_none_is_refused(room):
    with pytest.raises(UnknownRound):
        look(room, round_id="0123456789ab")
    with pytest.raises(BadRequest):
        look(room, round_id="first")
