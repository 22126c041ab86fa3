"""Take the screenshots of docs/presenting.md, docs/pictures/room-*.png, from a room with real handwriting.

    python tools/presenting_pictures.py [--models models] [--folder docs/pictures] [--data ../shared/data]

Presenter, wall and one phone are browser pages; the other participants send HTTP requests. The drawings are
UNIPEN digits of writers that the training never saw.
"""

import itertools
import json
import random
import sys
import tempfile
import urllib.request
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page  # noqa: E402

from tools.browser_server import draw, open_chromium, running_room, wait_for_prediction  # noqa: E402
from tools.pictures import make_parser, open_screen, parse_options  # noqa: E402
from webapp.training.datasets import split_by_writer, without_faulty  # noqa: E402
from webapp.training.ink_file import Sample, read_inks  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
CODE = "BLUE"
ADDRESS = "http://192.168.1.20:8000"  # a typical address in a local network; shown on the wall
ARGUMENTS = ("--lan", "--host", "127.0.0.1", "--room-code", CODE, "--public-address", ADDRESS)
PARTICIPANTS = 24
ASK_DIGIT, FOOL_DIGIT = 4, 1  # of the second and the third round
FREE_DRAWINGS, ASK_DRAWINGS = 260, 40  # in the first round, at least, and in the second
TIMEOUT = 60_000  # milliseconds


class Audience:
    """Participants without a browser, which join and send over HTTP."""

    def __init__(self, address: str):
        self._address = address
        self._cookies = [self._join() for _ in range(PARTICIPANTS)]
        self._cookie_cycle = itertools.cycle(self._cookies)
        self._senders: dict[str, str] = {}  # drawing id -> cookie of its participant

    def send(self, sample: Sample, label: int | None) -> dict:
        """Send a drawing for the current round, as each participant in turn."""
        body = {"strokes": [stroke.tolist() for stroke in sample.strokes], "label": label}
        drawing_id = str(uuid.uuid4())
        self._senders[drawing_id] = next(self._cookie_cycle)
        return self._call("PUT", f"drawings/{drawing_id}", body, self._senders[drawing_id])[0]

    def vote(self, drawing_id: str, voters: int) -> None:
        """Vote for a drawing as readable, by `voters` participants."""
        others = [cookie for cookie in self._cookies if cookie != self._senders[drawing_id]]
        for cookie in others[:voters]:
            self._call("PUT", f"drawings/{drawing_id}/vote", {"counts": True}, cookie)

    def guess(self, accuracies: Iterable[float]) -> None:
        """Guess the accuracy of the lab's next run, each participant one of `accuracies` (0 to 1)."""
        for cookie, accuracy in zip(self._cookies, accuracies, strict=False):
            self._call("PUT", "guess", {"accuracy": accuracy}, cookie)

    def _join(self) -> str:
        return self._call("POST", "participants", {"code": CODE})[1]["Set-Cookie"].split(";")[0]

    def _call(self, method: str, path: str, body: dict, cookie: str = "") -> tuple[dict, object]:
        headers = {"Content-Type": "application/json", "Cookie": cookie}
        data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self._address}/api/room/{path}", data, headers, method=method)
        with urllib.request.urlopen(request) as response:
            return json.load(response), response.headers


def main() -> None:
    """Run a session and take all screenshots."""
    parser = make_parser(__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with pen_digits.jsonl")
    options = parse_options(parser)
    digits = read_test_set(options.data / "pen_digits.jsonl")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_room(options.models, Path(folder), *ARGUMENTS) as (address, link),
        open_chromium() as browser,
    ):
        for name, page in take_session(browser, address, link, digits):
            path = options.folder / f"room-{name}.png"
            page.screenshot(path=path, full_page=name == "presenter")
            print(path)


def read_test_set(path: Path) -> list[Sample]:
    """Return the pen digits of the test set, shuffled."""
    samples = split_by_writer(without_faulty(read_inks(path)[0]))[1]
    random.Random(6).shuffle(samples)
    return samples


