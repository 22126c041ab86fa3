"""A varied ink is still ink of about the same shape, and the same seed gives the same."""

import numpy as np
import pytest

from tests.training.samples import digit
from webapp.ink.bitmap import to_bitmap
from webapp.training.augmentation.digits import (
    _bar_apart,
    _bowed_stem,
    _dot,
    _flag,
    _leaning,
    _looped_bar,
    _low_bar,
    _narrow,
    _not_lifted,
    _rising_end,
    _rounded,
    _short_stem,
    _small_loop,
    _squarish,
    _turned_left,
    _wide_open,
    add_habits,
)
from webapp.training.augmentation.geometry import box, continued, resampled, trimmed, unit_ink
from webapp.training.augmentation.strokes import vary_ink


def path_length(strokes) -> float:
    return sum(np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in strokes)


def same(first, second) -> bool:
    return len(first) == len(second) and all(map(np.array_equal, first, second))


def test_unit_ink_is_one_long_and_in_the_middle():
    low, high = box(unit_ink([stroke * 300 + 50 for stroke in digit(4).strokes]))
    assert (high - low).max() == pytest.approx(1)
    assert low + high == pytest.approx(np.zeros(2), abs=1e-9)


@pytest.mark.parametrize("label", range(10))
def test_vary_ink_preserves_size(label):
    strokes = digit(label).strokes
    before = path_length(unit_ink(strokes))
    for seed in range(40):
        varied = vary_ink(strokes, label, np.random.default_rng(seed))
        low, high = box(varied)
        assert np.isfinite(low).all()
        assert 0.4 < (high - low).max() < 2.5
        assert 0.35 * before < path_length(varied) < 2.5 * before + 1.5
        assert to_bitmap(varied).max() == 255


def test_vary_ink_adds_habits_as_often_as_wanted():
    def count_barred(frequency: float) -> int:
        randoms = [np.random.default_rng(seed) for seed in range(200)]
        return sum(len(vary_ink(digit(7).strokes, 7, random, frequency)) > 1 for random in randoms)

    never, half, always = map(count_barred, (0.0, 0.5, 1.0))
    assert never < 12  # stray touches
    assert never < half < always
    assert always > 20


