"""Wall and phones follow a run of the lab: they guess its accuracy, see the curve and the truth."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.lab_server import serve_with_fake_trainer
from tests.browser.pad import SEVEN, draw
from tests.browser.room_pages import LAPTOP, PHONE, PROJECTOR, RoomPages
from tests.waiting import wait_until

SLOW = {"timeout": 60_000}
HAS_LINE = """() => document.querySelector('[data-plot="accuracy"] .hue-0 path:last-of-type')
  ?.getAttribute("d").split("L").length > 2"""


@pytest.fixture
def scene(browser: Browser, app: Flask) -> Iterator[SimpleNamespace]:
    """The lab's page `lab` of the presenter, a `wall`, a `phone`, and the fake `trainer`; it is ready."""
    with serve_with_fake_trainer(app) as server:
        pages = RoomPages(browser, server, server.presenter_link)
        lab = pages.presenter()
        lab.goto(f"{server.address}/lab")
        expect(lab.locator("[data-loaded]")).to_be_visible(**SLOW)
        phone = pages.phone("/join")
        server.trainer.event({"event": "ready"})
        yield SimpleNamespace(lab=lab, wall=pages.wall(), phone=phone, trainer=server.trainer, pages=pages)
        pages.close()
    assert pages.browser_errors == []


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).not_to_have_attribute("aria-disabled", "true", **SLOW)
    button.click()


def train(scene: SimpleNamespace) -> None:
    """Press Train, and wait until the trainer has the command."""
    press(scene.lab, "Train")
    wait_until(lambda: scene.trainer.commands[-1]["command"] == "train", "a training")


def guess(phone: Page, percent: str) -> None:
    phone.get_by_role("spinbutton").fill(percent)
    press(phone, "Guess")


def test_room_guesses_follows_and_sees_the_truth(scene):
    other = scene.pages.phone("/join")
    press(scene.lab, "Ask for guesses")
    for phone, percent in ((scene.phone, "93.5"), (other, "20")):
        expect(phone.locator("[data-run-title]")).to_contain_text("Which accuracy", **SLOW)
        guess(phone, percent)
        expect(phone.locator("[data-guess-answer]")).to_contain_text("You can change it", **SLOW)
    guess(scene.phone, "88")
    expect(scene.phone.locator("[data-guess-answer]")).to_contain_text("Your guess: 88 %", **SLOW)
    expect(scene.wall.locator("[data-guess-text]")).to_have_text("2 guesses", **SLOW)
    expect(scene.lab.locator("[data-guess-count]")).to_contain_text("2 guesses, open", **SLOW)
    train(scene)
    expect(scene.phone.locator("[data-guess-form]")).to_be_hidden(**SLOW)
    expect(scene.phone.locator("[data-guess-answer]")).to_have_text("Your guess: 88 %.")
    for step in range(1, 4):
        scene.trainer.update(step=step * 10, epoch=step / 10, accuracy=step / 5, val_accuracy=0.5)
    for page in (scene.wall, scene.phone):
        page.wait_for_function(HAS_LINE)
        expect(page.locator("[data-run-status]")).to_have_text("epoch 1 of 3")
    scene.trainer.finish()
    for page in (scene.wall, scene.phone, other):
        expect(page.locator("[data-run-result]")).to_have_text("90.0 % of the test digits are right.", **SLOW)
    expect(scene.wall.locator("[data-guess-text]")).to_have_text(
        "Nearest of 2 guesses: 88 %, 2.0 points off."
    )
    expect(scene.wall.locator(".guesses__truth")).to_have_text("90 %")
    answer = "You guessed 88 %: 2.0 points off, the nearest of 2 guesses."
    expect(scene.phone.locator("[data-guess-answer]")).to_have_text(answer)
    expect(other.locator("[data-guess-answer]")).to_contain_text("70.0 points off, the 2nd nearest of 2")


@pytest.mark.parametrize("missing", ["run", "scale"])
def test_run_is_shown_as_soon_as_its_view_can_be_loaded(scene, missing):
    pages = (scene.phone, scene.wall)
    refused: list[list[Route]] = [[], []]

    def refuse(page: Page, routes: list[Route]) -> None:
        page.route(f"**/*{missing}.js", lambda route: routes.append(route) or route.abort())

    for page, routes in zip(pages, refused, strict=True):
        refuse(page, routes)
    press(scene.lab, "Ask for guesses")
    for page, routes in zip(pages, refused, strict=True):
        # Routes are only handled during a call of Playwright, such as `evaluate`.
        wait_until(lambda page=page, routes=routes: page.evaluate("true") and len(routes) > 1, "a second try")
        page.unroute_all(behavior="wait")
        expect(page.locator("[data-run-title]")).to_contain_text("accuracy", **SLOW)


