"""Drawing with fingers and pens."""

import json
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import Browser, CDPSession, Page, Route, expect

from tests.browser.conftest import open_ready
from tests.browser.pad import (
    ANSWER_TIME,
    expect_answer,
    inked,
    inked_box,
    place,
    places,
    point,
    points,
    touch,
)
from tests.browser.room_pages import PHONE
from tests.waiting import wait_until
from webapp.ink.curve import to_polyline

PEN = {"pointerType": "pen", "buttons": 1, "width": 1, "height": 1}
FINGER = {"pointerType": "touch", "buttons": 1, "width": 24, "height": 30}
PALM = {"pointerType": "touch", "buttons": 1, "width": 110, "height": 90}


@pytest.fixture
def phone(browser: Browser, base_url: str) -> Iterator[Page]:
    """A phone's screen with the page on it."""
    screen = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
    context = browser.new_context(base_url=base_url, has_touch=True, is_mobile=True, **screen)
    page = context.new_page()
    open_ready(page)
    yield page
    context.close()


@pytest.fixture
def fingers(phone: Page) -> CDPSession:
    """A way to touch the phone's screen."""
    return phone.context.new_cdp_session(phone)


def test_finger_draws(phone: Page, fingers: CDPSession):
    touch(fingers, "touchStart", place(phone, [500, 150]))
    for y in range(200, 900, 50):
        touch(fingers, "touchMove", place(phone, [500, y]))
    touch(fingers, "touchEnd")
    assert inked_box(phone)[3] - inked_box(phone)[1] > 0.6
    expect_answer(phone)


def test_finger_neither_scrolls_nor_zooms(phone: Page, fingers: CDPSession):
    phone.set_viewport_size({"width": 390, "height": 400})
    touch(fingers, "touchStart", place(phone, [500, 300]))
    for y in range(300, 20, -20):
        touch(fingers, "touchMove", place(phone, [500, y]))
    touch(fingers, "touchEnd")
    assert phone.evaluate("[scrollY, visualViewport.scale]") == [0, 1]


def test_second_finger_does_not_draw(phone: Page, fingers: CDPSession):
    touch(fingers, "touchStart", place(phone, [200, 200]))
    touch(fingers, "touchStart", place(phone, [200, 200]), place(phone, [800, 800]))
    touch(fingers, "touchMove", place(phone, [400, 200]), place(phone, [800, 400]))
    touch(fingers, "touchEnd")
    left, top, right, bottom = inked_box(phone)
    assert right < 0.5
    assert bottom < 0.3
    assert phone.evaluate("visualViewport.scale") == 1


def test_canceled_touch_ends_the_stroke(phone: Page, fingers: CDPSession):
    touch(fingers, "touchStart", place(phone, [200, 200]))
    touch(fingers, "touchMove", place(phone, [300, 200]))
    touch(fingers, "touchCancel")
    touch(fingers, "touchStart", place(phone, [200, 800]))
    touch(fingers, "touchMove", place(phone, [600, 800]))
    touch(fingers, "touchEnd")
    phone.get_by_role("button", name="Undo").click()
    assert inked_box(phone)[3] < 0.3  # the first stroke alone is left, and nothing joins the two


def test_resting_palm_does_not_draw(ready: Page):
    point(ready, "pointerdown", [500, 500], **PALM)
    point(ready, "pointermove", [600, 600], **PALM)
    point(ready, "pointerup", [600, 600], **PALM)
    assert inked(ready) == 0


THUMB = FINGER | {"pointerId": 8, "width": 24, "height": 24}
DRAWING = FINGER | {"pointerId": 9}
SEVEN_OF_FINGER = [[300, 250], [500, 250], [700, 250], [690, 270], [480, 750]]


def stroke_of(pointer: dict, *stroke: list[float]) -> list[tuple[str, list[float], dict]]:
    """Return the pointer events of one stroke."""
    moves = [("pointermove", each, pointer) for each in stroke[1:]]
    return [("pointerdown", stroke[0], pointer), *moves, ("pointerup", stroke[-1], pointer)]


