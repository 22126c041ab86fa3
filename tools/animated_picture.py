"""Record the animation of README.md, docs/pictures/drawing.webp, from a real server and browser.

python tools/animated_picture.py [--models models] [--folder docs/pictures]
"""

import io
import math
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Page  # noqa: E402

from tools.browser_server import PAD_UNITS, open_chromium, running_server, wait_for_prediction  # noqa: E402
from tools.pictures import SEVEN, make_parser, parse_options  # noqa: E402

NAME = "drawing.webp"
WIDTH, HEIGHT = 1120, 690  # CSS pixels, at a pixel ratio of 1; GitHub scales it to a width of about 840
FRAME_MS = 66  # duration of a frame, and the minimum time between two screenshots
STEP = 44  # pad units between two frames of a stroke
STROKE_PAUSE_MS = 200
DIGIT_PAUSE_MS = 1000
CLEARED_MS = 400
# A handwritten four, in pad units.
FOUR = [
    [
        (392, 168), (386, 190), (376, 218), (362, 252), (346, 290), (328, 332), (311, 374), (298, 412),
        (291, 446), (293, 474), (306, 494), (330, 505), (364, 509), (408, 507), (458, 501), (510, 492),
        (562, 482), (612, 471), (656, 459), (690, 447), (712, 436),
    ],
    [
        (628, 142), (622, 168), (613, 204), (602, 248), (590, 298), (578, 352), (567, 408), (557, 466),
        (549, 524), (542, 582), (537, 638), (533, 690), (531, 738), (531, 780), (536, 814), (548, 838),
    ],
]  # fmt: skip

Frame = tuple[Image.Image, int]  # a screenshot and its duration in milliseconds


def main() -> None:
    """Record the page while two digits are drawn, and save the frames as a looped animation."""
    options = parse_options(make_parser(__doc__))
    with running_server(options.models) as address, open_chromium() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(address)
        page.locator("[data-status='ready']").wait_for()
        frames = list(record(page, [SEVEN, FOUR]))
    path = options.folder / NAME
    save(frames, path)
    seconds = sum(duration for _, duration in frames) / 1000
    print(f"{path}: {len(frames)} frames, {seconds:.1f} s, {path.stat().st_size:,} bytes")


def record(page: Page, digits: list) -> Iterator[Frame]:
    """Draw digits one after the other, and yield a frame after every step."""
    for strokes in digits:
        yield screenshot(page), CLEARED_MS
        for stroke in strokes:
            yield from record_stroke(page, stroke)
            yield screenshot(page), STROKE_PAUSE_MS
        wait_for_prediction(page)
        page.wait_for_function("() => document.querySelector('[data-announcer]').textContent")
        yield screenshot(page), DIGIT_PAUSE_MS
        page.get_by_role("button", name="Clear").click()
        page.mouse.move(0, HEIGHT - 1)  # no hover effect on a button


def record_stroke(page: Page, stroke: list) -> Iterator[Frame]:
    """Draw one stroke with the mouse, and yield a frame after every `STEP` pad units."""
    box = page.locator("[data-pad]").bounding_box()
    length = 0.0  # since the last frame
    previous = stroke[0]
    for index, point in enumerate(stroke):
        x, y = (value / PAD_UNITS * box["width"] for value in point)
        page.mouse.move(box["x"] + x, box["y"] + y)
        if index == 0:
            page.mouse.down()
        length += math.dist(previous, point)
        previous = point
        if length >= STEP:
            length -= STEP
            page.wait_for_timeout(FRAME_MS)
            yield screenshot(page), FRAME_MS
    page.mouse.up()
    page.wait_for_timeout(FRAME_MS)


def screenshot(page: Page) -> Image.Image:
    """Return a screenshot of the page."""
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def save(frames: list[Frame], path: Path) -> None:
    """Save frames as a WebP animation that repeats forever."""
    images, durations = zip(*frames, strict=True)
    images[0].save(
        path, save_all=True, append_images=images[1:], duration=list(durations), loop=0,
        quality=90, method=6, minimize_size=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
