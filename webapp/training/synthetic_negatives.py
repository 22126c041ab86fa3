"""Generate ink that is not a digit: scribbles, shapes, faces, two digits.

People try a digit reader with such drawings first. Each rule returns ink whose longer side is about 1. The
same random generator gives the same ink. No rule may give a digit by chance: no upright line (a one), no
plain ring (a zero).
"""

import math

import numpy as np

from webapp.ink.curve import to_polyline
from webapp.training.augmentation.geometry import Ink, Random, box, is_stem, resampled, trimmed, unit_ink
from webapp.training.synthetic_symbols import draw_symbol


def draw_negative(random: Random) -> Ink:
    """Return one random drawing that is not a digit."""
    rules = list(_RULES)
    return rules[random.choice(len(rules), p=_SHARES)](random)


def two_digits(first: Ink, second: Ink, random: Random) -> Ink:
    """Return two digits side by side as one ink."""
    gap = random.uniform(0.05, 0.35)
    left, right = unit_ink(first), unit_ink(second)
    grown = math.exp(random.normal(0, 0.12))
    right = [stroke * grown + [0, random.normal(0, 0.08)] for stroke in right]
    left_end = max(stroke[:, 0].max() for stroke in left)
    right_start = min(stroke[:, 0].min() for stroke in right)
    return left + [stroke + [left_end - right_start + gap, 0] for stroke in right]


def overlapping(first: Ink, second: Ink, random: Random) -> Ink:
    """Return two digits on top of each other."""
    shift = random.uniform(0.12, 0.35, 2) * random.choice([-1, 1], 2)
    return unit_ink(first) + [stroke + shift for stroke in unit_ink(second)]


def crossed_out(ink: Ink, random: Random) -> Ink:
    """Return a digit with a zigzag or a cross over it."""
    ink = unit_ink(ink)
    if random.random() < 0.3:
        ends = random.normal(0, 0.06, (4, 2)) + [[-0.5, -0.5], [0.5, 0.5], [0.5, -0.5], [-0.5, 0.5]]
        return [*ink, ends[:2], ends[2:]]
    low, high = box(ink)
    return ink + [stroke * (high - low + 0.25) + (low + high) / 2 for stroke in _crossing_out(random)]


def fragments(ink: Ink, random: Random) -> Ink:
    """Return two or three short pieces of a digit, as if the rest was erased."""
    longest = max(unit_ink(ink), key=len)
    starts = np.sort(random.choice([0.0, 0.3, 0.6, 0.85], int(random.integers(2, 4)), replace=False))
    lengths = random.uniform(0.08, 0.15, len(starts))
    return [
        trimmed(longest, start, 1 - start - length) for start, length in zip(starts, lengths, strict=True)
    ]


def spoiled_digit(first: Ink, second: Ink, random: Random) -> Ink:
    """Return two digits as one ink, or a digit that is crossed out or mostly erased."""
    kind = random.random()
    if kind < 0.5:
        return two_digits(first, second, random)
    if kind < 0.7 and not is_stem(unit_ink(first)) and not is_stem(unit_ink(second)):
        return overlapping(first, second, random)
    if kind < 0.92 or len(max(first, key=len)) < 12:
        return crossed_out(first, random)
    return fragments(first, random)


# -- The rules ----------------------------------------------------------------------------------------


def _wandering(random: Random) -> Ink:
    """A path with a smooth random walk of its direction."""
    count = int(random.integers(60, 180))
    turns = random.normal(0, random.uniform(0.15, 0.6), count) + random.normal(0, 0.12)
    heading = random.uniform(0, 2 * math.pi) + turns.cumsum()
    steps = np.stack([np.cos(heading), np.sin(heading)], axis=1) * random.uniform(0.03, 0.09)
    walk = steps.cumsum(axis=0)
    pull = np.linspace(0, 1, count)[:, None] * walk[-1] * random.uniform(0, 1)
    return [walk - pull]


def _crossing_out(random: Random) -> Ink:
    """A zigzag, as for crossing out."""
    count = int(random.integers(7, 17))
    wide, high = random.uniform(0.5, 1.0), random.uniform(0.25, 1.0)
    x = np.where(np.arange(count) % 2, 0.5, -0.5) * wide + random.normal(0, 0.06, count)
    y = np.linspace(-0.5, 0.5, count) * high + random.normal(0, 0.04, count)
    return [_turned(_smoothly(np.stack([x, y], axis=1)), random)]


