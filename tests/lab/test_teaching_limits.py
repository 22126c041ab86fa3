"""A teaching ends when its loss is no longer a number, and at its time limit. Slow: TensorFlow."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.keras_models import build_keras_model
from webapp.lab.digits import Digits
from webapp.training.datasets import Bitmaps

pytestmark = pytest.mark.slow

DRAWINGS = 20


@pytest.fixture
def start():
    """Return the function that starts a teaching: it returns the `teaching`, and the `events` so far."""
    model = build_keras_model(hidden=1, outputs=1)

    from webapp.lab.training.room_mixture import TaughtDrawing, Tuning
    from webapp.lab.training.session import Controls
    from webapp.lab.training.teaching import RoomDrawings, Teaching

    random = np.random.default_rng(1)
    few = Bitmaps(random.integers(0, 256, (50, 28, 28), np.uint8), random.integers(0, 10, 50))
    strokes = [np.array([[300.0, 180.0], [700.0, 180.0], [420.0, 850.0]])]
    drawings = RoomDrawings([TaughtDrawing(strokes, 7)] * DRAWINGS, few.bitmaps[:DRAWINGS])

    def start(**tuning: float) -> SimpleNamespace:
        events: list[dict] = []
        controls = Controls(lambda _: None)
        digits = Digits(few, few, few)
        teaching = Teaching(1, model, drawings, digits, controls, events.append, 1, Tuning(**tuning))
        return SimpleNamespace(teaching=teaching, events=events)

    return start


def test_loss_that_is_no_number_ends_the_teaching_and_says_so(start):
    started = start(learning_rate=1e30, least_steps=400)
    status, reason = started.teaching.train()
    assert status == "failed"
    assert reason == (
        "The loss is no longer a number, so there is no taught network; pages and phones keep the one they "
        "have. Teach again, from another network."
    )
    assert started.teaching._step < 20


def test_last_step_that_spoils_the_network_is_noticed(start):
    started = start(learning_rate=1e30, passes=1, least_steps=1)
    status, _ = started.teaching.train()
    assert (status, started.teaching._step) == ("failed", 1)


def test_time_limit_ends_the_teaching_and_says_after_how_much(start, monkeypatch):
    monkeypatch.setattr("webapp.lab.training.teaching.TIME_LIMIT", 0.0)
    monkeypatch.setattr("webapp.lab.training.teaching.LEAST_TRAINING", 0.001)
    started = start(passes=1, least_steps=4)
    status, reason = started.teaching.train()
    assert (status, reason) == ("done", "The time limit ended it after 25 % of the planned steps.")
    assert len(started.teaching.result()["readings"]) == DRAWINGS


def test_teaching_within_the_time_limit_gives_no_reason(start):
    assert start(passes=1, least_steps=5).teaching.train() == ("done", None)
