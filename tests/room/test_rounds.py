"""Rounds: what a drawing's label is, and which rounds there are."""

import json

import pytest

from tests.room.rooms import join, send
from webapp.errors import BadRequest


def running(room) -> dict:
    """Return the round that runs."""
    return json.loads(room.live.state(None, {}).json)["round"]


def test_room_begins_with_a_free_round(room):
    assert (running(room)["kind"], running(room)["digit"]) == ("free", None)


@pytest.mark.parametrize(("kind", "digit"), [("free", None), ("ask", 0), ("ask", 9), ("fool", 4)])
def test_round_that_is_started_runs(room, kind, digit):
    started = room.start_round(kind, digit)
    assert running(room) == started.to_json()
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
def test_round_that_makes_no_sense_is_refused(room, kind, digit):
    before = running(room)
    with pytest.raises(BadRequest, match="expected"):
        room.start_round(kind, digit)
    assert running(room) == before


@pytest.mark.parametrize("kind", ["ask", "fool"])
def test_label_is_the_digit_that_was_asked_for(room, kind):
    room.start_round(kind, 7)
    assert send(room, join(room), label=3)["label"] == 7


def test_label_of_a_free_round_is_the_participants(room):
    assert send(room, join(room), label=3)["label"] == 3
    assert send(room, join(room))["label"] is None


def test_drawing_for_a_round_that_has_ended_counts_to_that_round(room):
    asked = room.start_round("ask", 7)
    room.start_round("free", None)
    drawing = send(room, join(room), round_id=asked.id)
    assert (drawing["round"], drawing["label"]) == (asked.id, 7)


def test_drawing_without_a_round_counts_to_the_one_that_runs(room):
    asked = room.start_round("ask", 7)
    assert send(room, join(room))["round"] == asked.id