@pytest.mark.parametrize("corner", [[50, 950], [120, 880], [990, 500], [30, 20]])
def test_thumb_at_the_edge_neither_draws_nor_blocks(phone: Page, fingers: CDPSession, corner: list):
    thumb, stroke = place(phone, corner), places(phone, SEVEN_OF_FINGER)
    touch(fingers, "touchStart", thumb)
    assert inked(phone) == 0
    touch(fingers, "touchStart", thumb, stroke[0])
    for each in stroke[1:]:
        touch(fingers, "touchMove", (thumb[0] + 2, thumb[1] - 2), each)
    touch(fingers, "touchEnd")
    assert inked_box(phone) == pytest.approx([0.28, 0.23, 0.72, 0.77], abs=0.02)
    expect(phone.locator("[data-digit]")).to_have_text("7", timeout=ANSWER_TIME)
    phone.get_by_role("button", name="Undo").click()
    assert inked(phone) == 0


def test_thumb_at_the_edge_rests_between_strokes(ready: Page):
    points(
        ready,
        ("pointerdown", [60, 940], THUMB),
        *stroke_of(DRAWING, [200, 200], [400, 200]),
        ("pointermove", [64, 944], THUMB),
        *stroke_of(DRAWING, [200, 400], [400, 400]),
        ("pointermove", [200, 800], THUMB),  # it slips, after others have drawn
        ("pointerup", [200, 800], THUMB),
    )
    assert inked_box(ready) == pytest.approx([0.18, 0.18, 0.42, 0.42], abs=0.02)


def test_tap_of_a_finger_beside_a_thumb_is_a_dot(ready: Page):
    points(
        ready,
        ("pointerdown", [60, 940], THUMB),
        *stroke_of(DRAWING, [500, 500]),
        ("pointerup", [60, 940], THUMB),
    )
    assert inked_box(ready) == pytest.approx([0.48, 0.48, 0.52, 0.52], abs=0.01)


def test_finger_draws_from_the_edge(ready: Page):
    points(ready, *stroke_of(DRAWING, [60, 100], [70, 100], [600, 100]))
    assert inked_box(ready) == pytest.approx([0.04, 0.08, 0.62, 0.12], abs=0.01)


def test_thumb_that_rests_in_the_middle_gives_way(ready: Page):
    rest = """(pad, [x, y]) => {
      const init = { bubbles: true, clientX: x, clientY: y, pointerId: 8, pointerType: "touch" };
      const event = new PointerEvent("pointerdown", init);
      Object.defineProperty(event, "timeStamp", { value: event.timeStamp - 1500 });
      pad.dispatchEvent(event);
    }"""
    ready.locator("[data-pad]").evaluate(rest, list(place(ready, [300, 700])))
    wait_until(lambda: inked(ready) > 0, "a dot: a slow finger may be about to draw")
    points(ready, *stroke_of(DRAWING, [500, 200], [800, 200]), ("pointerup", [300, 700], THUMB))
    assert inked_box(ready) == pytest.approx([0.48, 0.18, 0.82, 0.22], abs=0.02)


def test_palm_that_lands_with_a_small_contact_is_no_ink(ready: Page):
    points(
        ready,
        ("pointerdown", [400, 700], THUMB),
        ("pointermove", [402, 700], THUMB | PALM | {"pointerId": 8}),
        ("pointermove", [500, 700], THUMB),
        ("pointerup", [500, 700], THUMB),
    )
    assert inked(ready) == 0


def test_touch_that_the_system_cancels_leaves_no_dot(ready: Page):
    points(ready, ("pointerdown", [400, 700], THUMB), ("pointercancel", [0, 0], THUMB))
    assert inked(ready) == 0


ONE = [[500, 250], [500, 750]]


