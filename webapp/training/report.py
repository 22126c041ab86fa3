"""Calibrate and evaluate a trained network on held-out data, for the `scores` and `evaluation` of its card.

Held out are MNIST's test set, digits and symbols of held-out writers, and synthetic negatives. Calibration is
fitted on held-out writers as well, so its error is cross-validated by writer.
"""

import base64
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np

from webapp.nets.network import IS_DIGIT
from webapp.training import metrics
from webapp.training.calibration import calibrate, fit_platt, fit_temperature, softmax
from webapp.training.datasets import Bitmaps, rasterize_samples
from webapp.training.ink_file import Sample
from webapp.training.writers import person_of

BATCH = 1000  # bitmaps predicted at once
MAX_FOLDS = 24  # with more writers than that, several share a fold


@dataclass(frozen=True)
class HeldOut:
    """The data that no network is trained on."""

    mnist: Bitmaps
    digits: list[Sample]  # of held-out writers; empty without an ink file
    symbols: list[Sample]  # of held-out writers
    synthetic: np.ndarray  # negatives, uint8 (n, 28, 28)
    new_kinds: frozenset[int | str] = frozenset()  # labels of symbols that the training left out

    @cached_property
    def digit_bitmaps(self) -> Bitmaps:
        """`digits` as bitmaps, rasterized once for all networks."""
        return rasterize_samples(self.digits)

    @cached_property
    def symbol_bitmaps(self) -> Bitmaps:
        """`symbols` as bitmaps, rasterized once for all networks."""
        return rasterize_samples(self.symbols)


@dataclass(frozen=True)
class Predictions:
    """The outputs of a network for n bitmaps: probabilities (n, 10) and is_digit (n,)."""

    probabilities: np.ndarray
    is_digit: np.ndarray


def predict(model: keras.Model, bitmaps: np.ndarray) -> Predictions:
    """Return the outputs of `model` for bitmaps uint8 (n, 28, 28)."""
    batches = [
        model(bitmaps[start : start + BATCH].astype(np.float32), training=False)
        for start in range(0, max(1, len(bitmaps)), BATCH)
    ]
    joined = {name: np.concatenate([np.asarray(batch[name]) for batch in batches]) for name in batches[0]}
    return Predictions(joined["digit"], joined["is_digit"][:, 0])


def can_be_calibrated(held_out: HeldOut) -> bool:
    """Return whether there are digits of two held-out writers or more, as cross-validation needs."""
    return len({person_of(sample.writer) for sample in held_out.digits}) > 1


def calibrate_on(model: keras.Model, held_out: HeldOut) -> dict:
    """Calibrate `model` in place on held-out writers.

    Returns:
        {"temperature", "slope", "offset"}.
    """
    digits = predict(model, held_out.digit_bitmaps.bitmaps)
    negatives = predict(model, np.concatenate([held_out.symbol_bitmaps.bitmaps, held_out.synthetic]))
    temperature = fit_temperature(digits.probabilities, held_out.digit_bitmaps.labels)
    slope, offset = fit_platt(
        np.concatenate([digits.is_digit, negatives.is_digit]),
        np.arange(len(digits.is_digit) + len(negatives.is_digit)) < len(digits.is_digit),
    )
    calibrate(model, temperature, slope, offset)
    return {"temperature": temperature, "slope": slope, "offset": offset}


def cross_validate_calibration(model: keras.Model, held_out: HeldOut) -> dict:
    """Return how well temperatures that are fitted on other writers calibrate each writer's digits.

    A temperature that `model` already contains does not change the result.

    Returns:
        {"error" (expected calibration error, 0 to 1), "ideal_error" (that of a perfectly calibrated model on
        as many digits), "reliability"}.
    """
    labels = held_out.digit_bitmaps.labels
    given = predict(model, held_out.digit_bitmaps.bitmaps).probabilities
    probabilities = _cross_calibrated(given, labels, held_out.digits)
    diagram = metrics.reliability(probabilities, labels)
    return {
        "error": metrics.calibration_error(diagram),
        "ideal_error": metrics.ideal_calibration_error(probabilities),
        "reliability": diagram,
    }


