"""Read a bitmap that came as 784 bytes or as a list of 784 numbers, row by row."""

import numpy as np

from webapp.errors import BadBitmap, EmptyInk
from webapp.ink.bitmap import SIZE
from webapp.ink.describe import describe

PIXELS = SIZE * SIZE


def bitmap_from_bytes(data: bytes) -> np.ndarray:
    """Return uint8 (28, 28) from 784 bytes. Raises BadBitmap for another length, EmptyInk if all are 0."""
    if len(data) != PIXELS:
        raise BadBitmap(f"expected {PIXELS} bytes, received {len(data)}")
    if data.count(0) == PIXELS:
        raise EmptyInk(f"expected some ink, received a bitmap whose {PIXELS} values are all 0")
    return np.frombuffer(data, np.uint8).reshape(SIZE, SIZE)


def bitmap_from_list(values: object) -> np.ndarray:
    """Return uint8 (28, 28) from a list of 784 ints, 0 to 255. Raises BadBitmap or EmptyInk."""
    if not isinstance(values, list):
        raise BadBitmap(f"expected bitmap as a list of {PIXELS} ints, received {type(values).__name__}")
    if len(values) != PIXELS:
        raise BadBitmap(f"expected {PIXELS} ints, received {len(values)}")
    for index, value in enumerate(values):
        if type(value) is not int or not 0 <= value <= 255:
            raise BadBitmap(f"expected ints from 0 to 255, received {describe(value)} at index {index}")
    return bitmap_from_bytes(bytes(values))
