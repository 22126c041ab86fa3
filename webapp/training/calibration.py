"""Make a probability mean what it says: of all answers given with 80 %, four in five should be right.

A network is as a rule too sure of itself. Guo et al. 2017, "On calibration of modern neural networks",
divide the logits by one number, the temperature, which changes no answer, only how sure it is. Platt
1999 does the same for a yes-or-no answer with a slope and an offset. Both are straight lines on the
logits, so they are worked into the output layer's weights and biases, and the shipped network is
calibrated by itself.
"""

import keras
import numpy as np

_LOG_FLOOR = 1e-12
_UNCHANGED = np.array([1.0, 0.0])  # Platt's slope and offset that change nothing
_RIDGE = 1e-4


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the temperature that makes the labels most likely.

    Args:
        probabilities: (n, 10), each row sums to 1.
        labels: int (n,), 0 to 9.
    """
    logits = np.log(np.maximum(probabilities.astype(np.float64), _LOG_FLOOR))

    def cost(log_temperature: float) -> float:
        cooled = softmax(logits / np.exp(log_temperature))
        return -np.log(np.maximum(cooled[np.arange(len(labels)), labels], _LOG_FLOOR)).mean()

    return float(np.exp(_lowest(cost, np.log(0.2), np.log(5.0))))


def fit_platt(probabilities: np.ndarray, is_digit: np.ndarray, rounds: int = 50) -> tuple[float, float]:
    """Return slope and offset on the logit of `probabilities` (n,), fitted to bool `is_digit` (n,).

    Both sides count alike, however many samples each has: in use, nobody knows how often people doodle.
    """
    clipped = np.clip(probabilities.astype(np.float64), 1e-7, 1 - 1e-7)
    logit = np.log(clipped / (1 - clipped))
    features = np.stack([logit, np.ones_like(logit)], axis=1)
    weight = np.where(is_digit, 0.5 / max(is_digit.sum(), 1), 0.5 / max((~is_digit).sum(), 1))
    line = np.array([1.0, 0.0])
    for _ in range(rounds):
        line = _newton_step(line, features, is_digit, weight)
    return float(line[0]), float(line[1])


def _newton_step(
    line: np.ndarray, features: np.ndarray, is_digit: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Return a line that costs no more: one step of Newton's method for logistic regression.

    The step is halved until it helps: where the two sides lie far apart a whole one may leap anywhere.
    """
    guess = 1 / (1 + np.exp(-np.clip(features @ line, -50, 50)))
    slope = features.T @ (weight * (guess - is_digit)) + _RIDGE * (line - _UNCHANGED)
    curve = (features * (weight * guess * (1 - guess))[:, None]).T @ features + _RIDGE * np.eye(2)
    step = np.linalg.solve(curve, slope)
    before = _platt_cost(line, features, is_digit, weight)
    for _ in range(40):
        if _platt_cost(line - step, features, is_digit, weight) <= before:
            return line - step
        step = step / 2
    return line


def _platt_cost(line: np.ndarray, features: np.ndarray, is_digit: np.ndarray, weight: np.ndarray) -> float:
    """Return the weighted cross-entropy of a line, held back a little by a ridge around "no change"."""
    signed = np.where(is_digit, 1, -1) * (features @ line)
    return float(weight @ np.logaddexp(0, -signed) + _RIDGE / 2 * ((line - _UNCHANGED) ** 2).sum())


def calibrate(model: keras.Model, temperature: float, slope: float, offset: float) -> None:
    """Work the temperature, and Platt's slope and offset, into the two output layers of `model`."""
    kernel, bias = model.get_layer("digit").get_weights()
    model.get_layer("digit").set_weights([kernel / temperature, bias / temperature])
    kernel, bias = model.get_layer("is_digit").get_weights()
    model.get_layer("is_digit").set_weights([kernel * slope, bias * slope + offset])


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return the softmax along the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def _lowest(cost, low: float, high: float, rounds: int = 60) -> float:
    """Return where `cost`, a function with one valley, is lowest, by golden section."""
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(rounds):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if cost(left) < cost(right) else (left, high)
    return (low + high) / 2