def _cross_calibrated(probabilities: np.ndarray, labels: np.ndarray, samples: list[Sample]) -> np.ndarray:
    """Return the probabilities (n, 10) of each fold, with the temperature fitted on the other folds."""
    fold = _folds(samples)
    logits = np.log(np.maximum(probabilities, 1e-12))
    result = np.empty_like(probabilities)
    for number in np.unique(fold):
        here = fold == number
        result[here] = softmax(logits[here] / fit_temperature(probabilities[~here], labels[~here]))
    return result


def _folds(samples: list[Sample]) -> np.ndarray:
    """Return the fold of each sample (n,): one for each person, at most MAX_FOLDS."""
    people = [person_of(sample.writer) for sample in samples]
    number = {person: index % MAX_FOLDS for index, person in enumerate(sorted(set(people)))}
    return np.array([number[person] for person in people])


def report(model: keras.Model, held_out: HeldOut) -> tuple[dict, dict]:
    """Return the card's `scores` (fractions from 0 to 1) and its `evaluation`."""
    mnist = predict(model, held_out.mnist.bitmaps)
    scores = {"mnist_test": metrics.accuracy(mnist.probabilities, held_out.mnist.labels)}
    details: dict = {"mnist_test": _by_digit(mnist, held_out.mnist.labels)}
    if held_out.digits:
        digits = held_out.digit_bitmaps
        predictions = predict(model, digits.bitmaps)
        scores["pen_test"] = metrics.accuracy(predictions.probabilities, digits.labels)
        scores |= _rejection_scores(model, held_out, predictions)
        details["pen_test"] = _by_digit(predictions, digits.labels) | {
            "by_site": metrics.accuracy_by(
                np.array([sample.site for sample in held_out.digits]),
                predictions.probabilities,
                digits.labels,
            ),
            "mistakes": _mistakes(predictions, digits, held_out.digits),
        }
    return scores, details


def _by_digit(predictions: Predictions, labels: np.ndarray) -> dict:
    return {
        "samples": len(labels),
        "by_digit": metrics.accuracy_by(labels, predictions.probabilities, labels),
        "confusion": metrics.confusion(predictions.probabilities, labels).tolist(),
    }


def _rejection_scores(model: keras.Model, held_out: HeldOut, digits: Predictions) -> dict:
    """Return how well is_digit separates digits from symbols and synthetic negatives."""
    synthetic = predict(model, held_out.synthetic).is_digit
    scores = {
        "synthetic_accepted": metrics.accepted_negatives(digits.is_digit, synthetic),
        "digits_accepted_at_half": float((digits.is_digit >= IS_DIGIT).mean()),
    }
    if held_out.symbols:
        symbols = predict(model, held_out.symbol_bitmaps.bitmaps).is_digit
        scores["is_digit_auroc"] = metrics.auroc(digits.is_digit, symbols)
        scores["symbols_accepted"] = metrics.accepted_negatives(digits.is_digit, symbols)
        scores["symbols_accepted_at_half"] = float((symbols >= IS_DIGIT).mean())
        is_new = np.array([sample.label in held_out.new_kinds for sample in held_out.symbols])
        if is_new.any():
            scores["is_digit_auroc_new_kinds"] = metrics.auroc(digits.is_digit, symbols[is_new])
            scores["new_kinds_accepted"] = metrics.accepted_negatives(digits.is_digit, symbols[is_new])
    return scores


def _mistakes(predictions: Predictions, digits: Bitmaps, samples: list[Sample]) -> list[dict]:
    """Return the most confident mistakes, each with its bitmap as base64 of 784 bytes."""
    return [
        {
            "label": int(digits.labels[index]),
            "digit": int(predictions.probabilities[index].argmax()),
            "probability": float(predictions.probabilities[index].max()),
            "site": samples[index].site,
            "bitmap": base64.b64encode(digits.bitmaps[index].tobytes()).decode(),
        }
        for index in metrics.worst_mistakes(predictions.probabilities, digits.labels)
    ]
