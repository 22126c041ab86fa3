"""The curve through the points of a stroke passes through them, and between them as a hand would."""

import numpy as np
import pytest

from webapp.ink.curve import to_polyline

RANDOM = np.random.default_rng(3).uniform(0, 100, (8, 2))
ANY = 10_000  # lines for each piece


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_points_stay(count):
    assert np.array_equal(to_polyline(RANDOM[:count], 0.01, ANY), RANDOM[:count])


def test_curve_passes_through_all_points():
    curve = to_polyline(RANDOM, 0.01, ANY)
    assert [point.tolist() for point in RANDOM if point.tolist() not in curve.tolist()] == []
    assert curve[0].tolist() == RANDOM[0].tolist()
    assert curve[-1].tolist() == RANDOM[-1].tolist()


def test_points_on_a_line_give_the_line():
    curve = to_polyline(np.array([[0.0, 0.0], [1.0, 2.0], [5.0, 10.0], [6.0, 12.0]]), 0.01, ANY)
    assert curve[:, 1] == pytest.approx(2 * curve[:, 0])


def test_curve_of_six_points_is_nearly_the_circle():
    """Lines would be 13 % inside the circle."""
    angle = np.linspace(0, 2 * np.pi, 7)
    radius = np.hypot(*to_polyline(np.stack([np.cos(angle), np.sin(angle)], axis=1), 1e-4, ANY).T)
    assert radius.min() > 0.96
    assert radius.max() < 1.02


def test_ends_are_parabolas():
    """Three points lie on one parabola, evenly passed: x = t, y = t^2 in the time of the centripetal form."""
    points = np.array([[-1.0, 1.0], [0.0, 0.0], [1.0, 1.0]])
    curve = to_polyline(points, 1e-4, ANY)
    assert curve[:, 1] == pytest.approx(curve[:, 0] ** 2)


@pytest.mark.parametrize("tolerance", [1.0, 0.1, 0.01])
def test_lines_are_within_the_tolerance(tolerance):
    rough, fine = to_polyline(RANDOM, tolerance, ANY), to_polyline(RANDOM, 1e-4, ANY)
    starts, steps = rough[:-1], np.diff(rough, axis=0)
    along = ((fine[:, None] - starts) * steps).sum(axis=2) / (steps**2).sum(axis=1)
    feet = starts + np.clip(along, 0, 1)[:, :, None] * steps
    assert np.hypot(*(fine[:, None] - feet).T).min(axis=0).max() <= tolerance


def test_most_limits_the_lines():
    assert len(to_polyline(RANDOM, 1e-6, 3)) == 1 + 3 * (len(RANDOM) - 1)


def test_new_point_changes_the_last_piece_only():
    before, after = to_polyline(RANDOM[:-1], 0.01, 5), to_polyline(RANDOM, 0.01, 5)
    same = len(before) - 5
    assert np.array_equal(before[:same], after[:same])
    assert not np.array_equal(before[same:], after[same : len(before)])


def test_repeated_points_change_little():
    repeated = np.repeat(RANDOM, 2, axis=0)
    curve = to_polyline(repeated, 0.01, ANY)
    assert np.isfinite(curve).all()
    assert np.hypot(*np.diff(curve, axis=0).T).sum() == pytest.approx(
        np.hypot(*np.diff(RANDOM, axis=0).T).sum(), rel=0.01
    )
