"""Request bodies for load tests, from real pen digits in several stages of drawing."""

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
PREDICTIONS_PER_DIGIT = 10  # maximum number of requests while one digit is drawn
CANVAS, MARGIN, PEN = 280, 40, 18  # pixels of the classic tutorial's canvas


def read_digits(path: Path, count: int, seed: int = 5) -> list[list[np.ndarray]]:
    """Return `count` random digits of an ink file, each as strokes, float (n, 2)."""
    lines = path.read_text("utf-8").splitlines()
    chosen = np.random.default_rng(seed).choice(len(lines), min(count, len(lines)), replace=False)
    return [parse_sample(lines[index], digits_only=True).strokes for index in chosen]


def ink_prefixes(strokes: list[np.ndarray], steps: int = PREDICTIONS_PER_DIGIT) -> list[list[np.ndarray]]:
    """Return the ink after each of at most `steps` equal parts of its points; the last is the whole ink."""
    total = sum(map(len, strokes))
    counts = sorted({max(1, round(total * step / steps)) for step in range(1, steps + 1)})
    return [_first_points(strokes, count) for count in counts]


def _first_points(strokes: list[np.ndarray], count: int) -> list[np.ndarray]:
    prefix = []
    for stroke in strokes:
        if count > 0:
            prefix.append(stroke[:count])
            count -= len(stroke)
    return prefix


def bitmap_bytes(strokes: list[np.ndarray]) -> bytes:
    """Return the body of a predict request: 784 bytes."""
    return to_bitmap(strokes).tobytes()


def canvas_json(strokes: list[np.ndarray]) -> bytes:
    """Return the body of a request to the classic server: JSON with the canvas as a PNG data URL."""
    image = Image.new("L", (CANVAS, CANVAS))
    pen = ImageDraw.Draw(image)
    points = np.concatenate(strokes)
    low, side = points.min(axis=0), max(np.ptp(points, axis=0).max(), 1e-9)
    for stroke in strokes:
        pixels = (stroke - low) / side * (CANVAS - 2 * MARGIN) + MARGIN
        pen.line([tuple(pixel) for pixel in pixels], fill=255, width=PEN, joint="curve")
    file = io.BytesIO()
    image.save(file, "PNG")
    url = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
    return json.dumps({"image": url}).encode("ascii")
