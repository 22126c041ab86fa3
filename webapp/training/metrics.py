"""Metrics of predictions: accuracy, confusion matrix, calibration error, AUROC, the worst mistakes.

All functions take arrays: probabilities (n, 10), is_digit (n,), labels (n,). No network is run here.
"""

import numpy as np

BINS = 10  # of equal count, for the reliability diagram and the calibration error
Z_95 = 1.959964  # of a two-sided interval of 95 %


def accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of samples whose most probable digit is the label."""
    return float((probabilities.argmax(axis=1) == labels).mean())


def accuracy_by(groups: np.ndarray, probabilities: np.ndarray, labels: np.ndarray) -> dict:
    """Return {group: {"samples", "accuracy"}} for each value in `groups` (n,), sorted."""
    return {
        str(group): {
            "samples": int((groups == group).sum()),
            "accuracy": accuracy(probabilities[groups == group], labels[groups == group]),
        }
        for group in np.unique(groups)
    }


def confusion(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the confusion matrix, int (10, 10): row = label, column = prediction."""
    counts = np.zeros((10, 10), np.int64)
    np.add.at(counts, (labels, probabilities.argmax(axis=1)), 1)
    return counts


def reliability(probabilities: np.ndarray, labels: np.ndarray, bins: int = BINS) -> list[dict]:
    """Return the reliability diagram: accuracy against confidence in `bins` of equal count (or one less).

    Returns:
        [{"samples", "confidence" (mean probability of the prediction), "accuracy", "low", "high"}, ...],
        by increasing confidence; low and high are the 95 % Wilson interval of the accuracy.
    """
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == labels
    return [
        {
            "samples": len(inside),
            "confidence": float(confidence[inside].mean()),
            "accuracy": float(correct[inside].mean()),
            **wilson_interval(int(correct[inside].sum()), len(inside)),
        }
        for inside in np.array_split(np.argsort(confidence, kind="stable"), bins)
        if len(inside)
    ]


def wilson_interval(successes: int, samples: int, z: float = Z_95) -> dict[str, float]:
    """Return the Wilson score interval {"low", "high"} of a binomial share (Wilson 1927).

    Unlike the normal approximation it stays within 0 and 1, and is not empty for a share of 1.
    """
    share, shrink = successes / samples, 1 + z**2 / samples
    middle = (share + z**2 / (2 * samples)) / shrink
    reach = z / shrink * (share * (1 - share) / samples + z**2 / (4 * samples**2)) ** 0.5
    # Without rounding errors the interval contains the share, and ends at it where it is 0 or 1.
    return {"low": max(min(middle - reach, share), 0.0), "high": min(max(middle + reach, share), 1.0)}


def calibration_error(diagram: list[dict]) -> float:
    """Return the expected calibration error (ECE): the mean gap of a reliability diagram, by samples.

    With bins of equal count (Nguyen and O'Connor 2015), since most confidences are near 1.
    """
    total = sum(entry["samples"] for entry in diagram)
    return sum(e["samples"] * abs(e["confidence"] - e["accuracy"]) for e in diagram) / total


def ideal_calibration_error(probabilities: np.ndarray, seed: int = 0, rounds: int = 200) -> float:
    """Return the mean ECE of a perfectly calibrated model with these probabilities (n, 10).

    It is above 0, since n is finite: of ten predictions with 85 %, eight and a half cannot be correct. Labels
    are sampled from the probabilities `rounds` times.
    """
    confidence, random = np.sort(probabilities.max(axis=1)), np.random.default_rng(seed)
    correct = random.random((rounds, len(confidence))) < confidence
    gaps = [part.sum(axis=1) for part in np.array_split(confidence - correct, BINS, axis=1)]
    return float(np.abs(gaps).sum(axis=0).mean() / len(confidence))


def auroc(digits: np.ndarray, negatives: np.ndarray) -> float:
    """Return the area under the ROC curve of is_digit (Hanley and McNeil 1982).

    That is the probability that a digit has a higher is_digit than a negative; a tie counts half.
    """
    ordered = np.sort(negatives)
    below = np.searchsorted(ordered, digits, side="left")
    up_to = np.searchsorted(ordered, digits, side="right")
    return float((below + up_to).mean() / 2 / len(ordered))


def accepted_negatives(digits: np.ndarray, negatives: np.ndarray, recall: float = 0.98) -> float:
    """Return the false positive rate of is_digit at the threshold that accepts `recall` of the digits."""
    threshold = np.quantile(digits, 1 - recall)
    return float((negatives >= threshold).mean())


def worst_mistakes(probabilities: np.ndarray, labels: np.ndarray, count: int = 40) -> np.ndarray:
    """Return indices of at most `count` wrong predictions, the most confident first."""
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    return wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")][:count]
