"""Augment strokes as hands, pens and screens do, without changing the label.

All functions work on unit ink (geometry.py). The same random generator gives the same ink.
"""

import math

import numpy as np

from webapp.training.augmentation.digits import add_habits
from webapp.training.augmentation.geometry import (
    Ink,
    Random,
    averaged,
    box,
    continued,
    hooked,
    resampled,
    trimmed,
    unit_ink,
)


def vary_ink(strokes: Ink, label: int | str, random: Random, habit_frequency: float = 1.0) -> Ink:
    """Return a random variation of `strokes` that people still read as `label`.

    Args:
        habit_frequency: factor of the probabilities of other people's habits, 0 to 1, see digits.py.
    """
    strokes = unit_ink(strokes)
    strokes = add_habits(label, strokes, random, habit_frequency)
    for share, step in _STEPS:
        if random.random() < share:
            strokes = step(strokes, random)
    return strokes


def _overshoot(strokes: Ink, random: Random) -> Ink:
    """Continue a random end."""
    strokes = list(strokes)
    which = random.integers(len(strokes))
    longer = continued(strokes[which], random.uniform(0.03, 0.16), random.normal(0, 1.2))
    strokes[which] = (
        longer
        if random.random() < 0.5
        else continued(strokes[which][::-1], random.uniform(0.03, 0.14), random.normal(0, 1.0))[::-1]
    )
    return strokes


def _hook(strokes: Ink, random: Random) -> Ink:
    """Add a hook at a random start or end."""
    strokes = list(strokes)
    which = random.integers(len(strokes))
    if random.random() < 0.5:
        strokes[which] = hooked(strokes[which], random)
    else:
        strokes[which] = hooked(strokes[which][::-1], random)[::-1]
    return strokes


def _trim(strokes: Ink, random: Random) -> Ink:
    """Trim all ends, as if the screen missed them."""
    return [trimmed(stroke, random.uniform(0, 0.05), random.uniform(0, 0.05)) for stroke in strokes]


def _lift_strokes(strokes: Ink, random: Random) -> Ink:
    """Move and scale each stroke a little, as after a lift of the pen."""
    if len(strokes) == 1:
        return strokes
    moved = []
    for stroke in strokes:
        middle = stroke.mean(axis=0)
        grown = (stroke - middle) * np.exp(random.normal(0, 0.08, 2)) + middle
        moved.append(grown + random.normal(0, 0.045, 2))
    return moved


def _wobble(strokes: Ink, random: Random) -> Ink:
    """Distort the ink smoothly: two waves in each direction."""
    waves = random.normal(0, 3.5, (2, 2, 2))  # (wave, axis moved, direction), radians a unit
    phases = random.uniform(0, 2 * math.pi, (2, 2))
    heights = random.normal(0, 0.035, (2, 2))

    def bend(points: np.ndarray) -> np.ndarray:
        angles = np.einsum("nd,wad->nwa", points, waves) + phases
        return points + (np.sin(angles) * heights).sum(axis=1)

    return [bend(resampled(stroke, 0.04)) for stroke in strokes]


def _proportions(strokes: Ink, random: Random) -> Ink:
    """Change the proportions of the halves, and the width at top and bottom."""
    low, high = box(strokes)
    middle, extent = (low + high) / 2, np.maximum(high - low, 0.05)
    move, taper = random.normal(0, 0.08, 2), random.normal(0, 0.22)

    def change(points: np.ndarray) -> np.ndarray:
        place = (points - middle) / extent  # -0.5 to 0.5 in both directions
        place = place + move * np.cos(math.pi * place)
        place[:, 0] *= 1 + taper * place[:, 1]
        return place * extent + middle

    return [change(resampled(stroke, 0.04)) for stroke in strokes]


def _lean(strokes: Ink, random: Random) -> Ink:
    """Slant, rotate and stretch."""
    slant, angle = random.normal(0, 0.18), random.normal(0, 0.11)
    wide = math.exp(random.normal(0, 0.11))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    matrix = turn @ np.array([[wide, slant], [0, 1 / wide]])
    return [stroke @ matrix.T for stroke in strokes]


def _slow_sampling(strokes: Ink, random: Random) -> Ink:
    """Resample with few points, as a slow screen does for a fast stroke."""
    step = random.uniform(0.06, 0.2)
    return [resampled(stroke, step) for stroke in strokes]


def _coarse_grid(strokes: Ink, random: Random) -> Ink:
    """Round points to a coarse grid, as in a small drawing."""
    cell = random.uniform(0.01, 0.05)
    return [np.round(stroke / cell) * cell for stroke in strokes]


def _tremble(strokes: Ink, random: Random) -> Ink:
    """Add noise to each point."""
    size = random.uniform(0.002, 0.012)
    return [stroke + random.normal(0, size, stroke.shape) for stroke in strokes]


def _smooth(strokes: Ink, random: Random) -> Ink:
    """Round corners, as drawing programs do."""
    width = int(random.integers(2, 5))
    return [averaged(resampled(stroke, 0.03), width) for stroke in strokes]


def _stray_touch(strokes: Ink, random: Random) -> Ink:
    """Add a dot beside the digit, as from an accidental touch."""
    low, high = box(strokes)
    place = (low + high) / 2 + (high - low) * random.uniform(-0.55, 0.55, 2)
    return [*strokes, place + random.normal(0, 0.01, (2, 2))]


_STEPS = (  # (probability, variation), applied in this order
    (0.2, _overshoot),
    (0.12, _hook),
    (0.25, _trim),
    (0.6, _lift_strokes),
    (0.5, _proportions),
    (0.7, _wobble),
    (0.9, _lean),
    (0.15, _smooth),
    (0.25, _slow_sampling),
    (0.2, _coarse_grid),
    (0.25, _tremble),
    (0.03, _stray_touch),
)
