"""Generate symbols that are not digits: chevrons, arrows, marks, brackets, Greek and Cyrillic letters.

Each symbol is written on a grid of 10 x 10 points: "00 95 09" is a stroke from the upper left to the right
and back to the lower left, x before y, y down. A stroke that begins with ~ is a smooth curve through its
points, the others have corners; / separates strokes. Symbols that people take for a digit in some handwriting
are not listed: parentheses (1), beta and B (8), delta (6), Э and З (3), Ч (4), Б (6), theta and Ф (0).
"""

import math

import numpy as np

from webapp.ink.curve import to_polyline
from webapp.training.augmentation.geometry import Ink, Random, resampled, rotated

# name -> (strokes, largest rotation in radians, whether it is also drawn as in a mirror)
SYMBOLS = {
    "chevron": ("00 95 09", math.pi, False),
    "double chevron": ("00 44 09 / 50 94 59", math.pi, False),
    "arrow": ("05 95 / 61 95 69", math.pi, False),
    "double arrow": ("05 95 / 61 95 69 / 31 05 39", math.pi, False),
    "question": ("~22 30 60 82 64 46 47 / 49", 0.15, False),
    "question, open": ("~12 30 70 93 66 57 / 59", 0.15, False),
    "exclamation": ("50 46 / 49", 0.12, False),
    "two exclamations": ("30 26 / 29 / 70 66 / 69", 0.12, False),
    "brace": ("~80 51 43 24 14 / ~14 25 46 58 89", 0.12, True),
    "brace, one stroke": ("~80 51 53 34 14 35 56 58 89", 0.12, True),
    "bracket": ("80 20 29 89", 0.12, True),
    "tick": ("05 39 90", 0.25, False),
    "tick, short": ("06 29 80", 0.25, False),
    "equals": ("03 93 / 07 97", 0.3, False),
    "not equals": ("03 93 / 07 97 / 70 29", 0.2, False),
    "percent": ("~20 02 24 42 20 / 90 09 / ~75 57 79 97 75", 0.15, False),
    "hash": ("30 19 / 70 59 / 13 93 / 06 86", 0.15, False),
    "dollar": ("~82 50 12 45 86 59 17 / 50 59", 0.12, False),
    "at sign": ("~64 45 46 65 63 67 96 82 40 03 16 59 98", 0.2, True),
    "ampersand": ("~99 31 40 62 25 17 48 85", 0.15, False),
    "infinity": ("~55 23 05 27 55 73 95 77 55", 0.25, False),
    "letter E": ("80 10 19 89 / 14 74", 0.15, False),
    "letter F": ("80 10 19 / 14 64", 0.15, False),
    "letter H": ("10 19 / 80 89 / 14 84", 0.15, False),
    "letter h": ("20 29 / ~26 44 64 76 79", 0.15, False),
    "letter r": ("23 29 / ~25 43 64", 0.15, False),
    "letter n": ("13 19 / ~15 33 63 75 79", 0.15, False),
    "letter m": ("03 09 / ~05 13 33 45 49 / ~45 53 73 85 89", 0.15, False),
    "letter A": ("09 50 99 / 26 76", 0.15, False),
    "letter K": ("10 19 / 80 15 89", 0.15, False),
    "letter M": ("09 10 55 80 99", 0.15, False),
    "letter N": ("19 10 89 80", 0.15, True),
    "letter R": ("10 19 / ~10 60 82 64 15 / 45 89", 0.15, True),
    "letter W": ("00 29 53 79 90", 0.15, False),
    "letter X": ("00 99 / 90 09", 0.15, False),
    "letter Y": ("00 55 90 / 55 59", 0.15, False),
    "alpha": ("~92 66 38 06 33 63 96 98", 0.2, False),
    "gamma, upper": ("90 20 29", 0.12, False),
    "lambda": ("~10 30 44 68 99 / 55 09", 0.12, False),
    "mu": ("~22 17 09 / ~15 38 66 72 / ~72 77 97", 0.12, False),
    "xi": ("10 90 / 24 74 / 09 99", 0.12, False),
    "pi": ("~02 21 91 / ~31 35 19 / ~71 76 79 98", 0.12, False),
    "sigma, upper": ("90 10 55 19 99", 0.12, False),
    "psi": ("~01 04 36 57 76 94 91 / 50 59", 0.12, False),
    "omega": ("~12 05 28 56 55 56 88 95 82", 0.12, False),
    "omega, upper": ("09 39 / ~39 06 02 40 60 92 96 69 / 69 99", 0.12, False),
    "zhe": ("00 44 09 / 50 59 / 90 54 99", 0.12, False),
    "i, Cyrillic": ("10 19 80 89", 0.12, False),
    "sha": ("00 09 99 90 / 50 59", 0.12, False),
    "pe": ("09 00 90 99", 0.12, False),
    "de": ("08 98 / 28 40 80 88 / 08 09 / 98 99", 0.12, False),
    "ya": ("89 80 / ~80 30 12 34 85 / 45 09", 0.12, False),
    "yen": ("00 54 90 / 54 59 / 25 85 / 27 87", 0.12, False),
    "star": ("50 79 03 93 29 50", 0.3, False),
    "umbrella": ("~05 22 50 82 95 / 05 95 / ~55 58 49 37", 0.15, False),
    "flower": ("~55 30 50 70 55 97 93 75 55 79 59 39 55 17 13 35 55", 0.4, False),
}  # fmt: skip
JITTER = 0.03  # of the control points, standard deviation in grid sizes
STRETCH = 0.15  # of width and height, standard deviation of the logarithm


def draw_symbol(random: Random) -> Ink:
    """Return a random symbol, unit size, with random proportions."""
    names = list(SYMBOLS)
    text, rotation, has_mirror = SYMBOLS[names[random.integers(len(names))]]
    size = np.exp(random.normal(0, STRETCH, 2)) * [-1 if has_mirror and random.random() < 0.5 else 1, 1]
    strokes = [_stroke(part, size, random) for part in text.split("/")]
    return rotated(strokes, random.uniform(-rotation, rotation))


def _stroke(text: str, size: np.ndarray, random: Random) -> np.ndarray:
    text = text.strip()
    pairs = text.removeprefix("~").split()
    points = np.array([[int(pair[0]), int(pair[1])] for pair in pairs]) / 9 - 0.5
    points = (points + random.normal(0, JITTER, points.shape)) * size
    if text.startswith("~"):
        return to_polyline(points, 0.005, 100)
    return resampled(points, 0.03)  # close points keep the corners when a curve is drawn through them
