"""Make the pictures of docs/presenting.md: docs/pictures/room-*.png, from a real room with real handwriting.

    python tools/presenting_pictures.py [--models models] [--folder docs/pictures] [--data ../shared/data]

A presenter, a wall and phones are browsers; the rest of the audience sends over HTTP what hands that no
network has learnt from drew for UNIPEN.
"""

import itertools
import json
import random
import sys
import tempfile
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page  # noqa: E402

from tools.pictures import open_screen, parser, prepare  # noqa: E402
from tools.stage import draw, open_chromium, running_room, wait_for_answer  # noqa: E402
from webapp.training.datasets import split_by_writer, without_faulty  # noqa: E402
from webapp.training.ink_file import Sample, read_inks  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
CODE = "BLUE"
ADDRESS = "http://192.168.1.20:8000"  # what a venue's router might give; written on the wall
ARGUMENTS = ("--lan", "--host", "127.0.0.1", "--room-code", CODE, "--public-address", ADDRESS)
PEOPLE = 24
ASKED, FOOLED = 4, 1  # what is asked for in the second round, and in the third
FREE_DRAWINGS, ASKED_DRAWINGS = 260, 40  # of the first at least so many
PATIENCE = 60_000  # milliseconds


class Audience:
    """Everybody without a browser of their own: joins and sends over HTTP."""

    def __init__(self, address: str):
        self._address = address
        self._cookies = [self._join() for _ in range(PEOPLE)]
        self._turns = itertools.cycle(self._cookies)
        self._hands: dict[str, str] = {}  # the cookie of who sent a drawing, by its id

    def send(self, sample: Sample, label: int | None) -> dict:
        """Send a drawing for the round that runs; the next of the audience does."""
        body = {"strokes": [stroke.tolist() for stroke in sample.strokes], "label": label}
        drawing_id = str(uuid.uuid4())
        self._hands[drawing_id] = next(self._turns)
        return self._call("PUT", f"drawings/{drawing_id}", body, self._hands[drawing_id])[0]

    def vote(self, drawing_id: str, voters: int) -> None:
        """Let some of the audience say that they can read a drawing."""
        others = [cookie for cookie in self._cookies if cookie != self._hands[drawing_id]]
        for cookie in others[:voters]:
            self._call("PUT", f"drawings/{drawing_id}/vote", {"counts": True}, cookie)

    def _join(self) -> str:
        return self._call("POST", "participants", {"code": CODE})[1]["Set-Cookie"].split(";")[0]

    def _call(self, method: str, path: str, body: dict, cookie: str = "") -> tuple[dict, object]:
        headers = {"Content-Type": "application/json", "Cookie": cookie}
        data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self._address}/api/room/{path}", data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer), answer.headers


def main() -> None:
    """Take every picture, in the order of a session."""
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=DATA, help="folder with pen_digits.jsonl")
    options = prepare(options)
    hands = unseen_digits(options.data / "pen_digits.jsonl")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_room(options.models, Path(folder), *ARGUMENTS) as (address, link),
        open_chromium() as browser,
    ):
        for name, page in take_session(browser, address, link, hands):
            path = options.folder / f"room-{name}.png"
            page.screenshot(path=path, full_page=name == "presenter")
            print(path)


def unseen_digits(path: Path) -> list[Sample]:
    """Return pen digits by hands that are kept apart from training, shuffled."""
    samples = split_by_writer(without_faulty(read_inks(path)[0]))[1]
    random.Random(6).shuffle(samples)
    return samples


def take_session(browser: Browser, address: str, link: str, hands: list[Sample]) -> Iterator:
    """Run a session; give (a name, a page) each time that there is something to show."""
    audience = Audience(address)
    wall, presenter = (open_screen(browser, screen, "dark") for screen in ("projector", "laptop"))
    phone = open_screen(browser, "phone", "light")
    presenter.goto(link)
    wall.goto(f"{address}/wall")
    wall.locator("[data-empty]").wait_for()
    yield "lobby", shown(wall)
    phone.goto(f"{address}/join?code={CODE}")
    yield from free_round(audience, phone, wall, presenter, hands)
    yield from asking_round(audience, phone, presenter, hands)
    yield from fooling_round(audience, phone, presenter, hands)
    wall.goto(f"{address}/scoreboard")
    wall.locator("[data-fooled] a").first.wait_for()
    wall.locator("[data-counts]").get_by_text(" of ").first.wait_for()
    yield "scoreboard", shown(wall)
    presenter.goto(f"{address}/preflight")
    presenter.locator(".checks__check").first.wait_for(timeout=PATIENCE)
    yield "preflight", presenter


