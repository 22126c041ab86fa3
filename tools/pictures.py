"""Take the screenshots of the draw page, docs/pictures/draw-*.png, from a real server and browser.

python tools/pictures.py [--models models] [--folder docs/pictures]
"""

import argparse
import io
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402

from tools.browser_server import draw, open_chromium, running_server, wait_for_prediction  # noqa: E402

SCREENS = {  # width and height in CSS pixels, pixel ratio
    "phone": (390, 844, 2),
    "laptop": (1280, 800, 1),
    "projector": (1920, 1080, 1),
}
THEMES = ("light", "dark")
# A handwritten seven with a bar, in pad units.
SEVEN = [
    [
        (292, 222), (268, 236), (254, 252), (243, 240), (246, 210), (253, 180), (262, 152),
        (300, 162), (352, 170), (412, 172), (478, 170), (544, 164), (606, 157), (664, 152),
        (712, 152), (748, 162), (766, 184), (768, 214), (756, 252), (734, 296), (706, 346),
        (674, 400), (640, 458), (604, 520), (568, 584), (534, 648), (504, 706), (480, 756),
        (464, 798), (456, 832), (458, 852),
    ],
    [
        (322, 506), (352, 496), (392, 491), (440, 492), (492, 496), (546, 500), (598, 500),
        (644, 494), (684, 482), (716, 466),
    ],
]  # fmt: skip


def main() -> None:
    """Take a screenshot for each screen and theme."""
    options = parse_options(make_parser(__doc__))
    with running_server(options.models) as address, open_chromium() as browser:
        for screen in SCREENS:
            for theme in THEMES:
                path = options.folder / f"draw-{screen}-{theme}.png"
                take_drawing(browser, address, screen, theme, path)
                print(path)


def take_drawing(browser: Browser, address: str, screen: str, theme: str, path: Path) -> None:
    """Draw the seven, wait for its prediction, and save a screenshot."""
    page = open_screen(browser, screen, theme)
    page.goto(address)
    draw(page, SEVEN)
    wait_for_prediction(page)
    page.locator("[data-status='ready']").wait_for()
    page.wait_for_function("() => document.querySelector('[data-announcer]').textContent")  # has a delay
    page.screenshot(path=path)
    page.close()


def save_small(page: Page, path: Path) -> None:
    """Save a screenshot as a PNG file of 256 colors, which is less than half as large."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def open_screen(browser: Browser, screen: str, theme: str) -> Page:
    """Return a blank page with the size of `screen`."""
    width, height, ratio = SCREENS[screen]
    viewport = {"width": width, "height": height}
    return browser.new_page(viewport=viewport, device_scale_factor=ratio, color_scheme=theme)


def make_parser(description: str) -> argparse.ArgumentParser:
    """Return the argument parser of all screenshot tools; the first line of `description` is its help."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder with the models")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="folder for the pictures")
    return parser


def parse_options(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Parse the command line, create the folder for the pictures, and return the options."""
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    return options


if __name__ == "__main__":
    main()
