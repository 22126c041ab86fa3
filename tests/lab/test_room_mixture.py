"""Batches of teaching: the room's drawings with their labels, and replay with its targets."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from webapp.lab.training.room_mixture import (  # noqa: E402, needs TensorFlow
    NO_DIGIT,
    Outputs,
    RoomMixture,
    TaughtDrawing,
    Tuning,
    run_network,
)
from webapp.training.datasets import Bitmaps  # noqa: E402

pytestmark = pytest.mark.slow
SEVEN = [np.array([[0.0, 0.0], [10.0, 0.0], [4.0, 16.0]])]
ONE = [np.array([[5.0, 0.0], [5.0, 16.0]])]
DRAWINGS = [TaughtDrawing(SEVEN, 7), TaughtDrawing(ONE, 1)]
TUNING = Tuning(passes=4, room=4, replay=6, negatives=3, least_steps=1)


@pytest.fixture(scope="module")
def known() -> Bitmaps:
    """Ten bitmaps with the labels 0 to 9: rectangles of different heights."""
    bitmaps = np.zeros((10, 28, 28), np.uint8)
    for label in range(10):
        bitmaps[label, 4 : 8 + 2 * label, 10:18] = 255
    return Bitmaps(bitmaps, np.arange(10))


def make_model(has_is_digit: bool) -> keras.Model:
    keras.utils.set_random_seed(1)
    pixels = keras.Input((28, 28))
    flat = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(pixels))
    outputs = {"digit": keras.layers.Dense(10, activation="softmax")(flat)}
    if has_is_digit:
        outputs["is_digit"] = keras.layers.Dense(1, activation="sigmoid")(flat)
    return keras.Model(pixels, outputs if has_is_digit else outputs["digit"])


def test_batch_holds_the_room_and_labeled_replay(known):
    bitmaps, targets = RoomMixture(DRAWINGS, known, make_model(False), TUNING)[0]

    assert bitmaps.shape == (10, 28, 28)
    assert bitmaps.dtype == np.float32
    assert set(targets[:4].argmax(axis=1)) == {1, 7}
    assert targets[:4].max() == pytest.approx(1 - 0.05 + 0.005)
    assert set(targets[4:].max(axis=1)) == {1.0}
    heights = (bitmaps[4:].max(axis=2) > 100).sum(axis=1)
    assert np.corrcoef(heights, targets[4:].argmax(axis=1))[0, 1] > 0.9


def test_is_digit_and_negatives_keep_the_former_outputs(known):
    model = make_model(True)
    bitmaps, targets = RoomMixture(DRAWINGS, known, model, TUNING)[0]
    former = run_network(model, bitmaps)

    assert bitmaps.shape == (13, 28, 28)
    assert targets["is_digit"].shape == (13, 1)
    assert targets["is_digit"][:4] == pytest.approx(1.0)
    assert targets["is_digit"][4:, 0] == pytest.approx(former.is_digit[4:], abs=1e-5)
    assert targets["digit"][10:] == pytest.approx(former.digit[10:], abs=1e-5)


def test_seed_and_number_determine_a_batch(known):
    model = make_model(False)
    first, again, other = (RoomMixture(DRAWINGS, known, model, TUNING, seed) for seed in (1, 1, 2))

    assert np.array_equal(first[1][0], again[1][0])
    assert not np.array_equal(first[1][0], other[1][0])
    assert not np.array_equal(first[1][0], first[0][0])


def test_every_drawing_is_in_each_pass(known):
    mixture = RoomMixture(DRAWINGS, known, make_model(False), TUNING)

    labels = np.concatenate([targets[:4].argmax(axis=1) for _, targets in (mixture[0], mixture[1])])

    assert len(mixture) == 2  # 2 drawings x 4 passes / 4 in a batch
    assert sorted(labels) == [1] * 4 + [7] * 4


def test_reading_below_the_threshold_of_is_digit_is_no_digit():
    digit = np.eye(10, dtype=np.float32)[[3, 4]]

    assert Outputs(digit, np.array([0.9, 0.1])).readings.tolist() == [3, NO_DIGIT]
    assert Outputs(digit, None).readings.tolist() == [3, 4]
