"""Writing habits of single digits: the bar of a seven, the slash of a zero, open loops.

Each function takes unit ink (geometry.py) and returns a variation, or the same ink where the habit does not
fit the way this digit was written.
"""

import math

import numpy as np

from webapp.training.augmentation.geometry import (
    Ink,
    Random,
    averaged,
    box,
    continued,
    hooked,
    is_stem,
    line,
    resampled,
    rotated,
    trimmed,
)

HOLE = 0.24  # the least width of a loop: in a narrower one the bitmap shows no hole


def add_habits(label: int | str, strokes: Ink, random: Random, frequency: float = 1.0) -> Ink:
    """Return unit ink with random habits of the digit `label`; `frequency` multiplies their probabilities."""
    for share, habit in _HABITS.get(label, ()):
        if random.random() < share * frequency:
            strokes = habit(strokes, random)
    return strokes


def _slash(strokes: Ink, random: Random) -> Ink:
    """Add the slash of a zero, usually from lower left to upper right."""
    low, high = box(strokes)
    if (high - low)[0] < 0.35:
        return strokes  # too narrow: a slash would fill it
    middle = (low + high) / 2 + random.normal(0, 0.04, 2)
    half = (high - low) / 2 * random.uniform(0.55, 1.3)
    angle = math.atan2(half[1], half[0]) + random.normal(0, 0.15)
    side = -1 if random.random() < 0.12 else 1
    reach = np.hypot(*half) * np.array([side * math.cos(angle), -math.sin(angle)])
    return strokes + [line(middle - reach, middle + reach, random)]


def _dot(strokes: Ink, random: Random) -> Ink:
    """Add the dot of a zero, at its center."""
    low, high = box(strokes)
    if (high - low)[0] < 0.5:
        return strokes  # too narrow: a dot would fill it
    place = (low + high) / 2 + random.normal(0, 0.04, 2)
    return strokes + [place + random.normal(0, 0.01, (2, 2))]


def _squarish(strokes: Ink, random: Random) -> Ink:
    """Move the points of a zero towards a rectangle."""
    low, high = box(strokes)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 0.05)
    power = random.uniform(0.3, 0.9)

    def change(points: np.ndarray) -> np.ndarray:
        place = (points - middle) / half
        round_radius = np.hypot(*place.T)
        square_radius = np.maximum(np.abs(place).max(axis=1), 1e-9)
        return place * ((round_radius / square_radius) ** power)[:, None] * half + middle

    return [change(resampled(stroke, 0.04)) for stroke in strokes]


def _bar(strokes: Ink, random: Random) -> Ink:
    """Add a bar through the stem of a seven."""
    if len(strokes) != 1 or len(strokes[0]) < 4:
        return strokes
    stroke = resampled(strokes[0], 0.02)
    cross = stroke[int(len(stroke) * random.uniform(0.66, 0.82))]
    half = np.array([random.uniform(0.12, 0.3), random.normal(0, 0.05)])
    aside = np.array([random.normal(0, 0.05), 0])
    return strokes + [line(cross + aside - half, cross + aside + half, random)]


def _looped_bar(strokes: Ink, random: Random) -> Ink:
    """Draw the bar of a seven without lifting the pen: from the foot in a loop to the left, then across."""
    if len(strokes) != 1 or len(strokes[0]) < 4:
        return strokes
    stroke = resampled(strokes[0], 0.02)
    foot, cross = stroke[-1], stroke[int(len(stroke) * random.uniform(0.66, 0.8))]
    half = np.array([random.uniform(0.15, 0.3), random.normal(0, 0.05)])
    way = (foot + cross) / 2 - [random.uniform(0.12, 0.3), 0]
    return [np.concatenate([stroke, [way], line(cross - half, cross + half, random)])]


def _flag(strokes: Ink, random: Random) -> Ink:
    """Add the upstroke before a one, of random length and steepness.

    A seven has a level bar and a leaning stem: the more the stem leans, the steeper the upstroke must be.
    """
    if not is_stem(strokes):
        return strokes
    stem = strokes[0] if strokes[0][0, 1] < strokes[0][-1, 1] else strokes[0][::-1]
    leaning = max(0.0, stem[0, 0] - stem[-1, 0])  # 0 where the stem is upright
    length = random.uniform(0.12, 0.75)
    angle = random.uniform(0.2, max(1.2, 1.48 - leaning))  # radians up from straight below the top
    foot = stem[0] + length * np.array([-math.sin(angle), math.cos(angle)])
    return [np.concatenate([line(foot, stem[0], random), stem])] + strokes[1:]


def _leaning(strokes: Ink, random: Random) -> Ink:
    """Rotate a plain one by up to 46 degrees to either side, mostly a little to the right."""
    angle = random.uniform(-0.8, 0.8) if random.random() < 0.5 else random.uniform(0.1, 0.5)
    return rotated(strokes, angle) if is_stem(strokes) else strokes


