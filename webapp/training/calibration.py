"""Calibration: of all predictions with a probability of 80 %, four in five should be correct.

Networks are usually overconfident. Temperature scaling (Guo et al. 2017, "On calibration of modern neural
networks") divides the logits by one number, which changes no prediction, only its probability. Platt scaling
(Platt 1999) does the same for a binary output with a slope and an offset. Both are linear in the logits, so
they are merged into the output layers' weights and biases.
"""

from collections.abc import Callable

import keras
import numpy as np

# Of what people draw in a demo, the share of digits: an assumption. At 0.5, nearly twice as many digits
# would be taken for no digit.
DIGIT_SHARE = 0.8
_LOG_FLOOR = 1e-12
_IDENTITY = np.array([1.0, 0.0])  # slope and offset that change nothing
_RIDGE = 1e-4


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the temperature that maximizes the likelihood of the labels.

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
    """Return slope and offset for the logit of `probabilities` (n,), fitted to bool `is_digit` (n,).

    Digits have DIGIT_SHARE of the total weight, however many there are.
    """
    clipped = np.clip(probabilities.astype(np.float64), 1e-7, 1 - 1e-7)
    logit = np.log(clipped / (1 - clipped))
    features = np.stack([logit, np.ones_like(logit)], axis=1)
    weight = np.where(
        is_digit, DIGIT_SHARE / max(is_digit.sum(), 1), (1 - DIGIT_SHARE) / max((~is_digit).sum(), 1)
    )
    line = np.array([1.0, 0.0])
    for _ in range(rounds):
        line = _newton_step(line, features, is_digit, weight)
    return float(line[0]), float(line[1])


def _newton_step(
    line: np.ndarray, features: np.ndarray, is_digit: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Return slope and offset after one step of Newton's method for logistic regression.

    The step is halved until the cost does not grow: a full step may diverge for separable classes.
    """
    guess = 1 / (1 + np.exp(-np.clip(features @ line, -50, 50)))
    slope = features.T @ (weight * (guess - is_digit)) + _RIDGE * (line - _IDENTITY)
    curve = (features * (weight * guess * (1 - guess))[:, None]).T @ features + _RIDGE * np.eye(2)
    step = np.linalg.solve(curve, slope)
    before = _platt_cost(line, features, is_digit, weight)
    for _ in range(40):
        if _platt_cost(line - step, features, is_digit, weight) <= before:
            return line - step
        step = step / 2
    return line


def _platt_cost(line: np.ndarray, features: np.ndarray, is_digit: np.ndarray, weight: np.ndarray) -> float:
    """Return the weighted cross-entropy with a ridge penalty around the identity."""
    signed = np.where(is_digit, 1, -1) * (features @ line)
    return float(weight @ np.logaddexp(0, -signed) + _RIDGE / 2 * ((line - _IDENTITY) ** 2).sum())


def calibrate(model: keras.Model, temperature: float, slope: float, offset: float) -> None:
    """Merge the temperature, and Platt's slope and offset, into the two output layers of `model`."""
    kernel, bias = model.get_layer("digit").get_weights()
    model.get_layer("digit").set_weights([kernel / temperature, bias / temperature])
    kernel, bias = model.get_layer("is_digit").get_weights()
    model.get_layer("is_digit").set_weights([kernel * slope, bias * slope + offset])


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return the softmax along the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def _lowest(cost: Callable[[float], float], low: float, high: float, rounds: int = 60) -> float:
    """Return the minimum of `cost`, a unimodal function, by golden-section search."""
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(rounds):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if cost(left) < cost(right) else (left, high)
    return (low + high) / 2
