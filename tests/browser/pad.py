"""Draw on the pad by mouse, touch and pen events, and read what the page shows."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import CDPSession, Page, expect

PAD_UNITS = 1000  # along the pad's side, as in static/js/ink/ink.js
SEVEN = [[[300, 180], [500, 185], [700, 180], [600, 400], [500, 640], [420, 850]]]
POINTS = 15  # of a stroke that is thinned, or a few more
ANSWER_TIME = 60_000  # milliseconds; beside a training a loaded machine is slow


def place(page: Page, point: list[float]) -> tuple[float, float]:
    """Return where a point in pad units is in the window, in CSS pixels."""
    return places(page, [point])[0]


def places(page: Page, stroke: list) -> list[tuple[float, float]]:
    """Return where points in pad units are in the window, in CSS pixels."""
    box = page.locator("[data-pad]").bounding_box()
    scales = box["width"] / PAD_UNITS, box["height"] / PAD_UNITS
    return [(box["x"] + x * scales[0], box["y"] + y * scales[1]) for x, y in stroke]


def draw(page: Page, strokes: list) -> None:
    """Draw strokes in pad units with the mouse."""
    for stroke in strokes:
        first, *others = places(page, stroke)
        page.mouse.move(*first)
        page.mouse.down()
        for point in others:
            page.mouse.move(*point)
        page.mouse.up()


def fit(strokes: list, side: float = 800) -> list:
    """Scale strokes of any unit into the middle of the pad."""
    points = [point for stroke in strokes for point in stroke]
    low = [min(values) for values in zip(*points, strict=True)]
    high = [max(values) for values in zip(*points, strict=True)]
    scale = side / (max(high[0] - low[0], high[1] - low[1]) or 1)
    shift = [(PAD_UNITS - scale * (low[axis] + high[axis])) / 2 for axis in (0, 1)]
    return [[[x * scale + shift[0], y * scale + shift[1]] for x, y in stroke] for stroke in strokes]


def thinned(strokes: list) -> list:
    """Drop points: each takes the browser two frames, and a digit stays legible with fewer."""
    steps = [max(len(stroke) // POINTS, 1) for stroke in strokes]
    return [[*stroke[:-1:step], stroke[-1]] for stroke, step in zip(strokes, steps, strict=True)]


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    """Send a real touch: "touchStart", "touchMove", "touchEnd" or "touchCancel", with all fingers down."""
    fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


def point(page: Page, kind: str, place_in_units: list[float], **fields: object) -> None:
    """Dispatch one synthetic pointer event on the pad, for pens and palms."""
    x, y = place(page, place_in_units)
    init = {"clientX": x, "clientY": y, "bubbles": True, "cancelable": True, "pointerId": 7, **fields}
    page.locator("[data-pad]").dispatch_event(kind, init)


def points(page: Page, *events: tuple[str, list[float], dict]) -> None:
    """Dispatch pointer events on the pad in one go, so that no time passes between them."""
    pad = page.locator("[data-pad]")
    kinds, stroke, more = zip(*events, strict=True)
    inits = [
        (kind, {"clientX": x, "clientY": y} | fields)
        for kind, (x, y), fields in zip(kinds, places(page, stroke), more, strict=True)
    ]
    pad.evaluate(
        """(pad, events) => events.forEach(([kind, init]) =>
             pad.dispatchEvent(new PointerEvent(kind, { bubbles: true, cancelable: true, ...init })))""",
        inits,
    )


def inked(page: Page) -> int:
    """Return how many pixels of the pad are drawn on."""
    return page.evaluate(
        """() => [...document.querySelectorAll("[data-pad] canvas")].reduce((sum, canvas) => {
             const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
             return sum + data.filter((value, index) => index % 4 === 3 && value > 0).length;
           }, 0)"""
    )


def inked_box(page: Page) -> list[float]:
    """Return left, top, right and bottom of what is drawn, as shares of the pad's side."""
    return page.evaluate(
        """() => {
             const canvas = document.querySelector("[data-pad] canvas:not([data-painted])");
             const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
             const box = [1, 1, 0, 0];
             data.forEach((value, index) => {
               if (index % 4 !== 3 || value === 0) return;
               const pixel = (index - 3) / 4;
               const [x, y] = [(pixel % width) / width, Math.floor(pixel / width) / width];
               box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
               box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
             });
             return box;
           }"""
    )


def bitmap_of(page: Page, strokes: list) -> list[int]:
    """Return the 784 values that the browser makes of strokes."""
    return page.evaluate(
        "async (strokes) => Array.from((await import('/static/js/ink/bitmap.js')).toBitmap(strokes))", strokes
    )


def expect_answer(page: Page) -> None:
    """Wait until the page shows a prediction: a digit, or "?" for ink that is probably not one."""
    expect(page.locator("[data-digit]")).to_have_text(re.compile(r"^[\d?]$"), timeout=ANSWER_TIME)


def expect_bitmap(page: Page, bitmap: bytes) -> None:
    """Wait until the page shows these 784 values as what the network sees, to 1 of 255."""
    page.wait_for_function(
        """(values) => {
             const canvas = document.querySelector("[data-bitmap]");
             const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
             return values.every((value, index) => Math.abs(data[index * 4 + 3] - value) <= 1);
           }""",
        arg=list(bitmap),
    )


def expect_settled(page: Page) -> None:
    """Wait until the inside page has received all responses and updated its URL."""
    expect(page.locator("body[data-settled]")).to_be_attached(timeout=ANSWER_TIME)


def probabilities(page: Page) -> list[float]:
    """Return the values of the ten bars, 0 to 100."""
    bars = page.locator("[data-probability]")
    return [float(value) for value in bars.evaluate_all("bars => bars.map((bar) => bar.ariaValueNow)")]


def pen_digits(folder: Path) -> Iterator[dict]:
    """Give the pen digits of the data folder, one by one, their strokes thinned."""
    with open(folder / "pen_digits.jsonl", encoding="utf-8") as lines:
        for sample in map(json.loads, lines):
            yield sample | {"strokes": thinned(sample["strokes"])}
