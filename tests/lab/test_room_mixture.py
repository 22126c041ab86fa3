"""Batches of teaching: the room's drawings with their labels, and replay with its targets."""

import numpy as np
import pytest

from tests.keras_models import build_keras_model
from webapp.training.datasets import Bitmaps

pytestmark = pytest.mark.slow
SEVEN = [np.array([[0.0, 0.0], [10.0, 0.0], [4.0, 16.0]])]
ONE = [np.array([[5.0, 0.0], [5.0, 16.0]])]


@pytest.fixture(scope="module")
def known() -> Bitmaps:
    """Ten bitmaps with the labels 0 to 9: rectangles of different heights."""
    bitmaps = np.zeros((10, 28, 28), np.uint8)
    for label in range(10):
        bitmaps[label, 4 : 8 + 2 * label, 10:18] = 255
    return Bitmaps(bitmaps, np.arange(10))


@pytest.fixture(scope="module")
def models() -> dict:
    """Two untrained networks, by their number of outputs. TensorFlow is imported here."""
    return {outputs: build_keras_model(1, outputs) for outputs in (1, 2)}


def make_mixture(known: Bitmaps, model, seed: int = 1):
    """Return a mixture of two drawings, 4 of them and 6 digits of MNIST in a batch."""
    from webapp.lab.training.room_mixture import RoomMixture, TaughtDrawing, Tuning

    drawings = [TaughtDrawing(SEVEN, 7), TaughtDrawing(ONE, 1)]
    tuning = Tuning(passes=4, room=4, replay=6, negatives=3, least_steps=1)
    return RoomMixture(drawings, known, model, tuning, seed)


def test_batch_holds_the_room_and_labeled_replay(known, models):
    bitmaps, targets = make_mixture(known, models[1])[0]

    assert bitmaps.shape == (10, 28, 28)
    assert bitmaps.dtype == np.float32
    assert set(targets[:4].argmax(axis=1)) == {1, 7}
    assert targets[:4].max() == pytest.approx(1 - 0.05 + 0.005)
    assert set(targets[4:].max(axis=1)) == {1.0}
    heights = (bitmaps[4:].max(axis=2) > 100).sum(axis=1)
    assert np.corrcoef(heights, targets[4:].argmax(axis=1))[0, 1] > 0.9


def test_is_digit_and_negatives_keep_the_former_outputs(known, models):
    bitmaps, targets = make_mixture(known, models[2])[0]
    former = models[2].predict_on_batch(bitmaps)

    assert bitmaps.shape == (13, 28, 28)
    assert targets["is_digit"].shape == (13, 1)
    assert targets["is_digit"][:4] == pytest.approx(1.0)
    assert targets["is_digit"][4:] == pytest.approx(former["is_digit"][4:], abs=1e-5)
    assert targets["digit"][10:] == pytest.approx(former["digit"][10:], abs=1e-5)


def test_seed_and_number_determine_a_batch(known, models):
    first, again, other = (make_mixture(known, models[1], seed) for seed in (1, 1, 2))

    assert np.array_equal(first[1][0], again[1][0])
    assert not np.array_equal(first[1][0], other[1][0])
    assert not np.array_equal(first[1][0], first[0][0])


def test_every_drawing_is_in_each_pass(known, models):
    mixture = make_mixture(known, models[1])

    labels = np.concatenate([targets[:4].argmax(axis=1) for _, targets in (mixture[0], mixture[1])])

    assert len(mixture) == 2  # 2 drawings x 4 passes / 4 in a batch
    assert sorted(labels) == [1] * 4 + [7] * 4


def test_reading_below_the_threshold_of_is_digit_is_no_digit():
    from webapp.lab.training.room_mixture import NO_DIGIT, Outputs

    digit = np.eye(10, dtype=np.float32)[[3, 4]]

    assert Outputs(digit, np.array([0.9, 0.1])).readings.tolist() == [3, NO_DIGIT]
    assert Outputs(digit, None).readings.tolist() == [3, 4]
