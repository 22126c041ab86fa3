"""MNIST's own file format, IDX, as in train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz.

    images  0x00000803, number, 28, 28, then the pixels, one byte each
    labels  0x00000801, number, then the labels, one byte each
All numbers are 32 bits with the highest byte first.
"""

import gzip
import struct

import numpy as np

UNSIGNED_BYTES = 0x08


def to_idx(array: np.ndarray) -> bytes:
    """Return an array of uint8, of any number of dimensions, as IDX, packed by gzip.

    The same array gives the same bytes: no time is written into the file.
    """
    header = struct.pack(">BBBB", 0, 0, UNSIGNED_BYTES, array.ndim)
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + sizes + np.ascontiguousarray(array, np.uint8).tobytes(), mtime=0)
