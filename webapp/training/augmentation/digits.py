"""What people do when they write one certain digit: the bar of a seven, the slash of a zero, open loops.

Each habit takes unit ink (stroke_tools.py's `unit_ink`) and gives it back changed, or as it is where the
habit does not fit the way this digit was written.
"""

import math

import numpy as np

from webapp.training.augmentation.geometry import (
    Ink,
    Random,
    box,
    continued,
    hooked,
    is_stem,
    line,
    resampled,
    trimmed,
)


def add_habits(label: int | str, strokes: Ink, random: Random) -> Ink:
    """Return unit ink with none, one or several of the habits that belong to `label`."""
    for share, habit in _HABITS.get(label, ()):
        if random.random() < share:
            strokes = habit(strokes, random)
    return strokes


def _slash(strokes: Ink, random: Random) -> Ink:
    """A line through a zero, from lower left to upper right, seldom the other way."""
    low, high = box(strokes)
    if (high - low)[0] < 0.35:
        return strokes  # too narrow: a slash would fill it
    middle = (low + high) / 2 + random.normal(0, 0.04, 2)
    half = (high - low) / 2 * random.uniform(0.55, 1.3)
    angle = math.atan2(half[1], half[0]) + random.normal(0, 0.15)
    side = -1 if random.random() < 0.12 else 1
    reach = np.hypot(*half) * np.array([side * math.cos(angle), -math.sin(angle)])
    return strokes + [line(middle - reach, middle + reach, random)]


def _bar(strokes: Ink, random: Random) -> Ink:
    """The bar through the stem of a seven."""
    if len(strokes) != 1 or len(strokes[0]) < 4:
        return strokes
    stroke = resampled(strokes[0], 0.02)
    cross = stroke[int(len(stroke) * random.uniform(0.66, 0.82))]
    half = np.array([random.uniform(0.12, 0.3), random.normal(0, 0.05)])
    aside = np.array([random.normal(0, 0.05), 0])
    return strokes + [line(cross + aside - half, cross + aside + half, random)]


def _flag(strokes: Ink, random: Random) -> Ink:
    """The upstroke before a one, short or nearly as long as the stem, steep or nearly level.

    What tells it from a seven is that the stem stands and the flag rises, where a seven's bar is level
    and its stem leans: so the more the stem leans like a seven's, the steeper the flag has to be.
    """
    if not is_stem(strokes):
        return strokes
    stem = strokes[0] if strokes[0][0, 1] < strokes[0][-1, 1] else strokes[0][::-1]
    leaning = max(0.0, stem[0, 0] - stem[-1, 0])  # 0 where the stem is upright
    length = random.uniform(0.12, 0.62)
    angle = random.uniform(0.35, max(1.2, 1.48 - leaning))  # radians up from straight below the top
    foot = stem[0] + length * np.array([-math.sin(angle), math.cos(angle)])
    return [np.concatenate([line(foot, stem[0], random), stem])] + strokes[1:]


def _foot(strokes: Ink, random: Random) -> Ink:
    """The base line under a one."""
    if len(strokes) > 1:
        return strokes
    low, high = box(strokes)
    end = strokes[0][np.argmax(strokes[0][:, 1])]
    left, right = random.uniform(0.1, 0.3, 2)
    tilt = np.array([0, random.normal(0, 0.03)])
    return strokes + [line(end - [left, 0] - tilt, end + [right, 0] + tilt, random)]


def _not_lifted(strokes: Ink, random: Random) -> Ink:
    """A four written without lifting the pen between its two strokes."""
    if len(strokes) != 2 or strokes[1][0, 1] > -0.1:
        return strokes  # the second one starts low: joined to it, it would not be a four
    return [np.concatenate([strokes[0], line(strokes[0][-1], strokes[1][0], random), strokes[1]])]