def _turned_left(strokes: Ink, random: Random) -> Ink:
    """Rotate a seven by 6 to 17 degrees to the left; further it would be a one with a flag."""
    return rotated(strokes, random.uniform(-0.3, -0.1))


def _narrow(strokes: Ink, random: Random) -> Ink:
    """Draw a digit in a third to two thirds of its width."""
    return [stroke * [random.uniform(0.33, 0.66), 1.0] for stroke in strokes]


def _foot(strokes: Ink, random: Random) -> Ink:
    """Add the base line under a one."""
    if len(strokes) > 1:
        return strokes
    low, high = box(strokes)
    end = strokes[0][np.argmax(strokes[0][:, 1])]
    left, right = random.uniform(0.1, 0.3, 2)
    tilt = np.array([0, random.normal(0, 0.03)])
    return strokes + [line(end - [left, 0] - tilt, end + [right, 0] + tilt, random)]


def _not_lifted(strokes: Ink, random: Random) -> Ink:
    """Join the two strokes of a four, as if the pen was not lifted."""
    if len(strokes) != 2 or strokes[1][0, 1] > -0.1:
        return strokes  # the second stroke starts low: the joined ink would not be a four
    return [np.concatenate([strokes[0], line(strokes[0][-1], strokes[1][0], random), strokes[1]])]


def _short_stem(strokes: Ink, random: Random) -> Ink:
    """Start the stem of a four lower, down to just above the bar."""
    if len(strokes) != 2 or len(strokes[1]) < 2:
        return strokes
    angle, stem = strokes[0], resampled(strokes[1], 0.02)
    bar = angle[-1]  # its right end
    above = int(np.count_nonzero(stem[:, 1] < bar[1] - 0.03))
    if above == 0 or stem[-1, 1] < bar[1] or bar[0] - angle[:, 0].min() < 0.25 or angle[0, 1] > -0.2:
        return strokes  # written in another way
    return [angle, stem[int(above * random.uniform(0.2, 1.0)) :]]


def _low_bar(strokes: Ink, random: Random) -> Ink:
    """Move the bar of a four down: long above it, short below."""
    low, high = box(strokes)
    height, power = max((high - low)[1], 0.05), random.uniform(0.5, 0.85)

    def change(points: np.ndarray) -> np.ndarray:
        share = (points[:, 1] - low[1]) / height  # 0 at the top, 1 at the foot
        return np.stack([points[:, 0], low[1] + height * np.clip(share, 0, 1) ** power], axis=1)

    return [change(resampled(stroke, 0.02)) for stroke in strokes]


def _rounded(strokes: Ink, random: Random) -> Ink:
    """Round the corners of a four, as of one written fast."""
    return [averaged(resampled(stroke, 0.03), int(random.integers(2, 6))) for stroke in strokes]


def _bar_apart(strokes: Ink, random: Random) -> Ink:
    """Move the bar of a five away from the rest, as a separate stroke."""
    parted = _without_bar(strokes)
    if parted is None:
        return strokes
    bar, rest = parted
    start = bar[0] + random.normal([0.03, -0.03], [0.07, 0.045])
    angle, length = random.normal(0, 0.18), random.uniform(0.75, 1.4)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return [*rest, start + (bar - bar[0]) @ turn.T * length]