def _tangle(random: Random) -> Ink:
    """A path between random points."""
    return [_smoothly(random.uniform(-0.5, 0.5, (int(random.integers(6, 20)), 2)))]


def _dots(random: Random) -> Ink:
    """A few dots or tiny marks, well apart."""
    places = random.uniform(-0.5, 0.5, (int(random.integers(2, 7)), 2))
    return [place + random.normal(0, 0.01, (3, 2)) for place in places]


def _one_dot(random: Random) -> Ink:
    return [np.zeros((1, 2))]


def _flat_line(random: Random) -> Ink:
    """A line within 35 degrees of horizontal, so that it is not a one."""
    slope = math.tan(random.uniform(-0.6, 0.6))
    x = np.linspace(-0.5, 0.5, 12)
    return [np.stack([x, slope * x + random.normal(0, 0.015) * np.sin(6 * x)], axis=1)]


def _waves(random: Random) -> Ink:
    """A wavy or zigzag line."""
    share = np.linspace(0, 1, 80)
    phase = 2 * math.pi * random.uniform(2, 6) * share
    wave = np.sin(phase) if random.random() < 0.5 else 2 / math.pi * np.arcsin(np.sin(phase))
    return [_turned(np.stack([share - 0.5, wave * random.uniform(0.08, 0.3)], axis=1), random)]


def _spiral(random: Random) -> Ink:
    """A spiral of two turns or more."""
    turns = random.uniform(2.0, 5.0)
    angle = np.linspace(0, 2 * math.pi * turns, int(24 * turns)) * random.choice([-1, 1])
    radius = np.linspace(random.uniform(0.02, 0.1), 0.5, len(angle))
    path = np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius[:, None]
    return [_stretched(_turned(path, random), random)]


def _face(random: Random) -> Ink:
    """A ring with two eyes and a mouth."""
    eye_height, eye_gap = random.uniform(0.1, 0.2), random.uniform(0.1, 0.2)
    eyes = [_mark(np.array([side * eye_gap, -eye_height]), random) for side in (-1, 1)]
    x = np.linspace(-0.22, 0.22, 9) * random.uniform(0.7, 1.2)
    bow = random.uniform(0.05, 0.2) * random.choice([-1, 1, 1])
    mouth = np.stack([x, 0.18 + bow * (1 - (x / 0.22) ** 2)], axis=1)
    return [_stretched(stroke, random) for stroke in [_ring(random), *eyes, mouth]]


def _mark(place: np.ndarray, random: Random) -> np.ndarray:
    height = random.uniform(0, 0.12)
    return place + np.array([[0.0, -height / 2], [random.normal(0, 0.02), height / 2]])


def _target(random: Random) -> Ink:
    """A ring with a cross or a smaller ring in it; with a dot it would be a zero."""
    cross = [np.array([[-0.5, 0], [0.5, 0.0]]), np.array([[0, -0.5], [0, 0.5]])]
    inner = cross if random.random() < 0.5 else [_ring(random) * random.uniform(0.3, 0.6)]
    return [_ring(random), *inner]


def _cross(random: Random) -> Ink:
    """A plus or a cross of two lines, or a star of three or four."""
    first = random.uniform(0, math.pi)
    count = int(random.choice([2, 2, 3, 4]))
    angles = first + np.arange(count) * math.pi / count + random.normal(0, 0.08, count)
    ends = [np.array([math.cos(angle), math.sin(angle)]) / 2 for angle in angles]
    return [np.stack([-end, end]) * random.uniform(0.8, 1.0) for end in ends]


def _polygon(random: Random) -> Ink:
    """A triangle, or a star of one stroke."""
    count, skip = [(3, 1), (5, 2), (3, 1), (7, 3)][int(random.integers(4))]
    angle = -math.pi / 2 + 2 * math.pi * skip / count * np.arange(count + 1) + random.normal(0, 0.15)
    corners = np.stack([np.cos(angle), np.sin(angle)], axis=1) / 2
    return [_cornered(_stretched(corners + random.normal(0, 0.03, corners.shape), random))]