@pytest.mark.parametrize(
    ("dot", "is_kept"),
    [
        ([60, 940], False),  # far from the one
        ([930, 60], False),
        ([800, 200], False),
        ([500, 880], True),  # below it
        ([560, 130], True),  # near its upper end
        ([600, 500], True),
    ],
)
def test_stray_dot_of_a_finger_is_not_kept(ready: Page, dot: list, is_kept: bool):
    points(ready, *stroke_of(DRAWING, *ONE))
    before = inked(ready)
    points(ready, *stroke_of(THUMB, dot))
    assert (inked(ready) > before) is is_kept


@pytest.mark.parametrize("pointer", [PEN, FINGER | {"pointerType": "mouse"}])
def test_dot_of_pen_or_mouse_is_kept(ready: Page, pointer: dict):
    points(ready, *stroke_of(DRAWING | {"pointerType": "mouse"}, *ONE), *stroke_of(pointer, [60, 940]))
    assert inked_box(ready)[3] > 0.9


def test_finger_keeps_dots_and_tiny_strokes(ready: Page):
    zero = [[500, 200], [250, 500], [500, 800], [750, 500], [500, 200]]
    points(ready, *stroke_of(DRAWING, *zero))
    before = inked(ready)
    points(ready, *stroke_of(DRAWING, [500, 500]))  # a dot far within the zero
    dotted = inked(ready)
    assert dotted > before
    points(ready, *stroke_of(DRAWING, [660, 780], [670, 790]))
    assert inked(ready) > dotted


def test_touch_during_pen_use_does_not_draw(ready: Page):
    hand = FINGER | {"pointerId": 8}
    points(  # all at once: three seconds after the pen was last seen, a touch may draw again
        ready,
        ("pointermove", [400, 400], PEN | {"pointerId": 7}),
        ("pointerdown", [800, 800], hand),
        ("pointermove", [900, 800], hand),
        ("pointerup", [900, 800], hand),
    )
    assert inked(ready) == 0


def test_pen_replaces_an_active_touch(ready: Page):
    point(ready, "pointerdown", [900, 900], **FINGER | {"pointerId": 8})
    point(ready, "pointerdown", [200, 200], **PEN)
    point(ready, "pointermove", [400, 200], **PEN)
    point(ready, "pointerup", [400, 200], **PEN)
    left, top, right, bottom = inked_box(ready)
    assert (right < 0.5, bottom < 0.3) == (True, True)


def test_pointercancel_ends_the_stroke(ready: Page):
    point(ready, "pointerdown", [200, 200], **PEN)
    point(ready, "pointermove", [400, 200], **PEN)
    point(ready, "pointercancel", [0, 0], **PEN)
    point(ready, "pointermove", [400, 900], **PEN)
    left, top, right, bottom = inked_box(ready)
    assert (top > 0.15, bottom < 0.3) == (True, True)
    expect(ready.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "false")


def test_lost_capture_ends_the_stroke(ready: Page):
    ready.mouse.move(*place(ready, [200, 200]))
    ready.mouse.down()
    ready.mouse.move(*place(ready, [400, 200]))
    ready.evaluate(
        """() => {
             const pad = document.querySelector("[data-pad]");
             for (let id = 0; id < 50; id += 1) if (pad.hasPointerCapture(id)) pad.releasePointerCapture(id);
           }"""
    )
    ready.mouse.move(*place(ready, [400, 900]))
    ready.mouse.move(*place(ready, [500, 900]))
    ready.mouse.up()
    assert inked_box(ready)[3] < 0.3


ERASER = PEN | {"buttons": 32, "button": 5}


