"""Take the screenshots of the lab, docs/pictures/lab-*.png, while it trains on the sample of MNIST.

    python tools/lab_pictures.py [--models models] [--folder docs/pictures]

Takes some minutes: the stories are trained to their end.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page  # noqa: E402

from tools.browser_server import open_chromium, running_server  # noqa: E402
from tools.pictures import make_parser, open_screen, parse_options  # noqa: E402

TIMEOUT = 600_000  # milliseconds for a story
STORIES = ("overfitting", "race")


def main() -> None:
    """Train, and take all screenshots."""
    options = parse_options(make_parser(__doc__))
    with tempfile.TemporaryDirectory() as folder, open_chromium() as browser:
        arguments = ("--room-folder", folder, "--data", folder)  # without mnist.npz: the sample
        with running_server(options.models, *arguments) as address:
            page = open_screen(browser, "projector", "dark")
            page.goto(f"{address}/lab")
            for name in take_all(page):
                path = options.folder / f"lab-{name}.png"
                page.screenshot(path=path)
                print(path)


def take_all(page: Page) -> Iterator[str]:
    """Train, and yield the name of each screenshot when the page shows it."""
    page.get_by_text("Ready to train.").wait_for(timeout=TIMEOUT)
    press(page, "train")
    page.get_by_text("Training, epoch 2 of 3").wait_for(timeout=TIMEOUT)
    yield "training"
    press(page, "stop")
    for story in STORIES:
        yield from tell(page, story)


def tell(page: Page, story: str) -> Iterator[str]:
    """Train all runs of a story. Of the race, which compares six networks, show the table."""
    page.locator(f"[data-story={story}]").click()
    page.locator("[data-run-all][aria-disabled=false]").click()
    page.wait_for_function("() => document.querySelector('[data-story-progress]').textContent !== ''")
    page.wait_for_function(
        "() => document.querySelector('[data-story-progress]').textContent === ''", timeout=TIMEOUT
    )
    if story == "race":
        page.get_by_role("button", name="test accuracy").click()
        page.locator("#runs").evaluate("(part) => part.scrollIntoView()")
    else:
        page.evaluate("() => scrollTo(0, 0)")
    yield story


def press(page: Page, name: str) -> None:
    """Press a button of the training bar as soon as it acts."""
    page.locator(f"[data-press={name}][aria-disabled=false]").click()


if __name__ == "__main__":
    main()
