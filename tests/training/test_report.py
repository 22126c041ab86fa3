"""Scores and calibration on held-out data."""

import base64
import dataclasses

import numpy as np
import pytest

from tests.training.samples import digit, symbol

pytestmark = pytest.mark.slow  # runs a Keras model


@pytest.fixture
def model():
    """A small untrained network."""
    import keras

    from webapp.nets.architectures import linear

    keras.utils.set_random_seed(2)
    return linear()


@pytest.fixture
def held_out():
    """All held-out sets of a report: digits of both halves of the writers, symbols, synthetic negatives."""
    return held_out_data([digit(number % 10, f"room/{number % 7}", number) for number in range(70)])


def held_out_data(digits, others=None):
    from webapp.training.datasets import rasterize_samples
    from webapp.training.report import HeldOut

    synthetic = np.random.default_rng(1).integers(0, 256, (20, 28, 28)).astype(np.uint8)
    symbols = [symbol(name, "room/1") for name in "hxab"] if others is None else others
    mnist = rasterize_samples([digit(number) for number in range(10)])
    return HeldOut(mnist, digits, symbols, synthetic, new_kinds=frozenset("hx"))


def test_predictions_are_independent_of_batches(model, monkeypatch):
    from webapp.training import report

    bitmaps = np.random.default_rng(3).integers(0, 256, (25, 28, 28)).astype(np.uint8)
    whole = report.predict(model, bitmaps)
    monkeypatch.setattr(report, "BATCH", 10)
    parts = report.predict(model, bitmaps)
    assert whole.probabilities.shape == (25, 10)
    assert parts.probabilities == pytest.approx(whole.probabilities, abs=1e-6)
    assert parts.is_digit == pytest.approx(whole.is_digit, abs=1e-6)


def test_report_scores_all_held_out_data(model, held_out):
    from webapp.training.report import report

    scores, details = report(model, held_out)
    new = {"is_digit_auroc_new_kinds", "new_kinds_accepted"}
    assert {"mnist_test", "pen_test", "is_digit_auroc"} | new <= set(scores)
    assert all(0 <= score <= 1 for score in scores.values())
    pen = details["pen_test"]
    assert pen["samples"] == sum(map(sum, pen["confusion"])) == 70
    assert sum(pen["confusion"][d][d] for d in range(10)) / 70 == pytest.approx(scores["pen_test"])
    assert pen["by_site"]["room"]["samples"] == 70


def test_report_has_no_score_of_new_kinds_where_all_were_trained(model, held_out):
    from webapp.training.report import report

    scores, _ = report(model, dataclasses.replace(held_out, new_kinds=frozenset()))
    assert "is_digit_auroc" in scores
    assert not {"is_digit_auroc_new_kinds", "new_kinds_accepted"} & set(scores)


def test_report_contains_bitmaps_of_mistakes(model, held_out):
    from webapp.ink.bitmap import to_bitmap
    from webapp.training.report import report

    mistakes = report(model, held_out)[1]["pen_test"]["mistakes"]
    drawn = {to_bitmap(sample.strokes).tobytes(): sample.label for sample in held_out.digits}
    assert 0 < len(mistakes) <= 40
    assert all(mistake["label"] != mistake["digit"] for mistake in mistakes)
    assert all(drawn[base64.b64decode(mistake["bitmap"])] == mistake["label"] for mistake in mistakes)


@pytest.mark.parametrize(("digits", "others"), [([], []), ([], None), (None, [])])
def test_report_omits_scores_without_data(model, held_out, digits, others):
    from webapp.training.report import report

    scores, _ = report(model, held_out_data(held_out.digits if digits is None else digits, others))
    assert ("pen_test" in scores) == (digits is None)
    assert "is_digit_auroc" not in scores
    assert np.isfinite(list(scores.values())).all()


def test_can_be_calibrated_requires_two_writers(held_out):
    from webapp.training.report import can_be_calibrated

    one_hand = [sample for sample in held_out.digits if sample.writer == "room/3"]
    assert can_be_calibrated(held_out)
    assert one_hand
    assert not can_be_calibrated(held_out_data(one_hand))
    assert not can_be_calibrated(held_out_data([]))


def test_calibration_is_cross_validated_by_writer(model, held_out):
    from webapp.training.report import _cross_calibrated

    random = np.random.default_rng(4)
    given = random.dirichlet(np.full(10, 0.3), 70)
    labels = given.argmax(axis=1)
    is_misread = np.array([sample.writer == "room/3" for sample in held_out.digits])
    first = _cross_calibrated(given, labels, held_out.digits)
    labels[is_misread] = (labels[is_misread] + 1) % 10  # all digits of this writer
    second = _cross_calibrated(given, labels, held_out.digits)
    assert second[is_misread] == pytest.approx(first[is_misread])
    assert not np.allclose(second[~is_misread], first[~is_misread])


def test_calibrate_on_reduces_loss_and_keeps_predictions(model, held_out):
    from webapp.training.datasets import rasterize_samples
    from webapp.training.report import calibrate_on, cross_validate_calibration, predict

    digits = rasterize_samples(held_out.digits)
    before = predict(model, digits.bitmaps).probabilities
    uncalibrated = cross_validate_calibration(model, held_out)
    assert set(calibrate_on(model, held_out)) == {"temperature", "slope", "offset"}
    calibration = cross_validate_calibration(model, held_out)
    after = predict(model, digits.bitmaps).probabilities

    def cost(given):
        return -np.log(given[np.arange(70), digits.labels]).mean()

    assert cost(after) < cost(before)
    assert (after.argmax(axis=1) == before.argmax(axis=1)).all()
    assert calibration["error"] == pytest.approx(uncalibrated["error"], abs=1e-3)
    assert 0 <= calibration["error"] <= 1
    assert 0 < calibration["ideal_error"] <= 1
    assert sum(entry["samples"] for entry in calibration["reliability"]) == 70
