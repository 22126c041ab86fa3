"""Links to ink: encode it as the fragment of a URL, and repair links that other programs have changed.

The ink is scaled to the middle of the pad. static/js/ink/link.js decodes it.

Each stroke is its first point and then the steps to the next points, as base-36 integers joined by `_`;
strokes are joined by `~`: `10_20_-3_4~...`. Where the text would be too long, the strokes are simplified
with a wider spacing, as the browser does it.
"""

import re
from collections.abc import Iterator

import numpy as np

from webapp.ink.bitmap import MIN_EXTENT
from webapp.ink.simplify import simplify

PAD_UNITS, SIDE = 1000, 760  # the pad's side, and the longer side of ink that is placed on it
DIGITS_36 = "0123456789abcdefghijklmnopqrstuvwxyz"
# A redirect carries the URL in a header, and proxies accept 4 KiB of headers. Browsers accept far more.
MAX_LENGTH = 3000  # characters
SPACINGS = (0, 4, 10, 25, 60)  # pad units between points, as in link.js
AT_END = re.compile(r"""[\s\u200b.,;:!?)\]}>'"`*|…’”»›、。，；：！？）】》」]+\Z""")
WIDEST = 2 * PAD_UNITS  # with this spacing only start and end of a stroke remain


def ink_fragment(strokes: list[np.ndarray]) -> str:
    """Return the URL fragment "ink=..." of at most 3,000 characters.

    Args:
        strokes: arrays (points, 2), at least one, in any unit.
    """
    fitted = _fit_to_pad(strokes)
    for spacing in _spacings():
        text = "ink=" + "~".join(_encode(simplify(stroke, spacing)) for stroke in fitted)
        if len(text) <= MAX_LENGTH:
            return text
    return text[: MAX_LENGTH + 1].rpartition("~")[0]  # hundreds of strokes: as many as fit


def without_punctuation(text: str) -> str:
    """Drop what mail and chat programs append to a link, such as ")." or a space; link.js does the same."""
    return AT_END.sub("", text)


def _fit_to_pad(strokes: list[np.ndarray]) -> list[list[list[float]]]:
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = SIDE / max((high - low).max(), MIN_EXTENT)
    return [((stroke - (low + high) / 2) * scale + PAD_UNITS / 2).tolist() for stroke in strokes]


def _spacings() -> Iterator[float]:
    yield from SPACINGS
    wider = SPACINGS[-1]
    while wider < WIDEST:
        wider *= 2
        yield wider


def _encode(points: list[list[float]]) -> str:
    steps = np.diff(np.rint(points).astype(int), axis=0, prepend=[[0, 0]])
    return "_".join(map(_base36, steps.ravel().tolist()))


def _base36(number: int) -> str:
    text, rest = "", abs(number)
    while rest or not text:
        rest, digit = divmod(rest, 36)
        text = DIGITS_36[digit] + text
    return f"-{text}" if number < 0 else text