@pytest.mark.parametrize("path", ["/", "/inside", "/join"])
def test_eraser_erases_and_undo_brings_back(page: Page, path: str):
    open_ready(page, path)
    points(page, *stroke_of(PEN, [200, 500], [800, 500]), *stroke_of(PEN, [200, 800], [800, 800]))
    before = inked(page)
    points(page, *stroke_of(ERASER, [600, 300], [600, 500], [600, 900]))
    assert 0 < inked(page) < before
    assert inked_box(page) == pytest.approx([0.18, 0.48, 0.82, 0.82], abs=0.01)
    expect(page.locator("[data-pad]")).to_have_attribute("data-action", "Eraser")
    expect(page.get_by_role("status").get_by_text("Eraser")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    assert inked(page) == before


@pytest.mark.parametrize("path", ["/", "/inside", "/join"])
def test_barrel_button_undoes(page: Page, path: str):
    open_ready(page, path)
    barrel = PEN | {"button": 2, "buttons": 2}
    points(page, *stroke_of(PEN, [200, 200], [800, 200]), *stroke_of(PEN, [200, 800], [800, 800]))
    points(page, ("pointerdown", [500, 500], barrel), ("pointerup", [500, 500], PEN | {"buttons": 0}))
    assert inked_box(page)[3] < 0.3
    expect(page.locator("[data-pad]")).to_have_attribute("data-action", "Undone")
    expect(page.get_by_role("status").get_by_text("Undone")).to_have_count(1)
    points(page, ("pointermove", [500, 500], barrel), ("pointermove", [510, 500], PEN | {"buttons": 0}))
    assert inked(page) == 0
    points(page, ("pointermove", [500, 500], barrel))
    expect(page.locator("[data-pad]")).to_have_attribute("data-action", "Nothing to undo")
    expect(page.locator("[data-pad]")).to_have_attribute("data-action", "")


def test_barrel_button_discards_the_stroke_being_drawn(ready: Page):
    points(
        ready,
        ("pointerdown", [200, 200], PEN),
        ("pointermove", [400, 200], PEN),
        ("pointermove", [400, 200], PEN | {"button": 2, "buttons": 3}),
        ("pointermove", [800, 200], PEN | {"buttons": 3}),
        ("pointerup", [800, 200], PEN),
    )
    assert inked(ready) == 0


def test_pen_draws_without_coalesced_events(ready: Page):
    ready.evaluate("delete PointerEvent.prototype.getCoalescedEvents")
    point(ready, "pointerdown", [200, 200], **PEN)
    point(ready, "pointermove", [400, 200], **PEN)
    point(ready, "pointerup", [400, 200], **PEN)
    assert inked_box(ready)[2] == pytest.approx(0.42, abs=0.01)


NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
PEN_WIDTH = 42  # pad units, as in static/js/ink/ink.js
TWO_FRAMES = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
)
# As text: Playwright takes seconds for so many numbers.
INKED = """() => JSON.stringify([...document.querySelectorAll("[data-pad] canvas")].flatMap((canvas) => {
    const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const inked = [];
    for (let index = 0; index < width * width; index += 1) {
      const [x, y] = [index % width, Math.floor(index / width)];
      if (data[4 * index + 3] > 127) inked.push([(x + 0.5) * 1000 / width, (y + 0.5) * 1000 / width]);
    }
    return inked;
  }))"""


def circle(count: int) -> list[list[float]]:
    """Return a zero of a few points, as a quick finger leaves them."""
    angles = np.linspace(-1.6, 4.9, count)
    return np.stack([500 + 230 * np.cos(angles), 500 + 320 * np.sin(angles)], axis=1).tolist()


QUICK = {
    "zero of six points": (0, [circle(6)]),
    "zero of seven points": (0, [circle(7)[::-1]]),
    "two": (2, [[[280, 330], [480, 170], [650, 330], [500, 560], [280, 800], [720, 790]]]),
    "three": (3, [[[300, 200], [600, 220], [450, 450], [650, 650], [300, 800]]]),
    "six": (6, [[[600, 150], [380, 450], [350, 720], [560, 820], [620, 640], [400, 600]]]),
    "eight": (8, [[
        [620, 250], [400, 230], [420, 430], [620, 640], [500, 820], [380, 680], [600, 420], [640, 250]
    ]]),
    "nine": (9, [[[620, 250], [420, 220], [400, 420], [600, 420], [620, 260], [600, 600], [540, 850]]]),
}  # fmt: skip