def _without_bar(strokes: Ink) -> tuple[np.ndarray, Ink] | None:
    """Return the bar of a five, from left to right, and the rest; None if no bar is found."""
    if len(strokes) == 1:
        stroke = resampled(strokes[0], 0.02)
        corner = int(np.argmin(stroke[: max(len(stroke) * 2 // 5, 1), 0]))  # the bar runs leftwards to it
        parts = [stroke[: corner + 1], stroke[corner:]]
    else:
        parts = sorted(strokes, key=lambda stroke: stroke[:, 1].mean())
    bar = parts[0] if parts[0][0, 0] < parts[0][-1, 0] else parts[0][::-1]
    across, down = bar[-1] - bar[0]
    is_bar = across > 0.15 and abs(down) < 0.6 * across and bar[:, 1].max() < -0.1
    return (bar, parts[1:]) if is_bar else None


def _open_ends(strokes: Ink, random: Random) -> Ink:
    """Trim both ends: a loop of an eight or a zero that is not closed."""
    return [trimmed(stroke, random.uniform(0, 0.08), random.uniform(0, 0.08)) for stroke in strokes]


def _wide_open(strokes: Ink, random: Random) -> Ink:
    """Trim both ends of an eight in one stroke: a wide gap at the top."""
    if len(strokes) > 1:
        return strokes
    return [trimmed(strokes[0], random.uniform(0.03, 0.18), random.uniform(0.03, 0.18))]


def _late_start(strokes: Ink, random: Random) -> Ink:
    """Trim the start: the open loop of a nine."""
    return [trimmed(strokes[0], random.uniform(0.03, random.choice([0.16, 0.3])), 0), *strokes[1:]]


def _small_loop(strokes: Ink, random: Random) -> Ink:
    """Shrink the loop of a nine towards its stem."""
    (low, high), points = box(strokes), np.concatenate(strokes)
    middle, quarter = (low[1] + high[1]) / 2, max((high - low)[1] / 4, 0.05)
    width = np.ptp(points[points[:, 1] <= middle, 0])
    size = max(random.uniform(0.33, 0.85), HOLE / max(width, HOLE))
    stem = np.array([high[0], middle])

    def change(points: np.ndarray) -> np.ndarray:
        upper = np.clip((middle - points[:, 1]) / quarter, 0, 1)[:, None]  # 0 below the middle
        return stem + (points - stem) * (1 - (1 - size) * upper)

    return [change(resampled(stroke, 0.04)) for stroke in strokes]


def _bowed_stem(strokes: Ink, random: Random) -> Ink:
    """Bend the stem of a nine with a closed loop into a wide bow that ends far to the left."""
    path = resampled(strokes[0], 0.02)
    if len(strokes) > 1 or np.hypot(*(path[len(path) // 4 :] - path[0]).T).min() > 0.1:
        return strokes  # with an open loop it would be a three
    low, high = box(strokes)
    top = low[1] + (high - low)[1] * random.uniform(0.25, 0.45)
    bow, tail = random.uniform(0.0, 0.3), random.uniform(0.1, 0.55)

    def change(points: np.ndarray) -> np.ndarray:
        share = np.clip((points[:, 1] - top) / max(high[1] - top, 0.05), 0, 1)  # 0 above, 1 at the foot
        return points + np.stack([bow * np.sin(math.pi * share) - tail * share**3, 0 * share], axis=1)

    return [change(resampled(stroke, 0.02)) for stroke in strokes]


def _wide_tail(strokes: Ink, random: Random) -> Ink:
    """Continue the stem of a nine far to the left."""
    return [*strokes[:-1], continued(strokes[-1], random.uniform(0.25, 0.45), random.uniform(0.4, 1.4))]


def _early_end(strokes: Ink, random: Random) -> Ink:
    """Trim the end: the open loop of a six."""
    return [*strokes[:-1], trimmed(strokes[-1], 0, random.uniform(0.04, 0.2))]


def _curled_end(strokes: Ink, random: Random) -> Ink:
    """Continue the lower bow of a nine, five or three to the left and up."""
    return [*strokes[:-1], continued(strokes[-1], random.uniform(0.06, 0.3), random.uniform(0.5, 2.4))]


def _curled_start(strokes: Ink, random: Random) -> Ink:
    """Add a curl before the start of a two, three or seven."""
    turn = random.uniform(-2.4, 1.0)
    return [continued(strokes[0][::-1], random.uniform(0.05, 0.22), turn)[::-1], *strokes[1:]]


def _overlap(strokes: Ink, random: Random) -> Ink:
    """Continue the end of a zero past its start."""
    return [*strokes[:-1], continued(strokes[-1], random.uniform(0.1, 0.55), random.normal(0, 2.0))]


def _hooked_foot(strokes: Ink, random: Random) -> Ink:
    """Add a hook at the end of a one, two or seven."""
    return [*strokes[:-1], hooked(strokes[-1], random)]


def _rising_end(strokes: Ink, random: Random) -> Ink:
    """Continue the end of a one, two or seven to the right and up."""
    return [*strokes[:-1], continued(strokes[-1], random.uniform(0.06, 0.26), random.uniform(-2.4, -0.6))]


_HABITS: dict[int | str, tuple] = {
    0: ((0.12, _squarish), (0.1, _slash), (0.05, _dot), (0.15, _open_ends), (0.25, _overlap)),
    1: (
        (0.4, _leaning), (0.5, _flag), (0.25, _curled_start), (0.2, _hooked_foot), (0.08, _rising_end),
        (0.15, _foot),
    ),
    2: ((0.15, _curled_start), (0.12, _rising_end), (0.08, _hooked_foot), (0.06, _narrow)),
    3: ((0.12, _curled_start), (0.2, _curled_end), (0.06, _narrow)),
    4: ((0.2, _short_stem), (0.2, _low_bar), (0.25, _not_lifted), (0.2, _rounded), (0.1, _narrow)),
    5: ((0.25, _bar_apart), (0.2, _curled_end), (0.06, _narrow)),
    6: ((0.3, _early_end), (0.06, _narrow)),
    7: (
        (0.28, _hooked_foot), (0.12, _rising_end), (0.1, _curled_start), (0.18, _bar), (0.1, _looped_bar),
        (0.06, _narrow), (0.05, _turned_left),
    ),
    8: ((0.35, _open_ends), (0.15, _wide_open), (0.06, _narrow)),
    9: (
        (0.35, _late_start), (0.2, _curled_end), (0.06, _wide_tail), (0.3, _small_loop), (0.35, _bowed_stem),
        (0.06, _narrow),
    ),
}  # fmt: skip
