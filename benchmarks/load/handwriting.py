"""Real ink for the load: pen digits as they stood while they were being drawn."""

import base64
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from webapp.ink.bitmap import to_bitmap
from webapp.settings import ROOT
from webapp.training.ink_file import parse_sample

INK = ROOT.parent / "shared" / "data" / "pen_digits.jsonl"
TOUCHES = 10  # how often a page asks while one digit is drawn, at most
CANVAS, MARGIN, PEN = 280, 40, 18  # pixels of the classic tutorial's canvas


def read_digits(path: Path, count: int, seed: int = 5) -> list[list[np.ndarray]]:
    """Return `count` digits of a file in our ink format, chosen at random, each as strokes, float (n, 2)."""
    lines = path.read_text("utf-8").splitlines()
    chosen = np.random.default_rng(seed).choice(len(lines), min(count, len(lines)), replace=False)
    return [parse_sample(lines[index], digits_only=True).strokes for index in chosen]


def grow(strokes: list[np.ndarray], steps: int = TOUCHES) -> list[list[np.ndarray]]:
    """Return the ink after each of at most `steps` equal parts of its drawing; the last is all of it."""
    total = sum(map(len, strokes))
    counts = sorted({max(1, round(total * step / steps)) for step in range(1, steps + 1)})
    return [_begin(strokes, count) for count in counts]


def _begin(strokes: list[np.ndarray], count: int) -> list[np.ndarray]:
    begun = []
    for stroke in strokes:
        if count > 0:
            begun.append(stroke[:count])
            count -= len(stroke)
    return begun


def to_bytes(strokes: list[np.ndarray]) -> bytes:
    """Return the 784 bytes that the page sends for this ink."""
    return to_bitmap(strokes).tobytes()


def to_picture(strokes: list[np.ndarray]) -> bytes:
    """Return what a classic tutorial's page sends: JSON with its canvas as a PNG in a data URL."""
    picture = Image.new("L", (CANVAS, CANVAS))
    pen = ImageDraw.Draw(picture)
    points = np.concatenate(strokes)
    low, side = points.min(axis=0), max(np.ptp(points, axis=0).max(), 1e-9)
    for stroke in strokes:
        places = (stroke - low) / side * (CANVAS - 2 * MARGIN) + MARGIN
        pen.line([tuple(place) for place in places], fill=255, width=PEN, joint="curve")
    file = io.BytesIO()
    picture.save(file, "PNG")
    image = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
    return json.dumps({"image": image}).encode("ascii")