@pytest.mark.parametrize("name", QUICK)
def test_quick_strokes_of_few_points_are_predicted(phone: Page, fingers: CDPSession, name: str):
    digit, strokes = QUICK[name]
    for stroke in strokes:
        first, *others = places(phone, stroke)
        touch(fingers, "touchStart", first)
        for each in others:
            touch(fingers, "touchMove", each)
        touch(fingers, "touchEnd")
    expect(phone.locator("[data-digit]")).to_have_text(str(digit), timeout=ANSWER_TIME)
    expect(phone.locator("[data-headline]")).to_contain_text(NAMES[digit])


def test_pad_shows_the_curve_of_the_bitmap(phone: Page, fingers: CDPSession):
    stroke = [[200, 200], [800, 250], [760, 300], [400, 700], [820, 820], [300, 840]]
    first, *others = places(phone, stroke)
    touch(fingers, "touchStart", first)
    for each in others:
        touch(fingers, "touchMove", each)
    phone.wait_for_function(TWO_FRAMES)
    expect_curve(phone, stroke)
    touch(fingers, "touchEnd")
    expect_curve(phone, stroke)


def expect_curve(page: Page, stroke: list) -> None:
    """Check that the pad shows the curve through a stroke, and nothing else, to 3 pad units."""
    inked = np.array(json.loads(page.evaluate(INKED)))  # centers of pixels, in pad units
    curve = to_polyline(np.array(stroke, float), tolerance=0.5, most=100)
    curve = np.concatenate([np.linspace(*ends, 5) for ends in pairwise(curve)])
    distances = np.hypot(*(inked[:, None] - curve).T)  # (curve, inked)
    assert distances.min(axis=1).max() < 3  # ink all along the curve
    assert distances.min(axis=0).max() == pytest.approx(PEN_WIDTH / 2, abs=3)


PADS = ["/", "/inside", "/join"]


@pytest.fixture
def slow_phone(browser: Browser, base_url: str) -> Iterator["SlowPhone"]:
    """A phone whose page is visible long before its modules arrive."""
    context = browser.new_context(base_url=base_url, **PHONE)
    yield SlowPhone(context.new_page())
    context.close()


