"""Temperature and Platt scaling recover known miscalibration."""

import numpy as np
import pytest

from webapp.training.calibration import DIGIT_SHARE, fit_platt, fit_temperature, softmax


def calibrated_answers(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return logits (n, 10) and labels drawn with just the probabilities these logits say."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 2, (count, 10))
    chance = softmax(logits).cumsum(axis=1)
    return logits, (random.random((count, 1)) > chance).sum(axis=1).clip(max=9)


def log_odds(share: float) -> float:
    return np.log(share / (1 - share))


def test_softmax_normalizes_and_handles_large_logits():
    assert softmax(np.log([[1.0, 2.0, 5.0]])) == pytest.approx(np.array([[0.125, 0.25, 0.625]]))
    assert softmax(np.array([[1000.0, 0.0]])) == pytest.approx(np.array([[1.0, 0.0]]))


@pytest.mark.parametrize("too_sure_by", [0.6, 1.0, 1.7, 3.0])
def test_fit_temperature_recovers_a_known_factor(too_sure_by):
    logits, labels = calibrated_answers(20_000, seed=3)
    assert fit_temperature(softmax(logits * too_sure_by), labels) == pytest.approx(too_sure_by, rel=0.05)


def test_fit_temperature_reduces_the_loss():
    logits, labels = calibrated_answers(2_000, seed=4)

    def cost(temperature):
        return -np.log(softmax(2.5 * logits / temperature)[np.arange(len(labels)), labels]).mean()

    best = fit_temperature(softmax(2.5 * logits), labels)
    assert cost(best) < cost(1.0)
    assert cost(best) <= min(cost(best * 1.1), cost(best / 1.1))


def test_fit_temperature_of_certain_predictions_is_finite():
    certain = np.eye(10)[[1, 2, 3]]
    assert 0.19 < fit_temperature(certain, np.array([1, 2, 3])) < 5.1


def test_fit_platt_recovers_known_slope_and_offset():
    random = np.random.default_rng(5)
    logit = random.normal(0, 3, 40_000)
    is_digit = random.random(40_000) < 1 / (1 + np.exp(-(0.5 * logit - 0.4)))
    slope, offset = fit_platt(1 / (1 + np.exp(-logit)), is_digit)
    assert slope == pytest.approx(0.5, abs=0.03)
    assert offset == pytest.approx(-0.4 - log_odds(is_digit.mean()) + log_odds(DIGIT_SHARE), abs=0.05)


def test_fit_platt_ignores_class_balance():
    random = np.random.default_rng(6)
    digits, others = random.beta(5, 2, 4_000), random.beta(2, 5, 4_000)

    def fit(others):
        shown = np.concatenate([digits, others])
        return fit_platt(shown, np.arange(len(shown)) < len(digits))

    assert fit(others) == pytest.approx(fit(np.tile(others, 5)), abs=1e-3)


def test_fit_platt_of_a_perfect_network_stays_finite():
    shown = np.array([1.0] * 50 + [0.0] * 50)
    assert np.isfinite(fit_platt(shown, shown > 0.5)).all()


def test_fit_platt_of_separable_classes_is_bounded():
    random = np.random.default_rng(8)
    logit = np.concatenate([random.normal(8, 1.5, 1_500), random.normal(-7, 3, 2_000)])
    slope, offset = fit_platt(1 / (1 + np.exp(-logit)), np.arange(3_500) < 1_500)
    assert 0.3 < slope < 3
    assert abs(offset) < 10
