"""Scores equal manual counts and slow reference definitions."""

import numpy as np
import pytest

from webapp.training import metrics


def answers(*winners: tuple[int, float]) -> np.ndarray:
    """Return rows of probabilities whose winner and its probability are given."""
    rows = [np.full(10, (1 - share) / 9) for _, share in winners]
    for row, (digit, share) in zip(rows, winners, strict=True):
        row[digit] = share
    return np.array(rows)


def test_accuracy_is_the_share_of_right_predictions():
    given = answers((1, 0.9), (2, 0.6), (3, 0.5), (4, 0.4))
    assert metrics.accuracy(given, np.array([1, 2, 3, 5])) == 0.75


def test_accuracy_by_separates_groups():
    given = answers((1, 0.9), (2, 0.9), (3, 0.9))
    result = metrics.accuracy_by(np.array(["syn", "ibm", "syn"]), given, np.array([1, 2, 4]))
    assert result == {"ibm": {"samples": 1, "accuracy": 1.0}, "syn": {"samples": 2, "accuracy": 0.5}}


def test_confusion_has_labels_in_rows():
    counts = metrics.confusion(answers((7, 0.9), (7, 0.9), (1, 0.9)), np.array([1, 7, 1]))
    assert counts[1, 7] == counts[7, 7] == counts[1, 1] == 1
    assert counts.sum() == 3


def test_confusion_counts_every_sample_once():
    random = np.random.default_rng(1)
    given, labels = random.dirichlet(np.ones(10), 500), random.integers(10, size=500)
    counts = metrics.confusion(given, labels)
    assert counts.sum(axis=1).tolist() == np.bincount(labels, minlength=10).tolist()
    assert counts.trace() / 500 == metrics.accuracy(given, labels)


def test_calibration_error_is_the_weighted_mean_gap():
    given = answers((0, 0.95), (0, 0.75), (0, 0.95), (0, 0.55))
    diagram = metrics.reliability(given, np.array([0, 0, 5, 0]), bins=2)
    assert [(entry["samples"], entry["accuracy"]) for entry in diagram] == [(2, 1.0), (2, 0.5)]
    assert metrics.calibration_error(diagram) == pytest.approx((2 * 0.35 + 2 * 0.45) / 4)


@pytest.mark.parametrize("samples", [1, 9, 10, 64, 1505])
def test_reliability_has_bins_of_equal_count(samples):
    given = np.random.default_rng(5).dirichlet(np.full(10, 0.05), samples)  # nearly all are certain
    diagram = metrics.reliability(given, np.zeros(samples, int))
    counts = [entry["samples"] for entry in diagram]
    assert len(diagram) == min(samples, metrics.BINS)
    assert sum(counts) == samples
    assert max(counts) - min(counts) <= 1
    confidence = [entry["confidence"] for entry in diagram]
    assert confidence == sorted(confidence)
    assert all(0 <= entry["low"] <= entry["accuracy"] <= entry["high"] <= 1 for entry in diagram)


@pytest.mark.parametrize(("successes", "samples"), [(0, 20), (1, 2), (139, 151), (150, 150)])
def test_wilson_interval_ends_where_the_score_test_rejects(successes, samples):
    interval, share = metrics.wilson_interval(successes, samples), successes / samples
    for end in interval.values():
        error = (end * (1 - end) / samples) ** 0.5
        assert abs(end - share) == pytest.approx(metrics.Z_95 * error, abs=1e-9)
    assert interval["low"] < interval["high"]


def test_chance_error_matches_simulation():
    random = np.random.default_rng(3)
    few = random.dirichlet(np.full(10, 0.2), 400)
    right = [random.random(400) < few.max(axis=1) for _ in range(100)]
    labels = [np.where(hits, few.argmax(axis=1), (few.argmax(axis=1) + 1) % 10) for hits in right]
    seen = np.mean([metrics.calibration_error(metrics.reliability(few, each)) for each in labels])
    assert metrics.ideal_calibration_error(few) == pytest.approx(seen, rel=0.1)
    assert metrics.ideal_calibration_error(np.tile(few, (50, 1))) < 0.3 * seen


def test_auroc_is_the_share_of_pairs_in_the_right_order():
    random = np.random.default_rng(2)
    digits, others = random.integers(0, 20, 60) / 20, random.integers(0, 15, 45) / 20  # with many ties
    pairs = [(a > b) + (a == b) / 2 for a in digits for b in others]
    assert metrics.auroc(digits, others) == pytest.approx(np.mean(pairs))


@pytest.mark.parametrize(
    ("digits", "others", "expected"), [([2, 3], [0, 1], 1), ([0], [1], 0), ([1], [1], 0.5)]
)
def test_auroc_of_plain_cases(digits, others, expected):
    assert metrics.auroc(np.array(digits), np.array(others)) == expected


def test_accepted_others_uses_the_given_recall():
    digits, others = np.arange(100) / 100, np.array([0.0, 0.01, 0.5, 0.9])
    assert metrics.accepted_negatives(digits, others, recall=0.98) == 0.5
    assert metrics.accepted_negatives(digits, others, recall=1.0) == 1.0


def test_worst_mistakes_are_sorted_by_probability():
    given = answers((1, 0.5), (2, 0.99), (3, 0.9), (4, 0.7))
    labels = np.array([0, 2, 0, 0])
    assert metrics.worst_mistakes(given, labels).tolist() == [2, 3, 0]
    assert metrics.worst_mistakes(given, labels, count=1).tolist() == [2]