def take_session(browser: Browser, address: str, link: str, digits: list[Sample]) -> Iterator:
    """Run a session; yield (name, page) for each screenshot."""
    audience = Audience(address)
    wall, presenter = (open_screen(browser, screen, "dark") for screen in ("projector", "laptop"))
    phone = open_screen(browser, "phone", "light")
    presenter.goto(link)
    wall.goto(f"{address}/wall")
    wall.locator("[data-empty]").wait_for()
    yield "lobby", settled(wall)
    phone.goto(f"{address}/join?code={CODE}")
    yield from free_round(audience, phone, wall, presenter, digits)
    yield from ask_round(audience, phone, presenter, digits)
    yield from fool_round(audience, phone, presenter, digits)
    wall.goto(f"{address}/scoreboard")
    wall.locator("[data-fooled] a").first.wait_for()
    wall.locator("[data-counts]").get_by_text(" of ").first.wait_for()
    yield "scoreboard", settled(wall)
    presenter.goto(f"{address}/preflight")
    presenter.locator(".checks__check").first.wait_for(timeout=TIMEOUT)
    yield "preflight", presenter


def free_round(audience, phone: Page, wall: Page, presenter: Page, digits: list[Sample]) -> Iterator:
    """Run a free round, and show one drawing in the spotlight."""
    draw(phone, fit(next(sample for sample in digits if sample.label == 5)))
    wait_for_prediction(phone)
    phone.get_by_role("button", name="Yes").click()
    yield "join", settled(phone)
    for number, sample in enumerate(digits, 1):
        sent = audience.send(sample, sample.label)
        if number >= FREE_DRAWINGS and not sent["right"]:
            break  # a misclassified drawing is the newest on the wall
    wall.get_by_text(f": drawing {sent['number']},").wait_for(state="attached")
    yield "wall", settled(wall)
    yield "presenter", settled(presenter)
    wall.locator(".tile[data-tone=wrong] button").first.click()
    wall.locator(".model-bar").first.wait_for()
    yield "spotlight", settled(wall)
    wall.get_by_role("button", name="Back to the wall").click()


def ask_round(audience, phone: Page, presenter: Page, digits: list[Sample]) -> Iterator:
    """Run an ask round: participants draw a given digit."""
    start(presenter, "ask", ASK_DIGIT)
    phone.get_by_text(f"Draw a {ASK_DIGIT}").wait_for()
    fours = [sample for sample in digits if sample.label == ASK_DIGIT]
    for sample in fours[:ASK_DRAWINGS]:
        audience.send(sample, None)
    send(phone, fit(fours[0]))
    yield "sent", settled(phone)


def fool_round(audience, phone: Page, presenter: Page, digits: list[Sample]) -> Iterator:
    """Run a fool round with votes."""
    start(presenter, "fool", FOOL_DIGIT)
    phone.get_by_text("Fool the network").wait_for()
    ones = [sample for sample in digits if sample.label == FOOL_DIGIT]  # the network misclassifies some as 7
    candidates = [sent for sample in ones if (sent := audience.send(sample, None))["fooled"] == "voting"]
    for sent in candidates[:-1]:
        audience.vote(sent["id"], 3)
    phone.get_by_role("button", name="to judge").click()
    yield "fool", settled(phone)


def start(presenter: Page, kind: str, digit: int) -> None:
    """Start a round on the presenter's page."""
    presenter.get_by_role("radio", name=str(digit)).check()
    presenter.locator(f"[data-start={kind}]").click()


def send(phone: Page, strokes: list) -> None:
    """Draw on a phone, consent to storage, send, and wait for the confirmation."""
    phone.get_by_role("button", name="Clear").click()
    draw(phone, strokes)
    wait_for_prediction(phone)
    phone.get_by_role("button", name="Send", exact=True).click()
    phone.get_by_role("button", name="Send it").click()
    phone.get_by_text("Sent as number").wait_for()


def fit(sample: Sample, side: float = 760) -> list:
    """Return a sample's strokes in pad units, centered and scaled to `side`."""
    points = [point for stroke in sample.strokes for point in stroke.tolist()]
    low, high = ([limit(values) for values in zip(*points, strict=True)] for limit in (min, max))
    scale = side / max(high[0] - low[0], high[1] - low[1])
    shift = [(1000 - scale * (low[axis] + high[axis])) / 2 for axis in (0, 1)]
    return [[(x * scale + shift[0], y * scale + shift[1]) for x, y in stroke] for stroke in sample.strokes]


def settled(page: Page) -> Page:
    """Wait until images are loaded and animations finished. Return the page."""
    page.wait_for_function(
        """() => [...document.images].every((image) => image.complete)
                 && !document.querySelector("[data-fresh]") && !document.getAnimations().length"""
    )
    return page


if __name__ == "__main__":
    main()
