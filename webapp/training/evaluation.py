"""What a network's answers are worth: scores, confusion, calibration, and its worst mistakes.

Everything here works on answers that were given, (n, 10) probabilities and (n,) is_digit, and the true
labels. No network is run and nothing is drawn.
"""

import numpy as np

BINS = 15  # of equal width, for the calibration error


def accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of samples whose likeliest digit is the label."""
    return float((probabilities.argmax(axis=1) == labels).mean())


def accuracy_by(groups: np.ndarray, probabilities: np.ndarray, labels: np.ndarray) -> dict:
    """Return {group: {"samples", "accuracy"}} for every value in `groups` (n,), in sorted order."""
    return {
        str(group): {
            "samples": int((groups == group).sum()),
            "accuracy": accuracy(probabilities[groups == group], labels[groups == group]),
        }
        for group in np.unique(groups)
    }


def confusion(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return int (10, 10): row = what it is, column = what the network says."""
    counts = np.zeros((10, 10), np.int64)
    np.add.at(counts, (labels, probabilities.argmax(axis=1)), 1)
    return counts


def reliability(probabilities: np.ndarray, labels: np.ndarray, bins: int = BINS) -> list[dict]:
    """Return, for each bin of the winner's probability that is not empty, what was said and what was true.

    Each entry: {"samples", "confidence" (mean probability), "accuracy"}; the reliability diagram.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        {
            "samples": int(inside.sum()),
            "confidence": float(confidence[inside].mean()),
            "accuracy": float(right[inside].mean()),
        }
        for inside in (place == number for number in range(bins))
        if inside.any()
    ]


def calibration_error(diagram: list[dict]) -> float:
    """Return the expected calibration error: the mean gap between said and true, weighted by samples."""
    total = sum(entry["samples"] for entry in diagram)
    return sum(e["samples"] * abs(e["confidence"] - e["accuracy"]) for e in diagram) / total


def chance_error(probabilities: np.ndarray, seed: int = 0, rounds: int = 200) -> float:
    """Return the calibration error that answers show on as many samples if they mean exactly what they say.

    It is not 0, since of ten answers with 85 % not eight and a half can be right: an error is only worth
    speaking of where it is well above. The labels are drawn by the probabilities (n, 10), `rounds` times.
    """
    confidence, random = probabilities.max(axis=1), np.random.default_rng(seed)
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    right = random.random((rounds, len(confidence))) < confidence
    gaps = [np.bincount(place, weights=confidence - row, minlength=BINS) for row in right]
    return float(np.abs(gaps).sum(axis=1).mean() / len(confidence))


def auroc(of_digits: np.ndarray, of_others: np.ndarray) -> float:
    """Return how often a digit's is_digit is above another drawing's (a tie counts half).

    This is the area under the receiver operating characteristic (Hanley and McNeil 1982).
    """
    others = np.sort(of_others)
    below = np.searchsorted(others, of_digits, side="left")
    up_to = np.searchsorted(others, of_digits, side="right")
    return float((below + up_to).mean() / 2 / len(others))


def accepted_others(of_digits: np.ndarray, of_others: np.ndarray, kept: float = 0.98) -> float:
    """Return the share of others that pass where the share `kept` of the digits passes."""
    threshold = np.quantile(of_digits, 1 - kept)
    return float((of_others >= threshold).mean())


def worst_mistakes(probabilities: np.ndarray, labels: np.ndarray, count: int = 40) -> np.ndarray:
    """Return the indices of the wrong answers, the surest first, `count` at most."""
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    return wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")][:count]