def _heart(random: Random) -> Ink:
    angle = np.linspace(0, 2 * math.pi, 50)
    x = 16 * np.sin(angle) ** 3
    y = 13 * np.cos(angle) - 5 * np.cos(2 * angle) - 2 * np.cos(3 * angle) - np.cos(4 * angle)
    return [_stretched(np.stack([x, -y], axis=1) / 34, random)]


def _house(random: Random) -> Ink:
    roof = random.uniform(-0.1, 0.15)
    corners = [[-0.4, roof], [-0.4, 0.5], [0.4, 0.5], [0.4, roof], [-0.4, roof], [0.0, -0.5], [0.4, roof]]
    walls = np.array(corners)
    return [_cornered(_stretched(walls + random.normal(0, 0.02, walls.shape), random))]


def _grid(random: Random) -> Ink:
    """Vertical and horizontal lines."""
    down, across = random.integers(2, 5), random.integers(1, 5)
    lines = [np.array([[x, -0.5], [x, 0.5]]) for x in np.linspace(-0.4, 0.4, down)]
    lines += [np.array([[-0.5, y], [0.5, y]]) for y in np.linspace(-0.4, 0.4, across)]
    return [line + random.normal(0, 0.03, line.shape) for line in lines]


def _loops(random: Random) -> Ink:
    """A line of loops, as for trying a pen."""
    count = int(random.integers(3, 7))
    angle = np.linspace(0, 2 * math.pi * count, 20 * count)
    x = np.sin(angle) * random.uniform(0.1, 0.2) + angle / angle[-1] - 0.5
    return [_turned(np.stack([x, np.cos(angle) * random.uniform(0.1, 0.35)], axis=1), random)]


def _signature(random: Random) -> Ink:
    """A line of joined letters of random height, as in a signature."""
    count = int(random.integers(7, 16))
    x = np.linspace(-0.5, 0.5, count) + random.normal(0, 0.03, count)
    y = random.uniform(0.05, 0.2) * np.where(np.arange(count) % 2, 1, -1) * random.exponential(1, count)
    stroke = to_polyline(np.stack([x, y], axis=1), 0.005, 100)
    return (
        [_turned(stroke, random)] if random.random() < 0.7 else [_turned(stroke, random), _underline(random)]
    )


def _underline(random: Random) -> np.ndarray:
    height, tilt = random.uniform(0.2, 0.35), random.normal(0, 0.05)
    return np.array([[-0.5, height + tilt], [0.5, height - tilt]])


_RULES = {
    draw_symbol: 20, _signature: 2,
    _wandering: 5, _crossing_out: 4, _tangle: 3, _dots: 2, _one_dot: 0.5, _flat_line: 1, _waves: 2,
    _spiral: 2, _face: 3, _target: 1, _cross: 1.5, _polygon: 2, _heart: 1.5, _house: 1,
    _grid: 1.5, _loops: 1.5,
}  # fmt: skip
_SHARES = np.array(list(_RULES.values())) / sum(_RULES.values())


# -- Helpers ------------------------------------------------------------------------------------------


def _ring(random: Random) -> np.ndarray:
    angle = random.uniform(0, 2 * math.pi) + np.linspace(0, 2 * math.pi * random.uniform(0.95, 1.08), 30)
    radius = 0.5 + random.normal(0, 0.03) * np.sin(2 * angle + random.uniform(0, 6))
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius[:, None]


def _rotation(angle: float) -> np.ndarray:
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def _turned(points: np.ndarray, random: Random) -> np.ndarray:
    return points @ _rotation(random.normal(0, 0.35)).T


def _stretched(points: np.ndarray, random: Random) -> np.ndarray:
    return points * np.exp(random.normal(0, 0.1, 2))


def _cornered(points: np.ndarray) -> np.ndarray:
    """Return close points along the lines between `points`: a curve through them keeps the corners."""
    return resampled(points, 0.03)


def _smoothly(corners: np.ndarray) -> np.ndarray:
    """Return the path after two rounds of corner cutting (Chaikin 1974)."""
    for _ in range(2):
        first, second = corners[:-1], corners[1:]
        cut = np.stack([0.75 * first + 0.25 * second, 0.25 * first + 0.75 * second], axis=1)
        corners = cut.reshape(-1, 2)
    return corners
