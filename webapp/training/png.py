"""A bitmap as a PNG: ink dark, paper clear, so that it fits a light page and a dark one."""

import struct
import zlib

import numpy as np

GREY_WITH_ALPHA, EIGHT_BITS = 4, 8
MIDDLE_GREY = 128  # seen on white and on black alike


def to_png(bitmap: np.ndarray) -> bytes:
    """Return the PNG of a bitmap uint8 (rows, columns): grey of the bitmap's strength on nothing."""
    rows, columns = bitmap.shape
    pixels = np.stack([np.full_like(bitmap, MIDDLE_GREY), bitmap], axis=-1)  # (rows, columns, 2)
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)  # 0: no filter
    header = struct.pack(">IIBBBBB", columns, rows, EIGHT_BITS, GREY_WITH_ALPHA, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
