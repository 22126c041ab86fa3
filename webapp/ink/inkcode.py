"""Ink as text for an address, in the middle of the pad. static/js/ink/link.js reads it.

Each stroke is its first point and the steps to the next ones, as numbers to the base of 36:
`10_20_-3_4~...`. Points that lie close are left out as far as the text would be too long, as the browser
does it: the wider the spacing, the coarser the ink.
"""

from collections.abc import Iterator

import numpy as np

from webapp.ink.bitmap import MIN_EXTENT

PAD_UNITS, SIDE = 1000, 760  # the pad's side, and the larger side of an ink that is put on it
BASE = "0123456789abcdefghijklmnopqrstuvwxyz"
# A redirect names the address in a header, and proxies take no more than 4 KiB of headers. The browser
# takes 12,000 characters.
MOST = 3000  # characters
SPACINGS = (0, 4, 10, 25, 60)  # pad units between points that are kept, as in inkcode.js
WIDEST = 2 * PAD_UNITS  # from here on start and end are all that is left of a stroke


def ink_fragment(strokes: list[np.ndarray]) -> str:
    """Return what stands behind the # of an address: "ink=...", 3,000 characters at most.

    Args:
        strokes: arrays (points, 2), at least one, in any unit.
    """
    fitted = _fitted(strokes)
    for spacing in _spacings():
        text = "ink=" + "~".join(_encoded(_thinned(stroke, spacing)) for stroke in fitted)
        if len(text) <= MOST:
            return text
    return text[: MOST + 1].rpartition("~")[0]  # hundreds of strokes: those that there is space for


def _fitted(strokes: list[np.ndarray]) -> list[list[list[float]]]:
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


def _thinned(stroke: list[list[float]], spacing: float) -> list[list[float]]:
    """Leave out points nearer than `spacing` to the last one kept, except the end."""
    kept = [stroke[0]]
    for x, y in stroke[1:-1]:
        step_x, step_y = x - kept[-1][0], y - kept[-1][1]
        if step_x * step_x + step_y * step_y >= spacing * spacing:
            kept.append([x, y])
    return kept + stroke[1:][-1:]


def _encoded(points: list[list[float]]) -> str:
    steps = np.diff(np.rint(points).astype(int), axis=0, prepend=[[0, 0]])
    return "_".join(map(_base36, steps.ravel().tolist()))


def _base36(number: int) -> str:
    digits, rest = "", abs(number)
    while rest or not digits:
        rest, last = divmod(rest, 36)
        digits = BASE[last] + digits
    return f"-{digits}" if number < 0 else digits