def free_round(audience, phone: Page, wall: Page, presenter: Page, hands: list[Sample]) -> Iterator:
    """Everybody draws what they like; one drawing is looked at closely."""
    draw(phone, fit(next(sample for sample in hands if sample.label == 5)))
    wait_for_answer(phone)
    phone.get_by_role("button", name="5", exact=True).click()
    yield "join", shown(phone)
    for number, sample in enumerate(hands, 1):
        sent = audience.send(sample, sample.label)
        if number >= FREE_DRAWINGS and not sent["right"]:
            break  # the newest on the wall is one to look at closely
    wall.get_by_text(f": drawing {sent['number']},").wait_for(state="attached")
    yield "wall", shown(wall)
    yield "presenter", shown(presenter)
    wall.locator(".tile[data-tone=wrong] button").first.click()
    wall.locator(".ladderbar").first.wait_for()
    yield "spotlight", shown(wall)
    wall.get_by_role("button", name="Back to the wall").click()


def asking_round(audience, phone: Page, presenter: Page, hands: list[Sample]) -> Iterator:
    """The label is known without another tap."""
    start(presenter, "ask", ASKED)
    phone.get_by_text(f"Draw a {ASKED}").wait_for()
    fours = [sample for sample in hands if sample.label == ASKED]
    for sample in fours[:ASKED_DRAWINGS]:
        audience.send(sample, None)
    send(phone, fit(fours[0]))
    yield "sent", shown(phone)


def fooling_round(audience, phone: Page, presenter: Page, hands: list[Sample]) -> Iterator:
    """Whoever sends something that the network does not read as asked is judged by the others."""
    start(presenter, "fool", FOOLED)
    phone.get_by_text("Fool the network").wait_for()
    ones = [sample for sample in hands if sample.label == FOOLED]  # some are written like sevens
    candidates = [sent for sample in ones if (sent := audience.send(sample, None))["fooled"]]
    for sent in candidates[:-1]:
        audience.vote(sent["id"], 3)
    phone.get_by_role("region", name="Vote").wait_for()
    yield "fool", shown(phone)


def start(presenter: Page, kind: str, digit: int) -> None:
    """Start a round as the presenter does."""
    presenter.get_by_role("radio", name=str(digit)).check()
    presenter.locator(f"[data-start={kind}]").click()


def send(phone: Page, strokes: list) -> None:
    """Draw on a phone, agree to what is stored, and wait until the room has it."""
    phone.get_by_role("button", name="Clear").click()
    draw(phone, strokes)
    wait_for_answer(phone)
    phone.get_by_role("button", name="Send", exact=True).click()
    phone.get_by_role("button", name="Send it").click()
    phone.get_by_text("Sent as number").wait_for()


def fit(sample: Sample, side: float = 760) -> list:
    """Return a sample's strokes in the middle of the pad, in pad units."""
    points = [point for stroke in sample.strokes for point in stroke.tolist()]
    low, high = ([limit(values) for values in zip(*points, strict=True)] for limit in (min, max))
    scale = side / max(high[0] - low[0], high[1] - low[1])
    shift = [(1000 - scale * (low[axis] + high[axis])) / 2 for axis in (0, 1)]
    return [[(x * scale + shift[0], y * scale + shift[1]) for x, y in stroke] for stroke in sample.strokes]


def shown(page: Page) -> Page:
    """Return a page once its pictures are there, nothing moves and nothing is marked as new."""
    page.wait_for_function(
        """() => [...document.images].every((image) => image.complete)
                 && !document.querySelector("[data-fresh]") && !document.getAnimations().length"""
    )
    return page


if __name__ == "__main__":
    main()
