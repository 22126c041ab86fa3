"""Take the screenshots of the lab, docs/pictures/lab-*.png, while it trains and a room follows and teaches.

    python tools/lab_pictures.py [--models models] [--folder docs/pictures] [--data ../shared/data]

Presenter, wall and one phone are browser pages; the other participants send HTTP requests. It trains on the
sample of MNIST, and takes some minutes: the stories are trained to their end. For the picture of /teach all
participants send sevens of UNIPEN writers in mirror writing, which the network misreads at first.
"""

import random
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page  # noqa: E402

from tools.browser_server import open_chromium, running_room  # noqa: E402
from tools.pictures import SCREENS, make_parser, open_screen, parse_options, save_small  # noqa: E402
from tools.presenting_pictures import (  # noqa: E402
    ARGUMENTS,
    CODE,
    DATA,
    PARTICIPANTS,
    Audience,
    read_test_set,
    settled,
)
from webapp.training.ink_file import Sample  # noqa: E402

TIMEOUT = 600_000  # milliseconds for a story
DRAWINGS = 150  # in the room, all labeled
STORIES = ("overfitting", "race")
SEVENS = 72  # in mirror writing, three of each participant


def main() -> None:
    """Train, and take all screenshots."""
    parser = make_parser(__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with pen_digits.jsonl")
    options = parse_options(parser)
    digits = read_test_set(options.data / "pen_digits.jsonl")
    with tempfile.TemporaryDirectory() as folder, open_chromium() as browser:
        arguments = (*ARGUMENTS, "--data", folder)  # without mnist.npz: the sample
        with running_room(options.models, Path(folder), *arguments) as (address, link):
            lab, wall = (open_screen(browser, "projector", "dark") for _ in range(2))
            phone = open_screen(browser, "phone", "light")
            lab.goto(link)
            wall.goto(f"{address}/wall")
            phone.goto(f"{address}/join?code={CODE}")
            audience = Audience(address)
            for sample in digits[:DRAWINGS]:
                audience.send(sample, sample.label)
            lab.goto(f"{address}/lab")
            for name, page in take_all(lab, wall, phone, audience):
                path = options.folder / f"lab-{name}.png"
                page.screenshot(path=path)
                print(path)
            path = options.folder / "lab-teach.png"
            lab.goto(f"{address}/teach")
            save_small(teach(lab, audience, digits), path)
            print(path)


def take_all(lab: Page, wall: Page, phone: Page, audience: Audience) -> Iterator[tuple[str, Page]]:
    """Train, and yield name and page of each screenshot when the page shows it."""
    lab.get_by_text("Ready to train.").wait_for(timeout=TIMEOUT)
    lab.locator("[data-ask-guesses]").click()
    phone.get_by_role("spinbutton").fill("93.5")
    phone.get_by_role("button", name="Guess", exact=True).click()
    phone.get_by_text("You can change it").wait_for()
    yield "guess", settled(phone)
    guesses = random.Random(4)
    audience.guess(round(guesses.betavariate(9, 1.5), 3) for _ in range(PARTICIPANTS))
    lab.get_by_text(f"{PARTICIPANTS + 1} guesses").wait_for()
    press(lab, "train")
    lab.get_by_text("Training, epoch 2 of 3").wait_for(timeout=TIMEOUT)
    yield "training", lab
    wall.get_by_text("of the test digits are right").wait_for(timeout=TIMEOUT)
    yield "wall", settled(wall)
    for story in STORIES:
        yield from tell(lab, story)


def tell(page: Page, story: str) -> Iterator[tuple[str, Page]]:
    """Train all runs of a story. Of the race, which compares six networks, show the table."""
    page.locator(f"[data-story={story}]").click()
    page.locator("[data-run-all][aria-disabled=false]").click()
    page.wait_for_function("() => document.querySelector('[data-story-progress]').textContent !== ''")
    page.wait_for_function(
        "() => document.querySelector('[data-story-progress]').textContent === ''", timeout=TIMEOUT
    )
    if story == "race":
        page.locator("[data-runs] tbody tr", has_text="conv").get_by_text("Keep…").wait_for()  # it is saved
        page.get_by_role("button", name="test accuracy").click()
        page.locator("#runs").evaluate("(part) => part.scrollIntoView()")
    else:
        page.evaluate("() => scrollTo(0, 0)")
    yield story, page


def teach(page: Page, audience: Audience, digits: Iterable[Sample]) -> Page:
    """Let the room send sevens in mirror writing, teach the network, and use it. Return the page."""
    sevens = [mirror(sample) for sample in digits if sample.label == 7]
    for sample in sevens[:SEVENS]:
        audience.send(sample, sample.label)
    page.set_viewport_size(dict(zip(("width", "height"), SCREENS["laptop"], strict=False)))
    page.reload()
    press(page, "teach")
    page.get_by_text("It has learned.").wait_for(timeout=TIMEOUT)
    press(page, "use")
    page.get_by_text("In use: phones").wait_for()
    page.locator("[data-changed] .tile__ink").first.wait_for()
    page.mouse.move(0, 0)
    return settled(page)


def mirror(sample: Sample) -> Sample:
    """Return a sample whose left and right are exchanged."""
    return replace(sample, strokes=[stroke * (-1, 1) for stroke in sample.strokes])


def press(page: Page, name: str) -> None:
    """Press a button of the training bar as soon as it acts."""
    page.locator(f"[data-press={name}][aria-disabled=false]").click()


if __name__ == "__main__":
    main()