def test_phone_returns_to_drawing_and_opens_the_run_again(scene):
    press(scene.lab, "Show on wall and phones")
    panel = scene.phone.locator("[data-run]")
    expect(panel).to_be_visible(**SLOW)
    expect(scene.phone.locator("[data-pad]")).to_be_hidden()
    press(scene.phone, "Back to drawing")
    expect(panel).to_be_hidden()
    expect(scene.phone.locator("[data-pad]")).to_be_visible()
    press(scene.phone, "Follow the training")
    expect(panel).to_be_visible()
    press(scene.lab, "Show on wall and phones")
    for page in (scene.wall, scene.phone):
        expect(page.locator("[data-run]")).to_be_hidden(**SLOW)
    expect(scene.phone.get_by_role("button", name="Follow the training")).to_be_hidden()


def test_run_shown_again_does_not_cover_a_pad_in_use(scene):
    button = scene.lab.get_by_role("button", name="Show on wall and phones")

    def press_until(is_shown: str) -> None:
        button.click()
        expect(button).to_have_attribute("aria-pressed", is_shown, **SLOW)

    press_until("true")
    expect(scene.phone.locator("[data-run]")).to_be_visible(**SLOW)
    press_until("false")
    expect(scene.phone.locator("[data-run]")).to_be_hidden(**SLOW)
    draw(scene.phone, SEVEN)
    press_until("true")
    opener = scene.phone.locator("[data-open-run]")
    expect(opener).not_to_have_attribute("hidden", "", **SLOW)
    expect(scene.phone.locator("[data-pad]")).to_be_visible()
    press(scene.phone, "Clear")
    expect(opener).to_be_visible()  # where the choice of a label was


def test_guess_that_came_too_late_says_so_to_the_end(scene):
    press(scene.lab, "Ask for guesses")
    expect(scene.phone.locator("[data-guess-form]")).to_be_visible(**SLOW)
    late = {"error": {"code": "not_now", "explanation": "The run has started, so guesses are closed."}}
    scene.phone.route("**/api/room/guess", lambda route: route.fulfill(status=409, json=late))
    guess(scene.phone, "90")
    answer = scene.phone.locator("[data-guess-answer]")
    expect(answer).to_have_text("The run has started, so guesses are closed.", **SLOW)
    train(scene)
    scene.trainer.update(step=10, epoch=0.1, accuracy=0.5, val_accuracy=0.5)
    expect(scene.phone.locator("[data-guess-form]")).to_be_hidden(**SLOW)
    scene.trainer.finish()
    expect(scene.phone.locator("[data-run-result]")).to_contain_text("90.0 %", **SLOW)
    expect(answer).to_have_text("The run has started, so guesses are closed.")


def test_reloaded_phone_keeps_its_guess(scene):
    press(scene.lab, "Ask for guesses")
    guess(scene.phone, "97.1")
    expect(scene.phone.locator("[data-guess-answer]")).to_contain_text("Your guess: 97.1 %", **SLOW)
    scene.phone.reload()
    expect(scene.phone.get_by_role("spinbutton")).to_have_value("97.1", **SLOW)
    expect(scene.phone.locator("[data-guess-answer]")).to_contain_text("Your guess: 97.1 %", **SLOW)


@pytest.mark.parametrize("number", ["", "101", "-1"])
def test_phone_explains_an_unusable_guess(scene, number: str):
    press(scene.lab, "Ask for guesses")
    expect(scene.phone.locator("[data-guess-form]")).to_be_visible(**SLOW)
    guess(scene.phone, number)
    expect(scene.phone.locator("[data-guess-answer]")).to_have_text("Enter a number from 0 to 100 %.")


def test_phone_without_stream_polls_the_run(scene):
    phone = scene.pages.open("/healthz", **PHONE)
    phone.route("**/api/room/events*", lambda route: route.fulfill(status=503, json={}))
    phone.goto("/join")
    press(scene.lab, "Show on wall and phones")
    expect(phone.locator("[data-run]")).to_be_visible(**SLOW)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "screen",
    [PHONE["viewport"], {"width": 320, "height": 568}, {"width": 844, "height": 390}, LAPTOP["viewport"]],
)
def test_run_fits_a_phone(scene, screen: dict, scheme: str):
    press(scene.lab, "Ask for guesses")
    phone = scene.pages.open("/join", viewport=screen, color_scheme=scheme)
    button = phone.get_by_role("button", name="Guess", exact=True)
    expect(button).to_be_visible(**SLOW)
    box = button.bounding_box()
    assert box["y"] + box["height"] <= screen["height"]
    assert phone.evaluate("document.documentElement.scrollWidth") <= screen["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PROJECTOR["viewport"], {"width": 1280, "height": 720}])
def test_run_fits_the_wall(scene, screen: dict, scheme: str):
    press(scene.lab, "Ask for guesses")
    guess(scene.phone, "50")
    wall = scene.pages.open("/wall", viewport=screen, color_scheme=scheme)
    expect(wall.locator("[data-guess-text]")).to_have_text("1 guess", **SLOW)
    train(scene)
    scene.trainer.update(step=10, epoch=0.5, accuracy=0.5)
    scene.trainer.finish()
    expect(wall.locator(".guesses__truth")).to_be_visible(**SLOW)
    panel = wall.locator("[data-run]")
    assert panel.evaluate("(run) => run.scrollHeight <= run.clientHeight + 1")
    assert wall.evaluate("document.documentElement.scrollWidth") <= screen["width"]
