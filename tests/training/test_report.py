"""A network is scored on what was kept apart, with few inks and with many."""

import base64

import numpy as np
import pytest

from tests.training.samples import digit, symbol

pytestmark = pytest.mark.slow  # runs a Keras model


@pytest.fixture
def model():
    """A small network whose answers nobody has trained."""
    import keras

    from webapp.nets.architectures import linear

    keras.utils.set_random_seed(2)
    return linear()


@pytest.fixture
def kept():
    """Everything that a report asks for: digits of both halves of the hands, symbols, scribbles."""
    return kept_apart([digit(number % 10, f"room/{number % 7}", number) for number in range(70)])


def kept_apart(digits, others=None):
    from webapp.training.datasets import draw_samples
    from webapp.training.report import HeldOut

    scribbles = np.random.default_rng(1).integers(0, 256, (20, 28, 28)).astype(np.uint8)
    symbols = [symbol(name, "room/1") for name in "hxab"] if others is None else others
    return HeldOut(draw_samples([digit(number) for number in range(10)]), digits, symbols, scribbles)


def test_answers_of_many_bitmaps_are_those_of_each(model, monkeypatch):
    from webapp.training import report

    bitmaps = np.random.default_rng(3).integers(0, 256, (25, 28, 28)).astype(np.uint8)
    whole = report.answers_of(model, bitmaps)
    monkeypatch.setattr(report, "CHUNK", 10)
    parts = report.answers_of(model, bitmaps)
    assert whole.probabilities.shape == (25, 10)
    assert parts.probabilities == pytest.approx(whole.probabilities, abs=1e-6)
    assert parts.is_digit == pytest.approx(whole.is_digit, abs=1e-6)


def test_report_scores_everything_that_was_kept_apart(model, kept):
    from webapp.training.report import report

    scores, details = report(model, kept)
    assert {"mnist_test", "pen_unseen", "is_digit_auroc", "is_digit_auroc_unseen_kinds"} <= set(scores)
    assert all(0 <= score <= 1 for score in scores.values())
    pen = details["pen_unseen"]
    assert pen["samples"] == sum(map(sum, pen["confusion"])) == 70
    assert sum(pen["confusion"][d][d] for d in range(10)) / 70 == pytest.approx(scores["pen_unseen"])
    assert pen["by_site"]["room"]["samples"] == 70


def test_report_shows_its_mistakes_as_they_were_drawn(model, kept):
    from webapp.ink.bitmap import to_bitmap
    from webapp.training.report import report

    mistakes = report(model, kept)[1]["pen_unseen"]["mistakes"]
    drawn = {to_bitmap(sample.strokes).tobytes(): sample.label for sample in kept.digits}
    assert 0 < len(mistakes) <= 40
    assert all(mistake["label"] != mistake["answer"] for mistake in mistakes)
    assert all(drawn[base64.b64decode(mistake["bitmap"])] == mistake["label"] for mistake in mistakes)


@pytest.mark.parametrize(("digits", "others"), [([], []), ([], None), (None, [])])
def test_report_leaves_out_what_there_is_no_ink_for(model, kept, digits, others):
    from webapp.training.report import report

    scores, _ = report(model, kept_apart(kept.digits if digits is None else digits, others))
    assert ("pen_unseen" in scores) == (digits is None)
    assert "is_digit_auroc" not in scores
    assert np.isfinite(list(scores.values())).all()


def test_can_be_calibrated_needs_digits_of_two_hands(kept):
    from webapp.training.report import can_be_calibrated

    one_hand = [sample for sample in kept.digits if sample.writer == "room/3"]
    assert can_be_calibrated(kept)
    assert one_hand
    assert not can_be_calibrated(kept_apart(one_hand))
    assert not can_be_calibrated(kept_apart([]))


def test_calibration_of_a_hand_is_fitted_on_the_others_alone(model, kept):
    from webapp.training.report import _cross_calibrated

    random = np.random.default_rng(4)
    given = random.dirichlet(np.full(10, 0.3), 70)
    labels = given.argmax(axis=1)
    hand = np.array([sample.writer == "room/3" for sample in kept.digits])
    first = _cross_calibrated(given, labels, kept.digits)
    labels[hand] = (labels[hand] + 1) % 10  # now this hand is misread throughout
    second = _cross_calibrated(given, labels, kept.digits)
    assert second[hand] == pytest.approx(first[hand])
    assert not np.allclose(second[~hand], first[~hand])


def test_calibrate_on_lessens_the_cost_and_changes_no_answer(model, kept):
    from webapp.training.datasets import draw_samples
    from webapp.training.report import answers_of, calibrate_on

    digits = draw_samples(kept.digits)
    before = answers_of(model, digits.bitmaps).probabilities
    calibration = calibrate_on(model, kept)
    after = answers_of(model, digits.bitmaps).probabilities

    def cost(given):
        return -np.log(given[np.arange(70), digits.labels]).mean()

    assert cost(after) < cost(before)
    assert (after.argmax(axis=1) == before.argmax(axis=1)).all()
    assert 0 <= calibration["error"] <= 1
    assert 0 < calibration["chance"] <= 1
    assert sum(entry["samples"] for entry in calibration["reliability"]) == 70