class SlowPhone:
    """Holds the responses of all modules until `load`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.fingers = page.context.new_cdp_session(page)
        self._held: list[Route] | None = []

    def open(self, path: str) -> None:
        """Open a page, and wait until the pad is visible."""
        self.page.route("**/*.js", self._hold)
        self.page.goto(path, wait_until="commit")
        expect(self.page.locator("[data-pad]")).to_be_visible()

    def load(self) -> None:
        """Let the modules arrive, and wait until they have run."""
        held, self._held = self._held, None
        for route in held:
            route.continue_()
        expect(self.page.locator("[data-pad] canvas:not([data-painted])")).to_have_count(2)
        self.page.wait_for_load_state()

    def _hold(self, route: Route) -> None:
        route.continue_() if self._held is None else self._held.append(route)

    def down(self, *stroke: list[float]) -> None:
        """Touch the pad, and move along points in pad units."""
        touch(self.fingers, "touchStart", place(self.page, stroke[0]))
        self.move(*stroke[1:])

    def move(self, *stroke: list[float]) -> None:
        """Move the finger to each of the points."""
        for units in stroke:
            touch(self.fingers, "touchMove", place(self.page, units))

    def up(self) -> None:
        """Lift the finger."""
        touch(self.fingers, "touchEnd")


@pytest.mark.parametrize("path", PADS)
def test_stroke_before_the_modules_is_shown_and_kept(slow_phone: SlowPhone, path: str):
    page = slow_phone.page
    slow_phone.open(path)
    slow_phone.down([200, 200], [400, 200], [600, 200])
    slow_phone.up()
    shown = page.locator("[data-pad] svg path").bounding_box()
    pad = page.locator("[data-pad]").bounding_box()
    assert shown["width"] / pad["width"] == pytest.approx(0.4, abs=0.06)
    expect(page.locator("[data-pad]")).to_have_attribute("data-inked", "")
    slow_phone.load()
    expect(page.locator("[data-pad] svg")).to_have_count(0)
    assert inked_box(page) == pytest.approx([0.18, 0.18, 0.62, 0.22], abs=0.02)
    expect_answer(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-pad]")).not_to_have_attribute("data-inked", "")


@pytest.mark.parametrize("path", PADS)
def test_stroke_goes_on_while_the_modules_load(slow_phone: SlowPhone, path: str):
    slow_phone.open(path)
    slow_phone.down([200, 200], [400, 200])
    slow_phone.load()
    slow_phone.move([600, 200], [800, 200])
    slow_phone.up()
    slow_phone.down([200, 800], [400, 800])
    slow_phone.up()
    slow_phone.page.get_by_role("button", name="Undo").click()  # the second stroke
    assert inked_box(slow_phone.page) == pytest.approx([0.18, 0.18, 0.82, 0.22], abs=0.02)


def test_early_stroke_follows_a_pad_that_moves(slow_phone: SlowPhone):
    slow_phone.open("/join")
    slow_phone.down([200, 200], [800, 200])
    slow_phone.up()
    slow_phone.page.set_viewport_size({"width": 600, "height": 700})
    slow_phone.load()
    assert inked_box(slow_phone.page) == pytest.approx([0.18, 0.18, 0.82, 0.22], abs=0.02)


def keep_draft(page: Page) -> None:
    """Store a line as the unsent drawing of an earlier round."""
    draft = '{"strokes": [[[500, 180], [900, 180]]], "round": {"id": "000000000000", "kind": "free"}}'
    page.goto("/healthz")
    page.evaluate("(draft) => localStorage.setItem('inkwise.pad', draft)", draft)


@pytest.mark.parametrize("path", PADS)
def test_early_palm_is_no_ink(slow_phone: SlowPhone, path: str):
    page = slow_phone.page
    slow_phone.open(path)
    point(page, "pointerdown", [500, 500], isPrimary=True, **PALM)
    point(page, "pointermove", [600, 600], isPrimary=True, **PALM)
    point(page, "pointerup", [600, 600], isPrimary=True, **PALM)
    slow_phone.load()
    expect(page.locator("[data-pad]")).not_to_have_attribute("data-inked", "")


RIGHT_BUTTON = {"pointerType": "mouse", "button": 2, "buttons": 2}


@pytest.mark.parametrize("pointer", [PALM, THUMB, RIGHT_BUTTON])
@pytest.mark.parametrize("path", ["/#ink=dw_50_g0_0", "/inside#ink=dw_50_g0_0", "/join"])
def test_early_pointer_that_does_not_draw_keeps_restored_ink(slow_phone: SlowPhone, path: str, pointer: dict):
    page = slow_phone.page
    if path == "/join":
        keep_draft(page)
    slow_phone.open(path)
    points(page, *stroke_of(pointer | {"isPrimary": True}, [60, 940]))
    slow_phone.load()
    assert inked_box(page)[:2] == pytest.approx([0.48, 0.16], abs=0.02)
    expect(page.locator("[data-redo]")).to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("path", ["/#ink=dw_50_g0_0", "/inside#ink=dw_50_g0_0", "/join"])
def test_early_stroke_replaces_restored_ink_until_undo(slow_phone: SlowPhone, path: str):
    page = slow_phone.page
    if path == "/join":
        keep_draft(page)
    slow_phone.open(path)
    slow_phone.down([200, 800], [400, 800])
    slow_phone.up()
    slow_phone.load()
    assert inked_box(page) == pytest.approx([0.18, 0.78, 0.42, 0.82], abs=0.02)
    if path == "/join":
        expect(page.locator("[data-task-view]")).to_have_attribute("data-round", "free")
        expect(page.locator("[data-sending]")).to_have_text("")  # it counts for the present round
    for _ in range(2):
        page.get_by_role("button", name="Undo").click()
    assert inked_box(page)[1] < 0.2