def _bar_apart(strokes: Ink, random: Random) -> Ink:
    """The bar of a five as a stroke of its own that does not meet the rest: beside, above, askew."""
    parted = _without_bar(strokes)
    if parted is None:
        return strokes
    bar, rest = parted
    start = bar[0] + random.normal([0.03, -0.03], [0.07, 0.045])
    angle, length = random.normal(0, 0.18), random.uniform(0.75, 1.4)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return [*rest, start + (bar - bar[0]) @ turn.T * length]


def _without_bar(strokes: Ink) -> tuple[np.ndarray, Ink] | None:
    """Return the bar of a five, from left to right, and the rest; None where no bar is found."""
    if len(strokes) == 1:
        stroke = resampled(strokes[0], 0.02)
        corner = int(np.argmin(stroke[: len(stroke) * 2 // 5, 0]))  # the bar runs leftwards to it
        parts = [stroke[: corner + 1], stroke[corner:]]
    else:
        parts = sorted(strokes, key=lambda stroke: stroke[:, 1].mean())
    bar = parts[0] if parts[0][0, 0] < parts[0][-1, 0] else parts[0][::-1]
    across, down = bar[-1] - bar[0]
    is_bar = across > 0.15 and abs(down) < 0.6 * across and bar[:, 1].max() < -0.1
    return (bar, parts[1:]) if is_bar else None


def _open_ends(strokes: Ink, random: Random) -> Ink:
    """A loop that was not closed: both ends of an eight or a zero stop short."""
    return [trimmed(stroke, random.uniform(0, 0.08), random.uniform(0, 0.08)) for stroke in strokes]


def _late_start(strokes: Ink, random: Random) -> Ink:
    """A nine whose loop starts late and stays open."""
    return [trimmed(strokes[0], random.uniform(0.03, 0.16), 0), *strokes[1:]]


def _early_end(strokes: Ink, random: Random) -> Ink:
    """A six whose loop ends early and stays open."""
    return [*strokes[:-1], trimmed(strokes[-1], 0, random.uniform(0.04, 0.2))]


def _curled_end(strokes: Ink, random: Random) -> Ink:
    """A lower bow that curls on, leftwards and up: the tail of a nine, a five or three that nearly closes."""
    return [*strokes[:-1], continued(strokes[-1], random.uniform(0.06, 0.3), random.uniform(0.5, 2.4))]


def _curled_start(strokes: Ink, random: Random) -> Ink:
    """An entry that curls before the first bow: of a two, a three, a seven."""
    turn = random.uniform(-2.4, 1.0)
    return [continued(strokes[0][::-1], random.uniform(0.05, 0.22), turn)[::-1], *strokes[1:]]


def _overlap(strokes: Ink, random: Random) -> Ink:
    """A zero whose end runs past its start: outwards, along, or curled inwards."""
    return [*strokes[:-1], continued(strokes[-1], random.uniform(0.1, 0.55), random.normal(0, 2.0))]


def _hooked_foot(strokes: Ink, random: Random) -> Ink:
    """The foot of a one, two or seven where the pen turns back before it leaves."""
    return [*strokes[:-1], hooked(strokes[-1], random)]


def _rising_end(strokes: Ink, random: Random) -> Ink:
    """A foot that curls on to the right and up: of a one or a seven, and the tail of a two."""
    return [*strokes[:-1], continued(strokes[-1], random.uniform(0.06, 0.26), random.uniform(-2.4, -0.6))]


_HABITS = {
    0: ((0.1, _slash), (0.15, _open_ends), (0.25, _overlap)),
    1: ((0.4, _flag), (0.25, _hooked_foot), (0.08, _rising_end), (0.12, _foot)),
    2: ((0.15, _curled_start), (0.12, _rising_end), (0.08, _hooked_foot)),
    3: ((0.12, _curled_start), (0.2, _curled_end)),
    4: ((0.07, _not_lifted),),
    5: ((0.25, _bar_apart), (0.2, _curled_end)),
    6: ((0.3, _early_end),),
    7: ((0.28, _hooked_foot), (0.12, _rising_end), (0.1, _curled_start), (0.18, _bar)),
    8: ((0.35, _open_ends),),
    9: ((0.35, _late_start), (0.25, _curled_end)),
}
