"""Scores are held against counts by hand and against slow, plain definitions."""

import numpy as np
import pytest

from webapp.training import evaluation


def answers(*winners: tuple[int, float]) -> np.ndarray:
    """Return rows of probabilities whose winner and its probability are given."""
    rows = [np.full(10, (1 - share) / 9) for _, share in winners]
    for row, (digit, share) in zip(rows, winners, strict=True):
        row[digit] = share
    return np.array(rows)


def test_accuracy_counts_the_right_winners():
    given = answers((1, 0.9), (2, 0.6), (3, 0.5), (4, 0.4))
    assert evaluation.accuracy(given, np.array([1, 2, 3, 5])) == 0.75


def test_accuracy_by_group_keeps_groups_apart():
    given = answers((1, 0.9), (2, 0.9), (3, 0.9))
    result = evaluation.accuracy_by(np.array(["syn", "ibm", "syn"]), given, np.array([1, 2, 4]))
    assert result == {"ibm": {"samples": 1, "accuracy": 1.0}, "syn": {"samples": 2, "accuracy": 0.5}}


def test_confusion_has_what_it_is_in_rows_and_what_is_said_in_columns():
    counts = evaluation.confusion(answers((7, 0.9), (7, 0.9), (1, 0.9)), np.array([1, 7, 1]))
    assert counts[1, 7] == counts[7, 7] == counts[1, 1] == 1
    assert counts.sum() == 3


def test_confusion_of_random_answers_holds_every_sample_once():
    random = np.random.default_rng(1)
    given, labels = random.dirichlet(np.ones(10), 500), random.integers(10, size=500)
    counts = evaluation.confusion(given, labels)
    assert counts.sum(axis=1).tolist() == np.bincount(labels, minlength=10).tolist()
    assert counts.trace() / 500 == evaluation.accuracy(given, labels)


def test_calibration_error_is_the_mean_gap_by_hand():
    given = answers((0, 0.95), (0, 0.95), (0, 0.95), (0, 0.55))  # the first three share a bin
    diagram = evaluation.reliability(given, np.array([0, 0, 5, 0]))
    assert [entry["samples"] for entry in diagram] == [1, 3]
    assert evaluation.calibration_error(diagram) == pytest.approx((1 * 0.45 + 3 * (0.95 - 2 / 3)) / 4)


def test_reliability_puts_certainty_into_the_last_bin():
    assert evaluation.reliability(answers((3, 1.0)), np.array([3])) == [
        {"samples": 1, "confidence": 1.0, "accuracy": 1.0}
    ]


def test_chance_error_is_what_true_probabilities_show_on_few_samples_and_hardly_on_many():
    random = np.random.default_rng(3)
    few = random.dirichlet(np.full(10, 0.2), 400)
    right = [random.random(400) < few.max(axis=1) for _ in range(100)]
    labels = [np.where(hits, few.argmax(axis=1), (few.argmax(axis=1) + 1) % 10) for hits in right]
    seen = np.mean([evaluation.calibration_error(evaluation.reliability(few, each)) for each in labels])
    assert evaluation.chance_error(few) == pytest.approx(seen, rel=0.1)
    assert evaluation.chance_error(np.tile(few, (50, 1))) < 0.3 * seen


def test_auroc_is_the_share_of_pairs_in_the_right_order():
    random = np.random.default_rng(2)
    digits, others = random.integers(0, 20, 60) / 20, random.integers(0, 15, 45) / 20  # with many ties
    pairs = [(a > b) + (a == b) / 2 for a in digits for b in others]
    assert evaluation.auroc(digits, others) == pytest.approx(np.mean(pairs))


@pytest.mark.parametrize(
    ("digits", "others", "expected"), [([2, 3], [0, 1], 1), ([0], [1], 0), ([1], [1], 0.5)]
)
def test_auroc_of_plain_cases(digits, others, expected):
    assert evaluation.auroc(np.array(digits), np.array(others)) == expected


def test_accepted_others_passes_the_asked_share_of_digits():
    digits, others = np.arange(100) / 100, np.array([0.0, 0.01, 0.5, 0.9])
    assert evaluation.accepted_others(digits, others, kept=0.98) == 0.5
    assert evaluation.accepted_others(digits, others, kept=1.0) == 1.0


def test_worst_mistakes_are_wrong_and_the_surest_first():
    given = answers((1, 0.5), (2, 0.99), (3, 0.9), (4, 0.7))
    labels = np.array([0, 2, 0, 0])
    assert evaluation.worst_mistakes(given, labels).tolist() == [2, 3, 0]
    assert evaluation.worst_mistakes(given, labels, count=1).tolist() == [2]
