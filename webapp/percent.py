"""Shares as text. static/js/core/format.js holds the same function for the pages' scripts."""

import math

FEW = 100  # drawings, below which one of them is more than one percent


def percent(share: object, decimals: int = 0, of: object = None) -> str:
    """Return a share as text that never overstates it: "95 %", "over 99 %", "under 1 %", "12 of 13".

    100 % and 0 % stand for exactly these.

    Args:
        share: 0 to 1. Without a number, as where a model card lacks a score, the text is "–".
        decimals: of the percentage.
        of: the number of drawings that the share is of, where known; a few are counted instead.
    """
    if not isinstance(share, int | float) or of == 0:
        return "–"
    if isinstance(of, int) and of < FEW:
        return f"{round(share * of)} of {of}"
    scale = 10**decimals
    steps = math.floor(share * 100 * scale + 0.5)  # round half up, as JavaScript does
    if steps >= 100 * scale and share < 1:
        return f"over {100 - 1 / scale:.{decimals}f} %"
    if steps <= 0 and share > 0:
        return f"under {1 / scale:.{decimals}f} %"
    return f"{steps / scale:.{0 if share in (0, 1) else decimals}f} %"
