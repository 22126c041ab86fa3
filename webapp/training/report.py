"""Evaluate a trained network on everything kept apart, and say it as the `scores` and `evaluation` of a card.

What is kept apart: MNIST's test set, the digits and the symbols of unseen hands, and scribbles. The
calibration is fitted on unseen hands too, so its error is measured across: on each hand with what was
fitted on the others.
"""

import base64
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np

from webapp.training import evaluation
from webapp.training.calibration import calibrate, fit_platt, fit_temperature, softmax
from webapp.training.datasets import UNSEEN_SYMBOLS, Bitmaps, draw_samples
from webapp.training.ink_file import Sample
from webapp.training.writers import hand_of

CHUNK = 1000  # bitmaps read at once
MAX_FOLDS = 24  # where there are more hands, several are left out of a fit together


@dataclass(frozen=True)
class HeldOut:
    """What the network was not trained on."""

    mnist: Bitmaps
    digits: list[Sample]  # by unseen hands; empty where no ink was given
    others: list[Sample]  # symbols by unseen hands
    scribbles: np.ndarray  # uint8 (n, 28, 28)

    @cached_property
    def drawn_digits(self) -> Bitmaps:
        """`digits` as bitmaps, drawn once for all networks."""
        return draw_samples(self.digits)

    @cached_property
    def drawn_others(self) -> Bitmaps:
        """`others` as bitmaps, drawn once for all networks."""
        return draw_samples(self.others)


@dataclass(frozen=True)
class Answers:
    """A network's answers to n bitmaps: probabilities (n, 10) and is_digit (n,)."""

    probabilities: np.ndarray
    is_digit: np.ndarray


def answers_of(model: keras.Model, bitmaps: np.ndarray) -> Answers:
    """Return the model's answers to bitmaps uint8 (n, 28, 28)."""
    parts = [
        model(bitmaps[start : start + CHUNK].astype(np.float32), training=False)
        for start in range(0, max(1, len(bitmaps)), CHUNK)
    ]
    join = {name: np.concatenate([np.asarray(part[name]) for part in parts]) for name in parts[0]}
    return Answers(join["digit"], join["is_digit"][:, 0])


def can_be_calibrated(kept: HeldOut) -> bool:
    """Say whether the digits are by two unseen hands or more: one to fit on and one to measure on."""
    return len({hand_of(sample.writer) for sample in kept.digits}) > 1


def calibrate_on(model: keras.Model, kept: HeldOut) -> dict:
    """Calibrate `model` in place on unseen hands, and return what was fitted and how well it holds.

    Returns:
        {"temperature", "slope", "offset", "error" (expected calibration error, 0 to 1), "chance" (the
        error that perfectly calibrated answers would show on as many digits), "reliability"}.
    """
    labels = kept.drawn_digits.labels
    of_digits = answers_of(model, kept.drawn_digits.bitmaps)
    of_others = answers_of(model, np.concatenate([kept.drawn_others.bitmaps, kept.scribbles]))
    across = _cross_calibrated(of_digits.probabilities, labels, kept.digits)
    diagram = evaluation.reliability(across, labels)
    temperature = fit_temperature(of_digits.probabilities, labels)
    slope, offset = fit_platt(
        np.concatenate([of_digits.is_digit, of_others.is_digit]),
        np.arange(len(of_digits.is_digit) + len(of_others.is_digit)) < len(of_digits.is_digit),
    )
    calibrate(model, temperature, slope, offset)
    return {
        "temperature": temperature,
        "slope": slope,
        "offset": offset,
        "error": evaluation.calibration_error(diagram),
        "chance": evaluation.chance_error(across),
        "reliability": diagram,
    }


def _cross_calibrated(probabilities: np.ndarray, labels: np.ndarray, samples: list[Sample]) -> np.ndarray:
    """Return the probabilities (n, 10) of each hand, at the temperature of the other hands."""
    fold = _folds(samples)
    logits = np.log(np.maximum(probabilities, 1e-12))
    result = np.empty_like(probabilities)
    for number in np.unique(fold):
        here = fold == number
        result[here] = softmax(logits[here] / fit_temperature(probabilities[~here], labels[~here]))
    return result


def _folds(samples: list[Sample]) -> np.ndarray:
    """Return for each sample (n,) which fold its hand is in: its own, or up to MAX_FOLDS shared ones."""
    hands = [hand_of(sample.writer) for sample in samples]
    number = {hand: index % MAX_FOLDS for index, hand in enumerate(sorted(set(hands)))}
    return np.array([number[hand] for hand in hands])


def report(model: keras.Model, kept: HeldOut) -> tuple[dict, dict]:
    """Return the card's `scores` (fractions from 0 to 1) and its long `evaluation`."""
    mnist = answers_of(model, kept.mnist.bitmaps)
    scores = {"mnist_test": evaluation.accuracy(mnist.probabilities, kept.mnist.labels)}
    details: dict = {"mnist_test": _by_digit(mnist, kept.mnist.labels)}
    if kept.digits:
        digits = kept.drawn_digits
        answers = answers_of(model, digits.bitmaps)
        scores["pen_unseen"] = evaluation.accuracy(answers.probabilities, digits.labels)
        scores |= _telling_apart(model, kept, answers)
        details["pen_unseen"] = _by_digit(answers, digits.labels) | {
            "by_site": evaluation.accuracy_by(
                np.array([sample.site for sample in kept.digits]), answers.probabilities, digits.labels
            ),
            "mistakes": _mistakes(answers, digits, kept.digits),
        }
    return scores, details


def _by_digit(answers: Answers, labels: np.ndarray) -> dict:
    return {
        "samples": len(labels),
        "by_digit": evaluation.accuracy_by(labels, answers.probabilities, labels),
        "confusion": evaluation.confusion(answers.probabilities, labels).tolist(),
    }


def _telling_apart(model: keras.Model, kept: HeldOut, of_digits: Answers) -> dict:
    """Return how well is_digit tells digits from symbols of unseen hands, unseen kinds, and scribbles."""
    scribbles = answers_of(model, kept.scribbles).is_digit
    scores = {
        "scribbles_accepted": evaluation.accepted_others(of_digits.is_digit, scribbles),
        "digits_accepted_at_half": float((of_digits.is_digit >= 0.5).mean()),
    }
    if kept.others:
        others = answers_of(model, kept.drawn_others.bitmaps).is_digit
        scores["is_digit_auroc"] = evaluation.auroc(of_digits.is_digit, others)
        scores["others_accepted"] = evaluation.accepted_others(of_digits.is_digit, others)
        scores["others_accepted_at_half"] = float((others >= 0.5).mean())
        unseen_kind = np.array([sample.label in UNSEEN_SYMBOLS for sample in kept.others])
        if unseen_kind.any():
            scores["is_digit_auroc_unseen_kinds"] = evaluation.auroc(of_digits.is_digit, others[unseen_kind])
    return scores


def _mistakes(answers: Answers, digits: Bitmaps, samples: list[Sample]) -> list[dict]:
    """Return the surest wrong answers, each with its bitmap as base64 of 784 bytes."""
    return [
        {
            "label": int(digits.labels[index]),
            "answer": int(answers.probabilities[index].argmax()),
            "probability": float(answers.probabilities[index].max()),
            "site": samples[index].site,
            "bitmap": base64.b64encode(digits.bitmaps[index].tobytes()).decode(),
        }
        for index in evaluation.worst_mistakes(answers.probabilities, digits.labels)
    ]
