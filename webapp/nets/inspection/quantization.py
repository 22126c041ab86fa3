"""Encode arrays as base64: exactly, or quantized to 256 steps for pictures."""

import base64

import numpy as np

MIDDLE = 127  # the byte of zero for signed values
STEPS = {True: 127, False: 255}  # steps from zero to the largest value, for signed and unsigned values


def pack_exact(values: np.ndarray) -> str:
    """Return float32 values as base64, little-endian, row by row."""
    return _base64(np.ascontiguousarray(values, "<f4"))


def pack_picture(values: np.ndarray) -> dict:
    """Return values of any shape quantized to 256 steps of one scale.

    Returns:
        `bytes` (base64 of uint8), and `zero` and `scale`: value = (byte - zero) * scale. Zero is exact; the
        error of other values is at most half a step. If many values are zero, as after ReLU, `bytes` omits
        them and `mask` (base64) has a bit for each value, 1 if it is in `bytes`.
    """
    largest = float(np.abs(values).max(initial=0.0))
    signed = bool(values.min(initial=0.0) < 0)
    zero, scale = MIDDLE if signed else 0, largest / STEPS[signed]
    steps = np.rint(values / scale) + zero if scale > 0 else np.full(values.shape, zero)
    return _without_zeros(steps.astype(np.uint8).ravel(), zero) | {"zero": zero, "scale": scale}


def _without_zeros(steps: np.ndarray, zero: int) -> dict:
    is_kept = steps != zero
    mask = np.packbits(is_kept)  # the first value is the highest bit of the first byte
    if np.count_nonzero(is_kept) + mask.size >= steps.size:
        return {"bytes": _base64(steps)}
    return {"bytes": _base64(steps[is_kept]), "mask": _base64(mask)}


def _base64(values: np.ndarray) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")