def test_vary_ink_depends_on_the_seed_only():
    strokes = digit(8).strokes
    first, again, other = (vary_ink(strokes, 8, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert same(first, again)
    assert not same(first, other)


def test_vary_ink_does_not_modify_its_input():
    strokes = digit(5).strokes
    before = [stroke.copy() for stroke in strokes]
    for seed in range(20):
        vary_ink(strokes, 5, np.random.default_rng(seed))
    assert same(strokes, before)


def test_vary_ink_preserves_the_digit():
    originals = np.array([to_bitmap(digit(label).strokes) for label in range(10)]).reshape(10, -1) / 255
    for label in range(10):
        varied = [vary_ink(digit(label).strokes, label, np.random.default_rng(seed)) for seed in range(30)]
        mean = np.mean([to_bitmap(ink) for ink in varied], axis=0).ravel() / 255
        assert np.argmin(((originals - mean) ** 2).sum(axis=1)) == label


@pytest.mark.parametrize("label", range(10))
def test_vary_ink_accepts_dots_and_lines(label):
    dot, down, across = np.zeros((1, 2)), np.array([[0, 0], [0, 5.0]]), np.array([[0, 0], [5.0, 0]])
    for strokes in ([dot], [down], [across], [dot, dot + 1], [down, across], [across, down]):
        for seed in range(60):
            assert to_bitmap(vary_ink(strokes, label, np.random.default_rng(seed))).any()


@pytest.mark.parametrize(("label", "more"), [(0, 1), (1, 1), (7, 1)])
def test_add_habits_adds_a_stroke_to_some_digits(label, more):
    strokes = unit_ink([resampled(stroke, 0.5) for stroke in digit(label).strokes])
    counts = {len(add_habits(label, strokes, np.random.default_rng(seed))) for seed in range(200)}
    assert counts == set(range(len(strokes), len(strokes) + more + 1))


@pytest.mark.parametrize(("top", "flattest"), [(0.0, (1.35, 1.5)), (0.2, (1.15, 1.3)), (0.4, (1.0, 1.21))])
def test_flag_of_a_one_is_steeper_for_leaning_stems(top, flattest):
    stem = np.array([[top - 0.2, -0.5], [-0.2, 0.5]])
    angles = []
    for seed in range(200):
        flagged = _flag([stem], np.random.default_rng(seed))[0]
        x, y = flagged[0] - stem[0]
        angles.append(np.arctan2(-x, y))
        assert 0.1 < np.hypot(x, y) < 0.8
    assert min(angles) > 0.15
    assert flattest[0] < max(angles) < flattest[1]


def test_bar_of_a_five_becomes_a_stroke_of_its_own():
    neck, bowl = [[-0.2, -0.5], [-0.18, 0]], [[0.1, -0.1], [0.25, 0.2], [0, 0.5], [-0.3, 0.4]]
    five = np.array([[0.3, -0.5], *neck, *bowl])
    in_two = [five[1:], np.array([[-0.2, -0.5], [0.3, -0.5]])]
    for strokes in ([five], in_two):
        rest, bar = _bar_apart(strokes, np.random.default_rng(2))
        assert np.abs(rest[-1] - five[-1]).max() < 1e-9
        assert bar[0, 0] < bar[-1, 0]
        assert 0 < np.hypot(*(bar[0] - five[1])) < 0.4
    round_one = [five[1:]]
    assert _bar_apart(round_one, np.random.default_rng(2)) is round_one


def test_four_is_joined_only_if_its_stem_starts_high():
    hook, stem = np.array([[-0.3, -0.5], [-0.4, 0.1], [0.4, 0.1]]), np.array([[0.1, -0.5], [0.1, 0.5]])
    assert len(_not_lifted([hook, stem], np.random.default_rng(1))) == 1
    assert len(_not_lifted([stem, hook[::-1]], np.random.default_rng(1))) == 2


def four() -> list[np.ndarray]:
    """Return a four of two strokes: an angle with a bar at y = 0.1, and a stem from y = -0.4 to 0.5."""
    return [np.array([[-0.1, -0.5], [-0.4, 0.1], [0.4, 0.1]]), np.array([[0.2, -0.4], [0.2, 0.5]])]


def test_short_stem_of_a_four_starts_above_its_bar():
    starts = []
    for seed in range(50):
        angle, stem = _short_stem(four(), np.random.default_rng(seed))
        assert same([angle], four()[:1])
        assert stem[-1].tolist() == [0.2, 0.5]
        starts.append(stem[0, 1])
    assert -0.35 < min(starts) < -0.25
    assert 0.0 < max(starts) < 0.1


@pytest.mark.parametrize(
    "strokes",
    [four()[::-1], four()[:1], [four()[0], four()[1] + [0, 0.6]], [four()[0] * [0.2, 1], four()[1]]],
    ids=["stem first", "one stroke", "stem below the bar", "narrow"],
)
def test_short_stem_leaves_other_fours_as_they_are(strokes):
    assert _short_stem(strokes, np.random.default_rng(1)) is strokes


def test_low_bar_of_a_four_moves_down_between_its_ends():
    for seed in range(20):
        angle, stem = _low_bar(four(), np.random.default_rng(seed))
        assert 0.12 < angle[-1, 1] < 0.3
        assert np.array(box([angle, stem])) == pytest.approx(np.array(box(four())), abs=0.02)


def test_rounded_four_cuts_its_corner():
    corner = four()[0][1]
    for seed in range(20):
        angle, stem = _rounded(four(), np.random.default_rng(seed))
        assert 0.01 < np.hypot(*(angle - corner).T).min() < 0.15
        assert np.abs(stem[:, 0] - 0.2).max() < 1e-9


def test_wide_open_eight_lacks_up_to_a_third_of_its_path():
    eight = [resampled(digit(8).strokes[0], 0.05)]
    shares = [
        path_length(_wide_open(eight, np.random.default_rng(seed))) / path_length(eight) for seed in range(50)
    ]
    assert min(shares) > 0.62
    assert max(shares) < 0.96
    in_two = [eight[0][:90], eight[0][90:]]
    assert _wide_open(in_two, np.random.default_rng(1)) is in_two


def test_rising_end_leads_right_and_up():
    stem = np.array([[0.0, -0.5], [0.0, 0.5]])
    ends = [_rising_end([stem], np.random.default_rng(seed))[0] for seed in range(50)]
    assert all(end[-1, 0] > 0 for end in ends)
    assert any(end[-1, 1] < end[:, 1].max() - 0.01 for end in ends)


def ring() -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 40)
    return np.stack([0.4 * np.cos(angle), 0.5 * np.sin(angle)], axis=1)


def test_squarish_zero_reaches_into_its_corners():
    for seed in range(20):
        changed = _squarish([ring()], np.random.default_rng(seed))
        assert np.abs(np.array(box(changed)) - box([ring()])).max() < 0.02
        assert (np.abs(changed[0]) / [0.4, 0.5]).min(axis=1).max() > 0.75  # 0.71 on an ellipse


def test_dot_lies_in_the_middle_of_a_wide_zero_only():
    *_, dot = _dot([ring()], np.random.default_rng(1))
    assert np.abs(dot).max() < 0.2
    narrow = [ring() * [0.5, 1]]
    assert _dot(narrow, np.random.default_rng(1)) is narrow


def test_leaning_turns_plain_ones_only():
    stem, seven = np.array([[0.0, -0.5], [0.0, 0.5]]), unit_ink(digit(7).strokes)
    turned = [_leaning([stem], np.random.default_rng(seed))[0] for seed in range(200)]
    angles = [np.arctan2(*(stroke[1] - stroke[0])) for stroke in turned]
    assert -0.81 < min(angles) < -0.7
    assert 0.7 < max(angles) < 0.81
    assert _leaning(seven, np.random.default_rng(1)) is seven


def test_turned_seven_leans_to_the_left():
    bar = np.array([[0.0, 0.0], [1.0, 0.0]])
    for seed in range(50):
        x, y = _turned_left([bar], np.random.default_rng(seed))[0][1]
        assert -0.31 < np.arctan2(y, x) < -0.09


def test_narrow_digit_keeps_its_height():
    low, high = box(_narrow([ring()], np.random.default_rng(1)))
    assert (high - low)[1] == pytest.approx(1, abs=0.01)
    assert 0.3 * 0.8 < (high - low)[0] < 0.67 * 0.8


def test_looped_bar_crosses_the_stem_of_a_seven_in_one_stroke():
    seven = np.array([[-0.3, -0.5], [0.3, -0.5], [0.2, -0.2], [0.1, 0.1], [0.0, 0.5]])
    for seed in range(20):
        (stroke,) = _looped_bar([seven], np.random.default_rng(seed))
        bar = stroke[-8:]
        assert bar[0, 0] < 0.1 < bar[-1, 0]
        assert -0.1 < bar[:, 1].mean() < 0.5


def test_small_loop_shrinks_the_upper_half_of_a_nine_only():
    nine = digit(9).strokes
    before = unit_ink(nine)
    for seed in range(20):
        changed = _small_loop(before, np.random.default_rng(seed))
        assert changed[-1][-1] == pytest.approx(before[-1][-1])
        assert path_length(changed) < path_length(before)


def test_small_loop_has_room_for_a_hole():
    loop = np.array([[0.25, -0.3], [0.0, -0.5], [-0.25, -0.3], [0.0, -0.1], [0.25, -0.3], [0.25, 0.5]])
    for seed in range(50):
        (changed,) = _small_loop([loop], np.random.default_rng(seed))
        assert np.ptp(changed[changed[:, 1] < -0.1, 0]) > 0.2


def test_bowed_stem_leads_a_closed_nine_far_to_the_left():
    nine = unit_ink(digit(9).strokes)
    for seed in range(50):
        changed = _bowed_stem(nine, np.random.default_rng(seed))
        assert changed[0][0].tolist() == pytest.approx(nine[0][0].tolist())
        assert -0.56 < changed[0][-1, 0] - nine[0][-1, 0] < -0.09
    is_open = [nine[0][2:]]
    assert _bowed_stem(is_open, np.random.default_rng(1)) is is_open


def test_add_habits_does_not_change_symbols():
    strokes = unit_ink(digit(7).strokes)
    assert same(add_habits("scribble", strokes, np.random.default_rng(1)), strokes)


def test_resampled_preserves_end_points_and_step():
    stroke = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    points = resampled(stroke, 0.1)
    assert points[0].tolist() == [0, 0]
    assert points[-1].tolist() == [1, 1]
    assert np.hypot(*np.diff(points, axis=0).T).max() <= 0.1 + 1e-9


def test_trimmed_and_continued_change_the_length():
    stroke = np.array([[0.0, 0.0], [0.0, 1.0]])
    assert path_length([trimmed(stroke, 0.1, 0.2)]) == pytest.approx(0.7, abs=0.02)
    assert path_length([continued(stroke, 0.3, 0.0)]) == pytest.approx(1.3)
