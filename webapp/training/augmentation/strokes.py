"""Vary an ink as hands, pens and screens do, without changing what it says.

Ink is vectors, so a variation is made where it happens: the hand's habits change the strokes, the
screen's sampling changes the points. Everything works on ink whose longer side is 1 (see `unit_ink`),
with y downwards; the random generator is given, so the same seed gives the same ink.
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


def vary_ink(strokes: Ink, label: int | str, random: Random) -> Ink:
    """Return a variation of `strokes` that a person would still read as `label`."""
    strokes = add_habits(label, unit_ink(strokes), random)
    for share, step in _STEPS:
        if random.random() < share:
            strokes = step(strokes, random)
    return strokes


def _overshoot(strokes: Ink, random: Random) -> Ink:
    """Ends that run on a little, straight or in a hook."""
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
    """An end or a start where the pen turns back sharply, set down or lifted in haste."""
    strokes = list(strokes)
    which = random.integers(len(strokes))
    if random.random() < 0.5:
        strokes[which] = hooked(strokes[which], random)
    else:
        strokes[which] = hooked(strokes[which][::-1], random)[::-1]
    return strokes


def _trim(strokes: Ink, random: Random) -> Ink:
    """Ends that the screen missed."""
    return [trimmed(stroke, random.uniform(0, 0.05), random.uniform(0, 0.05)) for stroke in strokes]


def _lift_strokes(strokes: Ink, random: Random) -> Ink:
    """Every stroke set down a little elsewhere, larger or smaller, as the hand comes back from the air."""
    if len(strokes) == 1:
        return strokes
    moved = []
    for stroke in strokes:
        middle = stroke.mean(axis=0)
        grown = (stroke - middle) * np.exp(random.normal(0, 0.08, 2)) + middle
        moved.append(grown + random.normal(0, 0.045, 2))
    return moved


def _wobble(strokes: Ink, random: Random) -> Ink:
    """A smooth bend of the whole sheet: two slow waves in each direction."""
    waves = random.normal(0, 3.5, (2, 2, 2))  # (wave, axis moved, direction), radians a unit
    phases = random.uniform(0, 2 * math.pi, (2, 2))
    heights = random.normal(0, 0.035, (2, 2))

    def bend(points: np.ndarray) -> np.ndarray:
        angles = np.einsum("nd,wad->nwa", points, waves) + phases
        return points + (np.sin(angles) * heights).sum(axis=1)

    return [bend(resampled(stroke, 0.04)) for stroke in strokes]


def _proportions(strokes: Ink, random: Random) -> Ink:
    """Another share of upper and lower half, of left and right, and another width at top and bottom."""
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
    """Slant, rotation and stretch."""
    slant, angle = random.normal(0, 0.18), random.normal(0, 0.11)
    wide = math.exp(random.normal(0, 0.11))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    matrix = turn @ np.array([[wide, slant], [0, 1 / wide]])
    return [stroke @ matrix.T for stroke in strokes]


def _slow_sampling(strokes: Ink, random: Random) -> Ink:
    """A fast hand on a slow screen: few points, corners cut."""
    step = random.uniform(0.06, 0.17)
    return [resampled(stroke, step) for stroke in strokes]


def _coarse_grid(strokes: Ink, random: Random) -> Ink:
    """A small drawing: points on a coarse grid."""
    cell = random.uniform(0.01, 0.045)
    return [np.round(stroke / cell) * cell for stroke in strokes]


def _tremble(strokes: Ink, random: Random) -> Ink:
    """Noise of the hand or of the screen, point by point."""
    size = random.uniform(0.002, 0.012)
    return [stroke + random.normal(0, size, stroke.shape) for stroke in strokes]


def _smooth(strokes: Ink, random: Random) -> Ink:
    """Rounded corners, as a drawing program makes them."""
    width = int(random.integers(2, 5))
    return [averaged(resampled(stroke, 0.03), width) for stroke in strokes]


def _stray_touch(strokes: Ink, random: Random) -> Ink:
    """A dot beside the digit, where the hand or the pen touched the screen by mistake."""
    low, high = box(strokes)
    place = (low + high) / 2 + (high - low) * random.uniform(-0.55, 0.55, 2)
    return [*strokes, place + random.normal(0, 0.01, (2, 2))]


_STEPS = (  # share of the inks that get it, and what they get; in the order of hand, sheet, screen
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
