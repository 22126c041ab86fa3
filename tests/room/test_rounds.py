"""Rounds and the labels of their drawings."""

import json

import pytest

from tests.room.rooms import join, send
from webapp.errors import BadRequest


def current_round(room) -> dict:
    """Return the current round."""
    return json.loads(room.live.state(None, {}).json)["round"]


def test_room_starts_with_a_free_round(room):
    assert (current_round(room)["kind"], current_round(room)["digit"]) == ("free", None)


@pytest.mark.parametrize(("kind", "digit"), [("free", None), ("ask", 0), ("ask", 9), ("fool", 4)])
def test_started_round_is_current(room, kind, digit):
    started = room.start_round(kind, digit)
    assert current_round(room) == started.to_json()
    assert (started.kind, started.digit) == (kind, digit)


@pytest.mark.parametrize(
    ("kind", "digit"),
    [
        ("free", 4),
        ("ask", None),
        ("ask", 10),
        ("ask", True),
        ("fool", "4"),
        ("fool", 4.0),
        ("guess", 4),
        (None, None),
        (["ask"], 4),
        ({}, 4),
    ],
)
def test_invalid_round_is_rejected(room, kind, digit):
    before = current_round(room)
    with pytest.raises(BadRequest, match="expected"):
        room.start_round(kind, digit)
    assert current_round(room) == before


@pytest.mark.parametrize(("kind", "digit"), [("free", None), ("ask", 4), ("fool", 4)])
def test_repeated_start_keeps_the_empty_round(room, kind, digit):
    first = room.start_round(kind, digit)
    assert room.start_round(kind, digit) == first
    send(room, join(room))
    second = room.start_round(kind, digit)
    assert second.id != first.id  # with a drawing it is a repetition on purpose
    assert room.start_round("ask", 5).id != second.id


@pytest.mark.parametrize("kind", ["ask", "fool"])
def test_label_is_the_digit_of_the_round(room, kind):
    room.start_round(kind, 7)
    assert send(room, join(room), label=3)["label"] == 7


def test_label_of_a_free_round_is_chosen_by_the_participant(room):
    assert send(room, join(room), label=3)["label"] == 3
    assert send(room, join(room))["label"] is None


def test_drawing_for_an_ended_round_counts_for_it(room):
    ask_round = room.start_round("ask", 7)
    room.start_round("free", None)
    drawing = send(room, join(room), round_id=ask_round.id)
    assert (drawing["round"], drawing["label"]) == (ask_round.id, 7)


def test_drawing_without_a_round_counts_for_the_current_one(room):
    ask_round = room.start_round("ask", 7)
    assert send(room, join(room))["round"] == ask_round.id
